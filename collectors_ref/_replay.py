"""Making a replay buffer ready for worker processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensordict import TensorDictBase


def share_replay_buffer(replay_buffer: Any, one_frame: Callable[[], TensorDictBase]) -> None:
    """Let processes write to a replay buffer together.

    A storage that takes its layout from the first data has to do so before the processes have their handles on it, or
    each of them would make its own.

    Args:
        replay_buffer: The buffer.
        one_frame: Makes the data of one frame; called only if the storage has no layout yet.
    """
    storage = getattr(replay_buffer, "_storage", None)
    if storage is not None and not getattr(storage, "initialized", True):
        replay_buffer.add(one_frame())
        replay_buffer.empty()
    if hasattr(replay_buffer, "share"):
        replay_buffer.share()
