"""Functions of every kind."""

import functools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import overload
from warnings import deprecated


def parameters(a, b: int = 0xFF, /, c: "str" = 'x', *args: int, d, e: float = 1e-4, **kwargs: object) -> None:
    """Take every kind of parameter."""


def comments(
    first,  # what comes first
    second: dict[
        str, int  # not about the parameter
    ] = {},  # noqa: B006
    *,  # not about a parameter
    third=(1,
           2)  # what comes last
):
    pass


async def fetch(url: str) -> bytes: return b""


def count(n: int) -> Iterator[int]:
    for i in range(n):
        yield i


async def ticks() -> AsyncIterator[tuple[int, str]]:
    yield 1, "a"


def not_a_generator():
    return lambda: (yield)


@contextmanager
def opened(path): yield path


@overload
def twice(x: int) -> int: ...
@overload
def twice(x: str) -> str: ...
def twice(x):
    """Double it."""
    return x * 2


@deprecated("use twice")
@functools.lru_cache(maxsize=None)
def old(): ...


def deprecated_by_docstring():
    """Old.

    .. deprecated:: 1.0
    """


def raising(x, kind):
    if x is None:
        raise TypeError("x is None")
    elif x < 0 or x > 9:
        if kind:
            raise ValueError(f"{x} is out of range", x)
    else:
        raise errors.Odd
    try:
        raise KeyError("caught here")
    except KeyError:
        pass
    try:
        x()
    except OSError as error:
        raise RuntimeError("failed") from error
    except (LookupError, ArithmeticError) as error:
        raise error
    problem = ValueError("later")
    raise problem
    raise kind("a parameter is not an exception's name")
    raise


def outer():
    def inner(a): return a
    class Local:
        def method(self): ...
    return inner
