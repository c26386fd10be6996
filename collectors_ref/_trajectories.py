"""Numbers for trajectories, and when one ends."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from tensordict import TensorDictBase


class TrajectoryPool:
    """Hands out trajectory ids: 0, 1, 2, ... and none of them twice.

    Args:
        context: The multiprocessing context of the processes that share the pool; None when there is only this one.
    """

    def __init__(self, context: Any = None):
        self._next = torch.zeros((), dtype=torch.int64)
        self._lock: AbstractContextManager[Any] = nullcontext()
        if context is not None:
            self._next.share_memory_()
            self._lock = context.Lock()

    @property
    def next_id(self) -> int:
        """The id that is handed out next."""
        return int(self._next)

    def take(self, n: int) -> torch.Tensor:
        """Take the next free ids.

        Args:
            n: How many.

        Returns:
            An int64 tensor of ``n`` consecutive ids.
        """
        with self._lock:
            first = int(self._next)
            self._next += n
        return torch.arange(first, first + n)

    def skip_to(self, next_id: int) -> None:
        """Leave out the ids below a number.

        Args:
            next_id: The smallest id that may be handed out from now on.
        """
        with self._lock:
            self._next.clamp_(min=next_id)

    def restart(self) -> None:
        """Begin again with 0. Ids from before can appear again."""
        with self._lock:
            self._next.zero_()


def end_flags(done_keys: Sequence[Any]) -> list[Any]:
    """Choose the flags that tell the end of a trajectory.

    Args:
        done_keys: All done keys of an environment.

    Returns:
        The keys called ``done``, which include ``terminated`` and ``truncated``; all keys where there is none.
    """
    return [key for key in done_keys if _last(key) == "done"] or list(done_keys)


def truncated_flags(done_keys: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Choose the flags that tell a trajectory was cut.

    Args:
        done_keys: All done keys of an environment.

    Returns:
        The keys called ``truncated``, as tuples.
    """
    return [as_path(key) for key in done_keys if _last(key) == "truncated"]


def ended(following: TensorDictBase, flags: Sequence[Any]) -> torch.Tensor | None:
    """Find the environments of a batch whose trajectory ends with a step.

    Args:
        following: What the step wrote under ``"next"``.
        flags: Keys of the flags to look at. A flag may have more dimensions than the batch; any of its entries counts.

    Returns:
        A boolean mask of the batch's shape, or None if no trajectory ends.
    """
    mask = None
    ndim = following.ndim
    for key in flags:
        flag = following.get(key)
        if not flag.any():
            continue
        if flag.ndim > ndim:
            flag = flag.flatten(ndim).any(-1)
        mask = flag if mask is None else mask | flag
    return mask


def as_path(key: Any) -> tuple[Any, ...]:
    """Write a nested key as a tuple.

    Args:
        key: A string or a tuple of strings.

    Returns:
        The tuple.
    """
    return key if isinstance(key, tuple) else (key,)


def _last(key: Any) -> str:
    return as_path(key)[-1]
