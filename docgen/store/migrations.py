"""The tables, as the steps in which they came to be. A step that was released is never changed; a new one is added."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], object]


def _descriptions(database: sqlite3.Connection) -> None:
    database.execute(
        """
        CREATE TABLE descriptions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            element TEXT NOT NULL, kind TEXT NOT NULL, part TEXT NOT NULL,
            code TEXT NOT NULL, evidence TEXT NOT NULL, prompt TEXT NOT NULL, model TEXT NOT NULL, body TEXT NOT NULL,
            source TEXT NOT NULL, description TEXT NOT NULL, findings TEXT NOT NULL,
            file TEXT NOT NULL, run TEXT NOT NULL,
            UNIQUE (element, kind, part, code, evidence, prompt, model, source)
        )
        """
    )


def _modules(database: sqlite3.Connection) -> None:
    database.execute("CREATE TABLE modules (file TEXT PRIMARY KEY, hash TEXT NOT NULL, record TEXT NOT NULL)")


def _runs(database: sqlite3.Connection) -> None:
    database.execute(
        "CREATE TABLE runs (run TEXT PRIMARY KEY, started TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT 'unfinished')"
    )
    database.execute(
        "CREATE TABLE events (number INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, event TEXT NOT NULL)"
    )
    database.execute("CREATE INDEX events_of_run ON events (run)")


def _receipts(database: sqlite3.Connection) -> None:
    database.execute("CREATE TABLE receipts (inputs TEXT PRIMARY KEY, receipt TEXT NOT NULL)")


def _marks_of_checks(database: sqlite3.Connection) -> None:
    database.execute("ALTER TABLE descriptions ADD COLUMN checked TEXT NOT NULL DEFAULT ''")


MIGRATIONS: tuple[Migration, ...] = (_descriptions, _modules, _runs, _receipts, _marks_of_checks)
"""`PRAGMA user_version` counts those that a store has been through."""
