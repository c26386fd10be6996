"""TorchRL's own environments, policies and replay buffers work unchanged, when TorchRL is installed."""

import functools
import sys

import pytest

torch = pytest.importorskip("torch")
torchrl = pytest.importorskip("torchrl")
mocks = pytest.importorskip("torchrl.testing.mocking_classes")

import cloudpickle  # noqa: E402
from tensordict import LazyStackedTensorDict, assert_allclose_td  # noqa: E402
from tensordict.nn import TensorDictModule, TensorDictSequential  # noqa: E402
from torch import nn  # noqa: E402
from torchrl.data import Composite, LazyTensorStorage, ReplayBuffer  # noqa: E402
from torchrl.data.utils import CloudpickleWrapper  # noqa: E402
from torchrl.envs import EnvCreator, InitTracker, ParallelEnv, SerialEnv, StepCounter, TransformedEnv  # noqa: E402
from torchrl.modules import OrnsteinUhlenbeckProcessModule, RandomPolicy  # noqa: E402

from collectors_ref import (  # noqa: E402
    MultiaSyncDataCollector,
    MultiSyncDataCollector,
    SyncDataCollector,
    aSyncDataCollector,
)

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_a_counting_env_gives_the_observations_of_its_own_rollout():
    env = mocks.CountingEnv(max_steps=4)
    collector = SyncDataCollector(env, RandomPolicy(env.action_spec), frames_per_batch=20, total_frames=40)
    batch = next(iter(collector))
    assert batch.shape == (20,)
    assert batch.names[-1] == "time"
    done = batch["next", "done"].squeeze(-1)
    assert done.any()
    assert (batch["observation"][1:][~done[:-1]] == batch["next", "observation"][:-1][~done[:-1]]).all()
    assert (batch["observation"][1:][done[:-1]] == 0).all()
    collector.shutdown()


@pytest.mark.parametrize("batched", [SerialEnv, ParallelEnv])
def test_batched_environments_count_their_steps_apart(batched):
    makers = [lambda n=n: TransformedEnv(mocks.CountingEnv(), StepCounter(n)) for n in (2, 3)]
    env = batched(2, makers)
    collector = SyncDataCollector(env, RandomPolicy(env.action_spec), frames_per_batch=24, total_frames=-1)
    batch = next(iter(collector))
    truncated = batch["next", "truncated"].squeeze(-1)
    assert truncated.tolist() == [[False, True] * 6, [False, False, True] * 4]
    assert (batch["collector", "traj_ids"][:, 1:] != batch["collector", "traj_ids"][:, :-1]).equal(truncated[:, :-1])
    collector.shutdown()


def test_the_step_limit_agrees_with_torchrls_step_counter():
    policy = mocks.DiscreteActionVecPolicy()
    env = TransformedEnv(mocks.DiscreteActionVecMockEnv(), StepCounter(7))
    env.set_seed(3)
    expected = env.rollout(30, policy=policy, auto_reset=True, break_when_any_done=False)
    ours = mocks.DiscreteActionVecMockEnv()
    ours.set_seed(3)
    collector = SyncDataCollector(ours, policy, frames_per_batch=30, total_frames=30, max_frames_per_traj=7)
    batch = next(iter(collector))
    assert_allclose_td(batch.select(*expected.keys(True, True)), expected)


def test_max_frames_per_traj_refuses_an_environment_that_counts_already():
    env = TransformedEnv(mocks.CountingEnv(), StepCounter(2))
    with pytest.raises(ValueError, match="step_count"):
        SyncDataCollector(env, None, frames_per_batch=10, max_frames_per_traj=2)


def test_nested_done_flags_are_limited_by_torchrls_step_counter():
    env = mocks.NestedCountingEnv(max_steps=10)
    policy = mocks.CountingEnvCountPolicy(env.full_action_spec[env.action_key], env.action_key)
    collector = SyncDataCollector(env, policy, frames_per_batch=9, total_frames=9, max_frames_per_traj=3)
    batch = next(iter(collector))
    assert batch["next", "data", "truncated"].flatten(1).any(-1).tolist() == [False, False, True] * 3
    assert batch["collector", "traj_ids"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("batch_size", [(), (5,), (5, 2)])
def test_nested_environments_keep_their_dimensions(batch_size):
    env = mocks.NestedCountingEnv(batch_size=batch_size, nested_dim=5)
    policy = mocks.CountingEnvCountPolicy(env.full_action_spec[env.action_key], env.action_key)
    collector = SyncDataCollector(env, policy, frames_per_batch=20, total_frames=100, device="cpu")
    batch = next(iter(collector))
    steps = 20 // max(1, torch.Size(batch_size).numel())
    assert batch.batch_size == (*batch_size, steps)
    assert batch["next", "data"].batch_size == (*batch_size, steps, 5)
    collector.shutdown()


@pytest.mark.parametrize("batch_size", [(), (2,), (2, 1)])
def test_heterogeneous_agents_are_stacked_lazily(batch_size):
    env = mocks.HeterogeneousCountingEnv(max_steps=3, batch_size=batch_size)
    policy = mocks.HeterogeneousCountingEnvPolicy(env.input_spec["full_action_spec"])
    collector = SyncDataCollector(env, policy, frames_per_batch=16, total_frames=32)
    for batch in collector:
        assert batch.batch_size == (*batch_size, 16 // max(1, torch.Size(batch_size).numel()))
        for agent in range(env.n_nested_dim):
            assert (batch["lazy"][..., agent]["action"] == 1).all()


@pytest.mark.parametrize("batch_size", [(), (2,), (2, 1)])
def test_groups_of_agents_with_their_own_done_flags(batch_size):
    env = mocks.MultiKeyCountingEnv(batch_size=batch_size, max_steps=2)
    policy = mocks.MultiKeyCountingEnvPolicy(env.input_spec["full_action_spec"])
    collector = SyncDataCollector(env, policy, frames_per_batch=16, total_frames=100)
    batch = next(iter(collector))
    assert not any("_reset" in (key if isinstance(key, tuple) else (key,)) for key in batch.keys(True))
    assert torch.unique(batch["collector", "traj_ids"]).numel() > 1
    collector.shutdown()


def test_dynamic_specs_give_lazy_stacks_in_every_collector():
    env = mocks.EnvWithDynamicSpec
    policy = RandomPolicy(env().action_spec)
    batch = next(iter(SyncDataCollector(env(), policy, frames_per_batch=20, total_frames=20)))
    assert isinstance(batch, LazyStackedTensorDict)
    assert batch.names[-1] == "time"
    for cls in (MultiSyncDataCollector, MultiaSyncDataCollector):
        collector = cls([env], policy, frames_per_batch=20, total_frames=40)
        for batch in collector:
            assert isinstance(batch, LazyStackedTensorDict)
            assert batch.names[-1] == "time"
        collector.shutdown()


def test_truncation_of_a_bound_method_policy_and_nested_keys():
    make_env = lambda: TransformedEnv(mocks.NestedCountingEnv(), InitTracker()).add_truncated_keys()  # noqa: E731
    env = make_env()
    policy = CloudpickleWrapper(env.rand_action)
    options = {"frames_per_batch": 20, "total_frames": -1, "set_truncated": True, "trust_policy": True}
    sync = SyncDataCollector(env, policy, **options)
    assert next(iter(sync))[..., -1]["next", "data", "truncated"].all()
    for cls in (MultiSyncDataCollector, MultiaSyncDataCollector):
        collector = cls([make_env, make_env], policy, cat_results="stack", **options)
        assert next(iter(collector))[..., -1]["next", "data", "truncated"].all()
        collector.shutdown()


@pytest.mark.parametrize("out_key", ["_dummy", ("out", "_dummy"), ("_out", "dummy")])
def test_private_outputs_of_a_noisy_policy_are_left_out(out_key):
    env = TransformedEnv(mocks.ContinuousActionVecMockEnv(), InitTracker())
    n_obs, n_action = env.observation_spec["observation"].shape[-1], env.action_spec.shape[-1]
    policy = TensorDictSequential(
        TensorDictModule(nn.Linear(n_obs, n_action), in_keys=["observation"], out_keys=["action"]),
        TensorDictModule(lambda x: x, in_keys=["observation"], out_keys=[out_key]),
        OrnsteinUhlenbeckProcessModule(spec=Composite({"action": None, out_key: None})),
    )
    for exclude in (True, False):
        collector = SyncDataCollector(env, policy, frames_per_batch=30, total_frames=-1)
        collector._exclude_private_keys = exclude
        batch = next(iter(collector))
        assert (out_key in batch.keys(True, True)) is not exclude
        assert any(key.startswith("_") for key in set(batch.keys())) is not exclude


@pytest.mark.parametrize("cls", [MultiSyncDataCollector, MultiaSyncDataCollector])
def test_a_noisy_policy_with_lambdas_travels_to_the_workers_and_shares_its_weights(cls):
    make_env = lambda: TransformedEnv(mocks.ContinuousActionVecMockEnv(), InitTracker())  # noqa: E731
    env = make_env()
    n_obs, n_action = env.observation_spec["observation"].shape[-1], env.action_spec.shape[-1]
    policy = TensorDictSequential(
        TensorDictModule(nn.Linear(n_obs, n_action), in_keys=["observation"], out_keys=["action"]),
        TensorDictModule(lambda x: x, in_keys=["observation"], out_keys=["_copy"]),
    )
    collector = cls([make_env] * 2, policy, frames_per_batch=20, total_frames=-1)
    try:
        batch = next(iter(collector))
        assert (batch["action"] != 0).any()
        for parameter in policy.parameters():
            parameter.data.zero_()
        state = collector.state_dict()
        for worker in ("worker0", "worker1"):
            assert all((value == 0).all() for value in state[worker]["policy_state_dict"].values())
    finally:
        collector.shutdown()


def test_an_async_collector_repeats_itself_after_seeding_again():
    collector = aSyncDataCollector(
        mocks.DiscreteActionVecMockEnv,
        mocks.DiscreteActionVecPolicy(),
        frames_per_batch=20,
        max_frames_per_traj=20,
        total_frames=300,
    )
    try:
        collector.set_seed(100)
        batches = []
        for batch in collector:
            batches.append(batch)
            if len(batches) == 1:
                collector.set_seed(100)
            if len(batches) == 3:
                break
        assert_allclose_td(batches[0], batches[1])
        with pytest.raises(AssertionError):
            assert_allclose_td(batches[0], batches[2])
    finally:
        collector.shutdown()


def test_a_list_of_batched_instances_is_stepped_whole():
    envs = [SerialEnv(8, mocks.CountingEnv), SerialEnv(8, mocks.CountingEnv)]
    collector = MultiSyncDataCollector(envs, frames_per_batch=173, total_frames=300)
    try:
        assert len(collector) == 2
        assert [batch.numel() for batch in collector] == [176, 176]
    finally:
        collector.shutdown()


def test_a_replay_buffer_gets_every_frame_of_a_sync_collector():
    buffer = ReplayBuffer(storage=LazyTensorStorage(64), batch_size=4)
    env = mocks.CountingEnv(max_steps=4)
    collector = SyncDataCollector(
        env, RandomPolicy(env.action_spec), frames_per_batch=16, total_frames=64, replay_buffer=buffer
    )
    assert list(collector) == [None] * 4
    assert len(buffer) == 64
    assert buffer.sample().shape == (4,)


@pytest.mark.parametrize("cls", [MultiSyncDataCollector, MultiaSyncDataCollector])
@pytest.mark.parametrize("by_frame", [True, False])
def test_workers_write_to_one_replay_buffer(cls, by_frame):
    buffer = ReplayBuffer(storage=LazyTensorStorage(256), batch_size=5)
    make_env = EnvCreator(lambda: TransformedEnv(mocks.CountingEnv(max_steps=4), StepCounter()))
    policy = RandomPolicy(make_env().action_spec)
    collector = cls(
        [make_env, make_env],
        policy,
        replay_buffer=buffer,
        total_frames=256,
        frames_per_batch=32,
        replay_buffer_chunk=by_frame,
    )
    try:
        expected = 0
        for batch in collector:
            expected += 32
            assert batch is None
            assert len(buffer) >= min(expected, 256)
    finally:
        collector.shutdown()
    assert len(buffer) == 256
    ids, counts = buffer[:]["collector", "traj_ids"], buffer[:]["step_count"]
    pairs = torch.stack([ids.flatten(), counts.flatten()], -1)
    assert torch.unique(pairs, dim=0).shape == pairs.shape
    assert 0 <= ids.min() <= ids.max() < 256


def test_environments_that_fail_do_so_in_the_caller():
    make_env = mocks.EnvThatErrorsAfter10Iters
    policy = RandomPolicy(make_env().action_spec)
    for cls in (MultiSyncDataCollector, MultiaSyncDataCollector):
        collector = cls([make_env, make_env], policy, frames_per_batch=30, total_frames=60)
        with pytest.raises(RuntimeError, match="Worker"):
            next(iter(collector))


@pytest.mark.parametrize("in_place", [True, False])
def test_a_policy_may_write_in_place_or_return_its_outputs_only(in_place):
    def policy(td):
        return (td if in_place else td.empty()).set("action", torch.ones(*td.shape, 1))

    env = SerialEnv(4, [functools.partial(mocks.CountingEnv, 10 + i) for i in range(4)])
    batches = list(SyncDataCollector(env, policy, frames_per_batch=40, total_frames=80))
    assert (batches[0]["observation"][:, :5, 0] == torch.arange(5)).all()
