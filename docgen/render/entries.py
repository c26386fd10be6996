"""What can be looked up by name in a set of pages: for the search, for the inventory, for links from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docgen.records import Attribute, Class, Description, Function, Module
from docgen.render.markdown.links import fragment_of
from docgen.render.markdown.members import attributes, documented, headed
from docgen.render.markdown.prose import first_paragraph

_LONGEST = 160


class Entry(NamedTuple):
    """An element with the place of its description.

    Attributes:
        name: A dotted path under which it can be imported.
        role: What Sphinx's Python domain calls it.
        href: Its address.
        said: The beginning of what is said of it, in a line; empty where nothing is.
    """

    name: str
    role: str
    href: str
    said: str


def entries_in(module: Module) -> Iterator[Entry]:
    """Yield what a module's page shows, with addresses relative to the page."""
    yield Entry(module.path, "module", "", _said(module.description))
    for member in _shown(module):
        yield from _of_member(member, [member.path, *member.public_paths])


def _of_member(
    member: Class | Function | Attribute, names: Sequence[str], *, in_class: bool = False
) -> Iterator[Entry]:
    for name in names:
        yield Entry(name, _role(member, in_class), fragment_of(member.id), _said(member.description))
    for inner in _shown(member) if isinstance(member, Class) else ():
        yield from _of_member(inner, [f"{name}.{inner.name}" for name in names], in_class=True)


def _shown(element: Module | Class) -> Iterator[Class | Function | Attribute]:
    """Yield the members, of several definitions that make one thing the one that is described."""
    yield from attributes(element)
    for group in headed(element):
        functions = [member for member in group if isinstance(member, Function)]
        yield documented(functions) if functions else group[0]


def _role(member: Class | Function | Attribute, in_class: bool) -> str:
    if isinstance(member, Class):
        return "class"
    if isinstance(member, Attribute):
        return "attribute" if in_class else "data"
    if "property" in member.labels:
        return "property"
    return "method" if in_class else "function"


def _said(description: Description | None) -> str:
    text = first_paragraph(description.text).replace("`", "") if description else ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
