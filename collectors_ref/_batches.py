"""Selections from collected batches."""

from __future__ import annotations

from typing import Any

from tensordict import TensorDictBase

from collectors_ref._trajectories import as_path

TRAJ_IDS = ("collector", "traj_ids")
MISSING = -1
"""Trajectory id of the frames that an interrupted rollout did not collect."""


def without_private(batch: TensorDictBase) -> TensorDictBase:
    """Leave out entries whose key, or a part of it, begins with an underscore.

    Args:
        batch: The batch; it is not modified.

    Returns:
        The batch itself if there is nothing to leave out, else a new tensordict with the same tensors.
    """
    private = [key for key in batch.keys(True) if any(part[0] == "_" for part in as_path(key))]
    return batch.exclude(*private) if private else batch


def valid_frames(batch: TensorDictBase) -> TensorDictBase:
    """Leave out what an interrupted rollout did not collect.

    Args:
        batch: The batch.

    Returns:
        The batch itself if it is complete, else its frames in one dimension.
    """
    valid = batch.get(TRAJ_IDS) != MISSING
    return batch if valid.all() else batch[valid]


def collected_steps(batch: TensorDictBase) -> TensorDictBase:
    """Cut a batch of one worker, whose environments stop together, after the last step that was collected.

    Args:
        batch: The batch, with time as its last dimension.

    Returns:
        The steps that were collected.
    """
    valid = batch.get(TRAJ_IDS) != MISSING
    return batch[..., : int(valid.reshape(-1, valid.shape[-1])[0].sum())]


def name_time(batch: TensorDictBase) -> Any:
    """Name the last dimension ``"time"``, in place.

    Args:
        batch: The batch.

    Returns:
        The same batch.
    """
    batch.names = [*batch.names[:-1], "time"]
    return batch
