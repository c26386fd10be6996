"""What can be a policy, and what it is called with."""

import pytest

torch = pytest.importorskip("torch")

from tensordict import TensorDict, TensorDictBase  # noqa: E402
from tensordict.nn import TensorDictModule  # noqa: E402

from collectors_ref import SyncDataCollector  # noqa: E402
from collectors_ref.envs import CountingEnv  # noqa: E402
from collectors_ref.policies import RandomPolicy, as_tensordict_policy, takes_tensordict  # noqa: E402
from collectors_ref.specs import Bounded, Composite, OneHot  # noqa: E402

pytestmark = pytest.mark.torch


def over_tensors(observation):
    return observation.long()


class Scaled(torch.nn.Module):
    def __init__(self, outputs=1):
        super().__init__()
        self.scale = torch.nn.LazyLinear(1)
        self.outputs = outputs

    def forward(self, observation, bias=0.0):
        action = self.scale(observation) + bias
        return action if self.outputs == 1 else (action, *(action.sum() for _ in range(self.outputs - 1)))


@pytest.mark.parametrize(
    "policy",
    [
        lambda td: td,
        lambda tensordict: tensordict,
        RandomPolicy(Bounded(0, 1)),
        TensorDictModule(over_tensors, in_keys=["observation"], out_keys=["action"]),
        lambda *args: args[0],
    ],
)
def test_callables_over_tensordicts_are_recognised(policy):
    assert takes_tensordict(policy)


def test_an_annotation_says_that_a_tensordict_is_taken():
    def policy(data: TensorDictBase):
        return data

    assert takes_tensordict(policy)
    assert not takes_tensordict(over_tensors)


@pytest.mark.parametrize("outputs", [1, 4])
def test_modules_over_tensors_are_wrapped_by_the_names_of_their_parameters(outputs):
    collector = SyncDataCollector(CountingEnv, Scaled(outputs), frames_per_batch=4, total_frames=4)
    assert isinstance(collector.policy, TensorDictModule)
    assert collector.policy.in_keys == ["observation"]
    assert collector.policy.out_keys == ["action", "output1", "output2", "output3"][:outputs]
    (batch,) = list(collector)
    assert batch["action"].shape == (4, 1)


def test_parameters_that_are_no_observations_are_an_error_that_names_them():
    def policy(observation, map_of_the_world):
        return observation

    with pytest.raises(TypeError, match="map_of_the_world"):
        SyncDataCollector(CountingEnv, policy, frames_per_batch=4)


def test_a_trusted_policy_is_called_as_it_is():
    def policy(whatever):
        assert isinstance(whatever, TensorDictBase)
        return whatever.set("action", torch.ones(1, dtype=torch.int64))

    with pytest.raises(TypeError):
        SyncDataCollector(CountingEnv, policy, frames_per_batch=4, total_frames=4)
    assert len(list(SyncDataCollector(CountingEnv, policy, frames_per_batch=4, total_frames=4, trust_policy=True))) == 1


def test_random_policies_fill_every_key_of_a_composite():
    spec = Composite({"action": Bounded(0, 1, (2,)), "agent": Composite({"move": OneHot(3)})})
    td = RandomPolicy(spec)(TensorDict())
    assert td["action"].shape == (2,)
    assert td["agent", "move"].sum() == 1
    assert "act" in RandomPolicy(Bounded(0, 1), action_key="act")(TensorDict())


def test_wrapping_does_not_disturb_the_random_numbers():
    env = CountingEnv()
    root = env.reset()
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    as_tensordict_policy(lambda observation: observation + torch.rand(1), env, root)
    assert torch.rand(1) == expected
