"""What can be looked up by name in a set of pages: for the search, for the inventory, for links from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from docgen.records import Attribute, Class, Description, Function, Module
from docgen.render.markdown.links import fragment_of
from docgen.render.markdown.members import attributes, documented, headed


class Entry(NamedTuple):
    """An element with the place of its description.

    Attributes:
        name: A dotted path under which it can be imported.
        role: What Sphinx's Python domain calls it.
        href: Address relative to the pages.
        description: What is said of it, if anything is.
    """

    name: str
    role: str
    href: str
    description: Description | None


def entries(pages: Iterable[tuple[Module, str]]) -> Iterator[Entry]:
    """Yield what the pages show, each element once under each of its names.

    Args:
        pages: Each module with the name of its page's file.
    """
    seen: set[str] = set()
    for module, file in pages:
        for entry in _of_module(module, quote(file)):
            if entry.name not in seen:
                seen.add(entry.name)
                yield entry


def _of_module(module: Module, href: str) -> Iterator[Entry]:
    yield Entry(module.path, "module", href, module.description)
    for member in _shown(module):
        yield from _of_member(member, [member.path, *member.public_paths], href, in_class=False)


def _of_member(
    member: Class | Function | Attribute, names: Sequence[str], href: str, *, in_class: bool
) -> Iterator[Entry]:
    for name in names:
        yield Entry(name, _role(member, in_class), href + fragment_of(member.id), member.description)
    for inner in _shown(member) if isinstance(member, Class) else ():
        yield from _of_member(inner, [f"{name}.{inner.name}" for name in names], href, in_class=True)


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
