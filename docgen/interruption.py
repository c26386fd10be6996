"""Ctrl-C in a run: the first asks the work to end, the second ends it where it is."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from types import FrameType, TracebackType
from typing import Any


class Interruption:
    """Takes the interrupt signal while it is entered.

    Attributes:
        requested: Whether there was one.
    """

    def __init__(self) -> None:
        self.requested = False
        self._cancel: Callable[[], object] = lambda: None
        self._before: Any = None

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run to the end, or to the first interrupt.

        Raises:
            KeyboardInterrupt: There was a second one.
        """
        asyncio.run(self._until_requested(work))

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    async def _until_requested(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        if self.requested:
            task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            if not self.requested:
                raise
        finally:
            self._cancel = lambda: None

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._cancel()
