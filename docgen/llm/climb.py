"""How many calls at once a server rewards: a hill climb on the tokens that it handles in a second.

As in TCP's slow start, the number is doubled until that brings no more. What is watched is throughput, not latency as
in Netflix's concurrency-limits: latency tells where calls are alike, and calls about code differ a hundredfold in size.
"""

from __future__ import annotations

MOST = 64
"""Calls at once that are never exceeded on one server."""

GAIN = 1.2
"""How many times more tokens a second twice the calls must bring to be kept; noise alone seldom brings as much."""

FEWEST_CALLS = 8
"""Calls that are measured with each number, more where more are made at once."""

BUSY = 0.75
"""Share of the slots that must have been taken on average for a measurement to count."""

READ_AS_WRITTEN = 0.1
"""What reading a token costs beside writing one, roughly, on processors and graphics cards alike."""


class Climb:
    """Finds the number of calls at once.

    Attributes:
        slots: The number, as far as is known by now.
        settled: Whether it stays.
    """

    def __init__(self) -> None:
        self.slots = 1
        self.settled = False
        self._rate = 0.0
        self._begin()

    def answered(self, read: int, written: int, in_flight: int, now: float) -> None:
        """Count a call that was answered.

        Args:
            read: Tokens of its prompt that were not in the cache.
            written: Tokens of the answer.
            in_flight: Calls that the server had until now, this one included.
            now: The time in seconds.
        """
        if self.settled:
            return
        if self._left_out > 0:
            self._left_out -= 1
            self._since = now
            return
        self._calls += 1
        self._in_flight += in_flight
        self._tokens += written + READ_AS_WRITTEN * read
        if self._calls >= max(FEWEST_CALLS, 4 * self.slots):
            if self._in_flight < BUSY * self.slots * self._calls:
                # There was no more to ask, so this says nothing of the server.
                self._begin()
            else:
                self._step(self._tokens / max(now - self._since, 1e-6))

    def _begin(self) -> None:
        # The first answers belong to calls that began with fewer beside them.
        self._left_out = self.slots
        self._calls = self._in_flight = 0
        self._tokens = self._since = 0.0

    def _step(self, rate: float) -> None:
        if rate < GAIN * self._rate:
            self.slots //= 2
            self.settled = True
        elif self.slots >= MOST:
            self.settled = True
        else:
            self._rate = rate
            self.slots *= 2
            self._begin()
