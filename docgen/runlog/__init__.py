"""One stream of events from a run to whoever shows or keeps them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Protocol

from docgen.records import Description, Subject
from docgen.runlog.events import Clock, Described, Event, Notice, Stamp


class Sink(Protocol):
    """Takes events; its `str` names it in the report that it failed."""

    def __call__(self, event: Event) -> None:
        """Show or keep one event."""

    def close(self) -> None:
        """Finish; no event comes after this."""


class RunLog:
    """Gives each event to every sink, one event at a time whichever thread emits it.

    A sink that raises is dropped, and the others are told once; a log that cannot be kept never ends a run.

    Args:
        sinks: Who gets the events.
        clock: What stamps them; one that starts now where none is given.
    """

    def __init__(self, sinks: Iterable[Sink], clock: Clock | None = None) -> None:
        self._sinks = list(sinks)
        self._clock = clock or Clock()
        self._lock = threading.RLock()

    def stamp(self) -> Stamp:
        """Return the present moment, for a new event."""
        return self._clock.stamp()

    def emit(self, event: Event) -> None:
        """Give the event to every sink."""
        with self._lock:
            failed = [(sink, error) for sink in self._sinks if (error := _give(sink, event)) is not None]
            for sink, error in failed:
                self._drop(sink, error)

    def described(self, subject: Subject, description: Description) -> None:
        """Tell every sink that a description is settled."""
        self.emit(Described(stamp=self.stamp(), kind=subject.kind, name=subject.name, description=description))

    def close(self) -> None:
        """Close every sink."""
        with self._lock:
            sinks, self._sinks = self._sinks, []
            for sink in sinks:
                _close(sink)

    def __enter__(self) -> RunLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _drop(self, sink: Sink, error: Exception) -> None:
        self._sinks.remove(sink)
        _close(sink)
        message = f"Nothing more goes to {sink}: {error}. The run goes on without it."
        self.emit(Notice(stamp=self.stamp(), level="warning", message=message))


def _give(sink: Sink, event: Event) -> Exception | None:
    try:
        sink(event)
    except Exception as error:
        return error
    return None


def _close(sink: Sink) -> None:
    # Closing flushes, so a sink on a full disk or a closed pipe fails here once more.
    try:
        sink.close()
    except Exception:
        return
