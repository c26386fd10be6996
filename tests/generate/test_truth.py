"""What is composed of a function is true of every call of it: programs made up at random are run, and tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.generate.oracle import composed, falsehoods
from tests.generate.programs import class_, coroutine, function, generator
from tests.generate.runs import reached

_HEAD = "def f(a, b=0, c=None, items=()):\n"


@pytest.mark.parametrize(
    ("make", "times"),
    [(function, 350), (generator, 150), (coroutine, 80), (class_, 70)],
    ids=["functions", "generators", "coroutines", "classes"],
)
def test_what_is_composed_is_true_of_every_call(make: Callable[[Random], str], times: int) -> None:
    found = [told for seed in range(times) for told in _false(make(Random(seed)))]
    # The shortest program shows best what is wrong.
    assert not found, min(found, key=len)


@pytest.mark.parametrize(
    "body",
    [
        "    a = b\n    return a + a\n",
        "    a, b = b, g(2)\n    if b:\n        return b + a\n    return None\n",
        "    if c:\n        raise ValueError(f'bad {b}')\n    else:\n        a = g(b) if b else a\n",
        "    b = b - a\n    if a < 0:\n        return b\n",
        "    a += b\n    g(a)\n",
        "    if b == a:\n        while b:\n            raise KeyError(f'bad {b}')\n",
    ],
)
def test_what_was_false_once_is_so_no_more(body: str) -> None:
    assert not list(_false(_HEAD + body))


def _false(source: str) -> Iterator[str]:
    """Yield what is composed of a program and is false, each with the program."""
    source, calls = reached(source)
    for said in composed(source):
        yield from (f"{said.text}\n{told}\n{source}" for told in falsehoods(said, calls))
