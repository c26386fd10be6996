"""How descriptions stand, as text, JSON and GitHub annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from docgen.annotations import Level, annotation
from docgen.generate.status import Standing, State, coverage, shown
from docgen.records import Module, walk
from docgen.visible import visible_json, visible_line

_COLUMNS = 10
_GITHUB_LEVELS: Mapping[State, Level] = {"missing": "notice", "stale": "warning"}


class Placed(NamedTuple):
    """A standing, and where the element stands.

    Attributes:
        file: The file, as the user named it.
        lineno: The element's line.
        standing: How one description of the element stands.
    """

    file: str
    lineno: int
    standing: Standing


def placed(module: Module, found: Iterable[Standing]) -> Iterator[Placed]:
    """Yield the standings of a module with their places."""
    lines = {element.id: element.lineno for element in walk(module)}
    for standing in found:
        yield Placed(module.filepath, lines[standing.subject.element], standing)


def as_text(found: Iterable[Placed], counts: Mapping[State, int], *, everything: bool) -> Iterator[str]:
    """Yield a line for each description, and two that count them.

    Args:
        found: All descriptions.
        counts: How many of them are in each state.
        everything: Whether what is documented is listed too.
    """
    yield from (_line(p.standing) for p in found if everything or _is_listed(p.standing))
    yield from _counted(counts)


def as_json(found: Iterable[Placed], counts: Mapping[State, int], *, everything: bool) -> Iterator[str]:
    """Yield an object with the coverage, the counts and a list of descriptions; as for `as_text`."""
    whole = {
        "coverage": round(coverage(counts), 2),
        "counts": counts,
        "descriptions": [
            {
                "file": file,
                "lineno": lineno,
                **standing.subject.model_dump(),
                "state": standing.state,
                "is_edited": standing.is_edited,
            }
            for file, lineno, standing in found
            if everything or _is_listed(standing)
        ],
    }
    yield visible_json(whole, indent=2)


def as_github(found: Iterable[Placed], counts: Mapping[State, int], *, everything: bool) -> Iterator[str]:
    """Yield a workflow command for each element that lacks a description or has an old one, and the lines that count.

    GitHub shows a few commands of a step only, so an element has one for all its parts; what is well is not told.
    """
    bad = sorted((p for p in found if p.standing.state in _GITHUB_LEVELS), key=_element)
    for (file, lineno, _, state), group in groupby(bad, key=_element):
        yield annotation(
            _GITHUB_LEVELS[state],
            f"{state}: {', '.join(_name(p.standing) for p in group)}",
            title=f"{state}-description",
            file=file,
            lineno=lineno,
        )
    yield from _counted(counts)


FORMATS: Mapping[str, Callable[..., Iterator[str]]] = {"text": as_text, "json": as_json, "github": as_github}


def _element(found: Placed) -> tuple[str, int, str, State]:
    return found.file, found.lineno, found.standing.subject.element, found.standing.state


def _is_listed(standing: Standing) -> bool:
    return standing.state != "documented"


def _line(standing: Standing) -> str:
    edited = ", edited" if standing.is_edited and standing.state == "stale" else ""
    return f"{standing.state:<{_COLUMNS}}  {_name(standing)}{edited}"


def _name(standing: Standing) -> str:
    return f"{standing.subject.kind} {visible_line(standing.subject.name)}"


def _counted(counts: Mapping[State, int]) -> Iterator[str]:
    yield ", ".join(f"{number} {state}" for state, number in counts.items())
    yield f"{shown(coverage(counts))} of {sum(counts.values())} descriptions are there and up to date"
