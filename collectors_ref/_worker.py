"""A worker process: it owns a collector, and does what the main process tells it through a pipe.

The main process sends ``(payload, message)`` and the worker answers ``(payload, message)`` on the same pipe. Batches go
through a queue that all workers share.

=================== ============================ ==============================================================
message             payload                      what the worker does, and its answer
=================== ============================ ==============================================================
(start)                                          builds the collector; ``(environments, "instantiated")``
``continue``        epoch                        collects one batch with the policy and puts it on the queue
``continue_random`` epoch                        the same with random actions
``seed``            ``(seed, static)``           seeds environment, torch and numpy; ``(next seed, "seeded")``
``reset``           None                         resets the environments; ``(index, "reset")``
``state_dict``      None                         ``(state, "state_dict")``
``load_state_dict`` state                        loads it; ``(index, "loaded")``
``update``          None                         re-reads the policy's weights; ``(index, "updated")``
``close``           None                         shuts down and ends; ``(index, "closed")``
=================== ============================ ==============================================================

On the queue there is ``(payload, epoch)``, pickled, where the payload is ``(data, index)``, or only the index if the
batch is where the last one was: in shared memory, overwritten. The main process raises a worker's epoch when it wants
no more of what was asked for before; batches of an older epoch are not for use.

A worker that fails answers ``(traceback, "error")`` and ends. One whose pipe is closed, whose main process is gone, or
that gets no message for too long, ends as well.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

import numpy as np
import torch
from tensordict import TensorDictBase

from collectors_ref._shipping import Shipment, pack, shareable

# These can be answered while a finished batch waits for its place on the queue. All others make the batch worthless.
_ANSWERED_MEANWHILE = ("state_dict", "update")


@dataclass
class Job:
    """What a worker needs to know.

    Attributes:
        index: Its number among the workers.
        make_collector: Class of the collector that it runs.
        arguments: Keyword arguments of that class, except for those that are made in the worker.
        interruptor: Flag that ends the current rollout early, or None.
        by_frame: Whether a replay buffer gets frames, rather than batches.
        num_threads: Number of torch threads.
        poll_s: Seconds between two looks at the pipe.
        max_idle: Number of looks without a message after which the worker gives up.
        parent: Process id of the main process.
    """

    index: int
    make_collector: Any
    arguments: dict[str, Any]
    interruptor: Any = None
    by_frame: bool = True
    num_threads: int = 1
    poll_s: float = 1.0
    max_idle: int = 1000
    parent: int = field(default_factory=os.getpid)


def run_worker(shipment: Shipment, replay_buffer: Shipment, pipe: Connection, batches: Any) -> None:
    """Run a worker until it is told to close; the target of its process.

    Args:
        shipment: Its `Job`.
        replay_buffer: Where the frames go, if not to the main process.
        pipe: Connection to the main process.
        batches: The queue for batches.
    """
    # Ctrl-C reaches every process of the terminal. The main process decides what becomes of the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where the thread that passes shared memory on reports that its peer is gone; our own errors go to the pipe.
    sys.excepthook = _report_unless_disconnected
    # What is still in the queue's own buffer when the worker ends is of no use to anybody.
    batches.cancel_join_thread()
    try:
        job: Job = shipment.content
        torch.set_num_threads(job.num_threads)
        worker = _Worker(job, replay_buffer.content, pipe, batches)
        try:
            worker.serve()
        finally:
            worker.collector.shutdown()
        pipe.send((job.index, "closed"))
    except (EOFError, ConnectionError):
        pass
    except BaseException:
        with suppress(OSError):
            pipe.send((traceback.format_exc(), "error"))


def _report_unless_disconnected(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if not issubclass(kind, (EOFError, OSError)):
        sys.__excepthook__(kind, error, trace)


class _Stop:
    """Ends a rollout when the interruptor says so, or when there is nobody left to collect for."""

    def __init__(self, interruptor: Any, parent: int):
        self._interruptor = interruptor
        self._parent = parent

    def collection_stopped(self) -> bool:
        if os.getppid() != self._parent:
            return True
        return self._interruptor is not None and self._interruptor.collection_stopped()


class _Worker:
    def __init__(self, job: Job, replay_buffer: Any, pipe: Connection, batches: Any):
        self.job = job
        self.replay_buffer = replay_buffer
        self.pipe = pipe
        self.batches = batches
        self.collector = job.make_collector(
            **job.arguments,
            total_frames=-1,
            return_same_td=replay_buffer is None,
            interruptor=_Stop(job.interruptor, job.parent),
            replay_buffer=replay_buffer if job.by_frame else None,
        )
        self._batches_of_collector = iter(self.collector)
        self._in_shared_memory: TensorDictBase | None = None
        self._interrupting: tuple[Any, str] | None = None
        pipe.send((self.collector._n_env, "instantiated"))

    def serve(self) -> None:
        while True:
            payload, message = self._interrupting or self._next_message()
            self._interrupting = None
            if message == "close":
                return
            if message in ("continue", "continue_random"):
                self._put(self._collect(payload, random=message == "continue_random"))
            else:
                self._answer(payload, message)

    def _next_message(self) -> tuple[Any, str]:
        for _ in range(self.job.max_idle):
            if self.pipe.poll(self.job.poll_s):
                return self.pipe.recv()
        raise RuntimeError(
            f"Worker {self.job.index} got no message for {self.job.max_idle * self.job.poll_s:.0f} s. If the main "
            "process needs longer between two batches, set the environment variable MAX_IDLE_COUNT to more seconds."
        )

    def _answer(self, payload: Any, message: str) -> None:
        collector, index = self.collector, self.job.index
        if message == "seed":
            seed, static_seed = payload
            torch.manual_seed(seed)
            np.random.seed(seed % 2**32)
            following = collector.set_seed(seed, static_seed)
            # The main process restarts the numbering, and then resets each worker.
            collector._ids_spent = True
            self.pipe.send((following, "seeded"))
        elif message == "reset":
            collector.reset()
            self.pipe.send((index, "reset"))
        elif message == "state_dict":
            self.pipe.send((collector.state_dict(), "state_dict"))
        elif message == "load_state_dict":
            collector.load_state_dict(payload)
            self.pipe.send((index, "loaded"))
        elif message == "update":
            collector.update_policy_weights_()
            self.pipe.send((index, "updated"))
        else:
            raise RuntimeError(f"Worker {index} does not know the message {message!r}.")

    def _collect(self, epoch: int, random: bool) -> bytes:
        self.collector._force_random = random
        before = self.collector._frames
        batch = next(self._batches_of_collector)
        if batch is not None and self.replay_buffer is not None:
            self.replay_buffer.extend(batch)
            batch = None
        # Pickled here and not by the queue, whose thread would swallow an error.
        return bytes(ForkingPickler.dumps((self._payload(batch, self.collector._frames - before), epoch)))

    def _payload(self, batch: TensorDictBase | None, frames: int) -> Any:
        index = self.job.index
        if batch is None:
            return frames, index
        if not shareable(batch):
            return pack(batch), index
        if batch is self._in_shared_memory:
            return index
        for value in batch.values(True, True):
            value.share_memory_()
        self._in_shared_memory = batch
        return batch, index

    def _put(self, data: bytes) -> None:
        while True:
            if self.pipe.poll():
                payload, message = self.pipe.recv()
                if message not in _ANSWERED_MEANWHILE:
                    self._interrupting = payload, message
                    # Nobody has heard where this batch is.
                    self._in_shared_memory = None
                    return
                self._answer(payload, message)
            try:
                self.batches.put(data, timeout=min(0.05, self.job.poll_s))
                return
            except queue.Full:
                continue


def read_batch(data: bytes) -> tuple[Any, int]:
    """Read what a worker put on the queue.

    Args:
        data: The bytes.

    Returns:
        Payload and epoch.
    """
    return pickle.loads(data)
