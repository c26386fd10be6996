"""The number of calls at once follows what a server rewards. Time is simulated: nothing is left to chance."""

from __future__ import annotations

import heapq
import random

import pytest

from docgen.llm.climb import MOST, Climb


def calls_at_once(parallel: int, calls: int = 3000, offered: int = 256, *, crowding: float = 0.0) -> Climb:
    """Let a server answer calls of many sizes, `parallel` at once; crowding slows each by those beside it."""
    climb, dice = Climb(), random.Random(parallel)
    free = [0.0] * parallel
    flying: list[tuple[float, int]] = []
    now = 0.0
    for _ in range(calls):
        while len(flying) < min(climb.slots, offered):
            tokens = dice.randrange(10, 120)
            begins = max(now, heapq.heappop(free))
            beside = min(len(flying), parallel - 1)
            ends = begins + tokens / 20 * (1 + crowding * beside)
            heapq.heappush(free, ends)
            heapq.heappush(flying, (ends, tokens))
        before = len(flying)
        now, tokens = heapq.heappop(flying)
        climb.answered(0, tokens, before, now)
    return climb


def test_a_server_that_answers_one_call_after_the_other_gets_few() -> None:
    climb = calls_at_once(1)
    assert climb.settled
    assert climb.slots <= 2


@pytest.mark.parametrize("parallel", [4, 8, 16, 32])
def test_a_server_that_answers_in_parallel_gets_about_as_many_as_it_answers(parallel: int) -> None:
    climb = calls_at_once(parallel)
    assert climb.settled
    assert parallel / 2 <= climb.slots <= 2 * parallel


def test_a_server_without_limits_gets_no_more_than_the_most() -> None:
    assert calls_at_once(500).slots == MOST


def test_a_processor_that_gains_nothing_from_calls_beside_each_other_gets_few() -> None:
    assert calls_at_once(8, crowding=1.0).slots <= 2


def test_a_run_with_little_to_ask_says_nothing_of_the_server() -> None:
    climb = calls_at_once(16, offered=3)
    assert not climb.settled
    assert climb.slots <= 8
