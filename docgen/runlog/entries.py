"""Events in words: the one place that says how an event reads, for the terminal and for the log file."""

from __future__ import annotations

from typing import Literal, NamedTuple

from docgen.records import Provenance
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
)
from docgen.visible import visible, visible_line
from docgen.wording import counted, duration

Tone = Literal["plain", "good", "warning", "error"]
Verbosity = Literal["quiet", "normal", "verbose"]


class Entry(NamedTuple):
    """An event in words, safe to show.

    Attributes:
        label: What kind of thing it is about (`function`, `parameter`, `call`, `file`, …).
        name: The thing itself, on one line; may be empty.
        text: What is said, possibly of several lines; may be empty.
        aside: Who said it, or how often it was tried; may be empty.
        tone: How it should look.
        least: The least verbosity at which it is shown.
    """

    label: str
    name: str
    text: str
    aside: str = ""
    tone: Tone = "plain"
    least: Verbosity = "normal"


def entry_of(event: Event) -> Entry:
    """Return the event in words."""
    entry = _entry(event)
    return entry._replace(
        label=visible_line(entry.label),
        name=visible_line(entry.name),
        text=visible(entry.text),
        aside=visible_line(entry.aside),
    )


def written_by(provenance: Provenance) -> str:
    """Return who wrote a description, in a few words."""
    if provenance.source == "source":
        return "author"
    if provenance.source == "inherited":
        return f"inherited from {provenance.base}" if provenance.base else "inherited"
    repairs = {0: "", 1: ", asked twice"}.get(provenance.repairs, f", asked {provenance.repairs + 1} times")
    return f"{provenance.source}{repairs}"


def summary(event: RunFinished) -> list[tuple[str, str]]:
    """Return the figures of a run as pairs of title and value."""
    total = sum(event.described.values())
    by_source = ", ".join(f"{number:,} {source}" for source, number in event.described.items() if number)
    return [
        ("elapsed", duration(event.seconds)),
        ("elements", f"{event.elements:,}"),
        ("descriptions", f"{total:,} ({visible_line(by_source)})" if by_source else f"{total:,}"),
        ("calls", f"{event.calls:,}"),
        ("failures", f"{event.failures:,}"),
        (
            "tokens",
            f"{event.prompt_tokens:,} in ({event.cached_tokens:,} cached), {event.completion_tokens:,} out, "
            f"{event.tokens_per_second:.1f} a second",
        ),
    ]


def _entry(event: Event) -> Entry:
    match event:
        case RunStarted():
            return Entry("run", event.run, f"docgen {event.version} {' '.join(event.arguments)}".rstrip())
        case BackendChosen():
            return Entry("backend", event.backend, f"{event.model}: {event.reason}")
        case SourceRead():
            return Entry("source", event.module, f"{visible_line(event.file)}: {counted(event.elements, 'element')}")
        case SourceFailed():
            return Entry("source", _place(event), event.message, tone="error", least="quiet")
        case Planned():
            return Entry("plan", "", _plan(event))
        case CallFinished():
            return Entry("call", event.name, _tokens(event), duration(event.seconds), least="verbose")
        case CallFailed(again=True):
            return Entry("call", event.name, event.error, "trying again", "warning")
        case CallFailed():
            return Entry("call", event.name, event.error, "failed", "error", "quiet")
        case FindingMade():
            said = f"{event.message}\n{event.text}" if event.text else event.message
            return Entry("finding", event.name, said, f"{event.kind}, {event.code}", "warning", "verbose")
        case Described():
            return Entry(event.kind, event.name, event.description.text, written_by(event.description.provenance))
        case FileWritten():
            return Entry("file", event.path, "written", tone="good", least="verbose")
        case Notice(level="info"):
            return Entry("notice", "", event.message)
        case Notice(level="warning"):
            return Entry("warning", "", event.message, tone="warning", least="quiet")
        case Notice():
            return Entry("error", "", event.message, tone="error", least="quiet")
        case RunFinished():
            return _finish(event)


def _place(event: SourceFailed) -> str:
    if not event.lineno:
        return event.file
    return f"{event.file}:{event.lineno}:{event.column}" if event.column else f"{event.file}:{event.lineno}"


def _plan(event: Planned) -> str:
    known = f", {event.known:,} of them known" if event.known else ""
    return (
        f"{counted(event.fields, 'description')} in {counted(event.modules, 'module')}{known}; "
        f"{counted(event.calls, 'model call')} to make"
    )


def _tokens(event: CallFinished) -> str:
    cached = f" ({event.cached_tokens:,} cached)" if event.cached_tokens else ""
    return f"{event.prompt_tokens:,} tokens in{cached}, {event.completion_tokens:,} out"


def _finish(event: RunFinished) -> Entry:
    figures = "\n".join(f"{title}: {value}" for title, value in summary(event))
    if event.outcome == "done":
        return Entry("run", "done", figures, tone="good")
    name = "done with problems" if event.outcome == "problems" else event.outcome
    return Entry("run", name, figures, tone="error" if event.outcome == "failed" else "warning", least="quiet")
