"""What can be looked up by name in a set of pages, on disk: a package has many names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from docgen.records import Module
from docgen.render.entries import Entry, entries_in
from docgen.render.markdown.links import Place, places_in
from docgen.scratch import Scratch

_TABLES = """
CREATE TABLE places (path BLOB PRIMARY KEY, file BLOB, anchor BLOB) WITHOUT ROWID;
CREATE TABLE aliases (alias BLOB PRIMARY KEY, path BLOB) WITHOUT ROWID;
CREATE TABLE entries (number INTEGER PRIMARY KEY, name BLOB UNIQUE, role BLOB, href BLOB, said BLOB);
"""
MAX_READY = 1024
"""Names that are held ready: pages beside each other name the same."""

_ADD_PLACE = "INSERT OR IGNORE INTO places VALUES (?, ?, ?)"
_ADD_ALIAS = "INSERT OR REPLACE INTO aliases VALUES (?, ?)"
_ADD_ENTRY = "INSERT OR IGNORE INTO entries (name, role, href, said) VALUES (?, ?, ?, ?)"
_ENTRIES = "SELECT name, role, href, said FROM entries"


class Shown(NamedTuple):
    """What a page shows.

    Attributes:
        places: Where links can lead.
        entries: What can be looked up, with addresses relative to the page.
    """

    places: tuple[Place, ...]
    entries: tuple[Entry, ...]


def shown_of(module: Module) -> Shown:
    """Return what a module's page shows."""
    return Shown(tuple(places_in(module)), tuple(entries_in(module)))


class Catalogue:
    """Places and entries by name; of several that have the same name, the first one counts.

    Args:
        pages: What each page shows, with the name of its file.
    """

    def __init__(self, pages: Iterable[tuple[Shown, str]] = ()) -> None:
        self._names = Scratch(_TABLES)
        self.place = lru_cache(MAX_READY)(self._place)
        self.home = lru_cache(MAX_READY)(self._home)
        for shown, file in pages:
            places, address = shown.places, quote(file)
            self._names.add(_ADD_PLACE, ((place.path, file, place.anchor) for place in places))
            self._names.add(_ADD_ALIAS, ((alias, place.path) for place in places for alias in place.public_paths))
            self._names.add(_ADD_ENTRY, ((e.name, e.role, address + e.href, e.said) for e in shown.entries))

    def _place(self, path: str) -> tuple[str, str] | None:
        """Return the file and the anchor of the element at a path, if a page shows it."""
        found = self._names.first("SELECT file, anchor FROM places WHERE path = ?", path)
        return (found[0], found[1]) if found else None

    def _home(self, alias: str) -> str:
        """Return the path of the element that can be imported under another one, empty where none can."""
        found = self._names.first("SELECT path FROM aliases WHERE alias = ?", alias)
        return found[0] if found else ""

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in the order of the pages, with addresses relative to the folder of the pages."""
        return (Entry(*row) for row in self._names.rows(f"{_ENTRIES} ORDER BY number"))

    def entries_by_name(self) -> Iterator[Entry]:
        """Yield the entries as `entries` does, in the order of their names."""
        return (Entry(*row) for row in self._names.rows(f"{_ENTRIES} ORDER BY name"))
