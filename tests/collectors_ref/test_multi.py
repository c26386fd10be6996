"""What the collectors with worker processes yield. Starting workers takes seconds, so each test looks at much."""

import time

import pytest

torch = pytest.importorskip("torch")

from tensordict import TensorDict  # noqa: E402
from tensordict.nn import TensorDictModule  # noqa: E402

from collectors_ref import (  # noqa: E402
    MultiaSyncDataCollector,
    MultiSyncDataCollector,
    SyncDataCollector,
    aSyncDataCollector,
)
from collectors_ref.envs import BatchedEnv, CountingEnv, next_seed  # noqa: E402
from collectors_ref.replay import RingBuffer  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("by_value"), pytest.mark.timeout(180)]


def make_env(random_start=3, **kwargs):
    return CountingEnv(6, random_start=random_start, **kwargs)


def ones(td):
    return td.set("action", torch.ones(*td.shape, 1, dtype=torch.int64))


def constant_policy(value=0.0):
    policy = TensorDictModule(torch.nn.Linear(1, 1), in_keys=["observation"], out_keys=["action"])
    with torch.no_grad():
        policy.module.weight.zero_()
        policy.module.bias.fill_(value)
    return policy


class SlowEnv(CountingEnv):
    def __init__(self, seconds):
        super().__init__(1000)
        self.seconds = seconds

    def _step(self, tensordict):
        time.sleep(self.seconds)
        return super()._step(tensordict)


class Multiplier:
    """A postproc that wants to be told its device."""

    device = None

    def to(self, device):
        self.device = device
        return self

    def __call__(self, batch):
        return batch.set("twice", batch["observation"] * 2)


@pytest.fixture
def closing():
    collectors = []
    yield lambda collector: collectors.append(collector) or collector
    for collector in collectors:
        collector.shutdown()
    collectors.clear()


def in_one_process(seeds, frames, batches, maker=make_env, **kwargs):
    """What each of the workers should yield, from a SyncDataCollector with the worker's seed."""
    rows = []
    for seed in seeds:
        collector = SyncDataCollector(maker, ones, frames_per_batch=frames, total_frames=frames * batches, **kwargs)
        collector.set_seed(seed)
        collector.reset()
        rows.append([batch.exclude("collector") for batch in collector])
    return rows


def test_multi_sync_equals_a_sync_collector_for_each_worker(closing):
    collector = closing(
        MultiSyncDataCollector([make_env] * 2, ones, frames_per_batch=24, total_frames=72, max_frames_per_traj=4)
    )
    assert len(collector) == 3
    assert collector.frames_per_batch_worker == 12
    assert collector.num_workers == len(collector.procs) == len(collector.pipes) == 2
    expected = in_one_process([1, next_seed(1)], 12, 3, max_frames_per_traj=4)
    for attempt in range(2):
        assert collector.set_seed(1) == next_seed(next_seed(1)) == 319954611
        history = []
        for i, batch in enumerate(collector):
            assert batch.shape == (2, 12)
            assert batch.names[-1] == "time"
            for worker in range(2):
                assert (batch[worker].exclude("collector") == expected[worker][i]).all()
            history.append(batch)
            if attempt == 0 and i == 1:
                # Seeding again in the middle repeats all from the start.
                break
        if attempt == 0:
            collector._frames = collector._iter = 0
    ids = torch.cat(history, 1)["collector", "traj_ids"]
    done = torch.cat(history, 1)["next", "done"].squeeze(-1)
    assert ids[:, 0].tolist() == [0, 1]
    assert (ids[:, 1:] != ids[:, :-1]).equal(done[:, :-1])
    assert not set(ids[0].tolist()) & set(ids[1].tolist())
    assert collector.set_seed(1, static_seed=True) == 1
    # The iteration is over, and the state can still be had.
    state = collector.state_dict()
    assert list(state) == ["worker0", "worker1", "frames", "iter"]
    assert (state["frames"], state["iter"]) == (72, 3)
    collector.shutdown()
    collector.shutdown()
    assert collector.closed
    assert collector.next() is None
    with pytest.raises(RuntimeError, match="closed"):
        collector.set_seed(1)


def test_a_batched_environment_in_one_worker_passes_on_the_same_seed(closing):
    def batched():
        return BatchedEnv([make_env] * 2)

    collector = closing(MultiSyncDataCollector([batched], ones, frames_per_batch=12, total_frames=12, cat_results=-1))
    assert collector.set_seed(1) == 319954611
    (batch,) = list(collector)
    assert batch.shape == (2, 6)
    (expected,) = in_one_process([1], 12, 1, maker=batched)
    assert (batch.exclude("collector") == expected[0]).all()


def test_results_can_be_concatenated_and_are_rounded_up_with_a_warning(closing):
    with pytest.warns(UserWarning, match="frames_per_batch=15 is not a multiple of the number of workers"):
        collector = MultiSyncDataCollector(
            [lambda: make_env(0)] * 2,
            ones,
            frames_per_batch=15,
            total_frames=40,
            cat_results=0,
            postproc=Multiplier(),
            storing_device="cpu",
        )
    closing(collector)
    batches = list(collector)
    assert [batch.shape for batch in batches] == [(16,)] * 3
    assert batches[0].names == ["time"]
    assert batches[0].device == torch.device("cpu")
    assert batches[0]["observation"].flatten().tolist() == [0, 1, 2, 3, 4, 5, 0, 1] * 2
    assert batches[0]["twice"].equal(batches[0]["observation"] * 2)
    assert collector.postproc.device == torch.device("cpu")


def test_multi_sync_does_nothing_between_batches_and_splits_postprocesses_and_randomises(closing):
    collector = closing(
        MultiSyncDataCollector(
            [lambda: make_env(0)] * 2,
            ones,
            frames_per_batch=24,
            total_frames=72,
            init_random_frames=24,
            split_trajs=True,
            postproc=lambda batch: batch.set("flag", torch.ones(batch.shape)),
            reset_at_each_iter=True,
            use_buffers=False,
        )
    )
    torch.manual_seed(0)
    batches = list(collector)
    for i, batch in enumerate(batches):
        mask = batch["collector", "mask"]
        assert batch.shape == (4, 6)
        assert batch["flag"].shape == (4, 6)
        assert int(mask.sum()) == 24
        assert (batch["observation"][:, 0] == 0).all()
        assert bool((batch["action"] == 1).all()) is (i > 0)
    ids = [set(batch["collector", "traj_ids"].flatten().tolist()) for batch in batches]
    assert not ids[0] & ids[1]
    assert not ids[1] & ids[2]


def test_updated_weights_are_used_by_the_next_synchronous_batch(closing):
    policy = constant_policy(0.0)
    collector = closing(MultiSyncDataCollector([make_env] * 2, policy, frames_per_batch=8))
    iterator = iter(collector)
    assert (next(iterator)["action"] == 0).all()
    weights = TensorDict.from_module(policy).data.clone()
    weights["module", "bias"].fill_(2)
    assert (next(iterator)["action"] == 0).all()
    collector.update_policy_weights_(weights)
    assert (next(iterator)["action"] == 2).all()
    # Training in place is seen without being told.
    with torch.no_grad():
        policy.module.bias.fill_(3)
    assert (next(iterator)["action"] == 3).all()
    state = collector.state_dict()
    assert state["worker1"]["policy_state_dict"]["module.bias"].item() == 3
    saved = state["worker0"]["policy_state_dict"]["module.bias"]
    policy.module.bias.data.fill_(4)
    assert saved.item() == 3
    assert saved.device.type == "cpu"


def test_a_copy_of_the_weights_is_refreshed_when_asked_or_before_each_batch(closing):
    from collectors_ref import _weights

    policy = constant_policy(0.0)
    shared = _weights.SharedWeights(policy, ["cpu", None])
    # A second set of weights, as there is for another device.
    shared._copies[torch.device("meta")] = TensorDict.from_module(policy).apply(
        lambda value: torch.nn.Parameter(value.detach().clone())
    )
    shared._serves_itself = False
    with torch.no_grad():
        policy.module.bias.fill_(1)
    with shared.placed(torch.device("meta")) as placed:
        assert placed.module.bias.item() == 0
    shared.update(None)
    with shared.placed(torch.device("meta")) as placed:
        assert placed.module.bias.item() == 1
    given = TensorDict.from_module(policy).data.clone()
    given["module", "bias"].fill_(7)
    shared.update(given)
    with shared.placed(torch.device("meta")) as placed:
        assert placed.module.bias.item() == 7
    assert policy.module.bias.item() == 1


def test_preemption_stops_the_slow_workers_after_their_step(closing):
    makers = [lambda: SlowEnv(0.0), lambda: SlowEnv(0.3)]
    collector = closing(
        MultiSyncDataCollector(makers, ones, frames_per_batch=24, total_frames=24, preemptive_threshold=0.5)
    )
    batch = next(iter(collector))
    mask = batch["collector", "mask"]
    assert mask.equal(batch["collector", "traj_ids"] != -1)
    assert mask[0].all()
    kept = int(mask[1].sum())
    assert 1 <= kept < 12
    assert mask[1, :kept].all()
    assert batch["observation"][1, :kept].flatten().tolist() == list(range(kept))
    assert collector._frames == int(mask.sum())


def test_a_threshold_of_zero_stops_everyone_and_missing_steps_are_cut_out(closing):
    collector = closing(
        MultiSyncDataCollector(
            [lambda: SlowEnv(0.05)] * 2,
            ones,
            frames_per_batch=80,
            total_frames=80,
            preemptive_threshold=0.0,
            cat_results=0,
        )
    )
    batch = next(iter(collector))
    assert 2 <= batch.numel() < 80
    assert (batch["collector", "traj_ids"] >= 0).all()


def test_async_batches_come_from_one_worker_each_and_are_the_callers_own(closing):
    collector = closing(MultiaSyncDataCollector([make_env] * 2, ones, frames_per_batch=12, total_frames=96))
    assert len(collector) == 8
    assert collector.set_seed(1) == 319954611
    expected = {
        tuple(row[0]["observation"].flatten().tolist()): row for row in in_one_process([1, next_seed(1)], 12, 4)
    }
    batches = []
    for i, batch in enumerate(collector):
        assert batch.shape == (12,)
        assert batch.names == ["time"]
        batches.append((batch, batch.clone()))
        if i == 3:
            # Nothing that was under way comes through.
            assert collector.set_seed(1) == 319954611
            batches.clear()
            state = collector.state_dict()
            assert set(state) == {"worker0", "worker1", "frames", "iter"}
    assert collector._frames == 96
    assert all((batch == copy).all() for batch, copy in batches)
    ids = [set(batch["collector", "traj_ids"].tolist()) for batch, _ in batches]
    first = [batch.exclude("collector") for batch, _ in batches if min(batch["collector", "traj_ids"]) < 2]
    assert first
    for batch in first:
        row = expected[tuple(batch["observation"].flatten().tolist())]
        assert (batch == row[0]).all()
    assert sum(bool(a & b) for a in ids for b in ids if a is not b) <= 2 * len(ids)


def test_one_async_worker_gives_the_batches_of_a_sync_collector_in_order(closing):
    policy = constant_policy(1.0)
    collector = closing(
        aSyncDataCollector(
            make_env,
            policy,
            frames_per_batch=12,
            total_frames=72,
            create_env_kwargs={"random_start": 2, "truncates": True},
            set_truncated=True,
            update_at_each_batch=True,
        )
    )
    assert collector.set_seed(4) == next_seed(4)
    (expected,) = in_one_process(
        [4], 12, 3, create_env_kwargs={"random_start": 2, "truncates": True}, set_truncated=True
    )
    iterator = iter(collector)
    for row in expected:
        assert (next(iterator).exclude("collector") == row).all()
    # New weights are used at the latest by the batch after the one under way.
    weights = TensorDict.from_module(policy).data.clone()
    weights["module", "bias"].fill_(2)
    collector.update_policy_weights_(weights)
    next(iterator), next(iterator)
    assert (next(iterator)["action"] == 2).all()


def test_a_saved_state_is_continued_by_another_collector(closing):
    def new():
        return closing(MultiSyncDataCollector([make_env] * 2, ones, frames_per_batch=24, total_frames=72))

    collector = new()
    collector.set_seed(3)
    iterator = iter(collector)
    next(iterator)
    state = collector.state_dict()
    expected = list(iterator)
    continued = new()
    continued.load_state_dict(state)
    assert (continued._frames, continued._iter) == (24, 1)
    batches = list(continued)
    assert len(batches) == 2
    for batch, other in zip(batches, expected, strict=True):
        assert (batch.exclude("collector") == other.exclude("collector")).all()
    for reset_idx in ([True, False], None):
        continued.reset(reset_idx)
    del state["worker1"]
    with pytest.raises(KeyError, match="worker1"):
        continued.load_state_dict(state)


@pytest.mark.parametrize("by_frame", [True, False])
def test_workers_write_every_frame_to_a_shared_replay_buffer(closing, by_frame):
    buffer = RingBuffer(48)
    collector = closing(
        MultiSyncDataCollector(
            [make_env] * 2,
            constant_policy(),
            frames_per_batch=24,
            total_frames=48,
            replay_buffer=buffer,
            replay_buffer_chunk=by_frame,
            max_frames_per_traj=4,
        )
    )
    for i, batch in enumerate(collector):
        assert batch is None
        assert len(buffer) == 24 * (i + 1)
    data = buffer[:]
    pairs = set(zip(data["collector", "traj_ids"].tolist(), data["step_count"].flatten().tolist(), strict=True))
    assert len(pairs) == 48


def test_threads_are_divided_and_given_back(closing):
    before = torch.get_num_threads()
    collector = closing(
        MultiSyncDataCollector(
            [make_env],
            lambda td: ones(td).set("threads", torch.tensor(torch.get_num_threads())),
            frames_per_batch=4,
            total_frames=4,
            num_threads=before + 3,
            num_sub_threads=2,
        )
    )
    assert torch.get_num_threads() == before + 3
    assert next(iter(collector))["threads"].unique().tolist() == [2]
    collector.shutdown()
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    ("cls", "arguments", "error", "message"),
    [
        (MultiSyncDataCollector, {"cat_results": "other"}, ValueError, "cat_results"),
        (MultiaSyncDataCollector, {"cat_results": 0}, ValueError, "cat_results"),
        (MultiSyncDataCollector, {"cat_results": 0, "use_buffers": False}, RuntimeError, "use_buffers"),
        (MultiSyncDataCollector, {"preemptive_threshold": 1.5}, ValueError, "preemptive_threshold"),
        (MultiSyncDataCollector, {"preemptive_threshold": -0.1}, ValueError, "preemptive_threshold"),
        (MultiSyncDataCollector, {"device": ["cpu"]}, RuntimeError, "device"),
        (MultiSyncDataCollector, {"policy": torch.nn.LazyLinear(1)}, RuntimeError, "lazy parameters"),
        (MultiSyncDataCollector, {"reset_when_done": False}, ValueError, "reset_when_done"),
        (MultiaSyncDataCollector, {"no_such_thing": 1}, TypeError, "no_such_thing"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_before_anything_is_started(cls, arguments, error, message):
    started = time.monotonic()
    with pytest.raises(error, match=message):
        cls([make_env] * 2, frames_per_batch=4, **arguments)
    assert time.monotonic() - started < 1


def test_an_async_collector_passes_its_other_arguments_on():
    with pytest.raises(TypeError, match="no_such_thing"):
        aSyncDataCollector(make_env, None, frames_per_batch=4, no_such_thing=1)
    with pytest.raises(ValueError, match="cat_results"):
        aSyncDataCollector(make_env, None, frames_per_batch=4, cat_results=3)
