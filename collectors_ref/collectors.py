"""Data collectors: they step an environment with a policy, and iterate over batches of what happened.

`SyncDataCollector` steps in the calling process. `MultiSyncDataCollector` and `MultiaSyncDataCollector` run one of
these in each of several worker processes; `aSyncDataCollector` has one worker, and collects while the caller computes.
"""

# The interface is fixed, spelling and all, which rules out the newer forms of its annotations.
# ruff: noqa: RUF013, UP006, UP007, UP035, UP037, UP045

from __future__ import annotations

import abc
import contextlib
import math
import os
import warnings
import weakref
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Callable, Dict, Iterator, Optional, Sequence, Union

import torch
from tensordict import TensorDict, TensorDictBase
from tensordict.nn import CudaGraphModule, TensorDictModule
from torch.utils.data import IterableDataset

from collectors_ref._batches import MISSING, TRAJ_IDS, collected_steps, name_time, valid_frames, without_private
from collectors_ref._crew import Crew, total_workers
from collectors_ref._devices import resolve_devices
from collectors_ref._options import arguments_of, check_options, frame_limit, is_on, warn_unless_multiple
from collectors_ref._replay import share_replay_buffer
from collectors_ref._shipping import copied, unpack
from collectors_ref._state import copy_state, env_state
from collectors_ref._trajectories import TrajectoryPool, as_path, end_flags, ended, truncated_flags
from collectors_ref._typing import DEVICE_TYPING, ReplayBuffer
from collectors_ref._weights import SharedWeights
from collectors_ref._worker import Job
from collectors_ref.envs import EnvBase, EnvCreator, limit_steps, make_env
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
# Part of the interface; nothing here waits so briefly.
_MIN_TIMEOUT = 1e-3
_MAX_IDLE_COUNT = int(os.environ.get("MAX_IDLE_COUNT", 1000))
INSTANTIATE_TIMEOUT = float(os.environ.get("INSTANTIATE_TIMEOUT", 120))


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
    # A tensordict is a mapping, too, but has more to it than its items.
    if isinstance(value, (torch.Tensor, TensorDictBase)):
        return value.cpu()
    return recursive_map_to_cpu(value) if isinstance(value, Mapping) else value


class DataCollectorBase(IterableDataset, metaclass=abc.ABCMeta):
    """What all collectors have: iteration over batches, weight updates, seeding, saving and shutting down."""

    requested_frames_per_batch: int
    total_frames: float
    closed: bool = True
    _iterator: Iterator[TensorDictBase] | None = None
    # The policy as it was given, and the one that is run: the same object unless the devices made a copy necessary.
    _given_policy: Any = None
    _run_policy: Any = None

    def _weights_in_use(self) -> TensorDictBase:
        # Those of the policy as it was given: without the wrapper and the compilation that may be around it.
        if not isinstance(self._run_policy, torch.nn.Module):
            return TensorDict({}, [])
        return TensorDict.from_module(self._run_policy).data

    policy_weights = property(_weights_in_use)

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
        storing_device: Where batches are put. By default where policy and environment were both asked to be; if they
            were not asked to be on one device, batches stay where they are made and have no device.
        policy_device: Where the policy runs. A module that is elsewhere is copied there. None leaves it as it is.
        env_device: Where the environment runs. None leaves it as it is.
        create_env_kwargs: Keyword arguments for ``create_env_fn``; for a batched environment, new keyword arguments for
            its makers.
        max_frames_per_traj: Number of steps after which a trajectory is truncated; it adds a ``step_count`` entry.
            None, 0 or a negative number means no limit.
        init_random_frames: Actions are random, and the policy is not called, in the batches that begin before this
            number of frames. Other outputs that the policy declares as its ``out_keys`` are zero there.
        reset_at_each_iter: Whether each batch begins with a reset.
        postproc: Called with each batch; what it returns is given out. If it has a ``to`` method, it is moved to
            ``storing_device`` first.
        split_trajs: Whether batches are cut into trajectories by
            `split_trajectories`; their shape is then ``(trajectories, longest)``.
        exploration_type: Interaction type under which policy and environment are called. None means
            `DEFAULT_EXPLORATION_TYPE`.
        return_same_td: Whether the same tensordict is given out each time, overwritten in place. Otherwise each batch
            is a new one.
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
        check_options(reset_when_done, replay_buffer, postproc, use_buffers, cudagraph_policy)
        devices = resolve_devices(device, storing_device, policy_device, env_device)
        self.storing_device = devices.storing
        self.policy_device = devices.policy

        env = make_env(create_env_fn, create_env_kwargs)
        if devices.env is not None and env.device != devices.env:
            env = env.to(devices.env)
        if max_frames_per_traj is not None and max_frames_per_traj > 0:
            env = limit_steps(env, max_frames_per_traj)
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
        reset_keys = getattr(self.env, "reset_keys", ["_reset"])
        for key in reset_keys:
            path = as_path(key)
            done = request.get(next(flag for flag in map(as_path, self.env.done_keys) if flag[:-1] == path[:-1]))
            wide = mask.reshape(mask.shape + (1,) * (done.ndim - mask.ndim)).to(done.device)
            request.set(path, wide.expand_as(done).clone())
        self._root = self.env.reset(request, **kwargs).exclude(*reset_keys)
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
            state["policy_state_dict"] = copy_state(self._run_policy.state_dict())
        state["env_state_dict"] = env_state(self.env) if self._final_env_state is None else self._final_env_state
        state["frames"] = self._frames
        state["iter"] = self._iter
        state["trajectories"] = OrderedDict(next_id=self._traj_pool.next_id)
        if getattr(self.env, "resumable", False) and not self.closed:
            state["trajectories"]["traj_ids"] = self._ids.get("traj_ids").clone()
            state["trajectories"]["root"] = copy_state(self._root.to_dict())
        return state

    def load_state_dict(self, state_dict: OrderedDict, **kwargs) -> None:
        """Take over the state of a collector.

        An environment that can be resumed goes on in the middle of its episode, as if it had never stopped. Others
        go on with the episode that they are in.

        Args:
            state_dict: What `state_dict` returned.
            **kwargs: ``strict``, True by default: whether a part that is missing is an error. It is passed on to the
                policy as well, if it is given.

        Raises:
            KeyError: If a part is missing and ``strict`` is True.
        """
        strict = kwargs.get("strict", True)
        if strict or "env_state_dict" in state_dict:
            saved = state_dict["env_state_dict"]
            if saved and not self.closed:
                self.env.load_state_dict(saved)
        if hasattr(self._run_policy, "load_state_dict") and (strict or "policy_state_dict" in state_dict):
            self._run_policy.load_state_dict(state_dict["policy_state_dict"], **kwargs)
        self._frames = state_dict["frames"]
        self._iter = state_dict["iter"]
        trajectories = state_dict.get("trajectories", {})
        self._traj_pool.skip_to(trajectories.get("next_id", 0))
        if "root" in trajectories and not self.closed:
            root = TensorDict.from_dict(copy_state(trajectories["root"]), batch_size=self.env.batch_size)
            self._root = root if self.env.device is None else root.to(self.env.device)
            ids = trajectories["traj_ids"].clone()
            self._ids = TensorDict({"traj_ids": ids}, self.env.batch_size)

    @property
    def _frames_per_yield(self) -> int:
        return self.frames_per_batch * self._n_env

    def _set_sizes(self, frames_per_batch: int, total_frames: int | None, init_random_frames: int | None) -> None:
        self.requested_frames_per_batch = int(frames_per_batch)
        self.frames_per_batch = -(-self.requested_frames_per_batch // self._n_env)
        self.total_frames = frame_limit(total_frames)
        self.init_random_frames = max(0, init_random_frames or 0)
        batch = self._frames_per_yield
        warn_unless_multiple("frames_per_batch", frames_per_batch, self._n_env, "the number of environments")
        if not math.isinf(self.total_frames):
            warn_unless_multiple("total_frames", total_frames, batch, "the frames in a batch")
        warn_unless_multiple("init_random_frames", self.init_random_frames, batch, "the frames in a batch")

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
        self.compiled_policy = is_on(compile_policy)
        self.cudagraphed_policy = is_on(cudagraph_policy)
        if self.compiled_policy:
            self.policy = torch.compile(self.policy, **arguments_of(compile_policy))
        if self.cudagraphed_policy:
            self.policy = CudaGraphModule(self.policy, **arguments_of(cudagraph_policy))

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
            no_ids = torch.full_like(self._ids.get("traj_ids"), MISSING)
            filler = steps[-1].copy().set("collector", TensorDict({"traj_ids": no_ids}, self.env.batch_size))
            steps = steps + [filler] * missing
        time = len(self.env.batch_size)
        if self.storing_device is not None:
            steps = [step.to(self.storing_device) for step in steps]
        if not self._use_buffers:
            batch = TensorDict.maybe_dense_stack(steps, time)
        elif self.return_same_td:
            batch = self._stack_into_buffer(steps, time)
        else:
            batch = torch.stack(steps, time)
        if self.storing_device is None:
            batch.clear_device_()
        return name_time(batch)

    def _stack_into_buffer(self, steps: list[TensorDictBase], time: int) -> TensorDictBase:
        # The layout changes when a policy's outputs differ from those of the random phase before it.
        if self._buffer is None or set(self._buffer.keys(True, True)) != set(steps[0].keys(True, True)):
            self._buffer = torch.stack(steps, time)
            self._public_view = None
            return self._buffer
        return torch.stack(steps, time, out=self._buffer)

    def _finish(self, batch: TensorDictBase) -> TensorDictBase:
        if self.split_trajs:
            batch = split_trajectories(valid_frames(batch), prefix="collector")
        if self.postproc is not None:
            batch = self.postproc(batch)
        if not self._exclude_private_keys:
            return batch
        if batch is not self._buffer:
            return without_private(batch)
        if self._public_view is None:
            self._public_view = without_private(batch)
        return self._public_view

    def _close(self) -> None:
        self._final_env_state = env_state(self.env)
        self.closed = True
        self._buffer = self._public_view = None
        if not self.env.is_closed:
            self.env.close()


class _MultiDataCollector(DataCollectorBase):
    """Runs a `SyncDataCollector` in each of several processes. Subclasses say how their batches are put together.

    The main process tells each worker when to collect and when to stop, and takes the batches from a queue; see
    `collectors_ref._worker`. The workers end with `shutdown`, when one of them fails, when the collector is garbage
    collected, and with the main process.
    """

    # How many batches can wait for the main process; 0 stands for one of each worker.
    _queue_size = 1
    # Whether a batch has a part from each worker.
    _joins_batches = False

    def __init__(
        self,
        create_env_fn: Sequence[Callable[[], EnvBase]],
        policy: Optional[Union[TensorDictModule, Callable[[TensorDictBase], TensorDictBase]]] = None,
        *,
        frames_per_batch: int,
        total_frames: Optional[int] = -1,
        device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        storing_device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        env_device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        policy_device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        create_env_kwargs: Optional[Sequence[dict]] = None,
        max_frames_per_traj: int | None = None,
        init_random_frames: int | None = None,
        reset_at_each_iter: bool = False,
        postproc: Optional[Callable[[TensorDictBase], TensorDictBase]] = None,
        split_trajs: Optional[bool] = None,
        exploration_type: ExplorationType = DEFAULT_EXPLORATION_TYPE,
        reset_when_done: bool = True,
        update_at_each_batch: bool = False,
        preemptive_threshold: float = None,
        num_threads: int = None,
        num_sub_threads: int = 1,
        cat_results: str | int | None = None,
        set_truncated: bool = False,
        use_buffers: bool | None = None,
        replay_buffer: ReplayBuffer | None = None,
        replay_buffer_chunk: bool = True,
        trust_policy: bool = None,
        compile_policy: bool | Dict[str, Any] | None = None,
        cudagraph_policy: bool | Dict[str, Any] | None = None,
    ):
        create_env_fn = list(create_env_fn)
        self.num_workers = len(create_env_fn)
        check_options(reset_when_done, replay_buffer, postproc, use_buffers, cudagraph_policy)
        self.cat_results = self._checked_cat_results(cat_results, use_buffers)
        self.preemptive_threshold = self._checked_threshold(preemptive_threshold)
        self.interruptor = None
        if self.preemptive_threshold is not None and self.preemptive_threshold < 1.0:
            self.interruptor = _Interruptor()
        self._crew = None

        devices = [
            resolve_devices(*each)
            for each in zip(
                self._one_each("device", device),
                self._one_each("storing_device", storing_device),
                self._one_each("policy_device", policy_device),
                self._one_each("env_device", env_device),
                strict=True,
            )
        ]
        self.storing_device = [each.storing for each in devices]
        self.policy_device = [each.policy for each in devices]
        self.env_device = [each.env for each in devices]
        env_kwargs = self._one_each("create_env_kwargs", create_env_kwargs)

        self.requested_frames_per_batch = int(frames_per_batch)
        self.total_frames = frame_limit(total_frames)
        self.init_random_frames = max(0, init_random_frames or 0)
        if self._joins_batches:
            warn_unless_multiple("frames_per_batch", frames_per_batch, self.num_workers, "the number of workers")
        warn_unless_multiple("init_random_frames", self.init_random_frames, frames_per_batch, "the frames in a batch")
        self.update_at_each_batch = update_at_each_batch
        self.postproc = postproc
        if hasattr(postproc, "to") and self._main_device() is not None:
            self.postproc = postproc.to(self._main_device())
        self.split_trajs = bool(split_trajs)
        self.replay_buffer = replay_buffer
        self.compiled_policy = is_on(compile_policy)
        self.cudagraphed_policy = is_on(cudagraph_policy)
        self._use_buffers = use_buffers is not False and replay_buffer is None
        self._given_policy = self._run_policy = self.policy = policy
        self._weights = SharedWeights(policy, self.policy_device) if isinstance(policy, torch.nn.Module) else None
        self._frames = 0
        self._iter = 0
        # Where each worker's batch is; and which of its batches are still of use, see `collectors_ref._worker`.
        self._batches: list[TensorDictBase | None] = [None] * self.num_workers
        self._epochs = [0] * self.num_workers
        self._running = False

        context = torch.multiprocessing.get_context("spawn")
        pool = TrajectoryPool(context)
        arguments = {
            "frames_per_batch": self.frames_per_batch_worker,
            "max_frames_per_traj": max_frames_per_traj,
            "reset_at_each_iter": reset_at_each_iter,
            "exploration_type": exploration_type,
            "set_truncated": set_truncated,
            "use_buffers": use_buffers,
            "trust_policy": trust_policy,
            "compile_policy": compile_policy,
            "cudagraph_policy": cudagraph_policy,
        }
        if replay_buffer is not None:
            share_replay_buffer(replay_buffer, lambda: _one_frame(create_env_fn[0], env_kwargs[0], policy, arguments))

        def job(index: int) -> Any:
            own = {"create_env_fn": create_env_fn[index], "create_env_kwargs": env_kwargs[index], "traj_pool": pool}
            return self._job(index, {**arguments, **own}, by_frame=replay_buffer_chunk, num_threads=num_sub_threads)

        if num_threads is None:
            num_threads = max(1, torch.get_num_threads() - total_workers(create_env_fn))
        self._crew = Crew(
            context,
            job,
            self.num_workers,
            pool=pool,
            replay_buffer=replay_buffer,
            queue_size=self._queue_size or self.num_workers,
            num_threads=num_threads,
            start_s=INSTANTIATE_TIMEOUT,
            answer_s=_TIMEOUT * _MAX_IDLE_COUNT,
            poll_s=_TIMEOUT,
        )
        self._finalizer = weakref.finalize(self, self._crew.close, grace_s=_TIMEOUT)

    @property
    def closed(self) -> bool:
        return self._crew is None or self._crew.closed

    @property
    def procs(self) -> list:
        return self._crew.procs

    @property
    def pipes(self) -> list:
        return self._crew.pipes

    @property
    def queue_out(self) -> Any:
        return self._crew.queue

    @property
    @abc.abstractmethod
    def frames_per_batch_worker(self):
        raise NotImplementedError

    def update_policy_weights_(self, policy_weights: Optional[TensorDictBase] = None) -> None:
        # The workers read the same memory, and need no message.
        if self._weights is not None:
            self._weights.update(policy_weights)

    def shutdown(self):
        self._iterator = None
        self._batches = []
        if self._crew is not None:
            self._crew.close()

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        # Each answer is the seed of the next worker, so they cannot be asked at once.
        self._drop_batches_under_way(range(self.num_workers))
        for index in range(self.num_workers):
            seed = self._ask(index, (seed, static_seed), "seed", "seeded")
        # With the same seed come the same trajectory ids, handed out in the order of the workers.
        self._crew.pool.restart()
        self._reset_workers(range(self.num_workers))
        return seed

    def reset(self, reset_idx: Optional[Sequence[bool]] = None) -> None:
        if reset_idx is not None and len(reset_idx) != self.num_workers:
            raise ValueError(f"reset_idx has {len(reset_idx)} entries for {self.num_workers} workers.")
        chosen = [i for i in range(self.num_workers) if reset_idx is None or reset_idx[i]]
        self._drop_batches_under_way(chosen)
        self._reset_workers(chosen)

    def state_dict(self) -> OrderedDict:
        state = OrderedDict()
        for index in range(self.num_workers):
            state[f"worker{index}"] = recursive_map_to_cpu(self._ask(index, None, "state_dict", "state_dict"))
        state["frames"] = self._frames
        state["iter"] = self._iter
        return state

    def load_state_dict(self, state_dict: OrderedDict) -> None:
        missing = [f"worker{i}" for i in range(self.num_workers) if f"worker{i}" not in state_dict]
        if missing:
            raise KeyError(
                f"The state has no {', '.join(missing)}; it was saved with fewer workers than the collector has."
            )
        self._drop_batches_under_way(range(self.num_workers))
        for index in range(self.num_workers):
            self._ask(index, state_dict[f"worker{index}"], "load_state_dict", "loaded")
        self._frames = state_dict["frames"]
        self._iter = state_dict["iter"]
        self._go_on(range(self.num_workers))

    @property
    def _frames_per_yield(self) -> int:
        counts = [-(-self.frames_per_batch_worker // n_env) * n_env for n_env in self._crew.batch_sizes]
        return sum(counts) if self._joins_batches else max(counts)

    @contextlib.contextmanager
    def _job(self, index: int, arguments: dict, **orders: Any) -> Iterator[Job]:
        # A policy is sent with the weights of the worker's device in the place of its own.
        placed = (
            self._weights.placed(self.policy_device[index]) if self._weights else contextlib.nullcontext(self.policy)
        )
        devices = {name: getattr(self, name)[index] for name in ("storing_device", "policy_device", "env_device")}
        with placed as policy:
            yield Job(
                index=index,
                make_collector=SyncDataCollector,
                arguments={**arguments, **devices, "policy": policy},
                interruptor=self.interruptor,
                poll_s=_TIMEOUT,
                max_idle=_MAX_IDLE_COUNT,
                **orders,
            )

    def _ask(self, index: int, payload: Any, message: str, answer: str) -> Any:
        self._check_open()
        return self._crew.ask(index, payload, message, answer)

    def _check_open(self) -> None:
        if self.closed:
            raise RuntimeError("This collector is closed. Make a new one to collect more.")

    def _continue(self, index: int) -> None:
        message = "continue_random" if self._frames < self.init_random_frames else "continue"
        self._crew.send(index, self._epochs[index], message)

    def _drop_batches_under_way(self, workers: Sequence[int]) -> None:
        for index in workers:
            self._epochs[index] += 1

    def _reset_workers(self, workers: Sequence[int]) -> None:
        for index in workers:
            self._ask(index, None, "reset", "reset")
        self._go_on(workers)

    def _go_on(self, workers: Sequence[int]) -> None:
        # Whoever was collecting has dropped its batch for the message, and waits.
        if self._running:
            for index in workers:
                self._continue(index)

    def _take(self) -> tuple[int, TensorDictBase | int]:
        """Wait for a batch that is of use; give the worker, and its batch or the number of frames in the buffer."""
        while True:
            payload, epoch = self._crew.take()
            data, index = payload if isinstance(payload, tuple) else (None, payload)
            fresh = epoch == self._epochs[index]
            if isinstance(data, TensorDictBase):
                self._batches[index] = data
            if not fresh:
                continue
            if isinstance(data, int):
                return index, data
            # Packed batches were copied on their way. Shared ones are overwritten by the worker's next batch.
            return index, unpack(data) if isinstance(data, torch.Tensor) else self._batches[index]

    def _finish(self, batch: TensorDictBase) -> TensorDictBase:
        if self.split_trajs:
            batch = split_trajectories(valid_frames(batch), prefix="collector")
        return batch if self.postproc is None else self.postproc(batch)

    def _main_device(self) -> torch.device | None:
        first, *others = self.storing_device
        return first if all(other == first for other in others) else torch.device("cpu")

    def _one_each(self, name: str, setting: Any) -> list[Any]:
        if not isinstance(setting, (list, tuple)):
            return [setting] * self.num_workers
        if len(setting) != self.num_workers:
            raise RuntimeError(f"`{name}` has {len(setting)} entries for {self.num_workers} workers.")
        return list(setting)

    def _checked_cat_results(self, cat_results: str | int | None, use_buffers: bool | None) -> str | int:
        if cat_results in (None, "stack"):
            return "stack"
        if not isinstance(cat_results, int) or not self._joins_batches:
            raise ValueError(
                f"cat_results is 'stack', or the dimension of a MultiSyncDataCollector; got {cat_results!r}."
            )
        if use_buffers is False:
            raise RuntimeError("Batches can be concatenated only with use_buffers=True. Use cat_results='stack'.")
        return cat_results

    def _checked_threshold(self, threshold: float | None) -> float | None:
        if threshold is None:
            return None
        if not self._joins_batches:
            raise ValueError("preemptive_threshold is for MultiSyncDataCollector, whose workers wait for one another.")
        if not 0.0 <= threshold <= 1.0:
            raise ValueError(f"preemptive_threshold is a share of the workers, between 0 and 1; got {threshold}.")
        return threshold


class MultiSyncDataCollector(_MultiDataCollector):
    """Collects each batch with several workers at once, and joins their parts in the order of the workers.

    All workers begin a batch together, and none begins the next one before it is asked for: the batches are those of a
    `SyncDataCollector` for each worker. With ``cat_results="stack"``, the default, the batch has the shape
    ``(workers, *env.batch_size, T)``; with a number, the parts are concatenated along that dimension.
    """

    _queue_size = 0
    _joins_batches = True

    def next(self):
        return super().next()

    def shutdown(self):
        super().shutdown()

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        return super().set_seed(seed, static_seed)

    def state_dict(self) -> OrderedDict:
        return super().state_dict()

    def load_state_dict(self, state_dict: OrderedDict) -> None:
        super().load_state_dict(state_dict)

    def update_policy_weights_(self, policy_weights: Optional[TensorDictBase] = None) -> None:
        super().update_policy_weights_(policy_weights)

    @property
    def frames_per_batch_worker(self):
        # The workers share a batch equally, rounded up.
        return -(-self.requested_frames_per_batch // self.num_workers)

    def iterator(self) -> Iterator[TensorDictBase]:
        while self._frames < self.total_frames:
            self._check_open()
            if self.update_at_each_batch:
                self.update_policy_weights_()
            # All workers are idle between two batches: nothing happens that the caller did not ask for.
            results = self._collect_once()
            if self.replay_buffer is not None:
                self._frames += sum(results)
                self._iter += 1
                yield None
                continue
            batch, frames = self._join(results)
            self._frames += frames
            self._iter += 1
            yield self._finish(batch)

    def _collect_once(self) -> list[Any]:
        if self.interruptor is not None:
            self.interruptor.start_collection()
        for index in range(self.num_workers):
            self._continue(index)
        results: dict[int, Any] = {}
        while len(results) < self.num_workers:
            if self.interruptor is not None and len(results) >= int(self.num_workers * self.preemptive_threshold):
                self.interruptor.stop_collection()
            index, result = self._take()
            results[index] = result
        # In the order of the workers, whoever was first.
        return [results[index] for index in range(self.num_workers)]

    def _join(self, batches: list[TensorDictBase]) -> tuple[TensorDictBase, int]:
        if len(set(self.storing_device)) > 1:
            batches = [batch.cpu() for batch in batches]
        if self.cat_results == "stack":
            joined = TensorDict.maybe_dense_stack(batches, 0)
            if any(joined is batch for batch in batches) or not self._use_buffers:
                joined = joined.clone()
            name_time(joined)
            if self.interruptor is None:
                return joined, joined.numel()
            mask = joined.get(TRAJ_IDS) != MISSING
            joined.set(("collector", "mask"), mask)
            return joined, int(mask.sum())
        if self.interruptor is not None:
            batches = [collected_steps(batch) for batch in batches]
        joined = torch.cat(batches, self.cat_results)
        name_time(joined)
        return joined, joined.numel()


class MultiaSyncDataCollector(_MultiDataCollector):
    """Collects with several workers that never wait for one another, and gives each batch as it is finished.

    A batch comes from one worker and has the shape that a `SyncDataCollector` gives it. While the caller works with it,
    the workers go on, so that new weights show in the batches after the ones under way.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def next(self):
        return super().next()

    def shutdown(self):
        self._running = False
        super().shutdown()

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        return super().set_seed(seed, static_seed)

    def state_dict(self) -> OrderedDict:
        return super().state_dict()

    def load_state_dict(self, state_dict: OrderedDict) -> None:
        super().load_state_dict(state_dict)

    def update_policy_weights_(self, policy_weights: Optional[TensorDictBase] = None) -> None:
        super().update_policy_weights_(policy_weights)

    @property
    def frames_per_batch_worker(self):
        # A batch comes from one worker.
        return self.requested_frames_per_batch

    def iterator(self) -> Iterator[TensorDictBase]:
        if self._frames >= self.total_frames:
            return
        self._check_open()
        if self.update_at_each_batch:
            self.update_policy_weights_()
        if not self._running:
            self._running = True
            for index in range(self.num_workers):
                self._continue(index)
        while self._frames < self.total_frames:
            self._check_open()
            index, result = self._take()
            if isinstance(result, int):
                batch, frames = None, result
            else:
                # The worker overwrites the batch as soon as it goes on.
                batch, frames = result.clone(), result.numel()
            self._frames += frames
            self._iter += 1
            self._continue(index)
            yield None if batch is None else self._finish(batch)

    def reset(self, reset_idx: Optional[Sequence[bool]] = None) -> None:
        super().reset(reset_idx)


class aSyncDataCollector(MultiaSyncDataCollector):
    """Collects with one worker process, while the caller works with the batch before."""

    def __init__(
        self,
        create_env_fn: Callable[[], EnvBase],
        policy: Optional[Union[TensorDictModule, Callable[[TensorDictBase], TensorDictBase]]],
        *,
        frames_per_batch: int,
        total_frames: Optional[int] = -1,
        device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        storing_device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        env_device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        policy_device: DEVICE_TYPING | Sequence[DEVICE_TYPING] | None = None,
        create_env_kwargs: Optional[Sequence[dict]] = None,
        max_frames_per_traj: int | None = None,
        init_random_frames: int | None = None,
        reset_at_each_iter: bool = False,
        postproc: Optional[Callable[[TensorDictBase], TensorDictBase]] = None,
        split_trajs: Optional[bool] = None,
        exploration_type: ExplorationType = DEFAULT_EXPLORATION_TYPE,
        reset_when_done: bool = True,
        update_at_each_batch: bool = False,
        preemptive_threshold: float = None,
        num_threads: int = None,
        num_sub_threads: int = 1,
        set_truncated: bool = False,
        **kwargs,
    ):
        super().__init__(
            [create_env_fn],
            policy,
            frames_per_batch=frames_per_batch,
            total_frames=total_frames,
            device=device,
            storing_device=storing_device,
            env_device=env_device,
            policy_device=policy_device,
            create_env_kwargs=create_env_kwargs,
            max_frames_per_traj=max_frames_per_traj,
            init_random_frames=init_random_frames,
            reset_at_each_iter=reset_at_each_iter,
            postproc=postproc,
            split_trajs=split_trajs,
            exploration_type=exploration_type,
            reset_when_done=reset_when_done,
            update_at_each_batch=update_at_each_batch,
            preemptive_threshold=preemptive_threshold,
            num_threads=num_threads,
            num_sub_threads=num_sub_threads,
            set_truncated=set_truncated,
            **kwargs,
        )

    def next(self):
        return super().next()

    def shutdown(self):
        super().shutdown()

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        return super().set_seed(seed, static_seed)

    def state_dict(self) -> OrderedDict:
        return super().state_dict()

    def load_state_dict(self, state_dict: OrderedDict) -> None:
        super().load_state_dict(state_dict)


def _one_frame(create_env_fn: Any, env_kwargs: dict | None, policy: Any, arguments: dict) -> TensorDictBase:
    # Collected by copies of the environment and the policy, so that theirs is what the workers get.
    env, policy = copied((create_env_fn, policy))
    first = dict(arguments, frames_per_batch=1, use_buffers=True, compile_policy=None, cudagraph_policy=None)
    with torch.random.fork_rng(), warnings.catch_warnings():
        # One frame is not a batch for a batched environment.
        warnings.simplefilter("ignore", UserWarning)
        collector = SyncDataCollector(env, policy, create_env_kwargs=env_kwargs, total_frames=-1, **first)
        frame = without_private(collector.rollout())[..., 0]
    collector.shutdown()
    return frame.clone()
