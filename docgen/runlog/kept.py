"""The log in the store: a run and its events, beside the descriptions that came from it; and where a run's log is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from docgen.runlog.events import Event, RunFinished, RunStarted
from docgen.runlog.files import lines_of, to_line
from docgen.store import Store

_BATCH = 200
_SECONDS = 5.0


class StoreSink:
    """Keeps a run's events in a store, many at a time: what a crash costs of them is in the log files.

    Args:
        store: The store.
        run: Id of the run.
    """

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._lines: list[str] = []
        self._written = time.monotonic()

    def __str__(self) -> str:
        return f"the store {self._store.path}"

    def __call__(self, event: Event) -> None:
        """Keep the event, at once or with those that follow."""
        if isinstance(event, RunStarted):
            self._store.begin_run(self._run, event.stamp.at.isoformat())
        self._lines.append(to_line(event).rstrip("\n"))
        outcome = event.outcome if isinstance(event, RunFinished) else ""
        if outcome or len(self._lines) >= _BATCH or time.monotonic() - self._written > _SECONDS:
            self._flush(outcome)

    def close(self) -> None:
        """Keep the last events."""
        if self._lines:
            self._flush("")

    def _flush(self, outcome: str) -> None:
        lines, self._lines, self._written = self._lines, [], time.monotonic()
        self._store.keep_events(self._run, lines, outcome)


class KeptRun(NamedTuple):
    """A run whose log was kept.

    Attributes:
        run: Its id.
        lines: Reads its events as JSON, each with its line end.
    """

    run: str
    lines: Callable[[], Iterator[str]]


def kept_runs(folder: Path, store: Store | None = None) -> list[KeptRun]:
    """Return the runs that a folder of logs or a store holds, oldest first.

    Where both have a run, it is read from the file, which has every event even of a run that was killed.

    Args:
        folder: The folder; it need not be there.
        store: The store.
    """
    found = {run: _in_store(run, store) for run, _, _ in store.runs()} if store else {}
    found |= {path.stem: _in_file(path) for path in folder.glob("*.jsonl")}
    return [found[run] for run in sorted(found)]


def _in_file(path: Path) -> KeptRun:
    return KeptRun(path.stem, lambda: lines_of(path))


def _in_store(run: str, store: Store) -> KeptRun:
    return KeptRun(run, lambda: (event + "\n" for event in store.events(run)))
