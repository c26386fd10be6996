"""Data collectors: they step an environment with a policy, and iterate over batches of what happened.

`SyncDataCollector` steps in the calling process. `MultiSyncDataCollector` and `MultiaSyncDataCollector` run one of these
in each of several worker processes; `aSyncDataCollector` has one worker, and collects while the caller computes.
"""

# The interface is fixed, spelling and all, which rules out the newer forms of its annotations.
# ruff: noqa: RUF013, UP006, UP007, UP035, UP037, UP045

from __future__ import annotations

import abc
import contextlib
import math
import os
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Callable, Dict, Iterator, Optional, Sequence, Union

import torch
from tensordict import TensorDict, TensorDictBase
from tensordict.nn import CudaGraphModule, TensorDictModule
from torch.utils.data import IterableDataset

from collectors_ref._devices import resolve_devices
from collectors_ref._trajectories import TrajectoryPool, as_path, end_flags, ended, truncated_flags
from collectors_ref._typing import DEVICE_TYPING, ReplayBuffer
from collectors_ref.envs import EnvBase, EnvCreator, StepLimit, is_env
from collectors_ref.policies import (
    DEFAULT_EXPLORATION_TYPE,
    ExplorationType,
    RandomPolicy,
    as_tensordict_policy,
    is_trusted,
    on_device,
    set_exploration_type,
)
from collectors_ref.utils import split_trajectories

_TIMEOUT = 1.0
_MIN_TIMEOUT = 1e-3
_MAX_IDLE_COUNT = int(os.environ.get("MAX_IDLE_COUNT", 1000))
INSTANTIATE_TIMEOUT = float(os.environ.get("INSTANTIATE_TIMEOUT", 120))

_TRAJ_IDS = ("collector", "traj_ids")


class _Interruptor:
    """A flag that stops a rollout after its current step. It lives in shared memory, so that processes can share it."""

    def __init__(self):
        self._stopped = torch.zeros((), dtype=torch.bool).share_memory_()

    def start_collection(self):
        self._stopped.fill_(False)

    def stop_collection(self):
        self._stopped.fill_(True)

    def collection_stopped(self):
        return bool(self._stopped)


def recursive_map_to_cpu(dictionary: OrderedDict) -> OrderedDict:
    """Copy a nested dictionary, with its tensors on the CPU.

    Args:
        dictionary: A mapping, for example a state dict. It may hold mappings of any kind, at any depth. It is not
            modified.

    Returns:
        An OrderedDict with the same keys in the same order: OrderedDicts in place of mappings, tensors and tensordicts
        on the CPU, and all other values as they are. What was on the CPU before is not copied.
    """
    return OrderedDict((key, _value_to_cpu(value)) for key, value in dictionary.items())


def _value_to_cpu(value: Any) -> Any:
    if isinstance(value, Mapping):
        return recursive_map_to_cpu(value)
    return value.cpu() if isinstance(value, (torch.Tensor, TensorDictBase)) else value


class DataCollectorBase(IterableDataset, metaclass=abc.ABCMeta):
    """What all collectors have: iteration over batches, weight updates, seeding, saving and shutting down."""

    requested_frames_per_batch: int
    total_frames: float
    closed: bool = True
    _iterator: Iterator[TensorDictBase] | None = None
    # The policy as it was given, and the one that is run: the same object unless the devices made a copy necessary.
    _given_policy: Any = None
    _run_policy: Any = None

    @property
    def policy_weights(self) -> TensorDictBase:
        # Those of the policy as it was given: without the wrapper and the compilation that may be around it.
        if not isinstance(self._run_policy, torch.nn.Module):
            return TensorDict({}, [])
        return TensorDict.from_module(self._run_policy).data

    def update_policy_weights_(self, policy_weights: Optional[TensorDictBase] = None) -> None:
        """Bring the weights of the collector's policy up to date, in place.

        A policy that is not a module has no weights to update; then nothing happens.

        Args:
            policy_weights: The new weights, as ``TensorDict.from_module(policy)`` gives them for the policy that was
                passed to the collector. By default they are read from that policy, if the collector runs a copy
                of it; if it runs the policy itself, there is nothing to do.
        """
        if not isinstance(self._run_policy, torch.nn.Module):
            return
        if policy_weights is None:
            if self._run_policy is self._given_policy:
                return
            policy_weights = TensorDict.from_module(self._given_policy)
        self.policy_weights.update_(policy_weights.data)

    def next(self):
        # One iterator serves all calls, so that they continue one another; a `for` loop has its own.
        if self.closed and self._iterator is None:
            return None
        if self._iterator is None:
            self._iterator = iter(self)
        try:
            batch = next(self._iterator)
        except StopIteration:
            return None
        return None if batch is None else batch.clear_device_()

    @abc.abstractmethod
    def shutdown(self):
        raise NotImplementedError

    @abc.abstractmethod
    def iterator(self) -> Iterator[TensorDictBase]:
        raise NotImplementedError

    @abc.abstractmethod
    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        raise NotImplementedError

    @abc.abstractmethod
    def state_dict(self) -> OrderedDict:
        raise NotImplementedError

    @abc.abstractmethod
    def load_state_dict(self, state_dict: OrderedDict) -> None:
        raise NotImplementedError

    @property
    @abc.abstractmethod
    def _frames_per_yield(self) -> int:
        """Number of frames in a batch, which rounding can make larger than what was asked for."""

    def __iter__(self) -> Iterator[TensorDictBase]:
        return self.iterator()

    def __len__(self) -> int:
        if math.isinf(self.total_frames):
            raise RuntimeError("An endless collector has no length. Give it `total_frames`.")
        return -(-int(self.total_frames) // self._frames_per_yield)

    def __del__(self) -> None:
        # Also called when the constructor has failed, and while the interpreter shuts down.
        with contextlib.suppress(Exception):
            self.shutdown()

    def __repr__(self) -> str:
        fields = ", ".join(
            f"{name.lstrip('_')}={getattr(self, name, None)}"
            for name in ("requested_frames_per_batch", "total_frames", "_frames", "_iter", "closed")
        )
        return f"{type(self).__name__}({fields})"


class SyncDataCollector(DataCollectorBase):
    """Collects batches by stepping one environment, or one batch of environments, in the calling process.

    Iterating gives tensordicts of shape ``(*env.batch_size, T)``, whose last dimension is named ``"time"``, and where
    ``T = ceil(frames_per_batch / env.batch_size.numel())``. They hold the root of each step (observations, done flags,
    what the policy wrote), its result under ``"next"``, and the number of the trajectory under
    ``("collector", "traj_ids")``. Entries whose key, or a part of it, begins with an underscore are left out.

    Trajectories go on from one batch to the next, and from one loop over the collector to the next. An environment that
    is done is reset, and its next frame begins a trajectory with a new number. Once ``total_frames`` have been
    collected, the environment is closed.

    Args:
        create_env_fn: An environment, or a callable that makes one. What is needed of an environment is what
            `collectors_ref.envs.EnvBase` has.
        policy: Writes the action. A callable from tensordict to tensordict, that either writes in place or returns its
            outputs; or a module or function over tensors, whose parameters are named after observations. None
            stands for random actions.
        frames_per_batch: Number of frames in a batch, over all environments; rounded up, with a warning, to a multiple
            of their number.
        total_frames: Number of frames after which the iteration ends. As each batch is full, there can be more. None or
            a negative number means that it never ends.
        device: Default for the three devices that follow.
        storing_device: Where batches are put. By default where policy and environment were both asked to be; if they were
            not asked to be on one device, batches stay where they are made and have no device.
        policy_device: Where the policy runs. A module that is elsewhere is copied there. None leaves it as it is.
        env_device: Where the environment runs. None leaves it as it is.
        create_env_kwargs: Keyword arguments for ``create_env_fn``; for a batched environment, new keyword arguments for
            its makers.
        max_frames_per_traj: Number of steps after which a trajectory is truncated; it adds a ``step_count`` entry. None,
            0 or a negative number means no limit.
        init_random_frames: Actions are random, and the policy is not called, in the batches that begin before this
            number of frames. Other outputs that the policy declares as its ``out_keys`` are zero there.
        reset_at_each_iter: Whether each batch begins with a reset.
        postproc: Called with each batch; what it returns is given out. If it has a ``to`` method, it is moved to
            ``storing_device`` first.
        split_trajs: Whether batches are cut into trajectories by
            `split_trajectories`; their shape is then ``(trajectories, longest)``.
        exploration_type: Interaction type under which policy and environment are called. None means
            `DEFAULT_EXPLORATION_TYPE`.
        return_same_td: Whether the same tensordict is given out each time, overwritten in place. Otherwise each batch is
            a new one.
        reset_when_done: Has to be True.
        interruptor: Its ``collection_stopped()`` is called after every step; when it returns True, the batch ends
            there. Frames that are missing from it have the trajectory number -1.
        set_truncated: Whether the last frame of each batch is marked as truncated and done. The trajectory itself goes
            on in the next batch.
        use_buffers: Whether frames are stacked into contiguous tensors. False keeps those whose shapes differ as a lazy
            stack. None means True, unless the environment has dynamic specs or there is a replay buffer.
        replay_buffer: Gets each frame by its ``add`` method. Then the iteration gives None, and stops at
            ``total_frames`` exactly, up to the number of environments.
        trust_policy: Whether the policy is called with tensordicts without looking at its signature. None means True
            for random policies and CUDA graphs.
        compile_policy: Whether the policy is compiled by ``torch.compile``; a dictionary gives its keyword arguments.
        cudagraph_policy: Whether the policy, after any compilation, is run as a CUDA graph; a dictionary gives the
            keyword arguments of ``CudaGraphModule``.
        **kwargs: Only ``traj_pool``, from which the numbers of trajectories are taken, for collectors that share them.

    Raises:
        TypeError: If an argument is unknown, if the policy needs something that is not an observation, or if
            ``replay_buffer`` comes with ``postproc`` or with ``use_buffers=True``.
        ValueError: If ``reset_when_done`` is False, or if ``max_frames_per_traj`` is given for an environment that
            counts its steps already.
        RuntimeError: If ``create_env_kwargs`` is given with an environment, if ``set_truncated`` is given for an
            environment without truncated flag, or if there is no CUDA for ``cudagraph_policy``.
    """

    def __init__(
        self,
        create_env_fn: Union[EnvBase, "EnvCreator", Sequence[Callable[[], EnvBase]]],
        policy: Optional[Union[TensorDictModule, Callable[[TensorDictBase], TensorDictBase]]] = None,
        *,
        frames_per_batch: int,
        total_frames: int = -1,
        device: DEVICE_TYPING = None,
        storing_device: DEVICE_TYPING = None,
        policy_device: DEVICE_TYPING = None,
        env_device: DEVICE_TYPING = None,
        create_env_kwargs: dict | None = None,
        max_frames_per_traj: int | None = None,
        init_random_frames: int | None = None,
        reset_at_each_iter: bool = False,
        postproc: Callable[[TensorDictBase], TensorDictBase] | None = None,
        split_trajs: bool | None = None,
        exploration_type: ExplorationType = DEFAULT_EXPLORATION_TYPE,
        return_same_td: bool = False,
        reset_when_done: bool = True,
        interruptor=None,
        set_truncated: bool = False,
        use_buffers: bool | None = None,
        replay_buffer: ReplayBuffer | None = None,
        trust_policy: bool = None,
        compile_policy: bool | Dict[str, Any] | None = None,
        cudagraph_policy: bool | Dict[str, Any] | None = None,
        **kwargs,
    ):
        traj_pool = kwargs.pop("traj_pool", None)
        if kwargs:
            raise TypeError(f"SyncDataCollector got unknown arguments: {sorted(kwargs)}")
        _check_options(reset_when_done, replay_buffer, postproc, use_buffers, cudagraph_policy)
        devices = resolve_devices(device, storing_device, policy_device, env_device)
        self.storing_device = devices.storing
        self.policy_device = devices.policy

        env = _make_env(create_env_fn, create_env_kwargs)
        if devices.env is not None and env.device != devices.env:
            env = env.to(devices.env)
        if max_frames_per_traj is not None and max_frames_per_traj > 0:
            env = _limit_steps(env, max_frames_per_traj)
        self.env = env
        self.env_device = devices.env or env.device
        # Where no device was mentioned at all, the policy is shown what the environment made, as it is.
        self._policy_moves = self.policy_device != self.env_device and devices != (None, None, None)

        self._n_env = max(1, env.batch_size.numel())
        self._set_sizes(frames_per_batch, total_frames, init_random_frames)
        self.max_frames_per_traj = max_frames_per_traj
        self.reset_at_each_iter = reset_at_each_iter
        self.postproc = postproc
        if hasattr(postproc, "to") and self.storing_device is not None:
            self.postproc = postproc.to(self.storing_device)
        self.split_trajs = bool(split_trajs)
        self.exploration_type = exploration_type or DEFAULT_EXPLORATION_TYPE
        self.return_same_td = return_same_td
        self.interruptor = interruptor
        self.set_truncated = set_truncated
        self.replay_buffer = replay_buffer
        dynamic = getattr(env, "_has_dynamic_specs", False)
        self._use_buffers = not dynamic and replay_buffer is None if use_buffers is None else use_buffers
        self._exclude_private_keys = True
        self._buffer: TensorDictBase | None = None
        self._public_view: TensorDictBase | None = None

        self._end_flags = end_flags(env.done_keys)
        self._truncated_flags = truncated_flags(env.done_keys)
        if set_truncated and not self._truncated_flags:
            raise RuntimeError("set_truncated=True needs an environment with a `truncated` done key; this has none.")

        self._frames = 0
        self._iter = 0
        self._exhausted = False
        self._final_env_state: OrderedDict | None = None
        self._force_random = False
        self._random_outputs: TensorDictBase | None = None
        self._traj_pool = TrajectoryPool() if traj_pool is None else traj_pool
        # Ids are spent once a frame carries them; a reset before that can give them again.
        self._ids_spent = True
        self.closed = False
        self.reset()
        self._install_policy(policy, trust_policy, compile_policy, cudagraph_policy)

    def next(self):
        return super().next()

    def update_policy_weights_(self, policy_weights: Optional[TensorDictBase] = None) -> None:
        super().update_policy_weights_(policy_weights)

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        """Seed the environments; the next reset, not the present trajectory, is the first to show it.

        Torch's global generator is not seeded, and random actions and most stochastic policies draw from it: for equal
        batches call ``torch.manual_seed`` as well.

        Args:
            seed: Seed of the first environment. The others get the seeds that follow it.
            static_seed: Whether all environments get the same seed.

        Returns:
            The seed that comes after those that were used; the same seed, if static.
        """
        return self.env.set_seed(seed, static_seed=static_seed)

    def iterator(self) -> Iterator[TensorDictBase]:
        """Collect batch after batch, beginning where the collector stands.

        When ``total_frames`` are reached, the environment is closed.

        Yields:
            The batches, after splitting and postprocessing; None each time if there is a replay buffer.

        Raises:
            RuntimeError: If the collector was shut down.
        """
        while self._frames < self.total_frames:
            if self.closed:
                raise RuntimeError("This collector is closed. Make a new one to collect more.")
            batch = self.rollout()
            self._iter += 1
            if self.replay_buffer is not None:
                yield None
                continue
            yield self._finish(batch)
        if self.closed and not self._exhausted:
            raise RuntimeError("This collector is closed. Make a new one to collect more.")
        if not self.closed:
            self._close()
            self._exhausted = True

    @torch.no_grad()
    def rollout(self) -> TensorDictBase:
        """Step the environment until a batch is full, or the interruptor stops it.

        The frames count towards ``total_frames``; nothing is split, postprocessed or left out.

        Returns:
            The frames, of shape ``(*env.batch_size, T)``; None if they went to the replay buffer.
        """
        if self.reset_at_each_iter:
            self.reset()
        act = self._random_action if self._acts_randomly() else self._policy_action
        number_of_steps = self._steps_to_take()
        steps = []
        with set_exploration_type(self.exploration_type):
            for i in range(number_of_steps):
                root = self._root
                act(root)
                step, self._root = self.env.step_and_maybe_reset(root)
                step.set("collector", self._ids)
                mask = ended(step.get("next"), self._end_flags)
                if mask is not None:
                    self._renumber(mask)
                stopped = self.interruptor is not None and self.interruptor.collection_stopped()
                if self.set_truncated and (stopped or i == number_of_steps - 1):
                    self._truncate(step)
                steps.append(step)
                if self.replay_buffer is not None:
                    self.replay_buffer.add(self._stored(steps.pop()))
                self._frames += self._n_env
                self._ids_spent = True
                if stopped:
                    break
        if self.replay_buffer is not None:
            return None
        return self._stack(steps)

    @torch.no_grad()
    def reset(self, index=None, **kwargs) -> None:
        """Reset the environments, and begin new trajectories with them.

        Args:
            index: Which environments of the batch: an integer, slice, list, or mask. The others, and their
                trajectories, go on unchanged. By default all.
            **kwargs: Passed on to the environment's ``reset``.

        Raises:
            RuntimeError: If an index is given and the environment has no batch dimension.
            IndexError: If there is no environment at the index.
        """
        if index is None:
            self._root = self.env.reset(**kwargs)
            if self._ids_spent:
                ids = self._traj_pool.take(self._n_env).reshape(self.env.batch_size)
                self._ids = TensorDict({"traj_ids": ids}, self.env.batch_size)
                self._ids_spent = False
            return
        if not self.env.batch_size:
            raise RuntimeError("`index` chooses environments of a batch, and this environment has no batch dimension.")
        mask = torch.zeros(self.env.batch_size, dtype=torch.bool)
        mask[index] = True
        request = self._root.copy()
        for key in getattr(self.env, "reset_keys", ["_reset"]):
            path = as_path(key)
            done = request.get(next(flag for flag in map(as_path, self.env.done_keys) if flag[:-1] == path[:-1]))
            wide = mask.reshape(mask.shape + (1,) * (done.ndim - mask.ndim)).to(done.device)
            request.set(path, wide.expand_as(done).clone())
        self._root = _without_private(self.env.reset(request, **kwargs), lambda part: part == "_reset")
        self._renumber(mask)

    def shutdown(self) -> None:
        """Close the environment and drop all buffers. The counters and the state stay readable. May be called twice."""
        self._exhausted = False
        self._iterator = None
        if not self.closed:
            self._close()

    def state_dict(self) -> OrderedDict:
        """Give what another collector needs to continue from here. It works after a shutdown, too.

        Returns:
            ``policy_state_dict`` if the policy has one, ``env_state_dict``, the number of ``frames`` and of batches
            (``iter``), and ``trajectories``: the next free number and, for environments that can be resumed within
            an episode, the present root and the numbers. Tensors are copies.
        """
        state = OrderedDict()
        if hasattr(self._run_policy, "state_dict"):
            state["policy_state_dict"] = _copy(self._run_policy.state_dict())
        state["env_state_dict"] = _env_state(self.env) if self._final_env_state is None else self._final_env_state
        state["frames"] = self._frames
        state["iter"] = self._iter
        state["trajectories"] = OrderedDict(next_id=self._traj_pool.next_id)
        if getattr(self.env, "resumable", False) and not self.closed:
            state["trajectories"]["traj_ids"] = self._ids.get("traj_ids").clone()
            state["trajectories"]["root"] = _copy(self._root.to_dict())
        return state

    def load_state_dict(self, state_dict: OrderedDict, **kwargs) -> None:
        """Take over the state of a collector.

        An environment that can be resumed goes on in the middle of its episode, as if it had never stopped. Others
        go on with the episode that they are in.

        Args:
            state_dict: What `state_dict` returned.
            **kwargs: ``strict``, True by default: whether a part that is missing is an error. Then it is passed on to the
                policy as well.

        Raises:
            KeyError: If a part is missing and ``strict`` is True.
        """
        strict = kwargs.get("strict", True)
        if strict or "env_state_dict" in state_dict:
            env_state = state_dict["env_state_dict"]
            if env_state and not self.closed:
                self.env.load_state_dict(env_state)
        if hasattr(self._run_policy, "load_state_dict") and (strict or "policy_state_dict" in state_dict):
            self._run_policy.load_state_dict(state_dict["policy_state_dict"], **kwargs)
        self._frames = state_dict["frames"]
        self._iter = state_dict["iter"]
        trajectories = state_dict.get("trajectories", {})
        self._traj_pool.skip_to(trajectories.get("next_id", 0))
        if "root" in trajectories and not self.closed:
            root = TensorDict.from_dict(_copy(trajectories["root"]), batch_size=self.env.batch_size)
            self._root = root if self.env.device is None else root.to(self.env.device)
            ids = trajectories["traj_ids"].clone()
            self._ids = TensorDict({"traj_ids": ids}, self.env.batch_size)

    @property
    def _frames_per_yield(self) -> int:
        return self.frames_per_batch * self._n_env

    def _set_sizes(self, frames_per_batch: int, total_frames: int | None, init_random_frames: int | None) -> None:
        self.requested_frames_per_batch = int(frames_per_batch)
        self.frames_per_batch = -(-self.requested_frames_per_batch // self._n_env)
        self.total_frames = _total(total_frames)
        self.init_random_frames = max(0, init_random_frames or 0)
        batch = self._frames_per_yield
        _warn_unless_multiple("frames_per_batch", frames_per_batch, self._n_env, "the number of environments")
        if not math.isinf(self.total_frames):
            _warn_unless_multiple("total_frames", total_frames, batch, "the frames in a batch")
        _warn_unless_multiple("init_random_frames", self.init_random_frames, batch, "the frames in a batch")

    def _install_policy(
        self,
        policy: Any,
        trust_policy: bool | None,
        compile_policy: bool | Dict[str, Any] | None,
        cudagraph_policy: bool | Dict[str, Any] | None,
    ) -> None:
        if policy is None:
            policy = RandomPolicy(self.env.full_action_spec)
        self._given_policy = policy
        self._run_policy = on_device(policy, self.policy_device)
        self.policy = self._run_policy
        if not (is_trusted(policy) if trust_policy is None else trust_policy):
            with set_exploration_type(self.exploration_type):
                self.policy = as_tensordict_policy(self.policy, self.env, self._policy_input(self._root))
        # `{}` asks for compilation with no arguments, unlike False and None.
        self.compiled_policy = compile_policy not in (False, None)
        self.cudagraphed_policy = cudagraph_policy not in (False, None)
        if self.compiled_policy:
            self.policy = torch.compile(self.policy, **_options(compile_policy))
        if self.cudagraphed_policy:
            self.policy = CudaGraphModule(self.policy, **_options(cudagraph_policy))

    def _acts_randomly(self) -> bool:
        return self._force_random or self._frames < self.init_random_frames

    def _policy_input(self, root: TensorDictBase) -> TensorDictBase:
        if not self._policy_moves:
            return root
        if self.policy_device is None:
            return root.copy().clear_device_()
        return root.to(self.policy_device)

    def _policy_action(self, root: TensorDictBase) -> None:
        if not self._policy_moves:
            output = self.policy(root)
            if output is not root:
                root.update(output)
            return
        # What the policy wrote goes back to the environment's device; what it only read stays where it was.
        shown = self._policy_input(root)
        known = {id(value) for value in shown.values(True, True)}
        output = self.policy(shown)
        for key, value in output.items(True, True):
            if id(value) not in known:
                root.set(key, value)

    def _random_action(self, root: TensorDictBase) -> None:
        if self._random_outputs is None:
            self._random_outputs = self._zero_outputs()
        root.update(self._random_outputs)
        self.env.rand_action(root)

    def _zero_outputs(self) -> TensorDictBase:
        # A batch of random actions has to have the keys of the batches that follow it. Which they are and of what shape
        # only the policy knows, so it is asked once; but not if, as most, it declares nothing besides the action.
        outputs = TensorDict({}, self.env.batch_size)
        declared = getattr(self.policy, "out_keys", None) or ()
        if {as_path(key) for key in declared} <= {as_path(key) for key in self.env.action_keys}:
            return outputs
        root = self._root.copy()
        known = set(root.keys(True, True))
        with torch.random.fork_rng():
            self._policy_action(root)
        for key, value in root.items(True, True):
            if key not in known and key not in self.env.action_keys:
                outputs.set(key, torch.zeros_like(value))
        return outputs

    def _steps_to_take(self) -> int:
        if self.replay_buffer is None or math.isinf(self.total_frames):
            return self.frames_per_batch
        # A replay buffer takes frame by frame, so nothing has to be collected in excess.
        missing = -(-int(self.total_frames - self._frames) // self._n_env)
        return max(1, min(self.frames_per_batch, missing))

    def _renumber(self, mask: torch.Tensor) -> None:
        # Frames that were kept hold on to the old tensor: it is replaced, not written.
        ids = self._ids.get("traj_ids").clone()
        mask = mask.to(ids.device)
        ids[mask] = self._traj_pool.take(int(mask.sum()))
        self._ids = TensorDict({"traj_ids": ids}, self.env.batch_size)

    def _truncate(self, step: TensorDictBase) -> None:
        following = step.get("next")
        for path in self._truncated_flags:
            truncated = torch.ones_like(following.get(path))
            following.set(path, truncated)
            done = (*path[:-1], "done")
            if following.get(done, None) is not None:
                following.set(done, truncated.clone())

    def _stored(self, data: TensorDictBase) -> TensorDictBase:
        return data.clear_device_() if self.storing_device is None else data.to(self.storing_device)

    def _stack(self, steps: list[TensorDictBase]) -> TensorDictBase:
        missing = self.frames_per_batch - len(steps)
        if missing:
            filler = steps[-1].copy()
            filler.set("collector", TensorDict({"traj_ids": torch.full(self.env.batch_size, -1)}, self.env.batch_size))
            steps = steps + [filler] * missing
        time = len(self.env.batch_size)
        steps = [self._stored(step) for step in steps]
        if not self._use_buffers:
            batch = TensorDict.maybe_dense_stack(steps, time)
        elif self.return_same_td:
            batch = self._stack_into_buffer(steps, time)
        else:
            batch = torch.stack(steps, time)
        batch.names = [*batch.names[:-1], "time"]
        return batch

    def _stack_into_buffer(self, steps: list[TensorDictBase], time: int) -> TensorDictBase:
        # The layout changes when a policy's outputs differ from those of the random phase before it.
        if self._buffer is None or set(self._buffer.keys(True, True)) != set(steps[0].keys(True, True)):
            self._buffer = torch.stack(steps, time)
            self._public_view = None
            return self._buffer
        return torch.stack(steps, time, out=self._buffer)

    def _finish(self, batch: TensorDictBase) -> TensorDictBase:
        if self.split_trajs:
            batch = split_trajectories(_valid_frames(batch), prefix="collector")
        if self.postproc is not None:
            batch = self.postproc(batch)
        if not self._exclude_private_keys:
            return batch
        if batch is not self._buffer:
            return _without_private(batch)
        if self._public_view is None:
            self._public_view = _without_private(batch)
        return self._public_view

    def _close(self) -> None:
        self._final_env_state = _env_state(self.env)
        self.closed = True
        self._buffer = self._public_view = None
        if not self.env.is_closed:
            self.env.close()


def _check_options(
    reset_when_done: bool, replay_buffer: Any, postproc: Any, use_buffers: bool | None, cudagraph_policy: Any
) -> None:
    if not reset_when_done:
        raise ValueError("reset_when_done=False is not supported: environments are reset as soon as they are done.")
    if replay_buffer is not None and postproc is not None:
        raise TypeError("`postproc` works on batches, and with a replay buffer there are none. Transform its samples.")
    if replay_buffer is not None and use_buffers:
        raise TypeError("use_buffers=True needs batches, and with a replay buffer there are none.")
    if cudagraph_policy not in (False, None) and not torch.cuda.is_available():
        raise RuntimeError("cudagraph_policy needs CUDA, which is not available here. Leave it out, or set it to False.")


def _make_env(create_env_fn: Any, kwargs: Mapping[str, Any] | None) -> Any:
    if is_env(create_env_fn):
        if kwargs:
            if not hasattr(create_env_fn, "update_kwargs"):
                raise RuntimeError("`create_env_kwargs` go to a function that makes the environment; this is one already.")
            create_env_fn.update_kwargs(kwargs)
        return create_env_fn
    if not callable(create_env_fn):
        raise TypeError(f"An environment, or a callable that makes one, is needed; got {type(create_env_fn).__name__}.")
    return create_env_fn(**(kwargs or {}))


def _limit_steps(env: Any, max_steps: int) -> Any:
    specs = getattr(env, "output_spec", None)
    if specs is None:
        specs = getattr(env, "observation_spec", None)
    known = set() if specs is None else {as_path(key)[-1] for key in specs.keys(True, True)}
    if isinstance(env, StepLimit) or "step_count" in known:
        raise ValueError("`max_frames_per_traj` would add a `step_count`, which this environment has already.")
    if all(isinstance(key, str) for key in env.done_keys):
        return StepLimit(env, max_steps)
    # Nested done flags belong to groups of agents, which TorchRL's own transform knows how to count.
    if type(env).__module__.split(".")[0] == "torchrl" or hasattr(env, "append_transform"):
        from torchrl.envs import StepCounter, TransformedEnv

        return TransformedEnv(env, StepCounter(max_steps=max_steps))
    raise ValueError("`max_frames_per_traj` needs done flags that are not nested. Limit the steps in the environment.")


def _env_state(env: Any) -> OrderedDict:
    return _copy(env.state_dict()) if hasattr(env, "state_dict") else OrderedDict()


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return OrderedDict((key, _copy(item)) for key, item in value.items())
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def _without_private(batch: TensorDictBase, is_private: Callable[[str], bool] = lambda part: part[0] == "_") -> Any:
    private = [key for key in batch.keys(True) if any(is_private(part) for part in as_path(key))]
    return batch.exclude(*private) if private else batch


def _valid_frames(batch: TensorDictBase) -> TensorDictBase:
    valid = batch.get(_TRAJ_IDS) != -1
    return batch if valid.all() else batch[valid]


def _total(total_frames: int | None) -> float:
    return math.inf if total_frames is None or total_frames < 0 else total_frames


def _options(setting: bool | Dict[str, Any] | None) -> Dict[str, Any]:
    return dict(setting) if isinstance(setting, Mapping) else {}


def _warn_unless_multiple(name: str, value: int, divisor: int, what: str) -> None:
    if value % divisor:
        warnings.warn(
            f"{name} ({value}) is not a multiple of {what} ({divisor}), so that {-(-value // divisor) * divisor} will be "
            "collected.",
            stacklevel=4,
        )
