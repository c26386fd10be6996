"""Every path of `docgen run` with a tiny real model: its prose is useless, its answers are real."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from docgen.render.json import load
from tests.e2e.conftest import Docgen

TINY = ("--model", "smollm2:135m", "--backend", "embedded", "--ask-all")
SMALL = '''
"""Scales."""

def scale(x: float, factor: float = 2.0) -> float:
    return x * factor
'''
CLASSES = "\n\n".join(
    f"class C{n}:\n    def f(self, a, b=1):\n        return a + b\n\n    def g(self):\n        return {n}"
    for n in range(12)
)


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, tiny_model: Path) -> None:
    (tmp_path / "scales.py").write_text(SMALL, encoding="utf-8")


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, docgen: Docgen) -> None:
    (tmp_path / "bad.py").write_text("def f(:\n", encoding="utf-8")
    result = docgen("run", ".", *TINY)
    assert result.returncode == 1
    assert "bad.py:1:6" in result.stderr
    module = load(tmp_path / "out/json/scales.json")
    assert module.description is not None
    assert module.description.provenance.source == "source"
    [function] = module.members
    assert function.description is not None
    assert not (tmp_path / "out/json/bad.json").exists()


def test_an_ollama_server_that_has_the_model_is_preferred(tmp_path: Path, docgen: Docgen, ollama_server: Any) -> None:
    result = docgen("run", "scales.py", "--model", "smollm2:135m", "--ask-all", OLLAMA_HOST=ollama_server.url)
    assert result.returncode == 0, result.stderr
    assert "backend ollama" in result.stderr
    chats = [body for path, body in ollama_server.requests if path == "/api/chat"]
    assert chats
    assert all(body["format"]["type"] == "object" for body in chats)
    assert len({body["options"]["num_ctx"] for body in chats}) == 1


def test_passing_faults_of_the_server_cost_no_description(tmp_path: Path, docgen: Docgen, ollama_server: Any) -> None:
    ollama_server.fail_next("500", "garbage", "wrong-schema")
    result = docgen("run", "scales.py", *TINY[:2], "--backend", "ollama", "--ask-all", OLLAMA_HOST=ollama_server.url)
    assert result.returncode == 0, result.stderr
    [function] = load(tmp_path / "out/json/scales.json").members
    assert function.description is not None


def test_a_model_that_nobody_has_is_a_clear_error_with_a_way_out(tmp_path: Path, docgen: Docgen) -> None:
    result = docgen("run", "scales.py", "--model", "nonexistent:1b", "--ask-all")
    assert result.returncode in (1, 2)
    assert "nonexistent:1b" in result.stderr
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out/json").exists()


def test_a_bare_name_below_the_current_folder_is_found_and_said_so(tmp_path: Path, docgen: Docgen) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    (tmp_path / "scales.py").rename(tmp_path / "package" / "deep.py")
    result = docgen("run", "deep.py", *TINY)
    assert result.returncode == 0, result.stderr
    assert "package/deep.py" in result.stderr
    assert (tmp_path / "out/json/package.deep.json").is_file()


def test_a_dry_run_and_a_shown_prompt_write_nothing(tmp_path: Path, docgen: Docgen) -> None:
    dry = docgen("run", "scales.py", "--dry-run", "--ask-all")
    assert dry.returncode == 0
    assert "1 call for" in dry.stdout
    shown = docgen("run", "scales.py", "--show-prompt", "scale", "--ask-all")
    assert "return x * factor" in shown.stdout
    assert '"factor"' in shown.stdout
    assert not (tmp_path / "out").exists()


def test_only_documents_what_is_named_and_keeps_what_was_there(tmp_path: Path, docgen: Docgen) -> None:
    (tmp_path / "two.py").write_text("def a(x):\n    return x\n\n\ndef b(y):\n    return y\n", encoding="utf-8")
    assert docgen("run", "two.py", "--only", "a", *TINY).returncode == 0
    first = {m.name: m.description for m in load(tmp_path / "out/json/two.json").members}
    assert first["a"] is not None
    assert first["b"] is None
    assert docgen("run", "two.py", "--only", "two.b", *TINY).returncode == 0
    second = {m.name: m.description for m in load(tmp_path / "out/json/two.json").members}
    assert second["a"] == first["a"]
    assert second["b"] is not None


def test_only_takes_what_needs_no_model(tmp_path: Path, docgen: Docgen) -> None:
    (tmp_path / "two.py").write_text("def a(x):\n    return x\n\n\ndef b(y):\n    return y\n", encoding="utf-8")
    assert docgen("run", "two.py", "--only", "a", *TINY[:-1]).returncode == 0
    [first, _] = load(tmp_path / "out/json/two.json").members
    assert first.description is not None
    assert first.description.provenance.source == "composed"


def test_an_only_that_matches_nothing_is_a_wrong_command(docgen: Docgen) -> None:
    result = docgen("run", "scales.py", "--only", "scael", *TINY)
    assert result.returncode == 2
    assert "scales.scale" in result.stderr


def test_brackets_in_code_are_text_in_every_output(tmp_path: Path, docgen: Docgen) -> None:
    (tmp_path / "odd.py").write_text(
        'def f(x: list[int], y="[/blue]") -> list[int]:\n    """Take [bold]x[/bold] and `[/red]`."""\n    return x\n',
        encoding="utf-8",
    )
    result = docgen("run", "odd.py", *TINY)
    assert result.returncode == 0, result.stderr
    assert "[bold]x[/bold]" in (tmp_path / "out/json/odd.json").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_what_was_written_and_says_130(tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text(CLASSES, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "docgen", "run", "many.py", *TINY],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OLLAMA_HOST": "http://127.0.0.1:9"},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "function many.C2" in line:
            process.send_signal(signal.SIGINT)
            break
    began = time.monotonic()
    rest = process.stderr.read()
    assert process.wait(timeout=30) == 130
    assert time.monotonic() - began < 20
    assert "interrupted" in rest
    members = load(tmp_path / "out/json/many.json").members
    described = {member.name for member in members if member.description}
    assert {"C0", "C1"} <= described
    assert "C11" not in described


def test_a_text_log_and_its_events_agree(tmp_path: Path, docgen: Docgen) -> None:
    assert docgen("run", "scales.py", *TINY).returncode == 0
    [lines] = (tmp_path / "out/logs").glob("*.jsonl")
    events = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["run-started", "run-finished"]
    assert events[-1]["seconds"] >= 0
    shown = docgen("log", "show")
    assert "scales.scale" in shown.stdout
