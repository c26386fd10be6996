"""What is composed of a function is true of every call of it: functions made up at random are run, and tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, example, given, settings

from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.extract import SourceFile, parse_module
from docgen.generate.compose import informative
from docgen.records import Function, Subject, SubjectKind
from tests.generate.programs import Call, calls_of, functions, is_run_wholly

_QUOTED = re.compile(r"`([^`]*)`")
_VALUES = re.compile(r"`[^`]*`(?:(?:, | or )`[^`]*`)*")
# A reader takes a default for what was given where nothing was, and need not be told so of every value.
_DEFAULT = re.compile(
    r"(?m)^ *(\w) = \(\n.*\n *if (?:not \1|\1 is None)\n"
    r"|^ *if (?:not (\w)|(\w) is None):\n(?: +.*\n)*? +(?:\2|\3)\b"
)
_UNKNOWN = object()


class Said(NamedTuple):
    """A composed sentence: what it is about, and the sentence."""

    kind: SubjectKind
    part: str
    text: str


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(source=functions())
@example("def f(a, b=0, c=None):\n    a = b\n    return a + a\n")
@example("def f(a, b=0, c=None):\n    a, b = b, g(2)\n    if b:\n        return b + a\n    return None\n")
@example(
    "def f(a, b=0, c=None):\n    if c:\n        raise ValueError(f'bad {b}')\n    else:\n        a = g(b) if b else a\n"
)
@example("def f(a, b=0, c=None):\n    b = b - a\n    if a < 0:\n        return b\n")
@example("def f(a, b=0, c=None):\n    a += b\n    g(a)\n")
def test_what_is_composed_is_true_of_every_call(source: str) -> None:
    calls = calls_of(source)
    # Nobody writes what no call comes to, and it is not told of.
    assume(is_run_wholly(source, calls) and not _DEFAULT.search(source))
    for said in composed(source):
        assert not list(falsehoods(said, calls)), f"{said}\n{source}"


def composed(source: str) -> Iterator[Said]:
    """Yield what is composed of a function and its parts."""
    module = parse_module(source, SourceFile(Path("m.py"), "m", "m.py"))
    [function] = module.members
    assert isinstance(function, Function)
    finder = FactFinder(Surroundings(module))
    parts: list[tuple[SubjectKind, str]] = [("function", ""), ("returns", "")]
    parts += [("parameter", parameter.name) for parameter in function.parameters]
    parts += [("raises", raises.exception) for raises in function.raises]
    for kind, part in parts:
        subject = Subject(element=function.id, kind=kind, part=part)
        if text := informative(finder.facts(function, None, subject, with_scope=False)):
            yield Said(kind, part, text.removesuffix("."))


def falsehoods(said: Said, calls: Sequence[Call]) -> Iterator[str]:
    """Yield what a sentence says and a call does not do."""
    if said.kind == "function":
        if match := re.search(r"\b[Rr]eturns (.*)$", said.text):
            yield from _of_value(match[1], calls)
        if match := re.match(r"Calls (.*?)(?:,? and (?:may call|returns) .*)?$", said.text):
            ended = [call for call in calls if call.raised is None]
            for name in _QUOTED.findall(match[1].partition(" may call ")[0]):
                yield from _not_always(ended, partial(_calls, name), f"`{name}` is called")
    elif said.kind == "returns":
        yield from _of_value(re.sub(r"^(?:The value of|Always) ", "", said.text), calls)
    elif said.kind == "raises":
        yield from _of_exception(said, calls)
    elif said.text.startswith("Accepted, but not used"):
        yield from _of_unused(said.part, calls)
    else:
        for clause in _about_what_was_given(said):
            yield from _of_clause(said.part, clause, calls)


def _about_what_was_given(said: Said) -> Iterator[str]:
    """Yield what is told of an argument: behind “Replaced by …”, the name is that of what it stands for."""
    for clause in said.text.split("; "):
        names_it = re.search(rf"\b(?:{said.part}|it)\b", clause) or not re.match(r"`.* (?:is|are|may be) ", clause)
        if not said.text.startswith("Replaced") or not names_it:
            yield clause


def _of_value(told: str, calls: Sequence[Call]) -> Iterator[str]:
    """Check what is returned: `A or B`, or `A where C, B where D, else E`."""
    if "loop over" in told or "is caught" in told:
        return
    cases = re.split(r", (?:else )?|,? and (?=`)", told) if " where " in told else [told]
    for call in calls:
        case = next((case for case in cases if _holds(case.partition(" where ")[2], call)), "")
        values = case.partition(" where ")[0]
        expected = [_value(call, text) for text in _QUOTED.findall(values)]
        is_clear = _VALUES.fullmatch(values) and _UNKNOWN not in expected
        if call.raised is None and is_clear and call.result not in expected:
            yield f"{call.given} gives {call.result}, not {case}"


def _holds(where: str, call: Call) -> bool:
    """Whether one of the tests of a case is true; a case whose tests mean nothing to a reader ends the search."""
    return not where or any(_value(call, test) for test in _QUOTED.findall(where))


def _of_exception(said: Said, calls: Sequence[Call]) -> Iterator[str]:
    """Check that an exception is raised under no other condition."""
    if not said.text.startswith("If "):
        return
    tests = _QUOTED.findall(said.text.partition(", with the message")[0])
    for call in calls:
        if type(call.raised).__name__ == said.part and not any(_value(call, test) for test in tests):
            yield f"{call.given} raises {call.raised!r}"


def _of_unused(name: str, calls: Sequence[Call]) -> Iterator[str]:
    seen: dict[Any, Any] = {}
    for call in calls:
        rest = tuple(value for key, value in call.given.items() if key != name)
        did = (call.result, type(call.raised), call.calls)
        if seen.setdefault(rest, did) != did:
            yield f"{call.given} does {did}, not {seen[rest]}"


def _of_clause(name: str, clause: str, calls: Sequence[Call]) -> Iterator[str]:
    """Check one thing that is told of a parameter, in the calls for which it is told; of some cases, nothing."""
    said, _, where = clause.partition(" where ")
    told = [call for call in calls if _value(call, _test(where, name)) not in (_UNKNOWN, False, 0, None)]
    ended = [call for call in told if call.raised is None]
    if said.endswith(" in some cases"):
        return
    check = _not_always if where else _never
    if match := re.fullmatch(r"(.*) (?:is|are) raised", said):
        yield from _not_always(told, lambda call: call.raised is not None, clause)
    elif match := re.fullmatch(r"(.*) (?:is|are) returned", said):
        for value in _QUOTED.findall(match[1]):
            yield from _not_always(ended, partial(_returns, value), clause)
    elif match := re.fullmatch(r"(.*) (?:is|are) called", said):
        for called in _QUOTED.findall(match[1]):
            yield from check(ended, partial(_calls, called), clause)
    elif match := re.fullmatch(r"(`.*`) (?:is|are) passed to `(\w+)`", said):
        for value in _QUOTED.findall(match[1]):
            yield from check(ended if where else calls, partial(_gives_value, value, match[2]), clause)
    else:
        yield from _of_argument(name, clause, said, check, ended if where else calls)


def _of_argument(
    name: str, clause: str, said: str, check: Callable[..., Iterator[str]], calls: Sequence[Call]
) -> Iterator[str]:
    """Check what becomes of the argument itself."""
    if match := re.search(r"\b[Pp]assed to ((?:`\w+`(?: as `\w+`)?(?:, | and )?)+)$", said):
        for called in re.findall(r"(?<!as )`(\w+)`", match[1]):
            yield from check(calls, partial(_gives, name, called), clause)
    if re.search(r"\b[Rr]eturned$", said):
        ended = [call for call in calls if call.raised is None]
        yield from _not_always(ended, lambda call: call.result is call.given[name], clause)


def _test(where: str, name: str) -> str:
    """Return the expression that a condition stands for."""
    words = {
        "": "True",
        "it is true": name,
        "it is false": f"not {name}",
        "it is `None`": f"{name} is None",
        "it is not `None`": f"{name} is not None",
    }
    return words.get(where, where.strip("`"))


def _value(call: Call, expression: str) -> Any:
    """Return what an expression means beside the arguments; not known where it speaks of what is inside."""
    try:
        return call.value(expression)
    except (NameError, TypeError):
        return _UNKNOWN


def _returns(expression: str, call: Call) -> bool:
    return _value(call, expression) in (_UNKNOWN, call.result)


def _calls(name: str, call: Call) -> bool:
    return any(called == name for called, *_ in call.calls)


def _gives_value(expression: str, called: str, call: Call) -> bool:
    value = _value(call, expression)
    return value is _UNKNOWN or any(
        name == called and value in (*given, *named.values()) for name, given, named in call.calls
    )


def _gives(name: str, called: str, call: Call) -> bool:
    """Whether a function is called with the argument of a parameter; None cannot be told from another."""
    return _gives_value(name, called, call) if call.given[name] is None else called in call.received(name)


def _never(calls: Sequence[Call], does: Callable[[Call], bool], told: str) -> Iterator[str]:
    if calls and not any(map(does, calls)):
        yield f"never: {told}"


def _not_always(calls: Sequence[Call], does: Callable[[Call], bool], told: str) -> Iterator[str]:
    yield from (f"{call.given}, but not: {told}" for call in calls if not does(call))
