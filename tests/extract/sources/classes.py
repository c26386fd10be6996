"""Classes and what is in them."""
from __future__ import annotations

import abc
import enum
from functools import cached_property
from typing import Generic, NamedTuple, Protocol, TypedDict, TypeVar, final

T = TypeVar("T")


class Base(abc.ABC, Generic[T], metaclass=abc.ABCMeta, flag=True):
    """A base."""

    #: How many there are.
    #: At most.
    limit: int = 10
    unit = "m"  #: Of length.
    size: int
    """How large."""
    left, right = 1, "r"
    _hidden = 0

    def __init__(self, name: str) -> None:
        self.name: str = name
        """What it is called."""
        self.size = 3
        if name:
            self.first, self._second = name, None  #: In use.

    def __call__(self): ...
    def __repr__(self): return ""

    @property
    def area(self) -> int:
        """The area."""
        return 1

    @area.setter
    def area(self, value: int) -> None: ...

    @area.deleter
    def area(self) -> None: ...

    @cached_property
    def costly(self): return self.name == 3

    @abc.abstractmethod
    def must(self): ...

    @staticmethod
    def static(x): ...

    @classmethod
    def make(cls, *parts): cls.made = True

    @final
    async def run(self): ...

    class Inner:
        class _Private:
            def method(self): ...


class Colour(enum.Enum):
    RED = 1
    GREEN = enum.auto()
    _ignore_ = ["x"]

    def shade(self): ...


class Point(NamedTuple):
    x: int
    y: int = 0


class Movie(TypedDict, total=False):
    title: str


class Sized(Protocol):
    def __len__(self) -> int: ...


class ParseError(ValueError):
    pass


class WorseError(ParseError): """Worse."""
