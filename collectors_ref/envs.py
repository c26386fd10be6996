"""Environments: a small base class, and the few environments that a collector is shown and tested with.

A collector asks of an environment no more than `EnvBase` has, and finds it by name, not by type; environments of other
libraries that have these methods work as well.

The contract, in the words used here: the *root* of a step is a tensordict with the current observations, done flags
and, once the policy has run, the action. Stepping writes the results under ``"next"``: observations, reward and done
flags, where ``done = terminated | truncated``. The root of the step after holds what ``"next"`` held, without the
reward; where the environment is done, it holds a reset observation instead, and the terminal observation is found in
``"next"`` only. A *partial reset* resets some environments of a batch: those where the root's ``"_reset"`` entry is set.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from tensordict import TensorDict, TensorDictBase

from collectors_ref._typing import DEVICE_TYPING
from collectors_ref.specs import Bounded, Composite, Unbounded

_DONE_KEYS = ("done", "terminated", "truncated")


def next_seed(seed: int) -> int:
    """Derive the seed that follows another one in a chain of seeds.

    Args:
        seed: A seed.

    Returns:
        A different seed below ``2**32 - 1``, always the same for the same input.
    """
    return int.from_bytes(np.random.default_rng(seed).bytes(8), "big") % (2**32 - 1)


def is_env(obj: Any) -> bool:
    """Say whether an object is an environment, rather than something that makes one.

    Args:
        obj: Any object.

    Returns:
        True for an instance (not a class) with ``reset`` and ``step_and_maybe_reset``.
    """
    return not isinstance(obj, type) and hasattr(obj, "reset") and hasattr(obj, "step_and_maybe_reset")


class EnvBase(ABC):
    """Base class of the package's environments: write `_reset`, `_step` and `_set_seed`, and the rest follows.

    Args:
        observation_spec: Spec of the observations.
        action_spec: Spec of what the policy writes.
        reward_spec: Spec of the reward. By default one unbounded float.
        batch_size: Batch dimensions; the specs are given without them.
        device: Where tensors are made. None means torch's default device, and tensordicts without a device.
        truncates: Whether there is a ``truncated`` flag beside ``done`` and ``terminated``.
    """

    resumable: bool = False
    """Whether `state_dict` holds all that is needed to continue in the middle of an episode."""

    def __init__(
        self,
        observation_spec: Composite,
        action_spec: Composite,
        reward_spec: Composite | None = None,
        *,
        batch_size: Sequence[int] = (),
        device: DEVICE_TYPING = None,
        truncates: bool = False,
    ):
        self.batch_size = torch.Size(batch_size)
        self.device = None if device is None else torch.device(device)
        self.is_closed = False
        flag = Unbounded((1,), torch.bool)
        done_keys = _DONE_KEYS if truncates else _DONE_KEYS[:2]
        self.observation_spec = self._batched(observation_spec)
        self.full_action_spec = self._batched(action_spec)
        self.full_reward_spec = self._batched(reward_spec or Composite({"reward": Unbounded((1,))}))
        self.full_done_spec = self._batched(Composite({key: flag for key in done_keys}))

    @abstractmethod
    def _reset(self, tensordict: TensorDictBase | None, **kwargs: Any) -> TensorDictBase:
        """Start new episodes and return their observations, for the whole batch.

        With a ``"_reset"`` entry in ``tensordict``, only those environments may change their state; what is returned
        for the others is not used.
        """

    @abstractmethod
    def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
        """Take the action in ``tensordict`` and return observations, reward and ``terminated`` or ``done`` flags."""

    @abstractmethod
    def _set_seed(self, seed: int) -> None:
        """Seed whatever randomness the environment has of its own."""

    @property
    def action_keys(self) -> list[Any]:
        """Keys of all entries that the policy has to write."""
        return list(self.full_action_spec.keys(True, True))

    @property
    def reward_keys(self) -> list[Any]:
        """Keys of all rewards."""
        return list(self.full_reward_spec.keys(True, True))

    @property
    def done_keys(self) -> list[Any]:
        """Keys of all done flags."""
        return list(self.full_done_spec.keys(True, True))

    @property
    def reset_keys(self) -> list[Any]:
        """Keys of the masks that ask for a partial reset."""
        return ["_reset"]

    @torch.no_grad()
    def reset(self, tensordict: TensorDictBase | None = None, **kwargs: Any) -> TensorDictBase:
        """Start new episodes.

        Args:
            tensordict: None resets everything. Otherwise the root of the current step, with a boolean ``"_reset"`` of
                the shape of ``done``: only where it is set, there is a reset.
            **kwargs: Passed on to `_reset`.

        Returns:
            The root of the first step, with every done flag; where nothing was reset, with the given values.
        """
        mask = None if tensordict is None else tensordict.get("_reset", None)
        fresh = self._reset(tensordict, **kwargs)
        for key in self.done_keys:
            if fresh.get(key, None) is None:
                fresh.set(key, self.full_done_spec[key].zero())
        if mask is None or tensordict is None or bool(mask.all()):
            return fresh
        return _where(mask, fresh, tensordict)

    @torch.no_grad()
    def step(self, tensordict: TensorDictBase) -> TensorDictBase:
        """Take one step.

        Args:
            tensordict: The root of the step, with an action. It is written in place.

        Returns:
            The same tensordict, with observations, reward and all done flags under ``"next"``.
        """
        following = self._step(tensordict)
        self._complete_done(following)
        preset = tensordict.get("next", None)
        return tensordict.set("next", following if preset is None else preset.update(following))

    @torch.no_grad()
    def step_and_maybe_reset(self, tensordict: TensorDictBase) -> tuple[TensorDictBase, TensorDictBase]:
        """Take one step, and reset what is done after it.

        Args:
            tensordict: The root of the step, with an action. It is written in place.

        Returns:
            The same tensordict with its ``"next"``, and the root of the step after.
        """
        tensordict = self.step(tensordict)
        following = tensordict.get("next")
        root = following.exclude(*self.reward_keys)
        done = following.get("done")
        if done.any():
            root.update(self.reset(root.copy().set("_reset", done)))
        return tensordict, root

    def rand_action(self, tensordict: TensorDictBase | None = None) -> TensorDictBase:
        """Write random actions with torch's global generator.

        Args:
            tensordict: Where to write; by default an empty tensordict of the environment's batch size.

        Returns:
            The tensordict with the actions.
        """
        action = self.full_action_spec.rand()
        return action if tensordict is None else tensordict.update(action)

    def rand_step(self, tensordict: TensorDictBase) -> TensorDictBase:
        """Take one step with random actions.

        Args:
            tensordict: The root of the step. It is written in place.

        Returns:
            The same tensordict, with actions and ``"next"``.
        """
        return self.step(self.rand_action(tensordict))

    @torch.no_grad()
    def rollout(
        self, max_steps: int, policy: Callable[[TensorDictBase], TensorDictBase] | None = None
    ) -> TensorDictBase:
        """Reset and step, until any environment of the batch is done or the steps are used up.

        Args:
            max_steps: Largest number of steps.
            policy: Writes the actions. By default they are random.

        Returns:
            The steps, stacked along a new last dimension named ``"time"``.
        """
        act = policy or self.rand_action
        root, steps = self.reset(), []
        for _ in range(max_steps):
            step, root = self.step_and_maybe_reset(act(root))
            steps.append(step)
            if step["next", "done"].any():
                break
        result = torch.stack(steps, len(self.batch_size))
        result.names = [*[None] * len(self.batch_size), "time"]
        return result

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        """Seed the environment; neither its current episode nor torch's global generator is touched.

        Args:
            seed: The seed.
            static_seed: Whether the next environment is to have the same seed.

        Returns:
            The seed for the next environment: `next_seed` of this one, or this one if static.
        """
        self._set_seed(seed)
        return seed if static_seed else next_seed(seed)

    def fake_tensordict(self) -> TensorDictBase:
        """Make one step's tensordict out of zeros.

        Returns:
            A tensordict with every key that a step has, of the right shapes and dtypes.
        """
        root = self.observation_spec.zero().update(self.full_done_spec.zero())
        following = root.clone().update(self.full_reward_spec.zero())
        return root.update(self.full_action_spec.zero()).set("next", following)

    def close(self) -> None:
        """Free what the environment holds. Closing twice is allowed."""
        self.is_closed = True

    def to(self, device: DEVICE_TYPING) -> EnvBase:
        """Move the environment to a device, in place.

        Args:
            device: Where tensors are made from now on.

        Returns:
            The environment itself.
        """
        self.device = None if device is None else torch.device(device)
        for name in ("observation_spec", "full_action_spec", "full_reward_spec", "full_done_spec"):
            setattr(self, name, getattr(self, name).to(device))
        return self

    def state_dict(self) -> OrderedDict[str, Any]:
        """Give what `load_state_dict` needs.

        Returns:
            Nothing by default, as an environment without state of its own has nothing to save.
        """
        return OrderedDict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a saved state.

        Args:
            state_dict: What `state_dict` returned.
        """

    def _batched(self, spec: Composite) -> Composite:
        return spec.expand(*self.batch_size).to(self.device)

    def _complete_done(self, following: TensorDictBase) -> None:
        # An environment reports what it knows, `terminated` or `done`; the flags that it leaves out follow from these.
        done = following.get("done", None)
        terminated = following.get("terminated", None)
        if terminated is None:
            following.set("terminated", self.full_done_spec["terminated"].zero() if done is None else done)
        if "truncated" in self.full_done_spec:
            truncated = following.get("truncated", None)
            if truncated is None:
                following.set("truncated", self.full_done_spec["truncated"].zero())
            elif done is None:
                done = following.get("terminated") | truncated
        if done is None:
            done = following.get("terminated")
        following.set("done", done)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(batch_size={tuple(self.batch_size)}, device={self.device})"


class CountingEnv(EnvBase):
    """Counts its steps: the observation is the number of steps since the reset, and the episode ends at a limit.

    The start of the count is random, and drawn from the environment's own generator, when ``random_start`` is set:
    then seeding shows in the data. The action is one of two classes; it is the reward, and does not change the count.

    Args:
        max_steps: The count at which the episode terminates.
        random_start: The start of an episode is drawn from ``0, ..., random_start``.
        batch_size: Batch dimensions; each environment of the batch has its own count.
        device: Where tensors are made.
        truncates: Whether there is a ``truncated`` flag.
    """

    resumable = True

    def __init__(
        self,
        max_steps: int = 5,
        *,
        random_start: int = 0,
        batch_size: Sequence[int] = (),
        device: DEVICE_TYPING = None,
        truncates: bool = False,
    ):
        super().__init__(
            Composite({"observation": Unbounded((1,), torch.float32)}),
            Composite({"action": Bounded(0, 1, (1,), torch.int64)}),
            batch_size=batch_size,
            device=device,
            truncates=truncates,
        )
        self.max_steps = max_steps
        self.random_start = random_start
        self._generator = torch.Generator().manual_seed(0)
        self._count = torch.zeros(*self.batch_size, 1, device=self.device)

    def _reset(self, tensordict: TensorDictBase | None, **kwargs: Any) -> TensorDictBase:
        start = torch.zeros_like(self._count)
        if self.random_start:
            drawn = torch.randint(self.random_start + 1, self._count.shape, generator=self._generator)
            start = drawn.to(self._count)
        mask = None if tensordict is None else tensordict.get("_reset", None)
        self._count = start if mask is None else torch.where(mask, start, self._count)
        return TensorDict({"observation": self._count}, batch_size=self.batch_size, device=self.device)

    def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
        self._count = self._count + 1
        return TensorDict(
            {
                "observation": self._count,
                "reward": tensordict.get("action").to(torch.float32),
                "terminated": self._count >= self.max_steps,
            },
            batch_size=self.batch_size,
            device=self.device,
        )

    def _set_seed(self, seed: int) -> None:
        self._generator.manual_seed(seed)

    def to(self, device: DEVICE_TYPING) -> EnvBase:
        """Move the environment to a device, in place.

        Args:
            device: Where tensors are made from now on.

        Returns:
            The environment itself.
        """
        self._count = self._count.to(device)
        return super().to(device)

    def state_dict(self) -> OrderedDict[str, Any]:
        """Give the counts and the generator's state.

        Returns:
            Copies, on the environment's device.
        """
        return OrderedDict(count=self._count.clone(), generator=self._generator.get_state())

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over counts and generator.

        Args:
            state_dict: What `state_dict` returned.
        """
        self._count = state_dict["count"].to(self._count.device, copy=True)
        self._generator.set_state(state_dict["generator"].cpu())


class BatchedEnv(EnvBase):
    """Steps several environments one after the other, in this process, as one batch.

    Args:
        makers: Environments, or callables that make them; one for each place in the batch. All need the same specs.
        kwargs: Keyword arguments for the makers: one mapping for all of them, or one for each.
    """

    def __init__(
        self,
        makers: Sequence[Callable[..., Any] | EnvBase],
        kwargs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ):
        self._makers = list(makers)
        self._kwargs = self._one_each(kwargs)
        self._build()

    @property
    def resumable(self) -> bool:  # type: ignore[override]
        """Whether every environment of the batch is resumable."""
        return all(getattr(env, "resumable", False) for env in self.envs)

    @property
    def num_workers(self) -> int:
        """Number of environments in the batch."""
        return len(self._makers)

    def update_kwargs(self, kwargs: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Make the environments anew, with other keyword arguments.

        Args:
            kwargs: One mapping for all makers, or one for each; they add to those given before.
        """
        for old, new in zip(self._kwargs, self._one_each(kwargs)):
            old.update(new)
        self.close()
        self._build()

    def step_and_maybe_reset(self, tensordict: TensorDictBase) -> tuple[TensorDictBase, TensorDictBase]:
        """Take one step in each environment, and reset those that are done after it.

        Args:
            tensordict: The root of the step, with actions. It is written in place.

        Returns:
            The same tensordict with its ``"next"``, and the root of the step after.
        """
        pairs = [env.step_and_maybe_reset(row) for env, row in zip(self.envs, tensordict.unbind(0))]
        following = self._stack([step.get("next") for step, _ in pairs])
        return tensordict.set("next", following), self._stack([root for _, root in pairs])

    def set_seed(self, seed: int, static_seed: bool = False) -> int:
        """Seed the environments along one chain of seeds.

        Args:
            seed: Seed of the first environment; each of the others gets what the one before returned.
            static_seed: Whether all have the same seed.

        Returns:
            The seed for the next environment after the batch.
        """
        for env in self.envs:
            seed = env.set_seed(seed, static_seed=static_seed)
        return seed

    def close(self) -> None:
        """Close every environment. Closing twice is allowed."""
        for env in self.envs:
            if not env.is_closed:
                env.close()
        self.is_closed = True

    def to(self, device: DEVICE_TYPING) -> EnvBase:
        """Move all environments to a device, in place.

        Args:
            device: Where tensors are made from now on.

        Returns:
            The batched environment itself.
        """
        self.envs = [env.to(device) for env in self.envs]
        return super().to(device)

    def state_dict(self) -> OrderedDict[str, Any]:
        """Give the environments' states.

        Returns:
            Their state dicts under ``"worker0"``, ``"worker1"`` and so on.
        """
        return OrderedDict((f"worker{i}", env.state_dict()) for i, env in enumerate(self.envs))

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the environments' states.

        Args:
            state_dict: What `state_dict` returned.
        """
        for i, env in enumerate(self.envs):
            env.load_state_dict(state_dict[f"worker{i}"])

    def _build(self) -> None:
        self.envs = [
            maker if is_env(maker) else maker(**kwargs) for maker, kwargs in zip(self._makers, self._kwargs)
        ]
        first, n = self.envs[0], len(self.envs)
        self.batch_size = torch.Size((n, *first.batch_size))
        self.device = first.device
        self.is_closed = False
        for name in ("observation_spec", "full_action_spec", "full_reward_spec", "full_done_spec"):
            setattr(self, name, getattr(first, name).expand(n))

    def _one_each(self, kwargs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
        if kwargs is None or isinstance(kwargs, Mapping):
            return [dict(kwargs or {}) for _ in self._makers]
        if len(kwargs) != len(self._makers):
            raise ValueError(f"{len(kwargs)} keyword mappings for {len(self._makers)} environments")
        return [dict(each) for each in kwargs]

    @staticmethod
    def _stack(rows: list[TensorDictBase]) -> TensorDictBase:
        return TensorDict.maybe_dense_stack(rows, 0)

    def _reset(self, tensordict: TensorDictBase | None, **kwargs: Any) -> TensorDictBase:
        mask = None if tensordict is None else tensordict.get("_reset", None)
        if tensordict is None or mask is None:
            return self._stack([env.reset(**kwargs) for env in self.envs])
        rows = list(tensordict.unbind(0))
        chosen = [i for i, row_mask in enumerate(mask.unbind(0)) if row_mask.any()]
        for i in chosen:
            rows[i] = self.envs[i].reset(rows[i], **kwargs).exclude("_reset")
        # What a wrapper has added to the root is the wrapper's to reset: rows that are kept are cut to the same keys.
        keys = list(rows[chosen[0]].keys(True, True)) if chosen else list(tensordict.exclude("_reset").keys(True, True))
        return self._stack([row.select(*keys) for row in rows])

    def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
        rows = [env.step(row) for env, row in zip(self.envs, tensordict.unbind(0))]
        return self._stack([row.get("next") for row in rows])

    def _set_seed(self, seed: int) -> None:
        self.set_seed(seed)


class StepLimit:
    """Truncates the episodes of an environment, of this package or another, after a number of steps.

    It adds ``step_count`` (0 after a reset, then 1, 2, ...) and ``truncated`` to the root and to ``"next"``. At the limit,
    ``truncated`` and ``done`` are True, ``terminated`` stays as it is, and that environment of the batch is reset.
    Whatever else is asked of it goes to the wrapped environment.

    Args:
        env: The environment. Its done flags have to be root entries.
        max_steps: Number of steps at which an episode is cut.
    """

    def __init__(self, env: Any, max_steps: int):
        self.env = env
        self.max_steps = max_steps

    @property
    def done_keys(self) -> list[Any]:
        """Keys of all done flags: those of the wrapped environment, and ``truncated``."""
        keys = list(self.env.done_keys)
        return keys if "truncated" in keys else [*keys, "truncated"]

    @torch.no_grad()
    def reset(self, tensordict: TensorDictBase | None = None, **kwargs: Any) -> TensorDictBase:
        """Start new episodes, and count their steps from zero.

        Args:
            tensordict: None resets everything. Otherwise the root of the current step, with a boolean ``"_reset"`` of
                the shape of ``done``: only where it is set, there is a reset.
            **kwargs: Passed on to the environment.

        Returns:
            The root of the first step, with ``step_count`` and ``truncated``.
        """
        mask = count = None
        if tensordict is not None:
            mask, count = tensordict.get("_reset", None), tensordict.get("step_count", None)
        root = self.env.reset(tensordict, **kwargs)
        zeros = torch.zeros_like(root.get("done"), dtype=torch.int64)
        if mask is not None and count is not None:
            zeros = count.masked_fill(mask, 0)
        root.set("step_count", zeros)
        if root.get("truncated", None) is None:
            root.set("truncated", torch.zeros_like(root.get("done")))
        return root

    @torch.no_grad()
    def step_and_maybe_reset(self, tensordict: TensorDictBase) -> tuple[TensorDictBase, TensorDictBase]:
        """Take one step, and reset what is done after it, be it by the limit.

        Args:
            tensordict: The root of the step, with an action. It is written in place.

        Returns:
            The same tensordict with its ``"next"``, and the root of the step after.
        """
        count = tensordict.get("step_count") + 1
        tensordict, root = self.env.step_and_maybe_reset(tensordict)
        following = tensordict.get("next")
        done = following.get("done")
        over = count >= self.max_steps
        truncated = following.get("truncated", None)
        following.set("step_count", count)
        following.set("truncated", over if truncated is None else truncated | over)
        root.set("truncated", torch.zeros_like(done))
        if not done.any() and not over.any():
            root.set("step_count", count)
            return tensordict, root
        following.set("done", done | over)
        pending = over & ~done
        if pending.any():
            if pending.all():
                root = self.env.reset()
            else:
                root = self.env.reset(root.set("_reset", pending)).exclude("_reset")
            root.set("truncated", torch.zeros_like(done))
        root.set("step_count", count.masked_fill(done | over, 0))
        return tensordict, root

    def to(self, device: DEVICE_TYPING) -> StepLimit:
        """Move the wrapped environment to a device.

        Args:
            device: Where tensors are made from now on.

        Returns:
            The wrapper itself.
        """
        self.env = self.env.to(device)
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "env":
            raise AttributeError(name)
        return getattr(self.env, name)

    def __repr__(self) -> str:
        return f"StepLimit({self.env!r}, max_steps={self.max_steps})"


class EnvCreator:
    """A maker of environments with fixed keyword arguments.

    Args:
        create_env_fn: Makes an environment.
        create_env_kwargs: Keyword arguments that it gets on every call.
    """

    def __init__(self, create_env_fn: Callable[..., Any], create_env_kwargs: Mapping[str, Any] | None = None):
        self.create_env_fn = create_env_fn
        self.create_env_kwargs = dict(create_env_kwargs or {})

    def __call__(self, **kwargs: Any) -> Any:
        """Make an environment.

        Args:
            **kwargs: Further keyword arguments; they win over the fixed ones.

        Returns:
            The environment.
        """
        return self.create_env_fn(**{**self.create_env_kwargs, **kwargs})


def _where(mask: torch.Tensor, fresh: TensorDictBase, old: TensorDictBase) -> TensorDictBase:
    def choose(new: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        return torch.where(_like(mask, new), new, kept)

    return fresh.apply(choose, old.select(*fresh.keys(True, True)))


def _like(mask: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    # A done mask has one trailing dimension of size 1, whatever the entry has.
    while mask.ndim > value.ndim:
        mask = mask.squeeze(-1)
    while mask.ndim < value.ndim:
        mask = mask.unsqueeze(-1)
    return mask
