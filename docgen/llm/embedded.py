"""The embedded backend: llama.cpp, run by docgen itself, with no server to install or start."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docgen.errors import BackendError, BackendTimeout, BackendUnavailable, BadAnswer, ContextOverflow
from docgen.llm.backend import Completion, Message, Sampling, Schema
from docgen.llm.faults import PassingFault
from docgen.llm.models import pull
from docgen.llm.options import Options

WORKER = Path(__file__).with_name("worker.py")
LOAD_SECONDS = 300.0
# A prompt is read in batches of this many tokens, and is cancelled between two of them.
BATCH_TOKENS = 128
# Memory for the prompts of calls that another call has pushed out of its slot.
CACHE_MIB = 512
LONGEST_REPLY = 1 << 24
# Threads that wait for each other sleep soon. They lose nothing on an idle machine, and with one busy neighbour on two
# cores an answer comes three times as fast as with OpenMP's default of 300,000 turns.
SPIN_BRIEFLY = {"GOMP_SPINCOUNT": "1000"}

Json = dict[str, Any]


async def connect(options: Options) -> EmbeddedBackend:
    """Fetch the model if it is not there, and begin to load it."""
    path = await pull(options.model, progress=options.progress, notify=options.notify)
    backend = EmbeddedBackend(
        options.model,
        path,
        context_window=options.context_window,
        # Two calls at once share the processor's cores, and each is answered half as fast.
        jobs=options.jobs or 1,
        timeout=options.timeout,
    )
    backend.begin_to_load()
    return backend


class EmbeddedBackend:
    """A GGUF model, answered by llama.cpp in a worker process of docgen's own.

    The model is loaded by the first call or by `load`. Calls whose prompts begin alike share what was read of them.

    Args:
        model: The model's name.
        path: Its GGUF file.
        context_window: Tokens that a prompt and its answer may have together.
        jobs: How many calls are answered at the same time; more wait for their turn.
        threads: Threads to compute with; the physical cores if None.
        timeout: Seconds that one call may take.
        verbose: Let llama.cpp write its own log to stderr.
    """

    name = "embedded"

    def __init__(
        self,
        model: str,
        path: Path,
        *,
        context_window: int = 8192,
        jobs: int = 1,
        threads: int | None = None,
        timeout: float = 600.0,
        verbose: bool = False,
    ) -> None:
        self.model = model
        self.path = path
        self.context_window = context_window
        self.jobs = jobs
        self.threads = threads or physical_cores()
        self.timeout = timeout
        self.verbose = verbose
        self._worker: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._early: asyncio.Task[None] | None = None
        self._pending: dict[int, asyncio.Future[Json]] = {}
        self._numbers = itertools.count()
        self._loading = asyncio.Lock()
        self._turns = asyncio.Semaphore(jobs)

    @property
    def pid(self) -> int | None:
        """The process that has the model, if it is loaded; for measuring its memory."""
        return self._worker.pid if self._worker else None

    @property
    def slots(self) -> int:
        """Calls that are answered at the same time."""
        return self.jobs

    @property
    def worker_settings(self) -> dict[str, Any]:
        """What the worker process is told to load, and how."""
        return {
            "path": str(self.path),
            "context_window": self.context_window,
            "jobs": self.jobs,
            "threads": self.threads,
            "batch": BATCH_TOKENS,
            "cache_mib": CACHE_MIB,
            "verbose": self.verbose,
        }

    def begin_to_load(self) -> None:
        """Load the model while other work goes on. A failure shows in the first call."""
        self._early = asyncio.create_task(self.load())
        self._early.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def load(self) -> None:
        """Load the model, if it is not loaded.

        Raises:
            BackendUnavailable: The file is no model that llama.cpp can read, or there is not enough memory.
        """
        async with self._loading:
            if self._worker is None:
                self._worker = await self._start()
                self._listener = asyncio.create_task(self._listen(self._worker))

    async def complete(self, messages: Sequence[Message], schema: Schema, sampling: Sampling) -> Completion:
        """Ask once; see `Backend.complete`."""
        request = {
            "messages": [message.model_dump() for message in messages],
            "schema": dict(schema),
            **sampling.model_dump(),
        }
        async with self._turns:
            await self.load()
            reply = await self._ask(request)
        if "error" in reply:
            raise self._error(reply["error"])
        if reply["finish_reason"] == "length":
            raise BadAnswer(
                f"{self.model} did not end its answer within {sampling.max_tokens} tokens: {reply['text'][:80]!r}"
            )
        return Completion(
            text=reply["text"],
            prompt_tokens=reply["cache_n"] + reply["prompt_n"],
            cached_tokens=reply["cache_n"],
            completion_tokens=reply["predicted_n"],
            prompt_seconds=reply["prompt_ms"] / 1000,
            completion_seconds=reply["predicted_ms"] / 1000,
        )

    async def close(self) -> None:
        """End the worker process, at once, whatever it is doing."""
        if self._early is not None:
            self._early.cancel()
            await asyncio.wait([self._early])
        worker, self._worker = self._worker, None
        if worker is not None:
            await _end(worker)
        if self._listener is not None:
            await self._listener

    async def _start(self) -> asyncio.subprocess.Process:
        if not self.path.is_file():
            raise BackendUnavailable(f"there is no model file {self.path}", "`docgen model list` shows the models.")
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            str(WORKER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if self.verbose else subprocess.DEVNULL,
            limit=LONGEST_REPLY,
            env={**SPIN_BRIEFLY, **os.environ},
            # Ctrl-C is for docgen, which then ends the worker.
            start_new_session=True,
        )
        try:
            _send(worker, self.worker_settings)
            reply = await asyncio.wait_for(_receive(worker), LOAD_SECONDS)
        except asyncio.TimeoutError:
            await _end(worker)
            raise BackendTimeout(f"{self.path} was not loaded within {LOAD_SECONDS:.0f} s") from None
        except BaseException:
            await _end(worker)
            raise
        if reply.get("ready"):
            return worker
        await _end(worker)
        reason = reply.get("failed") or f"its process {_ending(worker)}"
        raise BackendUnavailable(
            f"llama.cpp cannot load {self.path}: {reason}",
            "Check that it is a whole GGUF file and that memory is free; `docgen model pull` fetches a model afresh.",
        )

    async def _ask(self, request: Json) -> Json:
        worker = self._worker
        if worker is None:
            raise BackendUnavailable("the embedded backend was closed")
        number = next(self._numbers)
        reply = self._pending[number] = asyncio.get_running_loop().create_future()
        try:
            _send(worker, {"id": number, **request})
            return await asyncio.wait_for(reply, self.timeout)
        except asyncio.TimeoutError:
            raise BackendTimeout(
                f"{self.model} gave no answer within {self.timeout:.0f} s",
                "Allow more with --timeout, or take a smaller model.",
            ) from None
        finally:
            if self._pending.pop(number, None) is not None:
                _send(worker, {"cancel": number})

    async def _listen(self, worker: asyncio.subprocess.Process) -> None:
        while reply := await _receive(worker):
            if (waiting := self._pending.pop(reply["id"], None)) and not waiting.done():
                waiting.set_result(reply)
        await worker.wait()
        if self._worker is worker:
            self._worker = None
        for waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(PassingFault(f"the process of {self.model} {_ending(worker)}"))

    def _error(self, error: Json) -> BackendError:
        message = error.get("message", "")
        if error.get("type") == "exceed_context_size_error":
            return ContextOverflow(
                f"a prompt of {error['n_prompt_tokens']} tokens and its answer do not fit "
                f"the context window of {self.context_window} tokens",
                "Allow more with --context-window.",
            )
        return BadAnswer(f"llama.cpp refused the call: {message}")


def physical_cores() -> int:
    """Return how many physical cores this process may use; hyper-threads slow llama.cpp down."""
    try:
        allowed = os.sched_getaffinity(0)
    except AttributeError:
        return max(1, (os.cpu_count() or 2) // 2) if sys.platform == "win32" else os.cpu_count() or 1
    topology = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    try:
        return len({Path(topology.format(cpu)).read_text() for cpu in allowed})
    except OSError:
        return len(allowed)


def _send(worker: asyncio.subprocess.Process, message: Json) -> None:
    # A worker that has died is noticed where its reply is awaited.
    if worker.stdin is not None and not worker.stdin.is_closing():
        worker.stdin.write(json.dumps(message).encode() + b"\n")


async def _receive(worker: asyncio.subprocess.Process) -> Json:
    if worker.stdout is None:
        return {}
    line = await worker.stdout.readline()
    return dict(json.loads(line)) if line.endswith(b"\n") else {}


async def _end(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        worker.kill()
    await worker.wait()


def _ending(worker: asyncio.subprocess.Process) -> str:
    code = worker.returncode or 0
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
