"""A process that reads source files for another one, so that a crash of the native parser costs one file only.

Requests and answers are pickles over the standard streams; a record goes as JSON in its pickle, which is quicker to
write and to read than a pickle of its objects. The process ends when its input does: however its parent ends, it is not
left behind.
"""

from __future__ import annotations

import gc
import math
import os
import pickle
import signal
import subprocess
import sys
import time
from importlib import import_module
from typing import IO, NamedTuple

from docgen.errors import SourceError
from docgen.extract.source_file import SourceFile
from docgen.garbage import no_collection
from docgen.records import Module

# What is imported stays, so collecting meanwhile finds nothing.
_START = "import gc, sys; gc.disable(); sys.path[:] = {path!r}; from docgen.extract.worker import serve; serve()"


class Reading(NamedTuple):
    """What was read of a file.

    Attributes:
        result: Its record, or the error that stands for it.
        json: The record as JSON where a worker has made that of it, else empty.
    """

    result: Module | SourceError
    json: str = ""


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


def restored(json: str, source: str) -> Module:
    """Return the record that was made JSON, with the source that it left out.

    Raises:
        ValidationError: It is not one.
    """
    with no_collection():
        return Module.model_validate_json(json).model_copy(update={"source": source})


class Worker:
    """A reading process, started when first needed and started again after a crash.

    Args:
        time_limit: Seconds that one file may take.
    """

    def __init__(self, time_limit: float) -> None:
        self._time_limit = time_limit
        self._deadline = math.inf
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def read(self, file: SourceFile) -> Reading:
        """Read a file in the process; its crash or its end for being late becomes an error about the file."""
        process = self._process
        if process is None:
            process = self._process = self._start()
            # `close`, called while the process was being started, has not seen it.
            if self._closed:
                process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        self._deadline = time.monotonic() + self._time_limit
        try:
            _send(process.stdin, file)
            return _decode(pickle.load(process.stdout))
        except (EOFError, OSError, pickle.UnpicklingError):
            status = process.wait()
            self._process = None
            if time.monotonic() > self._deadline:
                message = f"took longer than {self._time_limit:.0f} seconds to read"
            else:
                message = f"the parser crashed ({_cause(status)})"
            return Reading(SourceError(message, file.display, hint=_HINT))
        finally:
            self._deadline = math.inf

    def end_if_late(self) -> None:
        """End the process if it has run out of time; whoever waits for `read` asks for this now and then."""
        if time.monotonic() > self._deadline and (process := self._process) is not None:
            process.kill()

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
    import_module("docgen.extract.module")
    gc.freeze()
    gc.enable()
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


class _Record(NamedTuple):
    json: str
    source: str


_Error = tuple[str, str, int, int, str]


def _encode(result: Module | SourceError) -> _Record | Module | _Error:
    if isinstance(result, SourceError):
        return (result.message, result.file, result.lineno, result.column, result.hint)
    try:
        return _Record(result.model_dump_json(), result.source)
    # Half a surrogate pair in a docstring is no text that JSON can hold.
    except ValueError:
        return result


def _decode(answer: _Record | Module | _Error) -> Reading:
    if isinstance(answer, _Record):
        return Reading(restored(*answer), answer.json)
    return Reading(answer if isinstance(answer, Module) else SourceError(*answer))
