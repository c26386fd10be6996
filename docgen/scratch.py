"""A nameless database on disk, for what a run has many of and looks up by name."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from weakref import finalize

from docgen.errors import DocgenError

Row = tuple[str, ...]


class Scratch:
    """A database of texts that nobody else can open, and which goes with the object.

    Args:
        tables: SQL that makes its tables, whose columns have the type BLOB: texts are kept in UTF-8, so that half a
            surrogate pair can be kept too.

    Each method raises DocgenError where the disk does not take it.
    """

    def __init__(self, tables: str) -> None:
        with scratch_errors():
            # What SQLite calls an empty name is a file that has none; a little of it is held in memory.
            self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            finalize(self, self._database.close)
            # One transaction without end: there is nothing to go back to, and nothing that must outlast this process.
            self._database.executescript(f"PRAGMA journal_mode = OFF; BEGIN; {tables}")

    def add(self, statement: str, rows: Iterable[Row]) -> None:
        """Run a statement with the values of each row."""
        with scratch_errors():
            self._database.executemany(statement, map(_encoded, rows))

    def rows(self, query: str, *values: str) -> Iterator[Row]:
        """Yield what a query finds."""
        with scratch_errors():
            for row in self._database.execute(query, _encoded(values)):
                yield _decoded(row)

    def first(self, query: str, *values: str) -> Row | None:
        """Return what a query finds first, if it finds anything."""
        try:
            row = self._database.execute(query, _encoded(values)).fetchone()
        except sqlite3.Error as error:
            raise _refusal(error) from error
        return _decoded(row) if row else None


def _decoded(row: Iterable[bytes]) -> Row:
    return tuple([value.decode("utf-8", "surrogatepass") for value in row])


def _encoded(values: Iterable[str]) -> list[bytes]:
    return [value.encode("utf-8", "surrogatepass") for value in values]


@contextmanager
def scratch_errors() -> Iterator[None]:
    """Turn the system's refusal of temporary files into an error that says what to do."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise _refusal(error) from error


def _refusal(error: Exception) -> DocgenError:
    return DocgenError(
        f"Cannot set work aside in a temporary file: {getattr(error, 'strerror', None) or error}.",
        f"Free some space in {tempfile.gettempdir()}, or name another folder in TMPDIR.",
    )
