"""The environments keep the contract that collectors rely on."""

import pytest

torch = pytest.importorskip("torch")

from tensordict import TensorDict  # noqa: E402

from collectors_ref.envs import BatchedEnv, CountingEnv, EnvBase, EnvCreator, StepLimit, next_seed  # noqa: E402
from collectors_ref.specs import Bounded, Categorical, Composite, OneHot, Unbounded  # noqa: E402

pytestmark = pytest.mark.torch


def walk(env, steps):
    root, history = env.reset(), []
    for _ in range(steps):
        step, root = env.step_and_maybe_reset(env.rand_action(root))
        history.append(step)
    return torch.stack(history, len(env.batch_size))


@pytest.mark.parametrize("make", [lambda: CountingEnv(3), lambda: BatchedEnv([CountingEnv] * 2)])
def test_a_step_has_the_keys_shapes_and_types_that_its_specs_announce(make):
    env = make()
    fake = env.fake_tensordict()
    step = env.rand_step(env.reset())
    assert set(fake.keys(True, True)) == set(step.keys(True, True))
    for key in fake.keys(True, True):
        assert fake[key].shape == step[key].shape, key
        assert fake[key].dtype == step[key].dtype, key


def test_a_partial_reset_leaves_the_others_alone():
    env = CountingEnv(10, batch_size=(3,))
    root = env.reset()
    for _ in range(4):
        _, root = env.step_and_maybe_reset(env.rand_action(root))
    root = env.reset(root.set("_reset", torch.tensor([[False], [True], [False]])))
    assert root["observation"].flatten().tolist() == [4, 0, 4]
    assert "_reset" not in root


def test_done_environments_are_reset_and_the_terminal_observation_is_kept():
    history = walk(BatchedEnv([lambda: CountingEnv(2), lambda: CountingEnv(3)]), 6)
    assert history["next", "observation"].squeeze(-1).tolist() == [[1, 2, 1, 2, 1, 2], [1, 2, 3, 1, 2, 3]]
    assert history["observation"].squeeze(-1).tolist() == [[0, 1, 0, 1, 0, 1], [0, 1, 2, 0, 1, 2]]
    assert not history["done"].any()


@pytest.mark.parametrize("given", ["done", "terminated", "truncated"])
def test_the_done_flags_that_an_environment_leaves_out_follow_from_the_others(given):
    class Flagged(CountingEnv):
        def _step(self, tensordict):
            following = super()._step(tensordict)
            flag = following.pop("terminated")
            return following.set(given, flag)

    env = Flagged(1, truncates=True)
    following = env.rand_step(env.reset())["next"]
    assert following["done"].item() is True
    assert following["truncated"].item() is (given == "truncated")
    assert following["terminated"].item() is (given != "truncated")


def test_seeds_form_a_chain_and_repeat():
    assert next_seed(1) == next_seed(1) != 1
    env = BatchedEnv([lambda: CountingEnv(9, random_start=5)] * 2)
    assert env.set_seed(1) == next_seed(next_seed(1)) == 319954611
    first = walk(env, 20)
    env.set_seed(1)
    assert (walk(env, 20)["observation"] == first["observation"]).all()
    assert env.set_seed(1, static_seed=True) == 1


@pytest.mark.parametrize(
    "env", [CountingEnv(7, random_start=3), BatchedEnv([lambda: CountingEnv(5, random_start=2)] * 2)]
)
def test_a_resumable_environment_continues_from_its_state(env):
    assert env.resumable
    root = env.reset()
    state = env.state_dict()
    torch.manual_seed(0)
    first = [root := env.step_and_maybe_reset(env.rand_action(root))[1] for _ in range(12)]
    env.load_state_dict(state)
    root = first[0]
    root = env.step_and_maybe_reset(env.rand_action(root))[1]
    assert (root["observation"] == first[0]["observation"]).all()


def test_the_step_limit_resets_only_those_that_reach_it():
    env = StepLimit(BatchedEnv([lambda: CountingEnv(2), lambda: CountingEnv(9)]), 3)
    root, history = env.reset(), []
    for _ in range(6):
        step, root = env.step_and_maybe_reset(env.rand_action(root))
        history.append(step)
    history = torch.stack(history, 1)
    assert history["next", "truncated"].squeeze(-1).tolist() == [[False] * 6, [False, False, True] * 2]
    assert history["next", "step_count"].squeeze(-1).tolist() == [[1, 2] * 3, [1, 2, 3] * 2]
    assert env.done_keys == ["done", "terminated", "truncated"]
    root = env.reset(root.set("_reset", torch.tensor([[True], [False]])))
    assert root["step_count"].flatten().tolist() == [0, 0]


def test_a_rollout_ends_with_the_episode():
    assert CountingEnv(4).rollout(10).shape == (4,)
    assert CountingEnv(4).rollout(3).names == ["time"]


def test_a_creator_keeps_its_arguments():
    assert EnvCreator(CountingEnv, {"max_steps": 3})().max_steps == 3
    assert EnvCreator(CountingEnv, {"max_steps": 3})(max_steps=4).max_steps == 4


def test_an_environment_without_state_refuses_one():
    class Stateless(EnvBase):
        def _reset(self, tensordict, **kwargs):
            return TensorDict({"observation": torch.zeros(1)})

        def _step(self, tensordict):
            return TensorDict({"observation": torch.zeros(1), "reward": torch.zeros(1), "done": torch.zeros(1).bool()})

        def _set_seed(self, seed):
            pass

    env = Stateless(Composite({"observation": Unbounded((1,))}), Composite({"action": Categorical(2, (1,))}))
    assert not env.state_dict()
    with pytest.raises(KeyError):
        env.load_state_dict({"count": 1})
    assert env.rollout(3).shape == (3,)


@pytest.mark.parametrize(
    ("spec", "fits"),
    [
        (Unbounded((2,)), lambda x: x.dtype is torch.float32),
        (Unbounded((2,), torch.bool), lambda x: x.dtype is torch.bool),
        (Unbounded((2,), torch.int64), lambda x: x.dtype is torch.int64),
        (Bounded(-1, 2, (2,)), lambda x: ((x >= -1) & (x < 2)).all()),
        (Bounded(3, 4, (2,), torch.int64), lambda x: ((x >= 3) & (x <= 4)).all()),
        (Categorical(3, (2,)), lambda x: ((x >= 0) & (x < 3)).all()),
        (OneHot(4, (2,)), lambda x: x.shape == (2, 4) and (x.sum(-1) == 1).all()),
    ],
)
def test_samples_lie_in_the_domain_and_expanded_specs_have_batches(spec, fits):
    for _ in range(20):
        assert fits(spec.rand())
    assert spec.rand().shape == spec.zero().shape == spec.shape
    assert spec.expand(5).rand().shape == (5, *spec.shape)
    assert spec.to("cpu").device == torch.device("cpu")
    assert spec.device is None


def test_a_composite_lists_its_keys_as_a_tensordict_does():
    spec = Composite({"a": Unbounded(), "b": Composite({"c": Unbounded((2,))})})
    td = spec.rand()
    assert set(spec.keys()) == set(td.keys())
    assert set(spec.keys(True)) == set(td.keys(True))
    assert set(spec.keys(True, True)) == set(td.keys(True, True))
    assert ("b", "c") in spec
    assert spec["b", "c"].shape == (2,)
    assert spec.expand(3).zero()["b"].batch_size == (3,)
