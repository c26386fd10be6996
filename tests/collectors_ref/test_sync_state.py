"""Resetting, seeding, saving, loading and shutting down a SyncDataCollector."""

from collections import OrderedDict
from types import MappingProxyType

import pytest

torch = pytest.importorskip("torch")

from tensordict import TensorDict  # noqa: E402
from tensordict.nn import TensorDictModule  # noqa: E402

from collectors_ref import SyncDataCollector  # noqa: E402
from collectors_ref.collectors import recursive_map_to_cpu  # noqa: E402
from collectors_ref.envs import BatchedEnv, CountingEnv  # noqa: E402
from collectors_ref.replay import RingBuffer  # noqa: E402

pytestmark = pytest.mark.torch


def ones(td):
    return td.set("action", torch.ones(*td.shape, 1, dtype=torch.int64))


def linear_policy():
    return TensorDictModule(torch.nn.Linear(1, 1), in_keys=["observation"], out_keys=["action"])


def three(**kwargs):
    return BatchedEnv([lambda: CountingEnv(100, **kwargs)] * 3)


@pytest.mark.parametrize("index", [1, [1], slice(1, 2), torch.tensor([False, True, False])])
def test_a_partial_reset_touches_the_chosen_environments_only(index):
    collector = SyncDataCollector(three, ones, frames_per_batch=6)
    iterator = iter(collector)
    next(iterator)
    collector.reset(index)
    batch = next(iterator)
    assert batch["observation"][:, 0, 0].tolist() == [2, 0, 2]
    assert batch["collector", "traj_ids"][:, 0].tolist() == [0, 3, 2]
    assert not any("_reset" in key for key in batch.keys(True))


def test_a_full_reset_begins_new_trajectories_with_numbers_that_were_never_used():
    collector = SyncDataCollector(three, ones, frames_per_batch=6)
    iterator = iter(collector)
    seen = set(next(iterator)["collector", "traj_ids"].flatten().tolist())
    for _ in range(3):
        collector.reset()
        collector.reset()
        batch = next(iterator)
        assert (batch["observation"][:, 0] == 0).all()
        ids = set(batch["collector", "traj_ids"].flatten().tolist())
        assert not ids & seen
        seen |= ids
    assert seen == set(range(12))


def test_an_index_needs_an_environment_that_is_there():
    with pytest.raises(RuntimeError, match="no batch dimension"):
        SyncDataCollector(CountingEnv, frames_per_batch=4).reset(0)
    with pytest.raises(IndexError):
        SyncDataCollector(three, frames_per_batch=6).reset(3)


def test_after_a_shutdown_next_gives_none_and_iterating_says_that_it_is_closed():
    collector = SyncDataCollector(CountingEnv, frames_per_batch=4)
    collector.next()
    collector.shutdown()
    collector.shutdown()
    assert collector.closed
    assert collector.env.is_closed
    assert collector.next() is None
    with pytest.raises(RuntimeError, match="closed"):
        next(iter(collector))
    assert collector.state_dict()["frames"] == 4


def test_at_the_end_the_environment_is_closed_and_there_is_no_more_to_iterate():
    collector = SyncDataCollector(CountingEnv, frames_per_batch=4, total_frames=8)
    assert len(list(collector)) == 2
    assert collector.env.is_closed
    assert list(collector) == []
    assert collector.state_dict()["iter"] == 2


def test_a_collector_whose_construction_failed_can_be_dropped():
    with pytest.raises(ZeroDivisionError):
        SyncDataCollector(lambda: 1 / 0, frames_per_batch=4)


@pytest.mark.parametrize("use_buffers", [True, False])
def test_its_representation_says_how_far_it_is(use_buffers):
    collector = SyncDataCollector(CountingEnv, frames_per_batch=4, total_frames=8, use_buffers=use_buffers)
    collector.next()
    assert "frames=4" in repr(collector)


@pytest.mark.parametrize("env", [lambda: CountingEnv(7, random_start=3), lambda: three(random_start=5)])
@pytest.mark.parametrize("limit", [None, 4])
def test_saved_loaded_and_continued_equals_never_having_stopped(env, limit):
    def new():
        return SyncDataCollector(
            env, linear_policy().requires_grad_(False), frames_per_batch=6, total_frames=30, max_frames_per_traj=limit
        )

    collector = new()
    iterator = iter(collector)
    next(iterator), next(iterator)
    state = collector.state_dict()
    expected = list(iterator)
    continued = new()
    continued.load_state_dict(state)
    assert continued._frames == 12
    assert continued._iter == 2
    batches = list(continued)
    assert len(batches) == len(expected) == 3
    for batch, other in zip(batches, expected, strict=True):
        assert (batch == other).all()


def test_a_state_is_a_copy_that_later_steps_do_not_change():
    collector = SyncDataCollector(CountingEnv, linear_policy(), frames_per_batch=4)
    collector.next()
    state = collector.state_dict()
    weight = state["policy_state_dict"]["module.weight"].clone()
    collector.policy_weights.zero_()
    collector.next()
    assert state["policy_state_dict"]["module.weight"].equal(weight)
    assert state["frames"] == 4
    assert list(state)[:4] == ["policy_state_dict", "env_state_dict", "frames", "iter"]


def test_a_state_from_the_end_yields_nothing():
    collector = SyncDataCollector(CountingEnv, frames_per_batch=4, total_frames=8)
    list(collector)
    again = SyncDataCollector(CountingEnv, frames_per_batch=4, total_frames=8)
    again.load_state_dict(collector.state_dict())
    assert list(again) == []


@pytest.mark.parametrize("part", ["policy_state_dict", "env_state_dict"])
def test_a_missing_part_is_a_key_error_unless_loading_is_lenient(part):
    collector = SyncDataCollector(CountingEnv, linear_policy(), frames_per_batch=4)
    state = collector.state_dict()
    del state[part]
    with pytest.raises(KeyError, match=part):
        collector.load_state_dict(state)
    collector.load_state_dict(state, strict=False)


def test_new_weights_are_used_from_the_next_batch_on():
    policy = linear_policy()
    collector = SyncDataCollector(CountingEnv, policy, frames_per_batch=4)
    weights = TensorDict.from_module(policy).data.clone().apply(torch.zeros_like)
    weights["module", "bias"].fill_(3)
    assert not (collector.next()["action"] == 3).all()
    collector.update_policy_weights_(weights)
    assert (collector.next()["action"] == 3).all()
    assert (policy.module.bias == 3).all()


def test_a_copied_policy_keeps_its_weights_until_it_is_told_to_read_them_again():
    policy = linear_policy().to(torch.float64)
    policy.module.float()
    collector = SyncDataCollector(CountingEnv, policy, frames_per_batch=4)
    from copy import deepcopy

    # What happens when a device makes a copy necessary, on a machine with one device.
    collector._run_policy = collector.policy = deepcopy(policy)
    with torch.no_grad():
        policy.module.weight.zero_()
        policy.module.bias.fill_(5)
    assert not (collector.next()["action"] == 5).all()
    collector.update_policy_weights_()
    assert (collector.next()["action"] == 5).all()


def test_a_policy_that_is_no_module_has_no_weights_to_update():
    collector = SyncDataCollector(CountingEnv, ones, frames_per_batch=4)
    assert collector.policy_weights.is_empty()
    collector.update_policy_weights_()
    collector.update_policy_weights_(TensorDict({"a": torch.zeros(1)}))


def test_a_replay_buffer_gets_each_frame_and_stops_at_the_total():
    buffer = RingBuffer(100)
    collector = SyncDataCollector(
        lambda: CountingEnv(100), ones, frames_per_batch=5, total_frames=20, replay_buffer=buffer
    )
    assert list(collector) == [None] * 4
    assert buffer[:]["observation"].flatten().tolist() == list(range(20))


@pytest.mark.filterwarnings("ignore:.*is not a multiple of")
def test_a_replay_buffer_gets_no_frame_beyond_the_total():
    buffer = RingBuffer(100)
    collector = SyncDataCollector(CountingEnv, ones, frames_per_batch=6, total_frames=20, replay_buffer=buffer)
    assert list(collector) == [None] * 4
    assert len(buffer) == collector._frames == 20
    for arguments in ({"postproc": lambda td: td}, {"use_buffers": True}):
        with pytest.raises(TypeError):
            SyncDataCollector(CountingEnv, ones, frames_per_batch=6, replay_buffer=buffer, **arguments)


def test_recursive_map_to_cpu_keeps_keys_order_and_its_input():
    tensor = torch.zeros(2)
    inner = {3: tensor, "text": "a", "list": [tensor]}
    given = OrderedDict(b=inner, a=MappingProxyType({"x": tensor}), td=TensorDict({"y": tensor}), none=None)
    result = recursive_map_to_cpu(given)
    assert list(result) == ["b", "a", "td", "none"]
    assert isinstance(result["b"], OrderedDict)
    assert list(result["b"]) == [3, "text", "list"]
    assert result["b"]["list"] is inner["list"]
    assert isinstance(result["a"], OrderedDict)
    assert result["td"].device is None or result["td"].device.type == "cpu"
    assert given["b"] is inner


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_recursive_map_to_cpu_moves_tensors_at_any_depth():
    result = recursive_map_to_cpu(OrderedDict(a={"b": torch.zeros(1, device="cuda")}))
    assert result["a"]["b"].device.type == "cpu"
