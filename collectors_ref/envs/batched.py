"""Several environments as one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from tensordict import TensorDict, TensorDictBase

from collectors_ref._typing import DEVICE_TYPING
from collectors_ref.envs.base import EnvBase, is_env


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
        for old, new in zip(self._kwargs, self._one_each(kwargs), strict=True):
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
        pairs = [env.step_and_maybe_reset(row) for env, row in zip(self.envs, tensordict.unbind(0), strict=True)]
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
            maker if is_env(maker) else maker(**kwargs)
            for maker, kwargs in zip(self._makers, self._kwargs, strict=True)
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
        rows = [env.step(row) for env, row in zip(self.envs, tensordict.unbind(0), strict=True)]
        return self._stack([row.get("next") for row in rows])

    def _set_seed(self, seed: int) -> None:
        self.set_seed(seed)
