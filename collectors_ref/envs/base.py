"""The base class of the environments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from tensordict import TensorDictBase

from collectors_ref._typing import DEVICE_TYPING
from collectors_ref.specs import Composite, Unbounded

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
        self.full_done_spec = self._batched(Composite(dict.fromkeys(done_keys, flag)))

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

        Raises:
            KeyError: If there is something in it; an environment with state of its own overrides this method.
        """
        if state_dict:
            raise KeyError(f"{type(self).__name__} has no state, and cannot load {sorted(state_dict)}.")

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
