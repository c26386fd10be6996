"""Cutting collected batches into trajectories."""

from __future__ import annotations

import torch
from tensordict import LazyStackedTensorDict, NestedKey, TensorDictBase, set_lazy_legacy

from collectors_ref._trajectories import as_path


@set_lazy_legacy(False)
def split_trajectories(
    rollout_tensordict: TensorDictBase,
    *,
    prefix=None,
    trajectory_key: NestedKey | None = None,
    done_key: NestedKey | None = None,
    as_nested: bool = False,
) -> TensorDictBase:
    """Cut a batch of rollouts into its trajectories, one for each row of the result.

    Time is the last dimension of the input. A trajectory ends where the id of the next frame differs, and at the end of
    a row; trajectories come in the order in which they appear. Where the input has no ids, they are derived from the
    done flags, and stored in the result. The input is not modified.

    Args:
        rollout_tensordict: The rollouts, of batch size ``(*batch, T)``.
        prefix: Key of the entry that holds the ids, as ``"traj_ids"``, and that gets the mask, as ``"mask"``. By
            default ``"collector"`` if there is such an entry, else the root.
        trajectory_key: Key of the ids, instead of a prefix; the mask goes beside them.
        done_key: Key of the done flag inside ``"next"``, read where there are no ids. By default ``"done"``.
        as_nested: Return nested tensors instead of padded ones, without a mask; a ``torch.layout`` selects their
            layout.

    Returns:
        A tensordict of shape ``(trajectories, longest)``, padded with zeros, and a boolean mask of that shape that is
        True for frames of the input. Where every trajectory has ``T`` frames, nothing is padded. With ``as_nested`` the
        shape is ``(trajectories, -1)``, except where all are equally long: these need no nesting, and are stacked.

    Raises:
        KeyError: If there are neither ids nor a done flag.
    """
    id_path, mask_path = _paths(rollout_tensordict, prefix, trajectory_key)
    rollouts = rollout_tensordict.copy()
    if rollouts.ndim == 1:
        rollouts = rollouts.unsqueeze(0)
    if id_path not in rollouts.keys(True):
        rollouts.set(id_path, _ids_from_done(rollouts, ("next", *as_path(done_key or "done"))))
    ids = rollouts.get(id_path).reshape(-1, rollouts.shape[-1])

    starts = torch.ones_like(ids, dtype=torch.bool)
    starts[:, 1:] = ids[:, 1:] != ids[:, :-1]
    frames = rollouts.reshape(-1)
    first = starts.flatten().nonzero().squeeze(-1)
    lengths = torch.diff(first, append=first.new_tensor([ids.numel()]))
    if as_nested:
        layout = as_nested if isinstance(as_nested, torch.layout) else torch.strided
        pieces = list(frames.split(lengths.tolist(), 0))
        return LazyStackedTensorDict.lazy_stack(pieces, 0).densify(layout=layout)
    if len(lengths) == len(ids):
        result = rollouts.reshape(len(ids), -1)
        result.names = None
        return result.set(mask_path, torch.ones_like(starts))

    steps = torch.arange(int(lengths.max()), device=ids.device)
    mask = steps < lengths.unsqueeze(-1)
    # Padding repeats the first frame, which is then zeroed: one gather instead of a copy for each trajectory.
    padded = frames[first.unsqueeze(-1) + steps * mask]
    padded = padded.apply(lambda value: value.masked_fill(~_expand(mask, value), 0))
    return padded.set(mask_path, mask)


def _paths(rollouts: TensorDictBase, prefix, trajectory_key: NestedKey | None) -> tuple[tuple, tuple]:
    if trajectory_key is not None:
        id_path = as_path(trajectory_key)
        return id_path, (*id_path[:-1], "mask")
    if prefix is None:
        prefix = ("collector",) if "collector" in rollouts else ()
    return (*as_path(prefix), "traj_ids"), (*as_path(prefix), "mask")


def _ids_from_done(rollouts: TensorDictBase, done_path: tuple) -> torch.Tensor:
    done = rollouts[done_path]
    if done.ndim > rollouts.ndim:
        done = done.flatten(rollouts.ndim).any(-1)
    rows = done.reshape(-1, done.shape[-1])
    ids = torch.zeros(rows.shape, dtype=torch.int64, device=rows.device)
    # The frame that is done still belongs to its trajectory: the next one has a new id.
    ids[:, 1:] = rows[:, :-1].cumsum(-1)
    ids[1:] += (ids[:-1, -1:] + 1).cumsum(0)
    return ids.reshape(done.shape)


def _expand(mask: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    return mask.reshape(mask.shape + (1,) * (value.ndim - mask.ndim)).expand_as(value)
