"""The log on disk: `<run>.log` for people and `<run>.jsonl` for programs, and reading the latter back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Literal

from pydantic import ValidationError

from docgen.errors import DocgenError
from docgen.runlog.entries import entry_of
from docgen.runlog.events import BackendChosen, CallFinished, Described, Event, RunFinished, RunStarted, event_adapter
from docgen.visible import visible_json

_LIKE_A_TIMESTAMP = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)
_TELLING = ('"event":"run-started"', '"event":"backend-chosen"', '"event":"run-finished"')


class FileSink:
    """Keeps every event in `<folder>/<run>.log` and `<run>.jsonl`, flushed one by one so that a kill loses nothing.

    Args:
        folder: The folder of logs; made if it is not there.
        run: Id of the run; None makes one that no run in the folder has.

    Raises:
        DocgenError: The files cannot be made.
    """

    def __init__(self, folder: Path, run: str | None = None) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.run, self._lines = _create(folder, run)
            self.path = folder / f"{self.run}.log"
            self._log = self.path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n")
        except OSError as error:
            raise DocgenError(
                f"Cannot write the log in {folder}: {error.strerror or error}.", "Choose another folder with --out."
            ) from error

    def __str__(self) -> str:
        return f"the log {self.path}"

    def __call__(self, event: Event) -> None:
        """Append the event to both files."""
        self._lines.write(to_line(event))
        self._lines.flush()
        self._log.write(to_text(event))
        self._log.flush()

    def close(self) -> None:
        """Close both files."""
        self._lines.close()
        self._log.close()


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time: UTC to the second, then the fraction of the second in four hex digits."""
    fraction = now.microsecond * 0x10000 // 1_000_000
    return f"{now.astimezone(timezone.utc):%Y%m%d-%H%M%S}-{fraction:04x}"


def to_line(event: Event) -> str:
    """Return the event as one line of JSON, exact to the character."""
    return visible_json(event.model_dump(mode="json")) + "\n"


def to_text(event: Event) -> str:
    """Return the event as an entry for people: timestamp, a heading, the text, an empty line."""
    entry = entry_of(event)
    subject = f"{entry.label} {entry.name}".rstrip()
    if isinstance(event, Described):
        heading = f"{subject} description:"
    else:
        heading = f"{subject} ({entry.aside}):" if entry.aside else f"{subject}:"
    text = _LIKE_A_TIMESTAMP.sub("    ", entry.text)
    return f"{event.stamp.at.isoformat(sep=' ', timespec='milliseconds')}\n{heading}\n{text}\n\n"


def read(path: Path) -> Iterator[Event]:
    """Yield the events of a `.jsonl` file; a torn last line and events of another version are passed over.

    Raises:
        DocgenError: The file cannot be read.
    """
    return events_in(lines_of(path))


def events_in(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events that lines of JSON hold; a torn line and events of another version are passed over."""
    for line in lines:
        event = _event(line)
        if event is not None:
            yield event


@dataclass(frozen=True)
class RunInfo:
    """What a list of runs tells of one.

    Attributes:
        run: Id of the run.
        started: When it began, or None where the log does not say.
        outcome: As in `RunFinished`, or `unfinished` for a run that was killed or still goes on.
        seconds: Elapsed time; of an unfinished run up to its last event.
        elements: Elements documented; 0 where unfinished.
        calls: Model calls.
        prompt_tokens: Tokens in.
        completion_tokens: Tokens out.
        model: Name of the model, empty where none was chosen.
    """

    run: str
    started: datetime | None
    outcome: Literal["done", "problems", "interrupted", "failed", "unfinished"]
    seconds: float
    elements: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    model: str


def run_info(run: str, lines: Callable[[], Iterable[str]]) -> RunInfo:
    """Return what a run's log tells of it.

    Args:
        run: Id of the run.
        lines: Reads its events as JSON, each with its line end.

    Raises:
        DocgenError: The log cannot be read.
    """
    started: datetime | None = None
    model, finished, last = "", None, ""
    for line in lines():
        last = line if line.endswith("\n") else last
        match _event(line) if any(mark in line for mark in _TELLING) else None:
            case RunStarted(stamp=stamp):
                started = stamp.at
            case BackendChosen(model=name):
                model = name
            case RunFinished() as event:
                finished = event
    if finished is None:
        seconds = end.stamp.elapsed if (end := _event(last)) else 0.0
        return RunInfo(run, started, "unfinished", seconds, 0, *_calls(events_in(lines())), model)
    return RunInfo(
        run, started, finished.outcome, finished.seconds, finished.elements, finished.calls,
        finished.prompt_tokens, finished.completion_tokens, model,
    )  # fmt: skip


def _calls(events: Iterable[Event]) -> tuple[int, int, int]:
    """Return the calls that were answered, and the tokens in and out."""
    calls = [event for event in events if isinstance(event, CallFinished)]
    return len(calls), sum(call.prompt_tokens for call in calls), sum(call.completion_tokens for call in calls)


def _create(folder: Path, run: str | None) -> tuple[str, IO[str]]:
    while True:
        name = run or new_run_id(datetime.now(timezone.utc))
        try:
            return name, (folder / f"{name}.jsonl").open("x", encoding="utf-8", newline="\n")
        except FileExistsError:
            if run is not None:
                raise


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a `.jsonl` file.

    Raises:
        DocgenError: The file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as stream:
            yield from stream
    except OSError as error:
        raise DocgenError(
            f"Cannot read the log {path}: {error.strerror or error}.", "`docgen log` lists the runs."
        ) from error


def _event(line: str) -> Event | None:
    try:
        return event_adapter.validate_python(json.loads(line))
    except (ValueError, ValidationError):
        return None
