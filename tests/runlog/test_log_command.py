from __future__ import annotations

import argparse
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from docgen.cli.log import add_parser
from docgen.cli.main import main
from docgen.errors import UsageError
from docgen.runlog.events import Event
from docgen.runlog.files import FileSink
from docgen.runlog.kept import StoreSink
from docgen.store import find_store, open_store


def command(out: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    options = parser.parse_args(["log", *arguments, "--out", str(out)])
    code: int = options.run(options)
    return code


@pytest.fixture
def out(tmp_path: Path, story: list[Event]) -> Path:
    for run, events in (("20261121-080000-0000", story[:-1]), ("20261122-131500-abcd", story)):
        sink = FileSink(tmp_path / "logs", run)
        for event in events:
            sink(event)
        sink.close()
    return tmp_path


def test_the_runs_are_listed_newest_first_with_their_figures(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(out) == 0
    header, newest, oldest = capsys.readouterr().out.splitlines()
    assert header.split() == "run started outcome elapsed elements calls tokens in out model".split()
    assert newest.split()[0] == "20261122-131500-abcd"
    assert newest.split()[3:] == "problems 44 min 03 s 42 44 12,345 3,950 qwen2.5-coder:1.5b".split()
    assert "unfinished" in oldest
    assert "done" not in oldest


def test_a_run_whose_log_files_are_gone_is_read_from_the_store(
    tmp_path: Path, story: list[Event], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(find_store(tmp_path)) as store:
        for run in ("20261121-080000-0000", "20261122-131500-abcd"):
            sinks = [FileSink(Path("out/logs"), run), StoreSink(store, run)]
            for event in story:
                for sink in sinks:
                    sink(event)
            for sink in sinks:
                sink.close()
    with_files = [main(["log"]), capsys.readouterr().out]
    shown = [main(["log", "show"]), capsys.readouterr().out]
    shutil.rmtree("out")
    assert [main(["log"]), capsys.readouterr().out] == with_files
    assert [main(["log", "show"]), capsys.readouterr().out] == shown
    assert main(["log", "--out", "out"]) == 0
    assert "No runs in out/logs" in capsys.readouterr().out, "a folder that is named is meant"


def test_a_store_that_cannot_be_opened_hides_no_log_file(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(out)
    with closing(sqlite3.connect("newer.db")) as database:
        database.execute("PRAGMA user_version = 99")
    assert main(["log", "--out", ".", "--store", "newer.db"]) == 0
    shown = capsys.readouterr()
    assert "20261122-131500-abcd" in shown.out
    assert "newer docgen" in shown.err


def test_a_folder_without_runs_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(tmp_path) == 0
    assert "docgen run" in capsys.readouterr().out


def test_show_tells_the_last_run_again(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(out, "show") == 0
    text = capsys.readouterr().out
    assert "run 20261122-131500-abcd: docgen 0.1.0 run frames.py" in text
    assert "parameter frames.shift.by (model): How many steps." in text
    assert "run done with problems" in text


def test_show_takes_a_unique_beginning(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(out, "show", "20261121") == 0
    assert "done with problems" not in capsys.readouterr().out
    with pytest.raises(UsageError, match="2 runs begin with '2026112'") as caught:
        command(out, "show", "2026112")
    assert "20261122-131500-abcd" in caught.value.hint
    with pytest.raises(UsageError, match="no run that begins with 'x'"):
        command(out, "show", "x")


def test_show_of_an_empty_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no run in") as caught:
        command(tmp_path, "show")
    assert "--out" in caught.value.hint


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--kind", "parameter"], ["parameter frames.shift.by"]),
        (["--kind", "call"], ["call frames.shift", "call frames.shift", "call frames.Frame.read"]),
        (["--kind", "finding,class"], ["finding frames.shift.by", "class frames.Frame"]),
        (["--kind", "class", "--kind", "parameter"], ["parameter frames.shift.by", "class frames.Frame"]),
        (["--name", "Frame.*"], ["function frames.Frame.close", "call frames.Frame.read"]),
        (["--name", "*.close", "--kind", "function"], ["function frames.Frame.close"]),
        (["--name", "nothing"], []),
    ],
)  # fmt: skip
def test_show_picks_by_kind_and_name(
    out: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], shown: list[str]
) -> None:
    assert command(out, "show", *arguments) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("2026")]
    assert [" ".join(line.split()[2:4]).rstrip(":") for line in lines] == shown


def test_a_hundred_runs_are_listed_in_a_moment(
    tmp_path: Path, story: list[Event], capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(100):
        sink = FileSink(tmp_path / "logs", f"20261122-131500-{number:04x}")
        for event in story:
            sink(event)
        sink.close()
    began = time.monotonic()
    command(tmp_path)
    assert time.monotonic() - began < 3
    assert len(capsys.readouterr().out.splitlines()) == 101
