"""The log in the store: a run and its events, beside the descriptions that came from it."""

from __future__ import annotations

import time

from docgen.runlog.events import Event, RunFinished, RunStarted
from docgen.runlog.files import to_line
from docgen.store import Store

_BATCH = 200
_SECONDS = 5.0


class StoreSink:
    """Keeps a run's events in a store, some at a time: what a crash costs of them is in the log files.

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
