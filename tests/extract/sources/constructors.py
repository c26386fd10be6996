import dataclasses
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar

import attr
from attrs import define


@dataclass
class A:
    x: int
    y: list[int] = field(default_factory=list)
    z: float = field(default=1e-4, repr=False)
    counted: ClassVar[int] = 0
    hidden: str = field(init=False)
    seed: InitVar[int | None] = None
    plain = 3
    _: KW_ONLY
    late: str = "l"
    early: str = field(default="e", kw_only=False)


@dataclasses.dataclass(kw_only=True, frozen=True)
class B(A):
    x: str
    made: dict = field(default_factory=lambda: {"a": 1})


@dataclass(init=False)
class NoInit:
    x: int


@dataclass
class OwnInit:
    x: int
    def __init__(self): ...


@attr.s
class Classic:
    _private = attr.ib(default=3)
    factory = attr.ib(factory=list, type=list)
    not_a_field: int = 1


@define
class Modern:
    a: int
    _b: str = "b"
