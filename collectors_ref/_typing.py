"""Types that the collectors' signatures name."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import torch
from tensordict import TensorDictBase

DEVICE_TYPING = torch.device | str | int | None


@runtime_checkable
class ReplayBuffer(Protocol):
    """What a collector asks of a replay buffer.

    Only ``add`` is needed by a collector in one process. Collectors with worker processes also call ``extend`` (when
    ``replay_buffer_chunk=False``), ``empty``, and ``share`` where the buffer has it.
    """

    def add(self, data: TensorDictBase) -> Any:
        """Store one frame (of the whole batch of environments).

        Args:
            data: The frame, of the environment's batch size.

        Returns:
            Whatever the buffer returns; it is not used.
        """
        ...

    def extend(self, data: TensorDictBase) -> Any:
        """Store a batch, one item for each index of its first dimension.

        Args:
            data: The batch.

        Returns:
            Whatever the buffer returns; it is not used.
        """
        ...

    def __len__(self) -> int: ...
