"""Cutting batches into trajectories loses nothing and mixes nothing."""

import pytest

torch = pytest.importorskip("torch")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from tensordict import TensorDict  # noqa: E402

from collectors_ref import split_trajectories  # noqa: E402

pytestmark = pytest.mark.torch


def rollouts(done):
    done = torch.tensor(done, dtype=torch.bool)
    frames = torch.arange(1, done.numel() + 1).reshape(done.shape)
    return TensorDict(
        {
            "frame": frames,
            "wide": frames.unsqueeze(-1).expand(*done.shape, 3).float(),
            "next": {"done": done.unsqueeze(-1), "frame": frames + 1},
        },
        batch_size=done.shape,
    )


DONE = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 6).flatmap(
        lambda steps: st.lists(st.lists(st.booleans(), min_size=steps, max_size=steps), min_size=rows, max_size=rows)
    )
)


@settings(deadline=None, max_examples=60)
@given(done=DONE)
def test_every_frame_is_found_once_in_order_and_trajectories_do_not_mix(done):
    data = rollouts(done)
    split = split_trajectories(data)
    mask = split["mask"]
    assert mask.shape == split.shape
    assert int(mask.sum()) == data.numel()
    assert split["frame"][mask].tolist() == data["frame"].flatten().tolist()
    assert split["wide"][mask].equal(data["wide"].flatten(0, 1))
    for row, row_mask in zip(split, mask, strict=True):
        length = int(row_mask.sum())
        assert row_mask[:length].all()
        assert row["traj_ids"][:length].unique().numel() == 1
        # A trajectory ends with its first done, or with its row.
        ends = row["next", "done"][: length - 1]
        assert not ends.any()
    assert not split["frame"][~mask].any()
    assert not split["wide"][~mask].any()
    assert not split["next", "frame"][~mask].any()


@settings(deadline=None, max_examples=40)
@given(done=DONE)
def test_ids_from_the_input_from_a_prefix_and_from_done_flags_agree(done):
    data = rollouts(done)
    from_done = split_trajectories(data)
    ids = from_done["traj_ids"][from_done["mask"]].reshape(data.shape)
    by_prefix = data.copy().set(("collector", "traj_ids"), ids)
    for split, mask in [
        (split_trajectories(by_prefix), ("collector", "mask")),
        (split_trajectories(by_prefix, prefix="collector"), ("collector", "mask")),
        (split_trajectories(by_prefix, trajectory_key=("collector", "traj_ids")), ("collector", "mask")),
        (split_trajectories(data, done_key="done"), "mask"),
        (split_trajectories(data, prefix="other"), ("other", "mask")),
    ]:
        assert split["frame"].equal(from_done["frame"])
        assert split[mask].equal(from_done["mask"])


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@settings(deadline=None, max_examples=15)
@given(done=DONE)
def test_nested_tensors_padded_afterwards_equal_the_padded_form(done):
    data = rollouts(done)
    padded = split_trajectories(data)
    nested = split_trajectories(data, as_nested=True)
    assert nested.batch_size[0] == padded.shape[0]
    if nested.batch_size[1] != -1:
        # Equally long trajectories are stacked.
        assert padded["mask"].all()
        assert nested["frame"].equal(padded["frame"])
        return
    afterwards = nested.to_padded_tensor(mask_key="mask")
    for key in padded.keys(True, True):
        assert afterwards[key].equal(padded[key]), key


def test_the_frame_that_is_done_belongs_to_the_trajectory_that_it_ends():
    split = split_trajectories(rollouts([[0, 1, 0], [0, 0, 0]]))
    assert split["traj_ids"].tolist() == [[0, 0, 0], [1, 0, 0], [2, 2, 2]]
    assert split["mask"].tolist() == [[True, True, False], [True, False, False], [True, True, True]]


def test_an_id_that_comes_back_begins_another_trajectory():
    data = TensorDict({"collector": {"traj_ids": torch.tensor([0, 0, 1, 1, 0, 0])}, "x": torch.arange(6)}, [6])
    split = split_trajectories(data)
    assert split["collector", "traj_ids"].tolist() == [[0, 0], [1, 1], [0, 0]]
    assert split["x"].tolist() == [[0, 1], [2, 3], [4, 5]]


def test_the_end_of_a_row_cuts_even_where_the_next_row_goes_on_with_the_same_id():
    data = TensorDict({"traj_ids": torch.tensor([[0, 1], [1, 2]]), "x": torch.arange(4).reshape(2, 2)}, [2, 2])
    assert split_trajectories(data)["x"].tolist() == [[0], [1], [2], [3]]


def test_whole_rows_are_returned_as_they_are_with_a_full_mask():
    split = split_trajectories(rollouts([0, 0, 1]))
    assert split.shape == (1, 3)
    assert split["mask"].all()
    assert split["frame"].tolist() == [[1, 2, 3]]


def test_another_done_flag_can_be_named():
    data = rollouts([[0, 0, 0]])
    data["next", "truncated"] = torch.tensor([[[True], [False], [False]]])
    assert split_trajectories(data).shape == (1, 3)
    assert split_trajectories(data, done_key="truncated").shape == (2, 2)


def test_the_input_is_not_modified():
    data = rollouts([[0, 1, 0], [0, 0, 0]])
    data["collector", "other"] = torch.zeros(2, 3)
    before = data.clone()
    split_trajectories(data)
    assert set(data.keys(True)) == set(before.keys(True))
    assert (data == before).all()


def test_more_batch_dimensions_are_flattened_in_order():
    data = TensorDict(
        {"traj_ids": torch.tensor([[[0, 0], [1, 2]], [[3, 3], [4, 5]]]), "x": torch.arange(8).reshape(2, 2, 2)},
        [2, 2, 2],
    )
    split = split_trajectories(data)
    assert split["x"][split["mask"]].tolist() == list(range(8))
    assert split["traj_ids"][:, 0].tolist() == [0, 1, 2, 3, 4, 5]


def test_without_ids_and_done_flags_there_is_a_key_error():
    with pytest.raises(KeyError):
        split_trajectories(TensorDict({"x": torch.zeros(3)}, [3]))
