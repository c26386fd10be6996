"""Where batches are put, and who is asked to move."""

import itertools

import pytest

torch = pytest.importorskip("torch")

from tensordict.nn import TensorDictModule  # noqa: E402

from collectors_ref import SyncDataCollector  # noqa: E402
from collectors_ref.envs import CountingEnv  # noqa: E402

pytestmark = pytest.mark.torch

DEVICES = [None, "cpu"] + (["cuda"] if torch.cuda.is_available() else [])


class Watchful:
    def __init__(self):
        self.devices = set()

    def __call__(self, tensordict):
        self.devices.add(tensordict.device)
        return tensordict.set("action", torch.ones_like(tensordict["observation"], dtype=torch.int64))


class WatchedEnv(CountingEnv):
    def _step(self, tensordict):
        assert tensordict.device == self.device
        return super()._step(tensordict)


def as_device(name):
    return torch.device("cuda", 0) if name == "cuda" else name and torch.device(name)


@pytest.mark.parametrize("own", DEVICES)
@pytest.mark.parametrize(("device", "storing", "policy", "env"), [*itertools.product(DEVICES, repeat=4)])
def test_each_device_follows_its_rule(own, device, storing, policy, env):
    watchful = Watchful()
    made = WatchedEnv(device=own)
    collector = SyncDataCollector(
        made,
        watchful,
        frames_per_batch=4,
        total_frames=4,
        device=device,
        storing_device=storing,
        policy_device=policy,
        env_device=env,
    )
    (batch,) = list(collector)
    policy_device, asked_env = as_device(policy or device), as_device(env or device)
    expected = as_device(storing or device) or (policy_device if policy_device == asked_env else None)
    assert batch.device == expected
    assert collector.storing_device == expected
    assert made.device == (asked_env or as_device(own))
    if (device, storing, policy, env) != (None,) * 4:
        assert watchful.devices == {policy_device}


def test_a_policy_is_never_copied_when_it_is_where_it_should_be():
    class Uncopyable(torch.nn.Linear):
        def __deepcopy__(self, memo):
            raise AssertionError("copied")

    policy = TensorDictModule(Uncopyable(1, 1), in_keys=["observation"], out_keys=["action"])
    for arguments in ({}, {"device": "cpu"}, {"policy_device": "cpu"}, {"env_device": "cpu"}):
        collector = SyncDataCollector(CountingEnv, policy, frames_per_batch=4, total_frames=4, **arguments)
        assert len(list(collector)) == 1
        assert collector.policy is policy


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_a_policy_on_another_device_is_copied_and_the_original_stays():
    policy = TensorDictModule(torch.nn.Linear(1, 1), in_keys=["observation"], out_keys=["action"])
    collector = SyncDataCollector(
        CountingEnv, policy, frames_per_batch=4, total_frames=8, policy_device="cuda", env_device="cpu"
    )
    assert policy.module.weight.device.type == "cpu"
    assert collector.policy.module.weight.device.type == "cuda"
    with torch.no_grad():
        policy.module.weight.zero_()
        policy.module.bias.fill_(2)
    assert not (collector.next()["action"] == 2).all()
    collector.update_policy_weights_()
    assert (collector.next()["action"] == 2).all()
