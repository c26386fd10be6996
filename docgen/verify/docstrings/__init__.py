"""The docstrings that are in the source already: what contradicts the code, what is missing, what is vague.

People's words are given the benefit of every doubt: only what a signature or a body refutes is called a contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Literal

from docgen.evidence.ancestry import Library, overridden
from docgen.evidence.docstrings import read_entries
from docgen.evidence.facts import Facts
from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import documented_parameters, with_owners
from docgen.records import Class, Element, Function, Module, Record, Subject
from docgen.verify.docstrings.outcome import problems_of_outcome
from docgen.verify.docstrings.parameters import problems_of_class, problems_of_parameters
from docgen.verify.docstrings.problem import Problem
from docgen.verify.docstrings.raises import problems_of_raises
from docgen.verify.docstrings.wrappers import Wrappers, added_by, wrappers_in
from docgen.verify.exceptions import ExceptionIndex
from docgen.verify.vagueness import check_vagueness

Level = Literal["contradicts", "missing", "vague"]
_IGNORED = re.compile(r"#\s*docgen:\s*ignore(?:\[([\w\s,-]*)\])?")
_NONE: Wrappers = MappingProxyType({})
_UNDOCUMENTED_LABELS = frozenset({"overload", "setter", "deleter"})


class Issue(Record):
    """Something that a docstring gets wrong or lacks.

    Attributes:
        file: The file, as the user named it.
        lineno: Line of the docstring's entry, or of the element where it has no docstring.
        element: The element's `id`.
        level: How bad it is.
        code: Stable name of the rule.
        message: One sentence.
    """

    file: str
    lineno: int
    element: str
    level: Level
    code: str
    message: str


LEVELS: dict[str, Level] = {
    "unknown-parameter": "contradicts", "wrong-default": "contradicts", "wrong-type": "contradicts",
    "wrong-optionality": "contradicts", "returns-nothing": "contradicts", "yields-nothing": "contradicts",
    "returns-value": "contradicts", "wrong-exception": "contradicts", "wrong-condition": "contradicts",
    "read-only": "contradicts",
    "missing-docstring": "missing", "missing-parameter": "missing", "missing-raises": "missing",
    "restates-name": "vague",
}  # fmt: skip


def check_modules(modules: Sequence[Module], library: Library) -> Iterator[Issue]:
    """Yield what is wrong with the docstrings of a package's modules, in order, but for what comments excuse."""
    exceptions, wrappers = ExceptionIndex(modules), wrappers_in(modules)
    for module in modules:
        yield from check_module(module, library, exceptions, wrappers)


def check_module(
    module: Module, library: Library, exceptions: ExceptionIndex, wrappers: Wrappers = _NONE
) -> Iterator[Issue]:
    """Yield what is wrong with a module's docstrings, in source order, but for what a comment in the source excuses."""
    finder = FactFinder(Surroundings(module, library))
    lines = module.source.splitlines()
    for element, owner in with_owners(module):
        excused = _excused(lines, element)
        for code, word, message in dict.fromkeys(_problems(element, owner, finder, exceptions, wrappers)):
            if excused is None or (excused and code not in excused):
                yield Issue(
                    file=module.filepath,
                    lineno=_line_of(word, element),
                    element=element.id,
                    level=LEVELS[code],
                    code=code,
                    message=message,
                )


def _problems(
    element: Element, owner: Class | None, finder: FactFinder, exceptions: ExceptionIndex, wrappers: Wrappers
) -> Iterator[Problem]:
    if not isinstance(element, Module | Class | Function) or not _UNDOCUMENTED_LABELS.isdisjoint(element.labels):
        return
    if element.docstring is None:
        if element.is_public and not _is_inherited(element, owner, finder):
            yield Problem("missing-docstring", "", f"the {element.kind} `{_full(element, owner)}` has no docstring")
        return
    if not element.docstring.text.strip():
        return
    entries = read_entries(element.docstring.text)
    if isinstance(element, Function):
        if "property" not in element.labels:
            parameters, added = documented_parameters(element, owner), added_by(element.decorators, wrappers)
            yield from problems_of_parameters(entries, parameters, element, finder, element.docstring, added)
        yield from problems_of_outcome(element, owner, entries, finder)
        yield from problems_of_raises(element, entries, finder, exceptions)
    elif isinstance(element, Class):
        yield from problems_of_class(element, entries, finder)
    if element.is_public and not entries:
        yield from _vague(element, owner)


def _full(element: Element, owner: Class | None) -> str:
    return f"{owner.name}.{element.name}" if owner else element.name


def _is_inherited(element: Element, owner: Class | None, finder: FactFinder) -> bool:
    """Whether a reader finds the method's documentation at the base, or needs none (`__init__`)."""
    if not isinstance(element, Function) or owner is None:
        return isinstance(element, Module) and not element.members
    if element.name == "__init__":
        return True
    return any(method.docstring for method in overridden(element, finder.surroundings.ancestors(owner)))


def _vague(element: Element, owner: Class | None) -> Iterator[Problem]:
    if isinstance(element, Module) or element.docstring is None or element.name.startswith("__"):
        return
    facts = Facts(
        subject=Subject(element=element.id, kind="function" if isinstance(element, Function) else "class"),
        name=element.name,
        role="",
        element=element.name,
        owner=owner.name if owner else "",
    )
    for finding in check_vagueness(" ".join(element.docstring.text.split()), facts):
        if finding.code in LEVELS:
            yield Problem(finding.code, "", f"the docstring of `{element.name}` only repeats its name")


def _excused(lines: Sequence[str], element: Element) -> set[str] | None:
    """Return the codes that comments at an element excuse, empty for all of them, None where there is no comment."""
    last = element.docstring.endlineno if element.docstring else element.lineno
    found = [match for line in lines[element.lineno - 1 : last] if (match := _IGNORED.search(line))]
    if not found or isinstance(element, Module):
        return None
    return {code.strip() for match in found for code in (match[1] or "").split(",") if code.strip()}


def _line_of(word: str, element: Element) -> int:
    """Return the line of a docstring that speaks of something, else the line that it begins on."""
    if element.docstring is None:
        return element.lineno
    pattern = re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE) if word else None
    for offset, line in enumerate(element.docstring.text.splitlines()):
        if pattern and offset and pattern.search(line):
            return min(element.docstring.lineno + offset, element.docstring.endlineno)
    return element.docstring.lineno
