"""A limit to the length of episodes."""

from __future__ import annotations

from typing import Any

import torch
from tensordict import TensorDictBase

from collectors_ref._typing import DEVICE_TYPING


class StepLimit:
    """Truncates the episodes of an environment, of this package or another, after a number of steps.

    It adds ``step_count`` (0 after a reset, then 1, 2, ...) and ``truncated`` to the root and to ``"next"``. At the
    limit, ``truncated`` and ``done`` are True, ``terminated`` stays as it is, and that environment of the batch is
    reset. Whatever else is asked of it goes to the wrapped environment.

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
            request = None if pending.all() else root.set("_reset", pending)
            root = self.env.reset(request).exclude("_reset")
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
