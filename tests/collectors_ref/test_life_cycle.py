"""However a program ends, no process and no shared memory outlives it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from collectors_ref import MultiaSyncDataCollector, MultiSyncDataCollector  # noqa: E402
from collectors_ref.envs import CountingEnv  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, sys, time
from collectors_ref import MultiaSyncDataCollector
from collectors_ref.envs import CountingEnv

if __name__ == "__main__":
    collector = MultiaSyncDataCollector([CountingEnv] * 2, None, frames_per_batch=50)
    iterator = iter(collector)
    next(iterator)
    print(*[proc.pid for proc in collector.procs], flush=True)
"""


def run(ending):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM + textwrap.indent(textwrap.dedent(ending), "    ")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def pids_of(program):
    return [int(pid) for pid in program.stdout.readline().split()]


def wait_until_gone(pids, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if _is_running(pid)]
        if not alive:
            return
        time.sleep(0.1)
    raise AssertionError(f"still running: {alive}")


def _is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


pytestmark.append(pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at /proc"))


@pytest.mark.parametrize(
    ("ending", "code"),
    [("pass", 0), ("raise ValueError('in the loop body')", 1)],
    ids=["end", "exception"],
)
def test_a_program_that_ends_without_shutdown_ends_its_workers(ending, code):
    program = run(ending)
    pids = pids_of(program)
    assert len(pids) == 2
    _, errors = program.communicate(timeout=60)
    assert program.returncode == code, errors
    assert "leaked" not in errors
    wait_until_gone(pids)


def test_ctrl_c_ends_program_and_workers():
    program = run("for _ in iterator: pass")
    pids = pids_of(program)
    # As a terminal does it: to the whole process group.
    os.killpg(program.pid, signal.SIGINT)
    _, errors = program.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert errors.count("Traceback") == 1, errors
    assert "leaked" not in errors
    wait_until_gone(pids)


def test_workers_end_when_the_program_is_killed():
    program = run("for _ in iterator: pass")
    pids = pids_of(program)
    program.kill()
    program.communicate(timeout=60)
    wait_until_gone(pids)


@pytest.mark.parametrize("cls", [MultiSyncDataCollector, MultiaSyncDataCollector])
def test_a_collector_that_is_dropped_ends_its_workers(cls):
    threads = torch.get_num_threads()
    collector = cls([CountingEnv] * 2, None, frames_per_batch=40)
    for _ in collector:
        break
    pids = [proc.pid for proc in collector.procs]
    del collector
    wait_until_gone(pids)
    assert torch.get_num_threads() == threads


def test_an_exception_in_the_loop_body_ends_the_workers_of_a_local_collector():
    pids = []

    def train():
        collector = MultiSyncDataCollector([CountingEnv] * 2, None, frames_per_batch=40)
        pids.extend(proc.pid for proc in collector.procs)
        for _ in collector:
            raise ValueError("diverged")

    with pytest.raises(ValueError, match="diverged"):
        train()
    wait_until_gone(pids)
