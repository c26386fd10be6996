from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import DocgenError
from docgen.records import Description, Provenance
from docgen.runlog.events import Described, Event, Notice, RunFinished, Stamp
from docgen.runlog.files import FileSink, RunInfo, events_in, lines_of, new_run_id, read, run_info, to_line, to_text
from docgen.runlog.kept import kept_runs

SNAPSHOT = Path(__file__).parent / "snapshots" / "run.log"


def keep(folder: Path, events: list[Event], run: str | None = None) -> FileSink:
    sink = FileSink(folder, run)
    for event in events:
        sink(event)
    sink.close()
    return sink


def info_of(path: Path) -> RunInfo:
    return run_info(path.stem, lambda: lines_of(path))


def test_the_log_reads_as_it_did(tmp_path: Path, story: list[Event]) -> None:
    """`UPDATE_SNAPSHOTS=1 pytest tests/runlog tests/render` accepts what is written now."""
    text = keep(tmp_path, story).path.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_a_description_is_a_timestamp_line_a_heading_the_text_and_an_empty_line(
    tmp_path: Path, story: list[Event]
) -> None:
    text = keep(tmp_path, story).path.read_text(encoding="utf-8")
    assert "\n\n2026-11-22 13:15:05.000+00:00\nparameter frames.shift.by description:\nHow many steps.\n\n2026" in text


def test_the_last_entry_gives_the_figures(tmp_path: Path, story: list[Event]) -> None:
    last = keep(tmp_path, story).path.read_text(encoding="utf-8").rstrip().split("\n\n")[-1]
    for figure in ("elapsed: 44 min 03 s", "elements: 42", "calls: 44", "12,345 in", "3,950 out", "1.5 a second"):
        assert figure in last


@given(st.text(st.characters(exclude_categories=())))
def test_json_lines_are_exact_to_the_character(text: str) -> None:
    description = Description(text=text, provenance=Provenance(source="model"))
    event = Described(
        stamp=Stamp(at=datetime.now(timezone.utc), elapsed=0), kind="class", name="m.C", description=description
    )
    line = to_line(event)
    assert line.count("\n") == 1
    line.encode("utf-8")
    assert Described.model_validate(json.loads(line)) == event


@given(st.text(st.characters(exclude_categories=())))
def test_the_log_for_people_has_no_control_characters_and_no_forged_entries(text: str) -> None:
    stamp = Stamp(at=datetime(2026, 1, 1, tzinfo=timezone.utc), elapsed=0)
    forged = f"{text}\n2026-01-01 00:00:00.000+00:00\nfunction evil description:\n"
    entry = to_text(Notice(stamp=stamp, level="info", message=forged))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", entry)
    assert len(re.findall(r"^2026-01-01 00:00:00", entry, re.MULTILINE)) == 1


def test_what_was_written_is_read_back(tmp_path: Path, story: list[Event]) -> None:
    sink = keep(tmp_path, story)
    assert list(read(sink.path.with_suffix(".jsonl"))) == story


def test_a_torn_last_line_and_unknown_events_are_passed_over(tmp_path: Path, story: list[Event]) -> None:
    path = keep(tmp_path, story).path.with_suffix(".jsonl")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.insert(2, '{"event":"of-a-later-version","stamp":{"at":"2026-11-22T13:15:00Z","elapsed":1}}\n')
    lines.insert(3, "not json\n")
    path.write_bytes("".join(lines).encode()[:-40])
    assert list(read(path)) == story[:-1]
    assert info_of(path).outcome == "unfinished"


def test_a_line_torn_inside_a_character_is_passed_over(tmp_path: Path, describe: Callable[..., Described]) -> None:
    event = describe("m.f", "Größe")
    path = tmp_path / "r.jsonl"
    path.write_bytes(to_line(event).encode() + to_line(event).encode().split(b"\xc3")[0] + b"\xc3")
    assert list(read(path)) == [event]


def test_a_killed_run_loses_no_event_and_is_never_listed_as_done(tmp_path: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from docgen.runlog import RunLog
from docgen.runlog.events import Notice
from docgen.runlog.files import FileSink
log = RunLog([FileSink(Path({str(tmp_path)!r}))])
for number in range(100):
    log.emit(Notice(stamp=log.stamp(), level="info", message=str(number)))
print("ready", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    [kept] = kept_runs(tmp_path)
    info = run_info(*kept)
    assert info.outcome == "unfinished"
    messages = [event.message for event in events_in(kept.lines()) if isinstance(event, Notice)]
    assert messages == [str(number) for number in range(100)]


def test_an_unfinished_run_tells_what_it_did_until_then(tmp_path: Path, story: list[Event]) -> None:
    info = info_of(keep(tmp_path, story[:-1]).path.with_suffix(".jsonl"))
    assert (info.outcome, info.calls, info.prompt_tokens, info.completion_tokens) == ("unfinished", 1, 812, 57)
    assert info.seconds == 11
    assert info.model == "qwen2.5-coder:1.5b"


def test_a_finished_run_tells_its_figures(tmp_path: Path, story: list[Event]) -> None:
    info = info_of(keep(tmp_path, story).path.with_suffix(".jsonl"))
    end = story[-1]
    assert isinstance(end, RunFinished)
    assert (info.outcome, info.seconds, info.elements, info.calls) == (
        end.outcome,
        end.seconds,
        end.elements,
        end.calls,
    )
    assert info.started == story[0].stamp.at


def test_a_description_that_quotes_the_log_does_not_end_a_run(
    tmp_path: Path, describe: Callable[..., Described]
) -> None:
    path = keep(tmp_path, [describe("m.f", 'It writes {"event":"run-finished","outcome":"done"}.')]).path
    assert info_of(path.with_suffix(".jsonl")).outcome == "unfinished"


def test_run_ids_sort_by_time() -> None:
    start = datetime(2026, 11, 22, 13, 15, tzinfo=timezone(timedelta(hours=1)))
    ids = [new_run_id(start + timedelta(milliseconds=137 * number)) for number in range(50)]
    assert ids == sorted(ids)
    assert ids[0] == "20261122-121500-0000"


def test_two_runs_that_start_together_keep_two_logs(tmp_path: Path) -> None:
    sinks = [FileSink(tmp_path) for _ in range(20)]
    assert len({sink.run for sink in sinks}) == 20
    for sink in sinks:
        sink.close()


def test_a_log_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(DocgenError) as caught:
        FileSink(tmp_path / "logs")
    assert "--out" in caught.value.hint


def test_a_folder_without_logs_has_no_runs(tmp_path: Path) -> None:
    assert kept_runs(tmp_path / "nowhere") == []


def test_a_thousand_runs_of_a_thousand_events_are_not_parsed_to_be_listed(tmp_path: Path, story: list[Event]) -> None:
    body = [story[8]] * 5000
    for number in range(10):
        keep(tmp_path, [*story[:2], *body, story[-1]], f"run-{number}")
    began = time.monotonic()
    assert len([run_info(*kept) for kept in kept_runs(tmp_path)]) == 10
    assert time.monotonic() - began < 2
