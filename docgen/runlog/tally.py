"""What a summary needs of the events that went by: failures, places of files, seconds of calls."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from docgen.runlog.entries import Entry, entry_of
from docgen.runlog.events import CallFailed, CallFinished, Described, Event, FileWritten, SourceFailed
from docgen.visible import visible_line
from docgen.wording import counted, duration

_FAILURES_SHOWN = 10


class Tally:
    """What the summary and the asides need to remember of the events that went by."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._failures: list[str] = []
        self._folders: Counter[PurePath] = Counter()
        self._last: dict[PurePath, str] = {}

    def count(self, event: Event) -> None:
        """Take note of an event."""
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
        return f"{visible_line(str(folder))}/ ({counted(number, 'file')})"
