"""A run as events, for the tests of what shows and keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from docgen.records import Description, Provenance, Source, SubjectKind
from docgen.runlog.events import (
    BackendChosen,
    CallFailed,
    CallFinished,
    Described,
    Event,
    FileWritten,
    FindingMade,
    Notice,
    Planned,
    RunFinished,
    RunStarted,
    SourceFailed,
    SourceRead,
    Stamp,
)

HOSTILE = "Return [/blue] list[int] \x1b[31mred\x1b[0m \u202egnp.exe *args :smile:"


def at(seconds: float) -> Stamp:
    start = datetime(2026, 11, 22, 13, 15, tzinfo=timezone.utc)
    return Stamp(at=start + timedelta(seconds=seconds), elapsed=seconds)


def described(name: str, text: str, kind: SubjectKind = "function", source: Source = "model") -> Described:
    provenance = Provenance(source=source, model="qwen2.5-coder:1.5b" if source == "model" else "")
    return Described(stamp=at(5), kind=kind, name=name, description=Description(text=text, provenance=provenance))


def finished() -> RunFinished:
    return RunFinished(
        stamp=at(2643), outcome="problems", elements=42, described={"source": 12, "model": 100, "composed": 8},
        calls=44, failures=1, prompt_tokens=12345, cached_tokens=10000, completion_tokens=3950, seconds=2643.2,
    )  # fmt: skip


def events_of_a_run() -> list[Event]:
    return [
        RunStarted(stamp=at(0), run="20261122-131500-abcd", version="0.1.0", arguments=("run", "frames.py")),
        BackendChosen(stamp=at(0.1), backend="embedded", model="qwen2.5-coder:1.5b", reason="no Ollama at 127.0.0.1"),
        SourceRead(stamp=at(0.2), file="frames.py", module="frames", elements=12),
        SourceFailed(stamp=at(0.3), file="bad.py", lineno=3, column=7, message="expected ':'"),
        Planned(stamp=at(0.4), modules=1, fields=6, known=2, calls=3),
        CallFailed(stamp=at(1), name="frames.shift", error="The answer was cut off.", again=True),
        CallFinished(
            stamp=at(4), name="frames.shift", prompt_tokens=812, cached_tokens=600, completion_tokens=57, seconds=2.6
        ),
        FindingMade(
            stamp=at(4.1), kind="parameter", name="frames.shift.by", code="wrong-default",
            message="The default is 1, not None.", text="How far. (default: None)",
        ),
        described("frames.shift", "Shift every frame by a number of steps.\n\nThe last ones wrap around."),
        described("frames.shift.by", "How many steps.", "parameter"),
        described("frames.Frame", HOSTILE, "class"),
        described("frames.Frame.close", "Close the file.", source="source"),
        CallFailed(
            stamp=at(9), name="frames.Frame.read", error="No answer within 600 s. Try --timeout 1200.", again=False
        ),
        Notice(stamp=at(10), level="warning", message="frames.py has no docstring at all."),
        FileWritten(stamp=at(11), path="out/json/frames.json"),
        FileWritten(stamp=at(11), path="out/markdown/frames.md"),
        FileWritten(stamp=at(11), path="out/markdown/index.md"),
        finished(),
    ]  # fmt: skip


@pytest.fixture
def story() -> list[Event]:
    """A whole run, from the first event to the last."""
    return events_of_a_run()


@pytest.fixture
def describe() -> Callable[..., Described]:
    """Makes a `Described` event of a name and a text."""
    return described


@pytest.fixture
def hostile() -> str:
    """A text with rich markup, terminal escapes and a bidirectional override in it."""
    return HOSTILE
