"""Where an identifier leads: to the place of a documented element in the pages of the same run."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from docgen.records import Class, Element, Function, Module
from docgen.render.markdown.members import public_members

if TYPE_CHECKING:
    from docgen.render.catalogue import Catalogue

_IDENTIFIER = re.compile(r"[~!]?(?P<path>[^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\(\))?")


class Place(NamedTuple):
    """Where an element is on its module's page.

    Attributes:
        path: Its dotted path.
        anchor: Its id; empty for the module.
        public_paths: Its other paths.
    """

    path: str
    anchor: str = ""
    public_paths: tuple[str, ...] = ()


def places_in(module: Module) -> Iterator[Place]:
    """Yield the places on a module's page."""
    yield Place(module.path)
    for element in _shown(module):
        yield Place(element.path, element.path if element.id == element.path else element.id, element.public_paths)


class Links:
    """Finds the place of elements by name.

    Args:
        catalogue: What is on the pages.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def find(self, name: str, module: Module, element: Element, page: str) -> str:
        """Return the address of what a name means in an element, or nothing where it means nothing documented.

        A parameter's own name and the element itself are not linked.

        Args:
            name: The name as written, perhaps with `()` after it or `self.` before it.
            module: The module in which it is read.
            element: The element whose description or signature has the name.
            page: The file from which the link leads.
        """
        match = _IDENTIFIER.fullmatch(name)
        if not match or _is_parameter(match["path"], element):
            return ""
        candidates = self._candidates(match["path"], module, element)
        found = next(((path, place) for path in candidates if (place := self._catalogue.place(path))), None)
        if found is None or found[0] == element.path:
            return ""
        file, anchor = found[1]
        fragment = fragment_of(anchor) if anchor else ""
        return fragment if file == page and fragment else quote(file) + fragment

    def _candidates(self, name: str, module: Module, element: Element) -> Iterable[str]:
        name = name.removeprefix("self.").removeprefix("cls.")
        scope = element.path
        while len(scope) >= len(module.path):
            yield f"{scope}.{name}"
            scope = scope.rpartition(".")[0]
        head, dot, rest = name.partition(".")
        bound = next((item.target for item in module.imports if item.name == head), None)
        path = f"{bound}{dot}{rest}" if bound else name
        yield path
        yield self._catalogue.home(path)


def anchor(id_: str) -> str:
    """Return the HTML that makes a place of an element's id."""
    return f'<a id="{html.escape(id_)}"></a>'


def fragment_of(id_: str) -> str:
    """Return the end of an address that leads to `anchor(id_)`."""
    return f"#{quote(id_, safe='@')}"


def _shown(element: Module | Class | Function) -> Iterable[Element]:
    for member in public_members(element):
        yield member
        if isinstance(member, Class):
            yield from _shown(member)


def _is_parameter(name: str, element: Element) -> bool:
    return isinstance(element, Function | Class) and any(parameter.name == name for parameter in element.parameters)
