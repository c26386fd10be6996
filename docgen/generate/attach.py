"""Descriptions into records, and out of them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from docgen.evidence.subjects import with_owners
from docgen.records import Attribute, Class, Description, Element, Function, Member, Module, Subject, SubjectKind

E = TypeVar("E", bound=Element)

Descriptions = Mapping[Subject, Description]


def with_descriptions(element: E, descriptions: Descriptions) -> E:
    """Return a copy of an element, and of all that it holds, that carries the descriptions about them."""
    changes: dict[str, Any] = {}
    if isinstance(element, Module | Class | Function):
        changes["description"] = descriptions.get(Subject(element=element.id, kind=element.kind))
        changes["members"] = tuple(_member(element, member, descriptions) for member in element.members)
    if isinstance(element, Class):
        changes["overview"] = descriptions.get(Subject(element=element.id, kind="overview"))
        changes["parameters"] = _described(element, element.parameters, "attribute", "name", descriptions)
    if isinstance(element, Function):
        changes["parameters"] = _described(element, element.parameters, "parameter", "name", descriptions)
        changes["raises"] = _described(element, element.raises, "raises", "exception", descriptions)
        for kind in ("returns", "yields"):
            if part := getattr(element, kind):
                said = descriptions.get(Subject(element=element.id, kind=kind))
                changes[kind] = part.model_copy(update={"description": said})
    return element.model_copy(update=changes)


def descriptions_in(module: Module) -> dict[Subject, Description]:
    """Return the descriptions that a module's records carry."""
    found: dict[Subject, Description] = {}

    def note(element: Element, kind: SubjectKind, part: str, said: Description | None) -> None:
        if said:
            found[Subject(element=element.id, kind=kind, part=part)] = said

    for element, owner in with_owners(module):
        if isinstance(element, Module | Class | Function):
            note(element, element.kind, "", element.description)
        if isinstance(element, Class):
            note(element, "overview", "", element.overview)
        if isinstance(element, Attribute):
            note(owner or module, "attribute", element.name, element.description)
        if isinstance(element, Function):
            for parameter in element.parameters:
                note(element, "parameter", parameter.name, parameter.description)
            for raised in element.raises:
                note(element, "raises", raised.exception, raised.description)
            note(element, "returns", "", element.returns.description)
            note(element, "yields", "", element.yields.description if element.yields else None)
    return found


def _member(holder: Element, member: Member, descriptions: Descriptions) -> Member:
    if isinstance(member, Attribute):
        said = descriptions.get(Subject(element=holder.id, kind="attribute", part=member.name))
        return member.model_copy(update={"description": said})
    return with_descriptions(member, descriptions)


def _described(
    element: Element, parts: tuple[Any, ...], kind: SubjectKind, name: str, descriptions: Descriptions
) -> tuple[Any, ...]:
    return tuple(
        part.model_copy(
            update={"description": descriptions.get(Subject(element=element.id, kind=kind, part=getattr(part, name)))}
        )
        for part in parts
    )
