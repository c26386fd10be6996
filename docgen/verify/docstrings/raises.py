"""What a docstring says of exceptions, held against what is raised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.docstrings import Entry
from docgen.evidence.finder import FactFinder
from docgen.records import Function
from docgen.verify.conditions import turned_round
from docgen.verify.docstrings.problem import Problem
from docgen.verify.exceptions import ExceptionIndex, is_same_case, last_name, raised_in

_RAISES = re.compile(
    r"(?:^|(?<=[.;] )|\b(?:it|method|function|and|will|this) )(?:also )?[Rr]aises? (?:an? )?[`:\w~.]*?"
    r"(?P<name>[A-Z]\w*(?:Error|Exception|Warning))`* (?P<case>(?:if|when)\b[^.;]*)"
)
_EXCEPTION = re.compile(r"(?::[\w:]+:)?[`~]*(?:\w+\.)*(?P<name>[^\W\d]\w*)[`:\s]*")


def problems_of_raises(
    function: Function, entries: Sequence[Entry], finder: FactFinder, exceptions: ExceptionIndex
) -> Iterator[Problem]:
    """Yield what a docstring gets wrong or lacks about the exceptions that a function raises."""
    in_section = [entry for entry in entries if entry.kind == "raises"]
    documented = [
        (name, entry.text) for entry in in_section or _raises_in_prose(function) for name in _exceptions_of(entry)
    ]
    does = finder.behaviour(function) if documented else None
    if does is None or does.is_abstract:
        return
    raised = raised_in(function)
    names = [name for name, _ in documented]
    unexplained = {name for name in raised if not any(exceptions.are_related(name, other) for other in names)}
    decorators = [re.split(r"[(\s]", decorator.text)[0] for decorator in function.decorators]
    calls = [*does.calls, *decorators]
    certainly = exceptions.raised_below(finder.surroundings.module, calls)
    for name, text in documented:
        yield from _of_condition(name, text, function, does)
        if any(exceptions.are_related(name, other) for other in raised | certainly):
            continue
        instead = {
            last_name(other.exception)
            for other in function.raises
            if last_name(other.exception) in unexplained and is_same_case(text, other, does.assigned)
        }
        if instead and not does.reraises:
            listed = ", ".join(f"`{other}`" for other in sorted(instead))
            yield Problem("wrong-exception", name, f"`{name}` is said to be raised, but the code raises {listed}")
            return
    for name in sorted(unexplained - {"NotImplementedError", "AssertionError"}) if in_section else ():
        yield Problem("missing-raises", "", f"`{function.name}` raises `{name}`, which is not documented")


def _exceptions_of(entry: Entry) -> list[str]:
    """Return the exceptions that an entry is about; none where prose stands in the place of their names."""
    parts = [part for name in entry.names for part in re.split(r"\s*(?:,|\bor\b|/)\s*", name) if part]
    names = [match["name"] for part in parts if (match := _EXCEPTION.fullmatch(part))]
    return names if len(names) == len(parts) else []


def _raises_in_prose(function: Function) -> list[Entry]:
    """Return what a docstring without sections says of exceptions."""
    said = " ".join(function.docstring.text.split()) if function.docstring else ""
    return [Entry(kind="raises", names=(match["name"],), text=match["case"]) for match in _RAISES.finditer(said)]


def _of_condition(name: str, text: str, function: Function, does: Behaviour) -> Iterator[Problem]:
    """Check the condition that an exception is said to have, where the code states one that can be compared."""
    kept = [p.name for p in function.parameters if not any(u.kind == "replaced" for u in does.uses.get(p.name, ()))]
    for raised in function.raises:
        if last_name(raised.exception) == name and (test := turned_round(text, raised.conditions, kept)):
            yield Problem("wrong-condition", name, f"`{name}` is raised if `{test}`, not the other way round")
