"""What can be looked up by name in a set of pages, on disk: a package has many names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from docgen.records import Module
from docgen.render.entries import Entry, entries_in
from docgen.render.markdown.links import Place, places_in
from docgen.scratch import Row, Scratch

_TABLES = """
CREATE TABLE places (path BLOB PRIMARY KEY, file BLOB, anchor BLOB) WITHOUT ROWID;
CREATE TABLE aliases (alias BLOB PRIMARY KEY, path BLOB) WITHOUT ROWID;
CREATE TABLE entries (number INTEGER PRIMARY KEY, name BLOB UNIQUE, role BLOB, href BLOB, said BLOB);
"""
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
        self._names.fill(row for shown, file in pages for row in _rows(shown, file))

    def place(self, path: str) -> tuple[str, str] | None:
        """Return the file and the anchor of the element at a path, if a page shows it."""
        found = next(self._names.rows("SELECT file, anchor FROM places WHERE path = ?", path), None)
        return (found[0], found[1]) if found else None

    def home(self, alias: str) -> str:
        """Return the path of the element that can be imported under another one, empty where none can."""
        return next((path for (path,) in self._names.rows("SELECT path FROM aliases WHERE alias = ?", alias)), "")

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in the order of the pages, with addresses relative to the folder of the pages."""
        return (Entry(*row) for row in self._names.rows(f"{_ENTRIES} ORDER BY number"))

    def entries_by_name(self) -> Iterator[Entry]:
        """Yield the entries as `entries` does, in the order of their names."""
        return (Entry(*row) for row in self._names.rows(f"{_ENTRIES} ORDER BY name"))


def _rows(shown: Shown, file: str) -> Iterator[tuple[str, Row]]:
    for place in shown.places:
        yield _ADD_PLACE, (place.path, file, place.anchor)
        for alias in place.public_paths:
            yield _ADD_ALIAS, (alias, place.path)
    for entry in shown.entries:
        yield _ADD_ENTRY, (entry.name, entry.role, quote(file) + entry.href, entry.said)
