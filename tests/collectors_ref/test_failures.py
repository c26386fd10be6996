"""A worker that fails, hangs or dies is an error in the caller, in time, and leaves nothing behind."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

torch = pytest.importorskip("torch")

from collectors_ref import MultiaSyncDataCollector, MultiSyncDataCollector, aSyncDataCollector  # noqa: E402
from collectors_ref import collectors as collectors_module  # noqa: E402
from collectors_ref.envs import CountingEnv  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.usefixtures("by_value"), pytest.mark.timeout(180)]

CLASSES = [MultiSyncDataCollector, MultiaSyncDataCollector, aSyncDataCollector]


class FragileEnv(CountingEnv):
    """Fails in its own way at the tenth step of an episode."""

    def __init__(self, how):
        super().__init__(1000)
        self.how = how

    def _step(self, tensordict):
        following = super()._step(tensordict)
        if following["observation"].item() == 10:
            self.how()
        return following


def fall():
    try:
        {}["the deeper reason"]
    except KeyError as error:
        raise ValueError("the floor is lava") from error


def start(cls, maker, **kwargs):
    makers = maker if cls is aSyncDataCollector else [CountingEnv, maker]
    return cls(makers, None, frames_per_batch=40, total_frames=-1, **kwargs)


def exhaust(collector):
    for _ in collector:
        pass


@pytest.mark.parametrize("cls", CLASSES)
def test_an_environment_that_raises_is_an_error_with_its_traceback(cls):
    collector = start(cls, lambda: FragileEnv(fall))
    started = time.monotonic()
    with pytest.raises(RuntimeError, match="the floor is lava") as caught:
        exhaust(collector)
    assert time.monotonic() - started < 10
    assert "ValueError" in str(caught.value)
    assert "the deeper reason" in str(caught.value)
    assert "in fall" in str(caught.value)
    assert multiprocessing.active_children() == []
    assert collector.closed
    with pytest.raises(RuntimeError, match="closed"):
        collector.state_dict()


@pytest.mark.parametrize("cls", [MultiSyncDataCollector, MultiaSyncDataCollector])
def test_a_worker_that_just_leaves_is_noticed(cls):
    collector = start(cls, lambda: FragileEnv(lambda: os._exit(3)))
    started = time.monotonic()
    with pytest.raises(RuntimeError, match="exit code 3"):
        exhaust(collector)
    assert time.monotonic() - started < 10
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("cls", [MultiSyncDataCollector, MultiaSyncDataCollector])
def test_a_worker_that_is_killed_is_noticed_within_two_seconds(cls):
    collector = start(cls, lambda: FragileEnv(lambda: time.sleep(3600)))
    killed = []

    def kill():
        killed.append(time.monotonic())
        os.kill(collector.procs[-1].pid, signal.SIGKILL)

    timer = threading.Timer(1.5, kill)
    timer.start()
    with pytest.raises(RuntimeError, match="exit code -9"):
        exhaust(collector)
    # Noticing takes at most a second; ending the others, who are idle or at work, at most a little more.
    assert time.monotonic() - killed[0] < 4
    assert multiprocessing.active_children() == []


def test_a_worker_that_died_between_two_requests_is_noticed_by_the_next():
    collector = start(MultiSyncDataCollector, CountingEnv)
    os.kill(collector.procs[1].pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="Worker 1"):
        collector.set_seed(0)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("cls", [MultiSyncDataCollector, MultiaSyncDataCollector])
def test_a_maker_that_raises_is_an_error_of_the_constructor(cls):
    def no_env():
        raise LookupError("no such simulator")

    started = time.monotonic()
    with pytest.raises(RuntimeError, match="no such simulator"):
        start(cls, no_env)
    assert time.monotonic() - started < 30
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("cls", CLASSES)
def test_a_maker_that_cannot_travel_is_an_error_of_the_constructor(cls):
    lock = threading.Lock()
    with pytest.raises(RuntimeError, match="lock"):
        start(cls, lambda: lock)
    assert multiprocessing.active_children() == []


def test_a_worker_that_takes_for_ever_to_start_is_an_error(monkeypatch):
    monkeypatch.setattr(collectors_module, "INSTANTIATE_TIMEOUT", 1.0)
    with pytest.raises(RuntimeError, match="INSTANTIATE_TIMEOUT"):
        start(aSyncDataCollector, lambda: time.sleep(3600))
    assert multiprocessing.active_children() == []


def test_a_batch_that_takes_for_ever_is_an_error(monkeypatch):
    monkeypatch.setattr(collectors_module, "_MAX_IDLE_COUNT", 3)
    collector = start(aSyncDataCollector, lambda: FragileEnv(lambda: time.sleep(3600)))
    with pytest.raises(RuntimeError, match="MAX_IDLE_COUNT"):
        exhaust(collector)
    assert multiprocessing.active_children() == []


def test_a_worker_without_orders_for_too_long_ends(monkeypatch):
    monkeypatch.setattr(collectors_module, "_MAX_IDLE_COUNT", 2)
    collector = start(aSyncDataCollector, CountingEnv)
    (proc,) = collector.procs
    proc.join(20)
    assert not proc.is_alive()
    with pytest.raises(RuntimeError, match="no message"):
        exhaust(collector)


def test_a_policy_that_cannot_be_wrapped_is_an_error_with_the_reason():
    def policy(observation, map_of_the_world):
        return observation

    with pytest.raises(RuntimeError, match="map_of_the_world"):
        MultiSyncDataCollector([CountingEnv], policy, frames_per_batch=4)
