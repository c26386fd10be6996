"""What the collectors check and normalise of their arguments."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import torch


def check_options(
    reset_when_done: bool, replay_buffer: Any, postproc: Any, use_buffers: bool | None, cudagraph_policy: Any
) -> None:
    """Refuse arguments that contradict each other, or that cannot be had.

    Args:
        reset_when_done: Has to be True.
        replay_buffer: The replay buffer, or None.
        postproc: What is called with batches, or None.
        use_buffers: Whether batches are contiguous.
        cudagraph_policy: Whether the policy is run as a CUDA graph, or with which arguments.

    Raises:
        ValueError: If ``reset_when_done`` is False.
        TypeError: If there is a replay buffer, and something that needs batches.
        RuntimeError: If a CUDA graph is asked for and there is no CUDA.
    """
    if not reset_when_done:
        raise ValueError("reset_when_done=False is not supported: environments are reset as soon as they are done.")
    if replay_buffer is not None and postproc is not None:
        raise TypeError("`postproc` works on batches, and with a replay buffer there are none. Transform its samples.")
    if replay_buffer is not None and use_buffers:
        raise TypeError("use_buffers=True needs batches, and with a replay buffer there are none.")
    if is_on(cudagraph_policy) and not torch.cuda.is_available():
        raise RuntimeError(
            "cudagraph_policy needs CUDA, which is not available here. Leave it out, or set it to False."
        )


def is_on(setting: bool | Mapping[str, Any] | None) -> bool:
    """Say whether something is asked for by True or by a dictionary of its arguments, be it empty.

    Args:
        setting: The setting.

    Returns:
        False for False and None, else True.
    """
    return setting is not None and setting is not False


def arguments_of(setting: bool | Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the keyword arguments in a setting.

    Args:
        setting: A flag, or a dictionary of keyword arguments.

    Returns:
        The keyword arguments; none for a flag.
    """
    return dict(setting) if isinstance(setting, Mapping) else {}


def frame_limit(total_frames: int | None) -> float:
    """Read a number of frames where None and negative numbers mean no limit.

    Args:
        total_frames: The number, or None.

    Returns:
        The number; infinity for no limit.
    """
    return math.inf if total_frames is None or total_frames < 0 else total_frames


def warn_unless_multiple(name: str, value: int, divisor: int, what: str) -> None:
    """Warn that a number of frames will be rounded up.

    Args:
        name: Name of the argument.
        value: The number that was asked for.
        divisor: What it has to be a multiple of.
        what: What the divisor is, in words.
    """
    if value % divisor:
        warnings.warn(
            f"{name}={value} is not a multiple of {what} ({divisor}), and is rounded up to a full batch: "
            f"{-(-value // divisor) * divisor}.",
            stacklevel=4,
        )
