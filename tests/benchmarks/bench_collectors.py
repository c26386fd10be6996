"""Measures the collectors: frames a second, against a bare loop and, where it is installed, against TorchRL.

Run ``python tests/benchmarks/bench_collectors.py`` (``--quick`` for a shorter one). Nothing is asserted. All programs
step the same environments with the same policy in the same run:

- *cheap*: a counting environment with one observation;
- *slow*: the same, sleeping a millisecond in each step.

``bare`` steps the environment in a loop and stacks the results of each batch. ``outside`` is the share of the time that
is spent neither in the environment nor in the policy.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import torch
from tensordict import TensorDict, TensorDictBase

from collectors_ref import MultiaSyncDataCollector, MultiSyncDataCollector, SyncDataCollector
from collectors_ref.envs import CountingEnv

FRAMES_PER_BATCH = 200
WORKERS = 2


class TimedEnv(CountingEnv):
    """A counting environment that can sleep, and that adds up the seconds spent in it."""

    def __init__(self, sleep_s: float = 0.0):
        super().__init__(50)
        self.sleep_s = sleep_s
        self.seconds = 0.0

    def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
        if self.sleep_s:
            time.sleep(self.sleep_s)
        return super()._step(tensordict)

    def step_and_maybe_reset(self, tensordict: TensorDictBase) -> tuple[TensorDictBase, TensorDictBase]:
        started = time.perf_counter()
        result = super().step_and_maybe_reset(tensordict)
        self.seconds += time.perf_counter() - started
        return result


class TimedPolicy:
    """Always the same action; adds up the seconds spent in it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, tensordict: TensorDictBase) -> TensorDictBase:
        started = time.perf_counter()
        tensordict.set("action", torch.ones((1,), dtype=torch.int64))
        self.seconds += time.perf_counter() - started
        return tensordict


def bare_loop(env: TimedEnv, policy: TimedPolicy) -> Iterator[TensorDictBase]:
    """Step without a collector.

    Args:
        env: The environment.
        policy: The policy.

    Yields:
        Batches.
    """
    root = env.reset()
    while True:
        steps = []
        with torch.no_grad():
            for _ in range(FRAMES_PER_BATCH):
                step, root = env.step_and_maybe_reset(policy(root))
                steps.append(step)
        yield torch.stack(steps)


def frames_per_second(batches: Iterator[Any], frames: int) -> float:
    """Time an iterator of batches, after one batch to warm up.

    Args:
        batches: The batches.
        frames: How many frames to time.

    Returns:
        Frames a second.
    """
    next(batches)
    started, collected = time.perf_counter(), 0
    while collected < frames:
        collected += next(batches).numel()
    return collected / (time.perf_counter() - started)


def interleaved(
    measurements: dict[str, Callable[[], tuple[float, float]]], repeats: int
) -> dict[str, tuple[float, float]]:
    """Measure several things in turns, so that a machine that gets slower is unfair to none.

    Args:
        measurements: Functions that measure frames a second and the share outside, by name.
        repeats: How often each is measured.

    Returns:
        The medians, by name.
    """
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in measurements}
    for _ in range(repeats):
        for name, measure in measurements.items():
            results[name].append(measure())
    return {name: (median(f for f, _ in rows), median(o for _, o in rows)) for name, rows in results.items()}


def in_process(make: Callable[[Any, Any], Any], make_env: Callable[[], Any], frames: int) -> tuple[float, float]:
    """Measure a program that runs in this process.

    Args:
        make: Makes the iterable from environment and policy.
        make_env: Makes the environment.
        frames: How many frames to time.

    Returns:
        Frames a second, and the share of the time outside environment and policy.
    """
    env, policy = make_env(), TimedPolicy()
    batches = iter(make(env, policy))
    next(batches)
    env.seconds = policy.seconds = 0.0
    started, collected = time.perf_counter(), 0
    while collected < frames:
        collected += next(batches).numel()
    seconds = time.perf_counter() - started
    return collected / seconds, 1 - (env.seconds + policy.seconds) / seconds


def in_workers(cls: Any, sleep_s: float, frames: int) -> float:
    """Measure a collector with worker processes.

    Args:
        cls: Its class.
        sleep_s: Seconds that the environment sleeps.
        frames: How many frames to time.

    Returns:
        Frames a second.
    """
    collector = cls([lambda: TimedEnv(sleep_s)] * WORKERS, TimedPolicy(), frames_per_batch=FRAMES_PER_BATCH)
    try:
        return frames_per_second(iter(collector), frames)
    finally:
        collector.shutdown()


def own_comparison(name: str, sleep_s: float, frames: int, repeats: int) -> None:
    """Compare the collectors of this package with a bare loop.

    Args:
        name: What the environment is like.
        sleep_s: Seconds that it sleeps in each step.
        frames: How many frames to time.
        repeats: How often each is measured.
    """
    programs = {"bare": bare_loop, "Sync": ours}
    results = interleaved(
        {
            program: lambda make=make: in_process(make, lambda: TimedEnv(sleep_s), frames)
            for program, make in programs.items()
        },
        repeats,
    )
    print(f"\n{name} environment, {frames} frames, median of {repeats}")
    report(results)
    for cls in (MultiSyncDataCollector, MultiaSyncDataCollector):
        speed = in_workers(cls, sleep_s, frames * 2)
        label = f"{cls.__name__.removesuffix('DataCollector')} x {WORKERS}"
        print(f"{label:<18} {speed:>9.0f} {speed / results['bare'][0]:>8.2f}")


def torchrl_comparison(frames: int, repeats: int) -> None:
    """Compare the cost of a frame with TorchRL's on TorchRL's own counting environment.

    Args:
        frames: How many frames to time.
        repeats: How often each is measured.
    """
    try:
        import torchrl
    except ImportError:
        print("\nTorchRL is not installed: no comparison.")
        return
    from torchrl import collectors
    from torchrl.data import Composite, Unbounded
    from torchrl.envs import EnvBase

    class TorchRLEnv(EnvBase):
        def __init__(self) -> None:
            super().__init__()
            self.seconds = 0.0
            self.observation_spec = Composite(observation=Unbounded((1,)))
            self.action_spec = Unbounded((1,), dtype=torch.int64)
            self.reward_spec = Unbounded((1,))

        def _reset(self, tensordict: Any = None, **kwargs: Any) -> TensorDictBase:
            self.count = torch.zeros(1)
            return TensorDict({"observation": self.count})

        def _step(self, tensordict: TensorDictBase) -> TensorDictBase:
            self.count = self.count + 1
            return TensorDict({"observation": self.count, "reward": torch.ones(1), "done": self.count >= 50})

        def _set_seed(self, seed: Any) -> None:
            pass

        def step_and_maybe_reset(self, tensordict: TensorDictBase) -> tuple[TensorDictBase, TensorDictBase]:
            started = time.perf_counter()
            result = super().step_and_maybe_reset(tensordict)
            self.seconds += time.perf_counter() - started
            return result

    # Its newer versions have shorter names.
    make_theirs = getattr(collectors, "Collector", None) or collectors.SyncDataCollector

    def theirs(env: Any, policy: Any) -> Any:
        return make_theirs(env, policy, frames_per_batch=FRAMES_PER_BATCH, total_frames=-1)

    results = interleaved(
        {
            "bare": lambda: in_process(bare_loop, TorchRLEnv, frames),
            "collectors_ref": lambda: in_process(ours, TorchRLEnv, frames),
            f"torchrl {torchrl.__version__}": lambda: in_process(theirs, TorchRLEnv, frames),
        },
        repeats,
    )
    print(f"\nTorchRL's EnvBase, counting, {frames} frames, median of {repeats}")
    report(results)


def ours(env: Any, policy: Any) -> Any:
    """Make the collector that is measured.

    Args:
        env: The environment.
        policy: The policy.

    Returns:
        The collector.
    """
    return SyncDataCollector(env, policy, frames_per_batch=FRAMES_PER_BATCH, total_frames=-1)


def report(results: dict[str, tuple[float, float]]) -> None:
    """Print frames a second, the ratio to the bare loop, and the program's own cost of a frame.

    Args:
        results: Frames a second and share outside, by name; one of them is ``bare``.
    """
    bare = results["bare"][0]
    print(f"{'program':<18} {'frames/s':>9} {'of bare':>8} {'outside':>8} {'own µs/frame':>13}")
    for name, (speed, outside) in results.items():
        print(f"{name:<18} {speed:>9.0f} {speed / bare:>8.2f} {outside:>8.1%} {outside / speed * 1e6:>13.1f}")


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer frames")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    repeats = 3 if quick else 7
    own_comparison("cheap", 0.0, 2000 if quick else 4000, repeats)
    own_comparison("slow (1 ms)", 0.001, 500 if quick else 1000, repeats)
    torchrl_comparison(2000 if quick else 4000, repeats)


if __name__ == "__main__":
    main()
