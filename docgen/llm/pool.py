"""Several servers that have the same model, as one backend.

A call goes where it is likely to be answered first: to a server with a free slot that is fast and has read the
beginning of the prompt already. A slow server so gets fewer calls, and the last ones wait for no more than one of its
answers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from docgen.errors import BackendError, BackendTimeout, BackendUnavailable
from docgen.llm.backend import Backend, Completion, Message, Sampling, Schema
from docgen.llm.faults import PassingFault
from docgen.llm.models import Notify

DROP_AFTER = 3
"""Faults in succession after which a server counts as dead."""

REMEMBERED_PROMPTS = 16
"""Prompts of which a server is taken to have the beginning in its cache."""

ANSWER_CHARACTERS = 500
"""What an answer costs, as characters of a prompt."""

SMOOTHING = 0.2


class Pool:
    """Puts each call to one of several backends.

    A call that fails in a way that is the server's own goes to another one at once; it fails when no other is left.

    Args:
        backends: Name and backend of each server; all have the same model.
        warn: Told in a sentence when a call fails that goes elsewhere, and when a server is given up.
    """

    def __init__(self, backends: Sequence[tuple[str, Backend]], warn: Notify) -> None:
        self._servers = [_Server(name, backend) for name, backend in backends]
        self._live = list(self._servers)
        self._warn = warn
        self._changed = asyncio.Condition()
        first = backends[0][1]
        self.name, self.model = first.name, first.model
        self.context_window = min(backend.context_window for _, backend in backends)

    @property
    def slots(self) -> int:
        """Calls that are worth making at once: those of all servers that live."""
        return sum(server.backend.slots for server in self._live)

    async def complete(self, messages: Sequence[Message], schema: Schema, sampling: Sampling) -> Completion:
        """Ask once; see `Backend.complete`."""
        prompt = "\0".join(message.content for message in messages)
        untried = list(self._live)
        while True:
            server = await self._take(prompt, untried)
            untried.remove(server)
            clock = asyncio.get_running_loop().time
            work, began = server.work(prompt), clock()
            try:
                answer = await server.backend.complete(messages, schema, sampling)
            except (BackendUnavailable, BackendTimeout) as error:
                self._count_fault(server, error, began, clock())
                untried = [other for other in untried if other in self._live]
                if not untried:
                    raise
            else:
                server.answered(prompt, (clock() - began) / work)
                return answer
            finally:
                server.in_flight -= 1
                async with self._changed:
                    self._changed.notify_all()

    async def close(self) -> None:
        """Close all of them."""
        await asyncio.gather(*(server.backend.close() for server in self._servers))

    async def _take(self, prompt: str, servers: Sequence[_Server]) -> _Server:
        """Wait for a free slot on one of some servers, and take it."""

        def free() -> list[_Server]:
            live = [server for server in servers if server in self._live] or servers
            return [server for server in live if server.in_flight < server.backend.slots]

        async with self._changed:
            await self._changed.wait_for(free)
            server = min(free(), key=lambda server: (server.pace * server.work(prompt), server.in_flight))
            server.in_flight += 1
            return server

    def _count_fault(self, server: _Server, error: BackendError, began: float, now: float) -> None:
        # Calls that break off together, as when a server is started anew, are one fault.
        if began >= server.last_fault:
            server.faults += 1
        server.last_fault = now
        is_passing = isinstance(error, PassingFault | BackendTimeout)
        is_dead = not is_passing or server.faults >= DROP_AFTER
        if server not in self._live or len(self._live) == 1:
            return
        if is_dead:
            self._live.remove(server)
            names = ", ".join(other.name for other in self._live)
            self._warn(f"{server.name} is given up for this run ({error.message}); its calls go to {names}.")
        else:
            self._warn(f"{error.message}; the call goes elsewhere.")


@dataclass(eq=False)
class _Server:
    """What is known of a server.

    Attributes:
        name: Its address.
        backend: The server.
        in_flight: Calls that it has.
        faults: Faults since its last answer.
        last_fault: When the last one showed.
        pace: Seconds for a character of work, smoothed; 0 where nothing is known.
        prompts: The prompts that it answered last.
    """

    name: str
    backend: Backend
    in_flight: int = 0
    faults: int = 0
    last_fault: float = 0.0
    pace: float = 0.0
    prompts: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED_PROMPTS))

    def work(self, prompt: str) -> int:
        """Return what a prompt costs here: the characters that are new to the server, and the answer."""
        known = max((shared_length(before, prompt) for before in self.prompts), default=0)
        return len(prompt) - known + ANSWER_CHARACTERS

    def answered(self, prompt: str, pace: float) -> None:
        """Note an answer."""
        self.faults = 0
        self.pace = self.pace + SMOOTHING * (pace - self.pace) if self.pace else pace
        self.prompts.append(prompt)


def shared_length(left: str, right: str) -> int:
    """Return how many characters two texts begin with in common."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left[low:middle] == right[low:middle] else (low, middle - 1)
    return low
