"""The worker processes of a collector, as the main process sees them.

Nothing here waits without limit, and nothing survives: a failure of one worker, an interrupt while waiting, the garbage
collection of the collector, and the end of the interpreter all end in `Crew.close`.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import wait
from typing import Any

import torch

from collectors_ref._shipping import Shipment
from collectors_ref._trajectories import TrajectoryPool
from collectors_ref._worker import Job, read_batch, run_worker

_TERMINATE_S = 1.0


class Crew:
    """Starts worker processes, talks to them, and ends them.

    Args:
        context: Multiprocessing context that starts processes afresh (``"spawn"``).
        jobs: Gives a context manager with the job of a worker, by its index.
        n_workers: Number of workers.
        replay_buffer: The buffer that the workers write to, or None.
        pool: Where the workers take their trajectory ids.
        queue_size: Number of batches that can wait in the queue.
        num_threads: Number of torch threads in this process while the workers run.
        start_s: Seconds that the workers have to build their collectors.
        answer_s: Seconds that a worker has for an answer or a batch.
        poll_s: Seconds after which the death of a worker is noticed.

    Raises:
        RuntimeError: If a worker cannot be started, or does not get ready in time.
    """

    def __init__(
        self,
        context: Any,
        jobs: Callable[[int], Any],
        n_workers: int,
        *,
        replay_buffer: Any,
        pool: TrajectoryPool,
        queue_size: int,
        num_threads: int,
        start_s: float,
        answer_s: float,
        poll_s: float,
    ):
        self.procs: list[Any] = []
        self.pipes: list[Any] = []
        self.pool: TrajectoryPool | None = pool
        self.queue: Any = context.Queue(queue_size)
        self.closed = False
        self._owner = os.getpid()
        self._replay_buffer = Shipment(replay_buffer, share_tensors=True)
        self._answer_s = answer_s
        self._poll_s = poll_s
        self._threads_before = torch.get_num_threads()
        with self._closing_on_error():
            torch.set_num_threads(num_threads)
            for index in range(n_workers):
                self._start(context, index, jobs)
            deadline = time.monotonic() + start_s
            self.batch_sizes = [self._receive(index, "instantiated", deadline) for index in range(n_workers)]

    def send(self, index: int, payload: Any, message: str) -> None:
        """Tell a worker something.

        Args:
            index: Which worker.
            payload: What goes with the message.
            message: The message.

        Raises:
            RuntimeError: If the worker is gone.
        """
        with self._closing_on_error():
            self._check_open()
            try:
                self.pipes[index].send((payload, message))
            except OSError:
                self._raise_failure(index)

    def ask(self, index: int, payload: Any, message: str, answer: str) -> Any:
        """Tell a worker something, and wait for its answer.

        Args:
            index: Which worker.
            payload: What goes with the message.
            message: The message.
            answer: The message that answers it.

        Returns:
            The payload of the answer.

        Raises:
            RuntimeError: If a worker fails, or does not answer in time.
        """
        self.send(index, payload, message)
        with self._closing_on_error():
            return self._receive(index, answer, time.monotonic() + self._answer_s)

    def take(self) -> tuple[Any, int]:
        """Wait for the next batch of any worker.

        Returns:
            Payload and epoch, as `collectors_ref._worker` describes them.

        Raises:
            RuntimeError: If a worker fails, or no batch comes in time.
        """
        with self._closing_on_error():
            self._check_open()
            deadline = time.monotonic() + self._answer_s
            while True:
                self._check_workers()
                with suppress(queue.Empty):
                    data = self.queue.get(timeout=self._poll_s)
                    # To open shared memory takes the sender's help. If it is gone, so is its batch.
                    with suppress(OSError, EOFError):
                        return read_batch(data)
                if time.monotonic() > deadline:
                    raise RuntimeError(
                        f"No batch came within {self._answer_s:.0f} s. If a rollout may take longer, set the "
                        "environment variable MAX_IDLE_COUNT to more seconds."
                    )

    def close(self, grace_s: float = 10.0) -> None:
        """End all workers and free what was shared with them. May be called twice.

        Args:
            grace_s: Seconds that the workers have to close their environments.
        """
        if self.closed or os.getpid() != self._owner:
            return
        self.closed = True
        for pipe in self.pipes:
            with suppress(OSError):
                pipe.send((None, "close"))
        self._join(grace_s)
        for pipe in self.pipes:
            pipe.close()
        for end in ("terminate", "kill"):
            for proc in self.procs:
                if proc.is_alive():
                    getattr(proc, end)()
            self._join(_TERMINATE_S)
        self.queue.close()
        # The semaphores in them are files until nobody refers to them.
        self.queue = self.pool = self._replay_buffer = None
        torch.set_num_threads(self._threads_before)

    def _start(self, context: Any, index: int, jobs: Callable[[int], Any]) -> None:
        ours, theirs = context.Pipe()
        self.pipes.append(ours)
        # The end of the worker is closed here, so that its death closes the pipe.
        with ExitStack() as stack:
            stack.callback(theirs.close)
            try:
                job: Job = stack.enter_context(jobs(index))
                proc = context.Process(
                    target=run_worker,
                    args=(Shipment(job), self._replay_buffer, theirs, self.queue),
                    name=f"collector-worker-{index}",
                )
                proc.start()
            except Exception as error:
                raise RuntimeError(f"Worker {index} cannot be started: {type(error).__name__}: {error}") from error
            self.procs.append(proc)

    def _receive(self, index: int, answer: str, deadline: float) -> Any:
        sentinels = [proc.sentinel for proc in self.procs]
        while True:
            ready = wait([self.pipes[index], *sentinels], timeout=self._poll_s)
            if self.pipes[index] in ready:
                payload, message = self._read(index)
                if message == answer:
                    return payload
                raise RuntimeError(f"Worker {index} answered {message!r} instead of {answer!r}.")
            if ready:
                self._raise_failure(next(i for i, proc in enumerate(self.procs) if proc.sentinel in ready))
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"Worker {index} did not say {answer!r} in time. A slow machine may need the environment variable "
                    "INSTANTIATE_TIMEOUT (to start) or MAX_IDLE_COUNT (to answer), in seconds."
                )

    def _read(self, index: int) -> tuple[Any, str]:
        try:
            payload, message = self.pipes[index].recv()
        except (EOFError, OSError):
            self._raise_failure(index)
        if message == "error":
            raise RuntimeError(f"Worker {index} failed:\n\n{payload}")
        return payload, message

    def _check_workers(self) -> None:
        # While batches are collected no answer is due, so that whatever a worker says is about a failure.
        for index in range(len(self.procs)):
            if self.pipes[index].poll():
                self._read(index)
            elif not self.procs[index].is_alive():
                self._raise_failure(index)

    def _raise_failure(self, index: int) -> None:
        with suppress(EOFError, OSError):
            while self.pipes[index].poll():
                payload, message = self.pipes[index].recv()
                if message == "error":
                    raise RuntimeError(f"Worker {index} failed:\n\n{payload}")
        proc = self.procs[index]
        proc.join(_TERMINATE_S)
        raise RuntimeError(f"Worker {index} (process {proc.pid}) died, with exit code {proc.exitcode}.")

    def _join(self, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        for proc in self.procs:
            proc.join(max(0.0, deadline - time.monotonic()))

    def _check_open(self) -> None:
        if self.closed:
            raise RuntimeError("This collector is closed. Make a new one to collect more.")

    @contextmanager
    def _closing_on_error(self) -> Any:
        # Also on Ctrl-C: an answer that nobody waited for would be taken for the next one.
        try:
            yield
        except BaseException:
            self.close(grace_s=0.0)
            raise


def total_workers(create_env_fn: Sequence[Any]) -> int:
    """Count the processes that collect, those of parallel environments included.

    Args:
        create_env_fn: The environments or makers, one for each worker.

    Returns:
        The number of processes.
    """
    counts = [getattr(make, "num_workers", 1) for make in create_env_fn]
    return sum(count if isinstance(count, int) else 1 for count in counts)
