"""Functions made up at random, and what they do when they are run: the ground truth for what is composed of them."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from hypothesis import strategies as st

PARAMETERS = ("a", "b", "c")
FILE = "<made up>"
MAX_LINES = 300
"""Lines that a call may take; a loop that has no end is no example."""

_NAMES = st.sampled_from(["a", "b", "a", "b", "c", "x", "y"])
_NUMBERS = st.sampled_from(["0", "1", "2"])


def _values() -> st.SearchStrategy[str]:
    plain = _NAMES | _NUMBERS
    sums = st.builds(lambda one, sign, other: f"{one} {sign} {other}", _NAMES, st.sampled_from("+-*"), plain)
    calls = st.builds(lambda name, value: f"{name}({value})", st.sampled_from(["g", "h"]), plain)
    named = st.builds(lambda value: f"g(by={value})", plain)
    return plain | sums | calls | named


def _tests() -> st.SearchStrategy[str]:
    compared = st.builds(
        lambda one, sign, other: f"{one} {sign} {other}",
        _NAMES,
        st.sampled_from([">", "<", "==", "!=", ">=", "is not", "is"]),
        _NAMES | _NUMBERS | st.just("None"),
    ).filter(lambda text: ("is" in text.split()) == text.endswith("None"))
    negated = st.builds("not {}".format, _NAMES)
    single = _NAMES | negated | compared
    both = st.builds(lambda one, word, other: f"{one} {word} {other}", single, st.sampled_from(["and", "or"]), single)
    return single | both


def _statements(depth: int, loops: bool) -> st.SearchStrategy[list[str]]:
    """Return statements, each as its lines."""
    values, tests = _values(), _tests()
    errors = st.sampled_from(["ValueError", "KeyError"])
    kinds = [
        st.builds(lambda name, value: [f"{name} = {value}"], _NAMES, values),
        st.builds(lambda name, sign, value: [f"{name} {sign}= {value}"], _NAMES, st.sampled_from("+-"), values),
        st.builds(lambda value: [f"g({value})"], values),
        st.builds(lambda value: [f"h({value}, 1)"], _NAMES),
        st.builds(lambda value: [f"return {value}"], values),
        st.just(["return"]),
        st.builds(lambda error, value: [f'raise {error}(f"bad {{{value}}}")'], errors, _NAMES),
        st.builds(lambda name, value, test: [f"{name} = {value} if {test} else {name}"], _NAMES, values, tests),
        st.builds(lambda one, other, value: [f"{one}, {other} = {other}, {value}"], _NAMES, _NAMES, values),
    ]
    if loops:
        kinds += [st.just(["break"]), st.just(["continue"])]
    if not depth:
        return st.one_of(kinds)
    inner, looped = _block(depth - 1, loops), _block(depth - 1, True)
    kinds += [
        st.builds(lambda test, body: [f"if {test}:", *body], tests, inner),
        st.builds(lambda test, body, other: [f"if {test}:", *body, "else:", *other], tests, inner, inner),
        st.builds(
            lambda test, body, more, other: [f"if {test}:", *body, f"elif {more}:", *other], tests, inner, tests, inner
        ),
        st.builds(lambda name, body: [f"for {name} in (0, 1, 2):", *body], st.sampled_from("xyi"), looped),
        st.builds(lambda test, body: [f"while {test}:", *body], tests, looped),
        st.builds(lambda body, error, other: ["try:", *body, f"except {error}:", *other], inner, errors, inner),
        st.builds(lambda body, value: ["try:", *body, "finally:", f"    g({value})"], inner, values),
        st.builds(lambda body: ["with scope():", *body], inner),
    ]
    return st.one_of(kinds)


def _block(depth: int, loops: bool) -> st.SearchStrategy[list[str]]:
    several = st.lists(_statements(depth, loops), min_size=1, max_size=3)
    return several.map(_indented)


def _indented(statements: Sequence[list[str]]) -> list[str]:
    """Return the lines of statements, without those that stand behind one that ends the block."""
    ends = (
        n for n, (first, *_) in enumerate(statements, 1) if first.split()[0] in ("return", "raise", "break", "continue")
    )
    return [f"    {line}" for statement in statements[: next(ends, None)] for line in statement]


def functions() -> st.SearchStrategy[str]:
    """Return sources of a function `f` of three parameters that calls `g` and `h`."""
    several = st.lists(_statements(2, False), min_size=1, max_size=4)
    return several.map(lambda statements: "\n".join(["def f(a, b=0, c=None):", *_indented(statements), ""]))


class Given(int):
    """An argument that can be told from any other number."""

    def __new__(cls, value: int, name: str) -> Given:
        """Return the number, marked as the argument of a parameter."""
        self = super().__new__(cls, value)
        self.name = name
        return self

    name: str


class Unending(Exception):
    """A call takes too long."""


@dataclass
class Call:
    """What one call of the function did.

    Attributes:
        given: The arguments by parameter.
        result: What was returned.
        raised: What was raised instead.
        calls: What it called, each with the arguments.
        lines: The lines that ran.
    """

    given: Mapping[str, Any]
    result: Any = None
    raised: Exception | None = None
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)

    def value(self, expression: str) -> Any:
        """Return what an expression means to who reads it beside the arguments.

        Raises:
            NameError: It speaks of something inside of the function.
            TypeError: It means nothing for these arguments.
        """
        return eval(expression, {"g": _result_of, "h": _result_of, "ValueError": ValueError}, dict(self.given))

    def received(self, name: str) -> list[str]:
        """Return the functions that were given the very argument of a parameter."""
        return [
            called
            for called, given, named in self.calls
            if any(isinstance(value, Given) and value.name == name for value in (*given, *named.values()))
        ]


def calls_of(source: str) -> list[Call]:
    """Return what a function does with each of a few arguments; without those for which it means nothing."""
    code = compile(source, FILE, "exec")
    arguments: list[Sequence[Any]] = [(-1, 0, 1, 2), (0, 1, 3), (None, 0, 2)]
    found = []
    for values in itertools.product(*arguments):
        given = {
            name: None if value is None else Given(value, name) for name, value in zip(PARAMETERS, values, strict=True)
        }
        call = Call(given)
        if _run(code, call):
            found.append(call)
    return found


def is_run_wholly(source: str, calls: Sequence[Call]) -> bool:
    """Whether each line runs in one of the calls."""
    lines = dict(enumerate(source.splitlines()[1:], 2))
    silent = {number for number, line in lines.items() if line.strip() in ("try:", "else:", "finally:")}
    return lines.keys() - silent <= {line for call in calls for line in call.lines}


def _run(code: CodeType, call: Call) -> bool:
    def recorded(name: str) -> Callable[..., int]:
        def function(*given: Any, **named: Any) -> int:
            call.calls.append((name, given, named))
            return _result_of(*given, **named)

        return function

    def scope() -> _Scope:
        call.calls.append(("scope", (), {}))
        return _Scope()

    names: dict[str, Any] = {"g": recorded("g"), "h": recorded("h"), "scope": scope}
    exec(code, names)
    before = sys.gettrace()
    sys.settrace(_watch(call.lines))
    try:
        call.result = names["f"](**call.given)
    except (ValueError, KeyError) as error:
        call.raised = error
    except (TypeError, NameError, Unending):
        # Nobody is told of what happens where a value has no meaning: `None > 1`, an unbound local.
        return False
    finally:
        sys.settrace(before)
    return True


def _watch(lines: set[int]) -> Callable[[FrameType, str, Any], Any]:
    left = iter(range(MAX_LINES))

    def trace(frame: FrameType, event: str, value: Any) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        if next(left, None) is None:
            raise Unending
        lines.add(frame.f_lineno)
        return trace

    return trace


def _result_of(*given: Any, **named: Any) -> int:
    return sum(3 * value + 1 for value in (*given, *named.values()) if value is not None) + 40


class _Scope:
    def __enter__(self) -> None:
        """Begin nothing."""

    def __exit__(self, *error: object) -> None:
        """End nothing."""
