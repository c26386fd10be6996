"""What happens in a run, as typed events. Whoever does something emits an event; sinks show and keep them.

`Clock` stamps events with both clocks: wall time for people, monotonic time for durations, so that no elapsed time is
ever negative.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from docgen.records import Description, Record, SubjectKind


class Stamp(Record):
    """When something happened: wall time with zone, and seconds since the run began."""

    at: datetime
    elapsed: float


class EventBase(Record):
    """Base of all events."""

    stamp: Stamp


class RunStarted(EventBase):
    """The first event."""

    event: Literal["run-started"] = "run-started"
    run: str
    version: str
    arguments: tuple[str, ...]


class BackendChosen(EventBase):
    """Which backend answers, and why that one."""

    event: Literal["backend-chosen"] = "backend-chosen"
    backend: str
    model: str
    reason: str


class SourceRead(EventBase):
    """A source file became records."""

    event: Literal["source-read"] = "source-read"
    file: str
    module: str
    elements: int


class SourceFailed(EventBase):
    """A source file could not be read; `lineno` and `column` are 0 where unknown."""

    event: Literal["source-failed"] = "source-failed"
    file: str
    lineno: int
    column: int
    message: str


class Planned(EventBase):
    """What is to do: `fields` descriptions in all, `known` of them already there, the rest in `calls` model calls."""

    event: Literal["planned"] = "planned"
    modules: int
    fields: int
    known: int
    calls: int


class CallFinished(EventBase):
    """The model answered one call about `name`; a backend that does not time its parts leaves those at 0."""

    event: Literal["call-finished"] = "call-finished"
    name: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float
    prompt_seconds: float = 0.0
    completion_seconds: float = 0.0


class CallFailed(EventBase):
    """A call about `name` failed; `again` says whether it is tried once more."""

    event: Literal["call-failed"] = "call-failed"
    name: str
    error: str
    again: bool


class FindingMade(EventBase):
    """A check rejected a text."""

    event: Literal["finding-made"] = "finding-made"
    kind: SubjectKind
    name: str
    code: str
    message: str
    text: str


class Described(EventBase):
    """A description is settled; `name` is the qualified name of what it describes."""

    event: Literal["described"] = "described"
    kind: SubjectKind
    name: str
    description: Description


class FileWritten(EventBase):
    """An output file is complete."""

    event: Literal["file-written"] = "file-written"
    path: str


class Notice(EventBase):
    """Anything else that the user should know."""

    event: Literal["notice"] = "notice"
    level: Literal["info", "warning", "error"]
    message: str


class RunFinished(EventBase):
    """The last event. Token counts are of all calls, failed and repaired ones included."""

    event: Literal["run-finished"] = "run-finished"
    outcome: Literal["done", "problems", "interrupted", "failed"]
    elements: int
    described: dict[str, int]
    calls: int
    failures: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Tokens written per second of the run."""
        return self.completion_tokens / self.seconds if self.seconds > 0 else 0.0


Event = Annotated[
    RunStarted
    | BackendChosen
    | SourceRead
    | SourceFailed
    | Planned
    | CallFinished
    | CallFailed
    | FindingMade
    | Described
    | FileWritten
    | Notice
    | RunFinished,
    Field(discriminator="event"),
]
event_adapter: TypeAdapter[Event] = TypeAdapter(Event)

Emit = Callable[[Event], None]


class Clock:
    """Stamps events; starts when it is made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def stamp(self) -> Stamp:
        """Return the present moment."""
        return Stamp(at=datetime.now().astimezone(), elapsed=time.monotonic() - self._start)
