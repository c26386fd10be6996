"""How descriptions stand, as text, JSON and GitHub annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from docgen.annotations import Level, annotation
from docgen.generate.status import Standing, State, count, coverage, shown
from docgen.records import Module, walk
from docgen.runlog.visible import visible_json, visible_line

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


def as_text(found: Sequence[Placed], *, everything: bool) -> str:
    """Return a line for each description, and two that count them.

    Args:
        found: All descriptions.
        everything: Whether what is documented is listed too.
    """
    return "\n".join([*(_line(p.standing) for p in found if everything or _is_listed(p.standing)), *_counts(found)])


def as_json(found: Sequence[Placed], *, everything: bool) -> str:
    """Return an object with the coverage, the counts and a list of descriptions; as for `as_text`."""
    standings = [p.standing for p in found]
    whole = {
        "coverage": round(coverage(standings), 2),
        "counts": count(standings),
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
    return visible_json(whole, indent=2)


def as_github(found: Sequence[Placed], *, everything: bool) -> str:
    """Return a workflow command for each element that lacks a description or has an old one, and the lines that count.

    GitHub shows a few commands of a step only, so an element has one for all its parts; what is well is not told.
    """
    bad = sorted((p for p in found if p.standing.state in _GITHUB_LEVELS), key=_element)
    commands = [
        annotation(
            _GITHUB_LEVELS[state],
            f"{state}: {', '.join(_name(p.standing) for p in group)}",
            title=f"{state}-description",
            file=file,
            lineno=lineno,
        )
        for (file, lineno, _, state), group in groupby(bad, key=_element)
    ]
    return "\n".join([*commands, *_counts(found)])


FORMATS: Mapping[str, Callable[..., str]] = {"text": as_text, "json": as_json, "github": as_github}


def _element(found: Placed) -> tuple[str, int, str, State]:
    return found.file, found.lineno, found.standing.subject.element, found.standing.state


def _is_listed(standing: Standing) -> bool:
    return standing.state != "documented"


def _line(standing: Standing) -> str:
    edited = ", edited" if standing.is_edited and standing.state == "stale" else ""
    return f"{standing.state:<{_COLUMNS}}  {_name(standing)}{edited}"


def _name(standing: Standing) -> str:
    return f"{standing.subject.kind} {visible_line(standing.subject.name)}"


def _counts(found: Sequence[Placed]) -> tuple[str, str]:
    standings = [p.standing for p in found]
    return (
        ", ".join(f"{number} {state}" for state, number in count(standings).items()),
        f"{shown(coverage(standings))} of {len(standings)} descriptions are there and up to date",
    )
