"""A run that is killed, or interrupted, costs no answer that it had."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.llm import worker
from docgen.runlog.events import CallFinished, Described, RunFinished

from .author_server import AuthorServer
from .running import asked_again, events, half_files, start, store_check, undescribed, write_package

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills with signals")
AUTHOR = ("--model", "author", "--backend", "ollama")
TINY = ("--model", "smollm2:135m", "--backend", "embedded")


@pytest.fixture
def server() -> Iterator[AuthorServer]:
    server = AuthorServer(seconds=0.02)
    yield server
    server.close()


def finish(process: subprocess.Popen[str], seconds: float = 120) -> str:
    _, errors = process.communicate(timeout=seconds)
    return errors


def test_killed_at_random_moments_the_next_run_goes_on(tmp_path: Path, server: AuthorServer) -> None:
    write_package(tmp_path, modules=4, classes=8)
    dice = random.Random(5)
    for _ in range(8):
        process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
        time.sleep(dice.uniform(0.4, 2.2))
        process.kill()
        finish(process)
        assert half_files(tmp_path) == [path for path in half_files(tmp_path) if path.suffix == ".partial"]
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    errors = finish(process)
    assert process.returncode == 0, errors
    assert asked_again(tmp_path) == []
    assert undescribed(tmp_path) == []
    assert half_files(tmp_path) == []
    assert store_check(tmp_path) == "ok"


def test_killed_with_a_real_model_the_next_run_goes_on(tmp_path: Path, tiny_model: Path) -> None:
    write_package(tmp_path, modules=1, classes=2)
    process = start(tmp_path, "run", "package", *TINY)
    assert process.stderr is not None
    for line in process.stderr:
        if "function package.m0." in line:
            break
    process.kill()
    finish(process)
    process = start(tmp_path, "run", "package", *TINY)
    errors = finish(process, 300)
    assert process.returncode == 0, errors
    assert asked_again(tmp_path) == []
    assert undescribed(tmp_path) == []
    assert half_files(tmp_path) == []
    assert store_check(tmp_path) == "ok"


def test_ctrl_c_once_writes_what_there_is_sums_up_and_the_next_run_goes_on(
    tmp_path: Path, server: AuthorServer
) -> None:
    write_package(tmp_path, modules=2, classes=20)
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    assert process.stderr is not None
    for line in process.stderr:
        if "function package.m0.C3" in line:
            break
    process.send_signal(signal.SIGINT)
    errors = finish(process, 30)
    assert process.returncode == 130
    assert "interrupted" in errors
    [run] = events(tmp_path)
    assert isinstance(run[-1], RunFinished)
    assert run[-1].outcome == "interrupted"
    assert (tmp_path / "out/json/package.m0.json").is_file()
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    finish(process)
    assert process.returncode == 0
    assert asked_again(tmp_path) == []
    assert undescribed(tmp_path) == []


def test_ctrl_c_twice_ends_the_run_at_once(tmp_path: Path, server: AuthorServer) -> None:
    write_package(tmp_path, modules=1, classes=20)
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    assert process.stderr is not None
    for line in process.stderr:
        if "function package.m0.C3" in line:
            break
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    errors = finish(process, 30)
    assert process.returncode == 130, errors
    assert time.monotonic() - began < 5
    assert "Traceback" not in errors
    assert half_files(tmp_path) == []
    assert store_check(tmp_path) == "ok"


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_sources_are_read_ends_the_run_with_a_summary(
    tmp_path: Path, server: AuthorServer, times: int
) -> None:
    write_package(tmp_path, modules=120, classes=60)
    # A process group of its own, all of which gets the signal, as from a terminal.
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url, before=os.setsid)
    logs = tmp_path / "out/logs"
    while not any("source-read" in path.read_text(encoding="utf-8") for path in logs.glob("*.jsonl")):
        assert process.poll() is None
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
    errors = finish(process, 30)
    assert process.returncode == 130, errors
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert server.chats() == []
    assert store_check(tmp_path) == "ok"
    if times == 1:
        [run] = events(tmp_path)
        assert isinstance(run[-1], RunFinished)
        assert run[-1].outcome == "interrupted"


def test_two_runs_at_once_on_one_store_both_end_complete(tmp_path: Path, server: AuthorServer) -> None:
    write_package(tmp_path, modules=2, classes=6)
    processes = [start(tmp_path, "run", "package", *AUTHOR, host=server.url) for _ in range(2)]
    said = [finish(process) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert undescribed(tmp_path) == []
    assert half_files(tmp_path) == []
    assert store_check(tmp_path) == "ok"
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    assert "calls: 0" in finish(process)


def test_every_answer_is_stored_before_it_is_shown(tmp_path: Path, server: AuthorServer) -> None:
    write_package(tmp_path, modules=1, classes=6)
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    assert process.stderr is not None
    shown = [line for line, _ in zip(process.stderr, range(12), strict=False)]
    process.kill()
    finish(process)
    process = start(tmp_path, "run", "package", *AUTHOR, host=server.url)
    finish(process)
    _, second = events(tmp_path)
    asked = {event.name for event in second if isinstance(event, CallFinished)}
    described = {event.name for event in second if isinstance(event, Described)}
    for line in shown:
        if " function " in line:
            name = line.split(" function ")[1].split(" ")[0]
            assert name not in asked
            assert name not in described


def test_the_models_process_ends_when_docgen_is_killed_while_it_loads(tiny_model: Path) -> None:
    settings = {
        "path": str(tiny_model), "jobs": 1, "context_window": 2048, "batch": 512, "threads": 1, "cache_mib": 0,
        "verbose": False,
    }  # fmt: skip
    command = [sys.executable, worker.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdout.close()
            process.stdin.write(json.dumps(settings).encode() + b"\n")
            process.stdin.close()
            process.wait(timeout=60)
        finally:
            process.kill()
