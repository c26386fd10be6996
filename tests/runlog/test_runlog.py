from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.runlog import RunLog
from docgen.runlog.console import ConsoleSink
from docgen.runlog.events import Described, Event, Notice
from docgen.runlog.files import FileSink, read


class Memory:
    """A sink that keeps events, and breaks at the one it is told to."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.events: list[Event] = []
        self.closed = False
        self.fails_at = fails_at

    def __str__(self) -> str:
        return "the memory"

    def __call__(self, event: Event) -> None:
        if len(self.events) == self.fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.events.append(event)

    def close(self) -> None:
        self.closed = True


def test_a_sink_that_fails_is_reported_once_and_dropped_and_the_run_goes_on(story: list[Event]) -> None:
    bad, good = Memory(fails_at=3), Memory()
    with RunLog([bad, good]) as log:
        for event in story:
            log.emit(event)
    notices = [event for event in good.events if isinstance(event, Notice) and "the memory" in event.message]
    assert [event for event in good.events if event not in notices] == story
    assert len(notices) == 1
    assert "No space left on device" in notices[0].message
    assert bad.closed
    assert len(bad.events) == 3


def test_a_run_goes_on_when_every_sink_fails(story: list[Event]) -> None:
    with RunLog([Memory(fails_at=0), Memory(fails_at=1)]) as log:
        for event in story:
            log.emit(event)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_does_not_end_a_run(story: list[Event]) -> None:
    good = Memory()
    full = open("/dev/full", "w")  # noqa: SIM115 - closing it raises once more
    with RunLog([ConsoleSink(full), good]) as log:
        for event in story:
            log.emit(event)
    with contextlib.suppress(OSError):
        full.close()
    assert [event for event in good.events if event in story] == story
    assert any(isinstance(event, Notice) and "the terminal" in event.message for event in good.events)


def test_a_closed_pipe_does_not_end_a_run(story: list[Event]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    good = Memory()
    with RunLog([ConsoleSink(os.fdopen(writer, "w")), good]) as log:
        for event in story:
            log.emit(event)
    assert [event for event in good.events if event in story] == story


def test_threads_and_tasks_never_interleave(tmp_path: Path, describe: Callable[..., Described]) -> None:
    sink = FileSink(tmp_path)
    log = RunLog([sink])

    def emit_many(worker: int) -> None:
        for number in range(200):
            log.emit(describe(f"w{worker}.n{number}", f"w{worker} " * 300))

    async def emit_in_tasks() -> None:
        await asyncio.gather(*(asyncio.to_thread(emit_many, worker) for worker in range(4, 6)))

    threads = [threading.Thread(target=emit_many, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    asyncio.run(emit_in_tasks())
    for thread in threads:
        thread.join()
    log.close()
    events = list(read(sink.path.with_suffix(".jsonl")))
    assert len(events) == 1200
    for worker in range(6):
        names = [
            event.name for event in events if isinstance(event, Described) and event.name.startswith(f"w{worker}.")
        ]
        assert names == [f"w{worker}.n{number}" for number in range(200)]
    entries = sink.path.read_text(encoding="utf-8").split("\n\n")[:-1]
    assert all(len(entry.split("\n")) == 3 for entry in entries)


def test_stamps_never_go_back() -> None:
    log = RunLog([])
    stamps = [log.stamp().elapsed for _ in range(1000)]
    assert stamps == sorted(stamps)
    assert stamps[0] >= 0


def test_a_thousand_events_a_second_cost_little(tmp_path: Path, story: list[Event]) -> None:
    with RunLog([FileSink(tmp_path)]) as log:
        began = time.process_time()
        for _ in range(1000):
            log.emit(story[8])
        assert time.process_time() - began < 2
