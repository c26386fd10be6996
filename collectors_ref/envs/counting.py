"""An environment that counts its steps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from tensordict import TensorDict, TensorDictBase

from collectors_ref._typing import DEVICE_TYPING
from collectors_ref.envs.base import EnvBase
from collectors_ref.specs import Bounded, Composite, Unbounded


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
