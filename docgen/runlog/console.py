"""The sinks for a terminal and for a pipe: the same information, with colours and a progress bar or without."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import PurePath
from typing import IO

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TimeRemainingColumn
from rich.text import Text

from docgen.runlog.entries import Entry, Tone, Verbosity, duration, entry_of
from docgen.runlog.events import (
    CallFailed,
    CallFinished,
    Described,
    Event,
    FileWritten,
    Planned,
    RunFinished,
    SourceFailed,
)
from docgen.runlog.visible import visible_line

_LEVELS: dict[Verbosity, int] = {"quiet": 0, "normal": 1, "verbose": 2}
_LABELS = {
    "module": "bold magenta",
    "class": "bold blue",
    "overview": "blue",
    "function": "bold cyan",
    "parameter": "cyan",
    "attribute": "cyan",
    "returns": "green",
    "yields": "green",
    "raises": "yellow",
}
_ASIDES = {"author": "green", "inherited": "green", "model": "magenta", "composed": "yellow", "edited": "blue"}
_TONES: dict[Tone, str] = {"plain": "", "good": "green", "warning": "yellow", "error": "bold red"}
_LABEL_WIDTH = 10
_FAILURES_SHOWN = 10


class ConsoleSink:
    """Shows events on a stream: coloured, with a progress bar, on a terminal; as plain lines anywhere else.

    Args:
        stream: Where to; the standard error stream where none is given.
        color: False never colours, None colours a terminal unless `NO_COLOR` is set.
        verbosity: `quiet` shows failures alone, `verbose` also calls, findings and files.
        progress: Whether a terminal gets a progress bar.
        console: A rich console to use instead of one for the stream.
    """

    def __init__(
        self,
        stream: IO[str] | None = None,
        *,
        color: bool | None = None,
        verbosity: Verbosity = "normal",
        progress: bool = True,
        console: Console | None = None,
    ) -> None:
        self._console = console or terminal(stream or sys.stderr, color)
        self._plain = not self._console.is_terminal or self._console.is_dumb_terminal
        self._level = _LEVELS[verbosity]
        self._with_bar = progress and not self._plain and verbosity != "quiet"
        self._bar: _Bar | None = None
        self._tally = _Tally()

    def __str__(self) -> str:
        return "the terminal"

    def __call__(self, event: Event) -> None:
        """Show the event, if it is of this verbosity, and move the bar."""
        self._tally.count(event)
        if isinstance(event, RunFinished):
            self._stop_bar()
        entry = self._tally.timed(event, entry_of(event))
        if _LEVELS[entry.least] <= self._level:
            self._show(event, entry)
        self._move_bar(event)

    def close(self) -> None:
        """Take the progress bar away."""
        self._stop_bar()

    def _show(self, event: Event, entry: Entry) -> None:
        if isinstance(event, RunFinished):
            entry = entry._replace(text="\n".join([entry.text, *self._tally.closing_lines()]))
        if self._plain:
            self._console.file.write(plain(event, entry))
            self._console.file.flush()
            return
        heading, body = _heading(event, entry), _body(event, entry)
        if isinstance(event, Described) or "\n" in entry.text:
            self._console.print(heading)
            self._console.print(Padding(body, (0, 0, 0, 9)))
        else:
            self._console.print(heading.append("  " if entry.name else "").append_text(body))

    def _move_bar(self, event: Event) -> None:
        if isinstance(event, Planned) and self._with_bar:
            self._stop_bar()
            self._bar = _Bar(self._console, event)
        elif isinstance(event, Described) and self._bar:
            self._bar.advance()

    def _stop_bar(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None


def terminal(stream: IO[str], color: bool | None = None) -> Console:
    """Return a rich console on a stream that shows text as it is: no markup, no emoji codes, no guessed highlights.

    Args:
        stream: Where it prints; characters that its encoding lacks are shown as escapes.
        color: False never colours; None leaves it to the stream and to `NO_COLOR`.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")
    no_color = True if color is False or os.environ.get("NO_COLOR") else None
    width = None if stream.isatty() else 200
    return Console(file=stream, markup=False, emoji=False, highlight=False, no_color=no_color, width=width)


def plain(event: Event, entry: Entry) -> str:
    """Return the entry as lines without any styling; only the first begins with the time."""
    aside = f" ({entry.aside})" if entry.aside else ""
    subject = f"{entry.label} {entry.name}".rstrip() + aside
    text = "\n".join(f"    {line}".rstrip() for line in entry.text.split("\n")).lstrip()
    separator = ":" if text else ""
    return f"{event.stamp.at:%Y-%m-%d %H:%M:%S} {subject}{separator} {text}".rstrip() + "\n"


class _Tally:
    """What the summary and the asides need to remember of the events that went by."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._failures: list[str] = []
        self._folders: Counter[PurePath] = Counter()
        self._last: dict[PurePath, str] = {}

    def count(self, event: Event) -> None:
        match event:
            case CallFinished():
                self._seconds[event.name] = self._seconds.get(event.name, 0.0) + event.seconds
            case SourceFailed() | CallFailed(again=False):
                entry = entry_of(event)
                self._failures.append(f"{entry.name}: {visible_line(entry.text)}")
            case FileWritten():
                folder = PurePath(event.path).parent
                self._folders[folder] += 1
                self._last[folder] = event.path

    def timed(self, event: Event, entry: Entry) -> Entry:
        """Add to a description the seconds that its call took: to the first of a call that is shown."""
        if not isinstance(event, Described) or event.description.provenance.source not in ("model", "composed"):
            return entry
        for name in (event.name, event.name.rpartition(".")[0]):
            if name in self._seconds:
                return entry._replace(aside=f"{entry.aside}, {duration(self._seconds.pop(name))}")
        return entry

    def closing_lines(self) -> list[str]:
        """Return the failures and the places of the written files, few of each."""
        failed = [f"failed: {failure}" for failure in self._failures[:_FAILURES_SHOWN]]
        more = len(self._failures) - len(failed)
        if more > 0:
            failed.append(f"failed: {more:,} more")
        written = [f"written: {self._written(folder, number)}" for folder, number in self._folders.items()]
        return [*failed, *written]

    def _written(self, folder: PurePath, number: int) -> str:
        if number == 1:
            return visible_line(self._last[folder])
        return f"{visible_line(str(folder))}/ ({number:,} files)"


def _heading(event: Event, entry: Entry) -> Text:
    tone = _TONES[entry.tone]
    parts: list[tuple[str, str]] = [(f"{event.stamp.at:%H:%M:%S} ", "dim")]
    parts.append((f"{entry.label:<{_LABEL_WIDTH}}", tone or _LABELS.get(entry.label, "dim")))
    if entry.name:
        parts.append((entry.name, tone or "bold"))
    if entry.aside:
        who = entry.aside.split(",")[0].split()[0]
        parts.append((f"  {entry.aside}", tone or _ASIDES.get(who, "dim")))
    return Text.assemble(*parts)


def _body(event: Event, entry: Entry) -> Text:
    if not isinstance(event, RunFinished):
        return Text(entry.text, _TONES[entry.tone])
    body = Text(entry.text)
    body.highlight_regex(r"(?m)^[a-z]+:", "dim")
    body.highlight_regex(r"(?m)^failed:.*$", _TONES["error"])
    return body


class _Rate(ProgressColumn):
    """Descriptions a second, or seconds for each where that reads better."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("…", style="dim")
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s each", style="dim")


class _Bar:
    """The progress bar at the foot of the terminal."""

    def __init__(self, console: Console, plan: Planned) -> None:
        self._progress = Progress(
            BarColumn(bar_width=None), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), "left",
            console=console, transient=True, expand=True, refresh_per_second=4,
        )  # fmt: skip
        self._task: TaskID = self._progress.add_task("", total=plan.fields, completed=min(plan.known, plan.fields))
        self._progress.start()

    def advance(self) -> None:
        task = self._progress.tasks[0]
        if task.total is None or task.completed < task.total:
            self._progress.advance(self._task)

    def stop(self) -> None:
        self._progress.stop()
