"""A stand-in for a model that answers at once and says how long the real one would have taken.

No text of it means anything, and no figure about quality may come from it: it shows what docgen itself costs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docgen.evidence.slicing import estimate_tokens
from docgen.llm.backend import Completion, Message, Sampling, Schema

# Plain enough to pass the checks of every element.
TEXT = "Kept as given."


class Latency(NamedTuple):
    """Seconds for a prompt token that is not in the cache, and for a written one."""

    prompt: float
    written: float


class RecordedLatencySimulator:
    """A backend whose latency is that of recorded calls, in virtual time.

    Args:
        latency: What a token took in the recording.

    Attributes:
        seconds: The time that all calls would have taken one after the other.
        closed: Called when the run needs no more answers.
    """

    name = "recorded-latency-simulator"
    model = "recorded-latency-simulator"
    context_window = 8192
    slots = 1

    def __init__(self, latency: Latency) -> None:
        self._latency = latency
        self._cached = ""
        self.seconds = 0.0
        self.closed: Callable[[], object] = lambda: None

    async def complete(self, messages: Sequence[Message], schema: Schema, sampling: Sampling) -> Completion:
        """Answer in the schema, and add up what the real model would have taken."""
        prompt = "\n".join(message.content for message in messages)
        text = json.dumps(filled(schema))
        cached = shared(self._cached, prompt)
        self._cached = prompt
        read, written = estimate_tokens(prompt[cached:]), estimate_tokens(text)
        prompt_seconds, completion_seconds = read * self._latency.prompt, written * self._latency.written
        self.seconds += prompt_seconds + completion_seconds
        tokens = estimate_tokens(prompt)
        return Completion(
            text=text,
            prompt_tokens=tokens,
            cached_tokens=max(0, tokens - read),
            completion_tokens=written,
            prompt_seconds=prompt_seconds,
            completion_seconds=completion_seconds,
        )

    async def close(self) -> None:
        """Tell that the run needs no more answers."""
        self.closed()


def shared(before: str, now: str) -> int:
    """Return how many characters two prompts begin with in common."""
    low, high = 0, min(len(before), len(now))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[:middle] == now[:middle] else (low, middle - 1)
    return low


def filled(schema: Mapping[str, Any]) -> Any:
    """Return an answer of a schema that says the same everywhere."""
    if schema["type"] == "string":
        return TEXT
    return {name: filled(part) for name, part in schema["properties"].items()}


def recorded_latency(log: Path) -> Latency:
    """Return what a token took in the calls of a recorded run, by least squares."""
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    calls = [event for event in events if event["event"] == "call-finished"]
    read = [call["prompt_tokens"] - call["cached_tokens"] for call in calls]
    written = [call["completion_tokens"] for call in calls]
    seconds = [call["seconds"] for call in calls]
    rr, rw, ww = _product(read, read), _product(read, written), _product(written, written)
    rs, ws = _product(read, seconds), _product(written, seconds)
    determinant = rr * ww - rw * rw
    return Latency((rs * ww - ws * rw) / determinant, (rr * ws - rw * rs) / determinant)


def _product(left: Iterable[float], right: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
