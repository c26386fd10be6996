from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import docgen
from docgen.errors import SourceError
from docgen.extract import SourceFile, read_modules
from docgen.extract.reading import readings
from docgen.extract.worker import Worker
from docgen.records import Module

ROOT = Path(docgen.__file__).parent.parent


@pytest.fixture
def files(tmp_path: Path) -> list[SourceFile]:
    made = []
    for index in range(30):
        path = tmp_path / f"m{index}.py"
        path.write_text("def broken(:\n" if index == 7 else f"def f{index}(): ...\n")
        made.append(SourceFile(path, path.stem, path.name))
    return made


@pytest.mark.parametrize("jobs", [None, 1, 2])
def test_records_come_in_order_and_one_bad_file_stops_no_other(files: list[SourceFile], jobs: int | None) -> None:
    results = list(read_modules(files, jobs=jobs))
    assert [type(result) for result in results] == [SourceError if index == 7 else Module for index in range(30)]
    modules = [result for result in results if isinstance(result, Module)]
    assert [module.members[0].name for module in modules] == [f"f{index}" for index in range(30) if index != 7]
    assert modules[0].source == "def f0(): ...\n"
    error = results[7]
    assert isinstance(error, SourceError)
    assert (error.file, error.lineno) == ("m7.py", 1)


def test_a_file_whose_worker_is_killed_becomes_an_error_and_the_worker_starts_again(tmp_path: Path) -> None:
    pipe = tmp_path / "m.py"
    os.mkfifo(pipe)  # Reading it blocks, so the worker can be killed in the act.
    worker = Worker(time_limit=30)
    good = tmp_path / "good.py"
    good.write_text("x = 1\n")
    assert isinstance(worker.read(SourceFile(good, "good", "good.py")).result, Module)
    process = worker._process
    assert process is not None
    killer = subprocess.Popen([sys.executable, "-c", f"import os,time; time.sleep(1); os.kill({process.pid}, 11)"])
    error = worker.read(SourceFile(pipe, "m", "m.py")).result
    killer.wait()
    assert isinstance(error, SourceError)
    assert "SIGSEGV" in error.message
    assert isinstance(worker.read(SourceFile(good, "good", "good.py")).result, Module)
    worker.close()


def test_a_file_that_takes_too_long_becomes_an_error(tmp_path: Path) -> None:
    pipe = tmp_path / "m.py"
    os.mkfifo(pipe)
    [reading] = readings([SourceFile(pipe, "m", "m.py")], jobs=2, time_limit=2)
    error = reading.result
    assert isinstance(error, SourceError)
    assert "took longer than 2 seconds" in error.message


def test_an_abandoned_iterator_leaves_no_process(files: list[SourceFile]) -> None:
    before = _children(os.getpid())
    results = read_modules(files, jobs=2)
    next(results)
    assert _eventually(lambda: len(_children(os.getpid()) - before) == 2)
    results.close()  # type: ignore[attr-defined]
    assert _children(os.getpid()) - before == set()


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    for index in range(4):
        os.mkfifo(tmp_path / f"m{index}.py")
    program = (
        "import sys; from pathlib import Path; from docgen.extract import SourceFile, read_modules\n"
        f"files = [SourceFile(Path({str(tmp_path)!r}) / f'm{{i}}.py', 'm', 'm.py') for i in range(4)]\n"
        "list(read_modules(files, jobs=2))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
    )
    assert _eventually(lambda: len(_children(process.pid)) == 2)
    workers = _children(process.pid)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in stderr
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_importing_docgen_extract_loads_no_parser() -> None:
    program = "import sys, docgen.extract; sys.exit('libcst' in sys.modules or 'pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)


def _eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


def _children(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that ended since the folder was listed has none
            found.update(map(int, (task / "children").read_text().split()))
    return found
