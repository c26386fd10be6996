"""The sinks for a terminal and for a pipe: the same information, with colours and a progress bar or without."""

from __future__ import annotations

import os
import sys
from typing import IO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from docgen.annotations import inert
from docgen.runlog.bars import DescriptionBar, DownloadBar
from docgen.runlog.entries import Entry, Tone, Verbosity, entry_of
from docgen.runlog.events import Described, Event, Planned, RunFinished
from docgen.runlog.tally import Tally

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
        self._bar: DescriptionBar | None = None
        self._download: DownloadBar | None = None
        self._tenth = -1
        self._tally = Tally()

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

    def download(self, done: int, total: int) -> None:
        """Show how a model arrives: a bar on a terminal, else a line for every tenth.

        Args:
            done: Bytes that are here.
            total: Bytes in all.
        """
        if self._with_bar:
            self._download = self._download or DownloadBar(self._console)
            self._download.update(done, total)
            if done >= total:
                self._stop_bar()
        elif self._plain and self._level > 0 and (tenth := 10 * done // max(total, 1)) > self._tenth:
            self._tenth = tenth
            self._write(f"fetching the model: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB\n")

    def close(self) -> None:
        """Take the progress bar away."""
        self._stop_bar()

    def _show(self, event: Event, entry: Entry) -> None:
        if isinstance(event, RunFinished):
            entry = entry._replace(text="\n".join([entry.text, *self._tally.closing_lines()]))
        if self._plain:
            self._write(plain(event, entry))
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
            self._bar = DescriptionBar(self._console, event)
        elif isinstance(event, Described) and self._bar:
            self._bar.advance()

    def _stop_bar(self) -> None:
        for bar in (self._bar, self._download):
            if bar:
                bar.stop()
        self._bar = self._download = None

    def _write(self, line: str) -> None:
        self._console.file.write(line)
        self._console.file.flush()


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
    return inert(f"{event.stamp.at:%Y-%m-%d %H:%M:%S} {subject}{separator} {text}".rstrip()) + "\n"


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
    body.highlight_regex(r"(?m)^(?!failed)[a-z]+:", "dim")
    body.highlight_regex(r"(?m)^failed:.*$", _TONES["error"])
    return body
