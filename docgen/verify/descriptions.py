"""Texts that someone gives us about elements, found by name and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from docgen.errors import UsageError
from docgen.evidence.ancestry import Library
from docgen.evidence.facts import Facts
from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.records import Class, Element, Function, Module, Record, Subject, SubjectKind, Verdict
from docgen.verify import CHECKS, Check, Finding, leakage_check, sentences_of, verdict_of
from docgen.visible import visible_json


class GivenText(Record):
    """A line of the file: a text and what it is about.

    `module` is a dotted path or the end of one; `class_` and `function` are names, dotted where they are nested.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    id: str
    module: str
    kind: Literal["class", "function", "parameter", "returns"]
    class_: str | None = Field(default=None, alias="class")
    function: str | None = None
    parameter: str | None = None
    text: str


class Judgement(Record):
    """What the checks say of a given text."""

    id: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


def read_given(file: Path) -> list[GivenText]:
    """Read a file of JSON lines.

    Raises:
        UsageError: The file cannot be read, or a line is not of the form.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}", "give a file of JSON lines") from error
    given = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                given.append(GivenText.model_validate_json(line))
            except ValidationError as error:
                fault = error.errors()[0]
                where = ".".join(map(str, fault["loc"]))
                raise UsageError(
                    f"{file}:{number}: {where}: {fault['msg']}",
                    "each line has id, module, kind, class, function, parameter and text",
                ) from error
    return given


def judge(given: Sequence[GivenText], modules: Sequence[Module], library: Library) -> Iterator[Judgement]:
    """Check texts and yield what is found of each, in order."""
    finders = {module.path: FactFinder(Surroundings(module, library)) for module in modules}
    all_checks = (*CHECKS, leakage_check(sentences_of((_name(item), item.text) for item in given)))
    for item in given:
        facts = _facts(item, finders)
        if facts is None:
            message = f"There is no {item.kind} {_name(item)} in {item.module}."
            findings = [Finding(code="nonexistent-element", message=message)]
        else:
            findings = list(findings_of(item.text, facts, all_checks))
        yield Judgement(id=item.id, verdict=verdict_of(findings), findings=tuple(findings))


def findings_of(text: str, facts: Facts, checks: Iterable[Check]) -> Iterator[Finding]:
    """Yield what all checks find of a text."""
    for check in checks:
        yield from check(text, facts)


def to_json_line(judgement: Judgement) -> str:
    """Return a judgement as a line of JSON."""
    return visible_json(judgement.model_dump(mode="json"))


def _name(item: GivenText) -> str:
    return item.parameter or item.function or item.class_ or item.module


def _facts(item: GivenText, finders: dict[str, FactFinder]) -> Facts | None:
    named = [finder for path, finder in finders.items() if f".{path}".endswith(f".{item.module}")]
    for finder in named:
        if found := _find(finder.surroundings.module, item):
            element, owner = found
            kinds: dict[str, SubjectKind] = {"parameter": "parameter", "returns": "returns"}
            kind = kinds.get(item.kind, "class" if isinstance(element, Class) else "function")
            part = item.parameter or "" if item.kind == "parameter" else ""
            return finder.facts(element, owner, Subject(element=element.id, kind=kind, part=part))
    return None


def _find(module: Module, item: GivenText) -> tuple[Element, Class | None] | None:
    owner: Class | None = None
    if item.class_:
        owner = _class_named(module, item.class_)
        if owner is None:
            return None
    if not item.function:
        return (owner, None) if owner else None
    *outer, last = item.function.split(".")
    holder: Module | Class | Function | None = owner or module
    for name in outer:
        holder = (
            next((m for m in holder.members if m.name == name and isinstance(m, Class | Function)), None)
            if holder
            else None
        )
    functions = [m for m in holder.members if isinstance(m, Function) and m.name == last] if holder else []
    kept = [f for f in functions if {"overload", "setter", "deleter"}.isdisjoint(f.labels)] or functions
    return (kept[-1], holder if isinstance(holder, Class) else None) if kept else None


def _class_named(module: Module, name: str) -> Class | None:
    holder: Module | Class | None = module
    for part in name.split("."):
        holder = next((m for m in holder.members if isinstance(m, Class) and m.name == part), None) if holder else None
    return holder if isinstance(holder, Class) else None
