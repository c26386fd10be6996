"""A person's own description: what it is about, what stood there before, and how it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docgen.errors import UsageError
from docgen.evidence.subjects import author_descriptions, subjects_of, with_owners
from docgen.generate.keys import Maker, keys_of
from docgen.generate.plan import Unit
from docgen.generate.reuse import Memory
from docgen.records import Class, Description, Function, Module, Provenance, Subject
from docgen.store import Entry

_SHOWN = 8


class Found(NamedTuple):
    """A subject, and the unit that asks about it alone."""

    unit: Unit
    subject: Subject


def find_subject(name: str, modules: Iterable[Module]) -> Found:
    """Return the one subject that a name means: its qualified name, or the end of it.

    Args:
        name: `Queue.put`, its parameter `Queue.put.item`, what has no name as `Queue.put.returns` or `Queue.overview`.
        modules: Where to look.

    Raises:
        UsageError: There is none, or there are several.
    """
    found: dict[Subject, Found] = {}
    for module in modules:
        for element, owner in with_owners(module):
            if isinstance(element, Class | Function | Module):
                for subject in subjects_of(module, element, owner):
                    names = {f"{place}.{_last(subject)}".rstrip(".") for place in (element.id, element.path)}
                    if any(full == name or full.endswith(f".{name}") for full in names):
                        holder = element if isinstance(element, Class) else owner
                        found[subject] = Found(Unit(module, holder, element, (subject,)), subject)
    exact = [one for subject, one in found.items() if f"{subject.element}.{_last(subject)}".rstrip(".") == name]
    matches = exact or list(found.values())
    if not matches:
        raise UsageError(f"nothing that is documented is called {name}", "`docgen status --all PATH` lists the names.")
    if len(matches) > 1:
        raise UsageError(f"{name} means several things", f"Say which: {_listed(matches)}.")
    return matches[0]


def standing_text(found: Found, memory: Memory, maker: Maker) -> str:
    """Return what is said now, by whomever; empty where nothing is."""
    [key] = keys_of(found.unit, {}, maker).values()
    module, element, owner = found.unit.module, found.unit.element, found.unit.owner
    author = author_descriptions(element, owner if isinstance(element, Function) else None, [found.subject])
    said = memory.edited(module).get(found.subject) or author.get(found.subject)
    said = said or memory.recall(module, found.subject, key).description
    return said.text if said else ""


def edited_entry(found: Found, text: str, maker: Maker, file: str) -> Entry:
    """Return what is kept of a text that a person wrote."""
    [key] = keys_of(found.unit, {}, maker).values()
    return Entry(found.subject, key, Description(text=text, provenance=Provenance(source="edited")), file)


def _last(subject: Subject) -> str:
    """Return what follows the element in the name of a subject: the part, or what kind of part it is."""
    return subject.part or (subject.kind if subject.kind in ("returns", "yields", "overview") else "")


def _listed(matches: Sequence[Found]) -> str:
    names = [f"{found.subject.element}.{_last(found.subject)}".rstrip(".") for found in matches]
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
