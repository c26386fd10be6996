"""From a module's descriptions to what each of its docstrings is to say.

A class speaks for its constructor, unless that has a docstring of its own. A docstring is whole or short: where a part
of an element is not described, or a section would hold nothing but composed sentences without content, all sections
are left out, for linters and readers alike take an incomplete list for a mistake. A composed summary makes no
docstring: in the source nothing marks it as such, and it would hide what a method inherits. Both can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from docgen.evidence.subjects import fields_of, subjects_of, with_owners
from docgen.records import Class, Description, Element, Function, Module, Parameter, Subject
from docgen.render.docstrings.content import Content, Key, Part

Said = Mapping[Subject, Description]
_OWN_LABELS = frozenset({"overload", "setter", "deleter"})
_SECTIONS: dict[str, Key] = {
    "attribute": "attributes",
    "parameter": "parameters",
    "returns": "returns",
    "yields": "yields",
    "raises": "raises",
}


class Gathered(NamedTuple):
    """An element and what its docstring is to say.

    Attributes:
        element: The element.
        content: What is to be said; None where there is no summary to begin with.
        parts: All entries of its sections that are known, also where the list is not complete.
        subjects: What the docstring is about: the element, its parts, and those of a constructor that it speaks for.
        is_whole: Whether every part is described.
    """

    element: Module | Class | Function
    content: Content | None
    parts: dict[Key, tuple[Part, ...]]
    subjects: tuple[Subject, ...]
    is_whole: bool


def gather(module: Module, said: Said, *, composed: bool = False) -> Iterator[Gathered]:
    """Yield what the docstrings of a module's elements are to say, in source order.

    Args:
        module: The module.
        said: The descriptions that hold, of whatever provenance.
        composed: Whether composed summaries, and composed sentences without content, count as descriptions.
    """
    for element, owner in with_owners(module):
        if not isinstance(element, Module | Class | Function) or not _OWN_LABELS.isdisjoint(element.labels):
            continue
        if not is_spoken_for(element, owner):
            yield _gathered(module, element, owner, said, composed)


def constructor_of(element: Class) -> Function | None:
    """Return the constructor that a class's docstring speaks for, if there is one."""
    found = [
        m for m in element.members if isinstance(m, Function) and m.name == "__init__" and "overload" not in m.labels
    ]
    return found[0] if len(found) == 1 and not has_text(found[0]) else None


def is_spoken_for(element: Element, owner: Class | None) -> bool:
    """Whether an element is the constructor that its class's docstring speaks for."""
    return owner is not None and constructor_of(owner) == element


def has_text(element: Element) -> bool:
    """Whether an element has a docstring that says something."""
    return element.docstring is not None and bool(element.docstring.text.strip())


def _gathered(
    module: Module, element: Module | Class | Function, owner: Class | None, said: Said, composed: bool
) -> Gathered:
    own = Subject(element=element.id, kind=element.kind)
    constructor = constructor_of(element) if isinstance(element, Class) else None
    subjects = [subject for subject in subjects_of(module, element, owner) if _is_told(element, subject)]
    if constructor is not None and isinstance(element, Class):
        of_constructor = subjects_of(module, constructor, element)
        subjects += [subject for subject in of_constructor if subject.kind in ("parameter", "raises")]
    parts: dict[Key, tuple[Part, ...]] = {}
    for subject in subjects:
        if subject.kind in _SECTIONS and (description := said.get(subject)):
            holder = constructor if constructor is not None and subject.element == constructor.id else element
            key = _SECTIONS[subject.kind]
            parts[key] = (*parts.get(key, ()), _part(holder, subject, description))
    of_parts = [subject for subject in subjects if subject.kind in _SECTIONS]
    is_whole = all(subject in said for subject in of_parts)
    telling = {_SECTIONS[s.kind] for s in of_parts if s in said and (composed or _tells(s, said[s]))}
    if telling and isinstance(function := constructor or element, Function) and _is_unimplemented(function):
        parts["raises"] = (*parts.get("raises", ()), _UNIMPLEMENTED)
        telling.add("raises")
    summary = said.get(own)
    content = None
    if summary is not None and (composed or summary.provenance.source != "composed"):
        text = "\n\n".join(filter(None, (summary.text, _overview(element, said))))
        content = Content(
            text=text,
            sections=parts if is_whole and telling == parts.keys() else {},
            is_function=isinstance(element, Function) and "property" not in element.labels,
            may_rephrase=summary.provenance.source in ("model", "composed"),
        )
    told = {key: entries for key, entries in parts.items() if key in telling}
    return Gathered(element, content, told, (own, *of_parts), is_whole)


def is_bare(description: Description) -> bool:
    """Whether a text was composed from facts that say no more than the code shows at once."""
    return description.provenance.source == "composed" and description.verdict != "faithful"


def _tells(subject: Subject, description: Description) -> bool:
    """Whether an entry says more than that there is such a part; that something is raised is worth saying as such."""
    return subject.kind == "raises" or not is_bare(description)


def _is_told(element: Element, subject: Subject) -> bool:
    """Whether an entry of the docstring is about a subject: an attribute that is documented in its place is not."""
    if subject.kind != "attribute" or not isinstance(element, Class):
        return subject.kind != "attribute"
    fields = fields_of(element)
    in_place = all(has_text(field) for field in fields)
    return not in_place and any(field.name == subject.part for field in fields)


def _overview(element: Element, said: Said) -> str:
    overview = said.get(Subject(element=element.id, kind="overview"))
    return overview.text if overview is not None and not is_bare(overview) else ""


def _part(holder: Element, subject: Subject, said: Description) -> Part:
    name, type_ = subject.part, None
    if isinstance(holder, Function) and subject.kind == "parameter":
        parameter = next(p for p in holder.parameters if p.name == subject.part)
        name, type_ = _starred(parameter), parameter.annotation
    elif isinstance(holder, Function) and subject.kind == "returns":
        type_ = holder.returns.annotation
    elif isinstance(holder, Function) and subject.kind == "yields" and holder.yields:
        type_ = holder.yields.annotation
    elif isinstance(holder, Class) and subject.kind == "attribute":
        type_ = next((field.annotation for field in fields_of(holder) if field.name == subject.part), None)
    return Part(name, type_ or "", said.text, said.provenance.source in ("source", "inherited"))


_UNIMPLEMENTED = Part("NotImplementedError", "", "Where this is not implemented.")
"""Nobody describes it, since its name says all; but who reads a list of exceptions takes it to be complete."""


def _is_unimplemented(function: Function) -> bool:
    return any(raised.exception == _UNIMPLEMENTED.name and not raised.conditions for raised in function.raises)


_STARS: dict[str, Literal["*", "**"]] = {"variadic positional": "*", "variadic keyword": "**"}


def _starred(parameter: Parameter) -> str:
    return _STARS.get(parameter.kind, "") + parameter.name
