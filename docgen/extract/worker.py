"""A process that reads source files for another one, so that a crash of the native parser costs one file only.

Requests and answers are pickles over the standard streams. The process ends when its input does: however its parent
ends, it is not left behind.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from typing import IO

from docgen.errors import SourceError
from docgen.extract.discovery import SourceFile
from docgen.records import Module

_START = "import sys; sys.path[:] = {path!r}; from docgen.extract.worker import serve; serve()"


def read_safely(file: SourceFile) -> Module | SourceError:
    """Read a file; whatever goes wrong with it becomes an error about it."""
    from docgen.extract.module import read_module

    try:
        return read_module(file)
    except SourceError as error:
        return error
    except Exception as error:
        message = f"docgen failed on this file: {type(error).__name__}: {error}"
        return SourceError(message, file.display, hint="leave it out with --exclude, and report the file to docgen")


class Worker:
    """A reading process, started when first needed and started again after a crash.

    Args:
        time_limit: Seconds that one file may take.
    """

    def __init__(self, time_limit: float) -> None:
        self._time_limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def read(self, file: SourceFile) -> Module | SourceError:
        """Read a file in the process; its crash or its running out of time becomes an error about the file."""
        process = self._process
        if process is None:
            process = self._process = self._start()
            # `close`, called while the process was being started, has not seen it.
            if self._closed:
                process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        timed_out = threading.Event()

        def end() -> None:
            timed_out.set()
            process.kill()

        timer = threading.Timer(self._time_limit, end)
        timer.daemon = True
        timer.start()
        try:
            _send(process.stdin, file)
            return _decode(pickle.load(process.stdout))
        except (EOFError, OSError, pickle.UnpicklingError):
            status = process.wait()
            self._process = None
            if timed_out.is_set():
                return SourceError(f"took longer than {self._time_limit:.0f} seconds to read", file.display, hint=_HINT)
            return SourceError(f"the parser crashed ({_cause(status)})", file.display, hint=_HINT)
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the process, now."""
        self._closed = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise OSError("this worker is closed")
        command = [sys.executable, "-c", _START.format(path=sys.path)]
        # Ctrl-C is for docgen, which then ends the worker; before `serve` is reached, it would end with a traceback.
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)


_HINT = "leave it out with --exclude, or simplify it"


def _cause(status: int) -> str:
    if status < 0:
        try:
            return signal.Signals(-status).name
        except ValueError:
            return f"signal {-status}"
    return f"exit status {status}"


def serve() -> None:
    """Answer requests from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = sys.stdin.buffer
    # Whatever else prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            file = pickle.load(requests)
        except EOFError:
            return
        try:
            _send(answers, _encode(read_safely(file)))
        except BrokenPipeError:
            return


def _send(stream: IO[bytes], message: object) -> None:
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


_Answer = Module | tuple[str, str, int, int, str]


def _encode(result: Module | SourceError) -> _Answer:
    if isinstance(result, Module):
        return result
    return (result.message, result.file, result.lineno, result.column, result.hint)


def _decode(answer: _Answer) -> Module | SourceError:
    return answer if isinstance(answer, Module) else SourceError(*answer)
