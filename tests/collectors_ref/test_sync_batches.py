"""What a SyncDataCollector yields."""

import pytest

torch = pytest.importorskip("torch")

from tensordict import LazyStackedTensorDict, TensorDict  # noqa: E402
from tensordict.nn import InteractionType, TensorDictModule  # noqa: E402
from tensordict.nn.probabilistic import interaction_type  # noqa: E402

from collectors_ref import SyncDataCollector  # noqa: E402
from collectors_ref.collectors import _Interruptor  # noqa: E402
from collectors_ref.envs import BatchedEnv, CountingEnv  # noqa: E402
from collectors_ref.policies import set_exploration_type  # noqa: E402

pytestmark = pytest.mark.torch


class Recorder:
    """Always takes action 1, and remembers what it was shown."""

    def __init__(self):
        self.observations = []

    def __call__(self, tensordict):
        self.observations.append(tensordict["observation"].clone())
        return tensordict.set("action", torch.ones(*tensordict.shape, 1, dtype=torch.int64))


def pair(first=2, second=3, **kwargs):
    return BatchedEnv([lambda: CountingEnv(first, **kwargs), lambda: CountingEnv(second, **kwargs)])


def collect(env, policy=None, *, frames_per_batch=12, total_frames=36, **kwargs):
    collector = SyncDataCollector(
        env, policy or Recorder(), frames_per_batch=frames_per_batch, total_frames=total_frames, **kwargs
    )
    return list(collector)


def joined(batches):
    return torch.cat(batches, -1)


@pytest.mark.parametrize(("env", "n_env"), [(CountingEnv, 1), (pair, 2), (lambda: CountingEnv(batch_size=(2, 2)), 4)])
def test_every_batch_is_full_and_length_counts_them(env, n_env):
    collector = SyncDataCollector(env, frames_per_batch=8, total_frames=24)
    sizes = [batch.numel() for batch in collector]
    assert sizes == [8, 8, 8]
    assert len(collector) == 3
    assert collector._frames == 24
    assert collector._iter == 3
    assert collector.frames_per_batch == 8 // n_env


@pytest.mark.filterwarnings("ignore:.*is not a multiple of")
def test_uneven_sizes_are_rounded_up_to_whole_batches():
    collector = SyncDataCollector(pair, frames_per_batch=5, total_frames=16)
    assert [batch.numel() for batch in collector] == [6, 6, 6]
    assert len(collector) == 3
    assert sum(batch.numel() for batch in SyncDataCollector(CountingEnv, frames_per_batch=30, total_frames=100)) == 120


def test_uneven_sizes_are_warned_of():
    with pytest.warns(UserWarning, match="frames_per_batch=5 is not a multiple of the number of environments"):
        SyncDataCollector(pair, frames_per_batch=5)
    with pytest.warns(UserWarning, match="total_frames=10"):
        SyncDataCollector(CountingEnv, frames_per_batch=4, total_frames=10)
    with pytest.warns(UserWarning, match="init_random_frames=15"):
        SyncDataCollector(CountingEnv, frames_per_batch=10, init_random_frames=15)


@pytest.mark.parametrize("endless", [-1, None])
def test_without_a_total_it_never_ends_and_has_no_length(endless):
    collector = SyncDataCollector(CountingEnv, frames_per_batch=2, total_frames=endless)
    iterator = iter(collector)
    assert all(next(iterator).numel() == 2 for _ in range(50))
    with pytest.raises(RuntimeError, match="endless"):
        len(collector)


def test_time_is_the_last_dimension_and_is_named():
    (batch,) = collect(pair(), frames_per_batch=12, total_frames=12)
    assert batch.shape == (2, 6)
    assert batch.names == [None, "time"]


@pytest.mark.parametrize("env", [lambda: CountingEnv(3, random_start=2), lambda: pair(random_start=1)])
@pytest.mark.parametrize("limit", [None, 2])
def test_each_root_is_what_the_step_before_led_to_or_a_reset(env, limit):
    history = joined(collect(env, max_frames_per_traj=limit, frames_per_batch=10, total_frames=30))
    root, following = history[..., 1:], history[..., :-1]["next"]
    done = following["done"].squeeze(-1)
    assert done.any()
    for key in {"observation", "done", "terminated"} if limit is None else {"observation", "done", "step_count"}:
        assert root[key][~done].equal(following[key][~done]), key
    assert not root["done"].any()
    assert (root["observation"][done] <= 2).all()
    terminal = following["observation"].squeeze(-1)[following["terminated"].squeeze(-1)]
    assert (terminal >= 2).all()


def test_ids_change_with_done_only_and_are_never_used_again():
    history = joined(collect(pair(), frames_per_batch=10, total_frames=40))
    ids, done = history["collector", "traj_ids"], history["next", "done"].squeeze(-1)
    assert ids.dtype == torch.int64
    assert ids[:, 0].tolist() == [0, 1]
    assert (ids[:, 1:] != ids[:, :-1]).equal(done[:, :-1])
    assert (ids[:, 1:] >= ids[:, :-1]).all()
    assert not set(ids[0].tolist()) & set(ids[1].tolist())


def test_max_frames_per_traj_truncates_without_terminating():
    history = joined(collect(pair(100, 3), max_frames_per_traj=4, frames_per_batch=24, total_frames=48))
    following = history["next"]
    truncated, terminated = following["truncated"].squeeze(-1), following["terminated"].squeeze(-1)
    assert truncated[0].tolist() == [False, False, False, True] * 6
    assert not terminated[0].any()
    assert not truncated[1].any()
    assert following["done"].squeeze(-1).equal(truncated | terminated)
    assert following["step_count"][0, :8, 0].tolist() == [1, 2, 3, 4] * 2
    assert history["step_count"][0, :8, 0].tolist() == [0, 1, 2, 3] * 2
    assert history["step_count"][1, :6, 0].tolist() == [0, 1, 2] * 2
    assert not history["truncated"].any()


@pytest.mark.parametrize("off", [None, 0, -1])
def test_max_frames_per_traj_can_be_off(off):
    (batch,) = collect(CountingEnv(), max_frames_per_traj=off, total_frames=12)
    assert "step_count" not in batch


def test_the_limit_refuses_an_environment_that_counts_already():
    from collectors_ref.envs import StepLimit

    with pytest.raises(ValueError, match="step_count"):
        SyncDataCollector(StepLimit(CountingEnv(), 3), frames_per_batch=4, max_frames_per_traj=3)


@pytest.mark.filterwarnings("ignore:.*is not a multiple of")
@pytest.mark.parametrize(("init_random_frames", "random_batches"), [(None, 0), (10, 1), (15, 2), (20, 2)])
def test_the_policy_is_not_called_in_the_random_batches_and_once_a_step_afterwards(init_random_frames, random_batches):
    policy = Recorder()
    collector = SyncDataCollector(
        lambda: CountingEnv(100), policy, frames_per_batch=10, total_frames=40, init_random_frames=init_random_frames
    )
    torch.manual_seed(0)
    for i, batch in enumerate(collector):
        assert len(policy.observations) == 10 * max(0, i + 1 - random_batches)
        is_policy = bool((batch["action"] == 1).all())
        assert is_policy is (i >= random_batches)
    assert collector._frames == 40


def test_random_batches_have_zeros_for_what_else_the_policy_declares():
    policy = TensorDictModule(
        lambda obs: (torch.ones_like(obs, dtype=torch.int64), obs + 1),
        in_keys=["observation"],
        out_keys=["action", "hidden"],
    )
    first, second = collect(CountingEnv(), policy, init_random_frames=12, total_frames=24)
    assert set(first.keys(True)) == set(second.keys(True))
    assert not first["hidden"].any()
    assert second["hidden"].equal(second["observation"] + 1)


def test_reset_at_each_iter_begins_new_trajectories_with_each_batch():
    batches = collect(CountingEnv(100), reset_at_each_iter=True)
    assert [batch["observation"][0].item() for batch in batches] == [0, 0, 0]
    assert [batch["collector", "traj_ids"].unique().tolist() for batch in batches] == [[0], [1], [2]]


def test_postproc_is_applied_to_what_is_yielded():
    def add_flag(batch):
        assert "_private" in batch
        return batch.set("flag", batch["observation"] * 2)

    def policy(td):
        return Recorder()(td).set("_private", torch.zeros(1))

    policy.__signature__ = None
    for batch in collect(CountingEnv(), policy, postproc=add_flag, trust_policy=True):
        assert batch["flag"].equal(batch["observation"] * 2)
        assert "_private" not in batch


def test_postproc_sees_trajectories_when_they_are_split():
    shapes = []
    (batch,) = collect(
        CountingEnv(5), split_trajs=True, postproc=lambda td: shapes.append(td.shape) or td, total_frames=12
    )
    assert shapes == [(3, 5)]
    assert batch["collector", "mask"].sum() == 12
    assert batch.names == [None, None]


def test_exploration_type_reaches_policy_and_environment():
    seen = []

    def policy(td):
        seen.append(interaction_type())
        return Recorder()(td)

    with set_exploration_type(InteractionType.MEAN):
        collect(CountingEnv(), policy, total_frames=12)
        collect(CountingEnv(), policy, total_frames=12, exploration_type=InteractionType.DETERMINISTIC)
        collect(CountingEnv(), policy, total_frames=12, exploration_type=None)
    assert seen == [InteractionType.RANDOM] * 12 + [InteractionType.DETERMINISTIC] * 12 + [InteractionType.RANDOM] * 12


@pytest.mark.parametrize("use_buffers", [True, False, None])
def test_earlier_batches_do_not_change_when_later_ones_come(use_buffers):
    collector = SyncDataCollector(CountingEnv, frames_per_batch=4, total_frames=12, use_buffers=use_buffers)
    copies = [(batch, batch.clone()) for batch in collector]
    assert all((batch == copy).all() for batch, copy in copies)
    assert collector._use_buffers is (use_buffers is not False)


def test_return_same_td_overwrites_one_batch_in_place():
    first, second, third = collect(CountingEnv(100), return_same_td=True)
    assert first is second is third
    assert first["observation"].flatten().tolist() == list(range(24, 36))


def test_set_truncated_marks_the_last_frame_and_the_trajectory_goes_on():
    first, second = collect(CountingEnv(100, truncates=True), set_truncated=True, total_frames=24)
    for batch in (first, second):
        assert batch["next", "truncated"].flatten().tolist() == [False] * 11 + [True]
        assert batch["next", "done"].flatten().tolist() == [False] * 11 + [True]
        assert not batch["next", "terminated"].any()
        assert not batch["done"].any()
    assert second["observation"][0] == 12
    assert torch.cat([first, second])["collector", "traj_ids"].unique().tolist() == [0]
    with pytest.raises(RuntimeError, match="truncated"):
        SyncDataCollector(CountingEnv, frames_per_batch=4, set_truncated=True)


@pytest.mark.parametrize("stop_after", [0, 3])
@pytest.mark.parametrize("same", [True, False])
def test_an_interrupted_batch_keeps_its_steps_and_marks_what_is_missing(stop_after, same):
    interruptor = _Interruptor()

    def policy(td):
        if td["observation"] >= stop_after:
            interruptor.stop_collection()
        return Recorder()(td)

    interruptor.start_collection()
    collector = SyncDataCollector(
        CountingEnv(100), policy, frames_per_batch=12, interruptor=interruptor, return_same_td=same
    )
    batch = next(iter(collector))
    kept = stop_after + 1
    assert batch.shape == (12,)
    assert batch["collector", "traj_ids"].tolist() == [0] * kept + [-1] * (12 - kept)
    assert batch["observation"][:kept].flatten().tolist() == list(range(kept))


def test_shapes_that_differ_are_kept_in_a_lazy_stack_without_buffers():
    def policy(td):
        return Recorder()(td).set("extra", torch.zeros(int(td["observation"]) + 1))

    (batch,) = collect(CountingEnv(), policy, use_buffers=False, total_frames=12)
    assert isinstance(batch, LazyStackedTensorDict)
    assert batch.names == ["time"]
    assert batch[2]["extra"].shape == (3,)


def test_the_same_seed_gives_the_same_batches_whatever_their_size():
    def history(frames_per_batch, seed):
        collector = SyncDataCollector(
            lambda: pair(4, 5, random_start=3), frames_per_batch=frames_per_batch, total_frames=40
        )
        following = collector.set_seed(seed)
        torch.manual_seed(0)
        collector.reset()
        return joined(list(collector)), following

    reference, following = history(40, seed=7)
    for size in (2, 20):
        other, other_following = history(size, seed=7)
        assert (other == reference).all()
        assert other_following == following
    other, other_following = history(40, seed=8)
    assert not (other["observation"] == reference["observation"]).all()
    assert other_following != following


def test_static_seeding_gives_all_environments_the_same_seed():
    collector = SyncDataCollector(lambda: pair(9, 9, random_start=5), frames_per_batch=16, total_frames=16)
    assert collector.set_seed(3, static_seed=True) == 3
    collector.reset()
    (batch,) = list(collector)
    assert batch["observation"][0].equal(batch["observation"][1])


def test_a_collector_is_the_loop_that_one_would_write_by_hand():
    collector = SyncDataCollector(
        lambda: CountingEnv(4, random_start=2), Recorder(), frames_per_batch=20, total_frames=20
    )
    collector.set_seed(5)
    collector.reset()
    (batch,) = list(collector)
    env, policy = CountingEnv(4, random_start=2), Recorder()
    env.reset()
    env.set_seed(5)
    root, steps = env.reset(), []
    for _ in range(20):
        step, root = env.step_and_maybe_reset(policy(root))
        steps.append(step)
    assert (batch.exclude("collector") == torch.stack(steps)).all()


def test_a_policy_may_return_its_outputs_only():
    def outputs_only(td):
        return TensorDict({"action": torch.ones(1, dtype=torch.int64)}, [])

    (batch,) = collect(CountingEnv(), outputs_only, total_frames=12)
    assert (batch["action"] == 1).all()
    assert "observation" in batch


def test_a_policy_is_shown_real_data_only():
    class NeverZero(CountingEnv):
        def _reset(self, tensordict, **kwargs):
            root = super()._reset(tensordict, **kwargs)
            self._count = self._count + 1
            return root.set("observation", self._count)

    policy = Recorder()
    collect(NeverZero(5), policy, total_frames=12)
    assert len(policy.observations) == 12
    assert all(observation > 0 for observation in policy.observations)


@pytest.mark.parametrize("key", ["_note", ("out", "_note"), ("_out", "note")])
def test_private_keys_are_left_out_at_any_depth(key):
    def policy(td):
        return Recorder()(td).set(key, torch.zeros(1))

    for keep in (False, True):
        for same in (False, True):
            collector = SyncDataCollector(CountingEnv, policy, frames_per_batch=4, total_frames=8, return_same_td=same)
            collector._exclude_private_keys = not keep
            first, second = list(collector)
            assert (key in first.keys(True)) is keep
            assert (first is second) is same


def test_a_second_loop_goes_on_where_the_first_stopped():
    collector = SyncDataCollector(lambda: CountingEnv(100), frames_per_batch=4, total_frames=16)
    starts = []
    for batch in collector:
        starts.append(batch["observation"][0].item())
        break
    starts += [batch["observation"][0].item() for batch in collector]
    assert starts == [0, 4, 8, 12]


def test_next_gives_one_batch_after_the_other_and_then_none():
    collector = SyncDataCollector(lambda: CountingEnv(100), frames_per_batch=5, total_frames=15, device="cpu")
    batches = [collector.next() for _ in range(3)]
    assert [batch["observation"][0].item() for batch in batches] == [0, 5, 10]
    assert all(batch.device is None for batch in batches)
    assert collector.next() is None


def test_a_policy_can_be_compiled():
    compiled = []

    def backend(graph, inputs):
        compiled.append(graph)
        return graph.forward

    policy = TensorDictModule(torch.nn.Linear(1, 1), in_keys=["observation"], out_keys=["hidden"])
    sequence = torch.nn.Module()
    sequence.in_keys, sequence.out_keys = ["observation"], ["action", "hidden"]
    sequence.inner = policy
    sequence.forward = lambda td: policy(td).set("action", torch.ones(1, dtype=torch.int64))
    collector = SyncDataCollector(
        CountingEnv, sequence, frames_per_batch=4, total_frames=4, compile_policy={"backend": backend}
    )
    assert collector.compiled_policy
    assert not collector.cudagraphed_policy
    list(collector)
    assert compiled
    assert set(collector.policy_weights.keys(True, True)) == {
        ("inner", "module", "bias"),
        ("inner", "module", "weight"),
    }


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
def test_cuda_graphs_without_cuda_are_a_clear_error():
    with pytest.raises(RuntimeError, match="cudagraph_policy needs CUDA"):
        SyncDataCollector(CountingEnv, frames_per_batch=4, cudagraph_policy=True)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_a_policy_can_be_run_as_a_cuda_graph():
    policy = TensorDictModule(lambda x: (x > 1).long(), in_keys=["observation"], out_keys=["action"])
    collector = SyncDataCollector(
        CountingEnv, policy, frames_per_batch=40, total_frames=40, device="cuda", cudagraph_policy=True
    )
    (batch,) = list(collector)
    assert batch["action"].equal((batch["observation"] > 1).long())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"reset_when_done": False}, ValueError, "reset_when_done"),
        ({"no_such_thing": 1}, TypeError, "no_such_thing"),
        ({"create_env_kwargs": {"max_steps": 2}}, RuntimeError, "create_env_kwargs"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        SyncDataCollector(CountingEnv(), frames_per_batch=4, **arguments)


def test_keyword_arguments_go_to_the_maker_or_the_makers_of_a_batch():
    (batch,) = collect(CountingEnv, create_env_kwargs={"max_steps": 2}, total_frames=12)
    assert batch["next", "done"].sum() == 6
    env = BatchedEnv([CountingEnv, CountingEnv])
    (batch,) = collect(env, create_env_kwargs={"max_steps": 3}, total_frames=12)
    assert batch["next", "done"].sum() == 4


def test_what_is_no_environment_is_refused():
    with pytest.raises(TypeError, match="environment"):
        SyncDataCollector(3, frames_per_batch=4)
