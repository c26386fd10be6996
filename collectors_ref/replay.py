"""A small replay buffer."""

from __future__ import annotations

from typing import Any

import torch
from tensordict import TensorDict, TensorDictBase


class RingBuffer:
    """Keeps the latest frames in preallocated memory, and gives random samples of them.

    The memory is laid out by the first frame. After `share`, processes that get the buffer as they are started all
    write to the same memory.

    Args:
        capacity: Number of items that it keeps.
    """

    def __init__(self, capacity: int):
        self.capacity = capacity
        self._storage = _Storage(capacity)
        self._written = torch.zeros((), dtype=torch.int64)
        self._lock: Any = None

    def add(self, data: TensorDictBase) -> int:
        """Store one item, in the place of the oldest one if the buffer is full.

        Args:
            data: The item.

        Returns:
            Its place in the buffer.
        """
        if self._lock is not None:
            with self._lock:
                return self._write(data)
        return self._write(data)

    def extend(self, data: TensorDictBase) -> list[int]:
        """Store a batch, one item for each index of its first dimension.

        Args:
            data: The batch.

        Returns:
            The places of the items.
        """
        return [self.add(item) for item in data.unbind(0)]

    def sample(self, n: int) -> TensorDictBase:
        """Draw items with replacement, with torch's global generator.

        Args:
            n: How many.

        Returns:
            A copy of them, stacked along a new first dimension.
        """
        return self[torch.randint(len(self), (n,))]

    def share(self) -> None:
        """Move the memory to where other processes can write, too. The layout has to be known by then."""
        self._lock = torch.multiprocessing.get_context("spawn").Lock()
        self._written.share_memory_()
        for value in self._storage.data.values(True, True):
            value.share_memory_()

    def empty(self) -> None:
        """Forget all items, and keep the layout."""
        self._written.zero_()

    def __len__(self) -> int:
        return min(int(self._written), self.capacity)

    def __getitem__(self, index: Any) -> TensorDictBase:
        return self._storage.data[: len(self)][index].clone()

    def _write(self, data: TensorDictBase) -> int:
        if not self._storage.initialized:
            self._storage.initialize(data)
        place = int(self._written) % self.capacity
        self._storage.data[place].update_(data)
        self._written += 1
        return place


class _Storage:
    def __init__(self, capacity: int):
        self._capacity = capacity
        self.data = TensorDict({}, [capacity])

    @property
    def initialized(self) -> bool:
        return not self.data.is_empty()

    def initialize(self, item: TensorDictBase) -> None:
        self.data = item.apply(
            lambda value: value.new_zeros((self._capacity, *value.shape)), batch_size=[self._capacity]
        )
