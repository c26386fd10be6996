"""Functions and classes made up at random, of the kinds of statements that real code has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple, TypeVar

_LEAVING = ("return", "raise", "break", "continue")
_HEAD = "def f(a, b=0, c=None, items=()):"

Lines = list[str]
T = TypeVar("T")


class _Kit(NamedTuple):
    """What a body may name.

    Attributes:
        read: The names that are read.
        written: Those that are assigned.
        called: The functions that are called.
        objects: What may have its method and its attribute used.
        sequences: What loops go over.
        yields: Whether the body is that of a generator.
        awaits: Whether what it calls is awaited.
    """

    read: Sequence[str] = ("a", "b", "a", "b", "c", "x", "y")
    written: Sequence[str] = ("a", "b", "c", "x", "y")
    called: Sequence[str] = ("g", "h")
    objects: Sequence[str] = ("a", "b")
    sequences: Sequence[str] = ("items", "items", "(0, 1, 2)")
    yields: bool = False
    awaits: bool = False


_OWN = ("self.p", "self.q")
_CONSTRUCTOR = _Kit(
    read=("a", "b", "c", "x", "self.p"), written=(*_OWN, *_OWN, "a", "x"), called=("g", "h", "self.log")
)
_METHOD = _Kit(
    read=("d", "e", *_OWN, *_OWN, "x"),
    written=("d", "x", *_OWN),
    called=("g", "h", "self.log", "self.n"),
    objects=("d", "self.p"),
    sequences=("self.r", "(0, 1, 2)"),
)


def function(random: Random) -> str:
    """Return the source of a function `f` of four parameters that calls `g` and `h`."""
    return "\n".join([_HEAD, *_Maker(random, _Kit()).body(), ""])


def generator(random: Random) -> str:
    """Return the source of such a function that yields."""
    maker = _Maker(random, _Kit(yields=True))
    return "\n".join([_HEAD, *maker.body(), f"    yield {maker.value()}", ""])


def coroutine(random: Random) -> str:
    """Return the source of such a function that awaits what it calls."""
    source = "\n".join([_HEAD, *_Maker(random, _Kit(awaits=True)).body(), ""])
    return "async " + re.sub(r"\b(?=[gh]\()", "await ", source).replace(" with ", " async with ")


def class_(random: Random) -> str:
    """Return the source of a class `C` with a constructor and the methods `m` and `n`."""
    begin, method = _Maker(random, _CONSTRUCTOR), _Maker(random, _METHOD)
    is_property = random.random() < 0.3
    if is_property:
        method = _Maker(random, _METHOD._replace(called=("g", "h", "self.log")))
    stored = [
        [f"{random.choice(_OWN)} = {random.choice(['a', 'b', 'c', 'a', 'g(a)', 'b + 1'])}"]
        for _ in range(random.randint(0, 2))
    ]
    constructor = [*stored, ["self.r = items"], *(begin.statement(1, False) for _ in range(random.randint(0, 2)))]
    other = _Maker(random, _METHOD._replace(called=("g", "h"))).body(1, 2)
    return "\n".join(
        [
            "class C:",
            *_under(["def __init__(self, a, b=0, c=None, items=()):", *_indented(constructor)]),
            *_under(["def m(self, d, e=1):", *method.body()]),
            *_under(["@property", "def n(self):", *other] if is_property else ["def n(self, d=0, e=0):", *other]),
            "",
        ]
    )


class _Maker:
    """Makes up the parts of a body.

    Args:
        random: What decides.
        kit: What it may name.
    """

    def __init__(self, random: Random, kit: _Kit) -> None:
        self._random = random
        self._kit = kit

    def body(self, depth: int = 2, most: int = 4) -> Lines:
        """Return the lines of a body."""
        return _indented([self.statement(depth, False) for _ in range(self._random.randint(1, most))])

    def value(self) -> str:
        """Return an expression."""
        called, name, plain, many = self._called(), self._name(), self._plain(), self._many()
        return self._one(
            [
                plain,
                plain,
                f"{name} {self._one('+-*')} {plain}",
                f"{called}({plain})",
                f"{called}({name}, by={plain})",
                f"{called}({self._called()}({plain}))",
                f"{self._one(['int', 'abs', 'g'])}({name})",
                f"{self._one(self._kit.objects)}.{self._one(['ready()', 'size'])}",
                f"[i for i in {many} if i > {plain}]",
                f"[{called}(i) for i in {many}]",
                *self._unawaited(
                    [
                        f"g(lambda: {called}({name}))",
                        f"any(i == {plain} for i in {many})",
                        f"sum(i + {plain} for i in {many})",
                    ]
                ),
            ]
        )

    def statement(self, depth: int, in_loop: bool) -> Lines:
        """Return a statement as its lines.

        Args:
            depth: How many blocks may stand in one another.
            in_loop: Whether it is in a loop.
        """
        kinds = [*self._plain_statements(in_loop), *(self._blocks(depth - 1, in_loop) if depth else [])]
        return self._one(kinds)()

    def _plain_statements(self, in_loop: bool) -> list[Callable[[], Lines]]:
        leave = ["break", "continue", "break", "continue", "g(i)"] if in_loop else []
        leave += ["return"] if self._kit.yields else [f"return {self.value()}", "return"]
        target, other = self._target(), self._target()
        return [
            lambda: [f"{target} = {self.value()}"],
            lambda: [f"{target} {self._one('+-')}= {self.value()}"],
            lambda: [f"{target} = {self.value()} if {self._test()} else {target}"],
            lambda: [f"{target}, {other} = {other}, {self.value()}"],
            lambda: self._defaulted(target),
            lambda: [f"assert {self._test()}"],
            lambda: [f"{self._called()}({self.value()})"],
            lambda: [f"h({self._name()}, 1)"],
            lambda: [f'raise {self._error()}(f"bad {{{self._name()}}}")'],
            lambda: [self._one(leave)],
            lambda: [self._one(leave)],
            *([lambda: [f"yield {self.value()}"], self._yielded] if self._kit.yields else []),
        ]

    def _blocks(self, depth: int, in_loop: bool) -> list[Callable[[], Lines]]:
        def block(in_loop: bool = in_loop) -> Lines:
            return _indented([self.statement(depth, in_loop) for _ in range(self._random.randint(1, 3))])

        return [
            lambda: [f"if {self._test()}:", *block()],
            lambda: [f"if {self._test()}:", *block(), "else:", *block()],
            lambda: [f"if {self._test()}:", *block(), f"elif {self._test()}:", *block()],
            lambda: [f"if ({self._local()} := {self.value()}):", *block()],
            lambda: [f"for {self._one('xii')} in {self._many()}:", *block(True)],
            lambda: [f"for {self._one(['i', 'i', self._local()])} in {self._many()}:", *block(True), "else:", *block()],
            lambda: [f"while {self._test()}:", *block(True)],
            lambda: ["try:", *block(), f"except {self._error()}:", *block()],
            lambda: ["try:", *block(), f"except {self._error()}:", *block(), "else:", *block()],
            lambda: ["try:", *block(), "finally:", f"    g({self.value()})"],
            lambda: [f"with scope(){self._one(['', f' as {self._local()}'])}:", *block()],
            lambda: [f"match {self._name()}:", *_under([*self._case(block()), *self._case(block())])],
            self._collected,
            *self._unawaited([self._inner]),
        ]

    def _yielded(self) -> Lines:
        return [f"yield {self._name()}" if self._random.random() < 0.6 else f"yield from {self._many()}"]

    def _case(self, body: Lines) -> Lines:
        return [f"case {self._one('012')} | -1:", *body]

    def _defaulted(self, name: str) -> Lines:
        """Return one of the ways in which a default takes the place of what was not given."""
        value = self._plain()
        ways = [
            [f"if {name} is None:", f"    {name} = {value}"],
            [f"if not {name}:", f"    {name} = {value}"],
            [f"{name} = {name} or {value}"],
            [f"{name} = {value} if {name} is None else {name}"],
        ]
        return self._one(ways)

    def _collected(self) -> Lines:
        """Return a loop that fills a list."""
        fill = [f"x.append({self.value()})"]
        fill = fill if self._random.random() < 0.5 else [f"if {self._test()}:", *_under(fill)]
        return ["x = []", f"for i in {self._many()}:", *_under(fill)]

    def _inner(self) -> Lines:
        uses = ["g(inner)", "x = inner(1)", *([] if self._kit.yields else ["return inner"])]
        return ["def inner(i):", f"    return {self._called()}(i, {self._name()})", self._one(uses)]

    def _test(self) -> str:
        tests = [self._single(), self._single(), f"{self._single()} {self._one(['and', 'or'])} {self._single()}"]
        return self._one(tests)

    def _single(self) -> str:
        name = self._name()
        compared = f"{name} {self._one(['>', '<', '==', '!=', '>='])} {self._plain()}"
        return self._one([name, f"not {name}", compared, compared, f"{name} is None", f"{name} is not None"])

    def _name(self) -> str:
        return self._one(self._kit.read)

    def _target(self) -> str:
        return self._one(self._kit.written)

    def _local(self) -> str:
        return self._one([name for name in self._kit.written if "." not in name])

    def _called(self) -> str:
        return self._one(self._kit.called)

    def _many(self) -> str:
        return self._one(self._kit.sequences)

    def _plain(self) -> str:
        return self._one([self._name(), self._one("012")])

    def _error(self) -> str:
        return self._one(["ValueError", "KeyError"])

    def _unawaited(self, several: list[T]) -> list[T]:
        """Return what cannot stand where calls are awaited, where they are not."""
        return [] if self._kit.awaits else several

    def _one(self, several: Sequence[T]) -> T:
        return self._random.choice(several)


def _indented(statements: Sequence[Lines]) -> Lines:
    """Return the lines of statements, without those that stand behind one that ends the block."""
    ends = (n for n, lines in enumerate(statements, 1) if lines[-1].split()[0] in _LEAVING)
    return _under([line for statement in statements[: next(ends, None)] for line in statement])


def _under(lines: Sequence[str]) -> Lines:
    return [f"    {line}" for line in lines]
