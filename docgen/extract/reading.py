"""Many files, in several processes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from queue import SimpleQueue

from docgen.errors import SourceError
from docgen.extract.source_file import SourceFile
from docgen.extract.worker import Reading, Worker, read_safely
from docgen.records import Module

WORTH_A_PROCESS = 600_000
"""Bytes of source from which on the start of the workers is repaid, be it only because they can be ended."""

TIME_LIMIT = 120.0
"""Seconds that one file may take; the slowest ordinary ones take ten."""

_AHEAD = 4
"""Files that are read ahead of the one asked for, per worker."""

_STEP = 1.0
"""Seconds after which who waits for a file looks around."""


def read_modules(files: Sequence[SourceFile], *, jobs: int | None = None) -> Iterator[Module | SourceError]:
    """Read files and yield each one's record, or the error that stands for it, in the order given.

    With several jobs, worker processes read ahead; a crash of one costs the file that it was reading. They end when
    the iterator is closed or fails.

    Args:
        files: What to read.
        jobs: How many processes to read with, 1 for this one; None for as many as are worth their start.
    """
    with closing(readings(files, jobs=jobs)) as found:
        for reading in found:
            yield reading.result


def readings(
    files: Sequence[SourceFile], *, jobs: int | None = None, time_limit: float = TIME_LIMIT
) -> Generator[Reading, None, None]:
    """Yield what `read_modules` yields, with the JSON of each record that was made on the way."""
    size = sum(file.path.stat().st_size for file in files if file.path.is_file())
    if jobs == 1 or (jobs is None and size < WORTH_A_PROCESS):
        yield from (Reading(read_safely(file)) for file in files)
    else:
        worthwhile = min(_usable_cpus(), size // WORTH_A_PROCESS + 1)
        yield from _read_in_workers(files, max(1, min(jobs or worthwhile, len(files))), time_limit)


def _usable_cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_in_workers(files: Sequence[SourceFile], jobs: int, time_limit: float) -> Iterator[Reading]:
    workers = [Worker(time_limit) for _ in range(jobs)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def read(file: SourceFile) -> Reading:
        worker = idle.get()
        try:
            return worker.read(file)
        finally:
            idle.put(worker)

    threads = ThreadPoolExecutor(jobs, thread_name_prefix="docgen-extract")
    pending: deque[Future[Reading]] = deque()
    try:
        for file in files:
            pending.append(threads.submit(read, file))
            if len(pending) > jobs * _AHEAD:
                yield _result(pending.popleft(), workers)
        while pending:
            yield _result(pending.popleft(), workers)
    finally:
        for future in pending:
            future.cancel()
        for worker in workers:
            worker.close()
        threads.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[Reading], workers: Sequence[Worker]) -> Reading:
    """Wait in steps, after each of which workers that are late are ended.

    A wait without end would not be interrupted by a Ctrl-C whose signal another thread takes.
    """
    while not future.done():
        wait([future], timeout=_STEP)
        for worker in workers:
            worker.end_if_late()
    return future.result()
