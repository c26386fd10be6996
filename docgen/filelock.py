"""Locks between processes that the operating system lifts when their holder ends, however it ends."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


POLL_SECONDS = 0.2
BRIEFLY = 0.01


@asynccontextmanager
async def locked(path: Path, waiting: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the lock that `path` stands for.

    Args:
        path: The lock's file; it is made if needed, and stays.
        waiting: Called each time that another process is found to hold the lock; what it raises ends the wait.
    """
    with path.open("ab") as file:
        while True:
            try:
                _try_lock(file)
                break
            except OSError:
                waiting()
                await asyncio.sleep(POLL_SECONDS)
        yield


@contextmanager
def briefly_locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock that `path` stands for, where everybody holds it for moments only.

    Args:
        path: The lock's file; it is made if needed, and stays.
        patience: Seconds to wait for others.

    Raises:
        OSError: The file cannot be made, or the others do not let go.
    """
    until = time.monotonic() + patience
    with path.open("ab") as file:
        while True:
            try:
                _try_lock(file)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(BRIEFLY)
        yield
