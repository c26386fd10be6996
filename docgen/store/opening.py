"""Opening a store: made where there is none, migrated where it is old, set aside where it is damaged."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from docgen.errors import StoreError
from docgen.filelock import briefly_locked
from docgen.store.entries import Entry
from docgen.store.location import FOLDER
from docgen.store.migrations import MIGRATIONS, Migration
from docgen.store.store import Store, store_errors

BUSY_SECONDS = 60.0
"""How long another process's transaction is waited for; they take milliseconds."""

Notify = Callable[[str], object]
Rebuild = Callable[[Path], Iterable[Entry]]
"""Returns what can be known without the store of a project, which is at a path."""


def open_store(
    path: Path,
    *,
    rebuild: Rebuild = lambda project: (),
    notify: Notify = lambda message: None,
    create: bool = True,
) -> Store:
    """Open the store in a file.

    A file that is no store any more is renamed, never deleted.

    Args:
        path: The file.
        rebuild: Says what a store begins with that has nothing in it.
        notify: Told in a sentence when a store was damaged.
        create: Whether a missing store is made; if not, what is kept is forgotten at the end.

    Raises:
        StoreError: It cannot be opened or written, or comes from a newer docgen.
    """
    if not create and not _is_there(path):
        store = Store(_prepared(sqlite3.connect(":memory:", isolation_level=None)), path)
        store.keep(rebuild(store.project))
        return store
    _make_folder(path)
    with _alone(path):
        damaged = aside = ""
        try:
            store = Store(_open(path), path)
        except _Damaged as damage:
            damaged, aside = str(damage), str(_set_aside(path))
            store = Store(_open(path), path)
        # Not only where the file is new: the process that made it may have been killed before it filled it.
        entries = list(rebuild(store.project)) if store.state() == 0 else []
        store.keep(entries)
    if damaged:
        notify(
            f"The store was damaged ({damaged}) and is now at {aside}. A new one begins with {len(entries)} "
            "descriptions from the documentation that was written."
        )
    return store


class _Damaged(Exception):
    """The file is not a whole SQLite database."""


def _is_there(path: Path) -> bool:
    with _refused(path):
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Turn the system's refusal into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Cannot use the store {path}: {error.strerror or error}.",
            "Make its folder writable or choose another file with --store.",
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes from opening a store meanwhile.

    SQLite finds its log by the store's name: who has a damaged file half open while another process puts a new one in
    its place would take the new one's log for its own, and remove it.
    """
    if os.path.isdir(path):
        raise StoreError(f"Cannot use the store {path}: it is a folder.", "Choose a file with --store.")
    with ExitStack() as held:
        with _refused(path):
            try:
                held.enter_context(briefly_locked(path.with_name(path.name + ".lock"), BUSY_SECONDS))
            except BlockingIOError as error:
                raise StoreError(
                    f"Cannot use the store {path}: another docgen is opening it and does not get done.",
                    "End that one, or choose another file with --store.",
                ) from error
        yield


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        ignore = path.parent / ".gitignore"
        if path.parent.name == FOLDER and not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"Cannot make the store {path}: {error.strerror or error}.", "Choose another file with --store."
        ) from error


def _open(path: Path) -> sqlite3.Connection:
    is_there = path.exists()
    with store_errors(path):
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _require_ours(database)
            _use_write_ahead_log(database)
            if is_there and (fault := database.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise _Damaged(fault)
            return _prepared(database)
        except sqlite3.OperationalError as error:
            database.close()
            if "malformed" in str(error):
                raise _Damaged(str(error)) from error
            raise
        # "file is not a database" is a plain DatabaseError; a lock or a full disk is an OperationalError.
        except sqlite3.DatabaseError as error:
            database.close()
            raise _Damaged(str(error)) from error
        except BaseException:
            database.close()
            raise


def _require_ours(database: sqlite3.Connection) -> None:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "descriptions" not in tables:
        raise StoreError("The file is another program's database, not a store.", "Choose another file with --store.")


def _use_write_ahead_log(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA synchronous = FULL")
    # On macOS an ordinary fsync leaves data in the drive, where a loss of power takes them.
    database.execute("PRAGMA fullfsync = ON")
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # The one statement that does not wait for others by itself.
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _prepared(database: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> sqlite3.Connection:
    """Take a database through the migrations that it has not seen; it must be writable."""
    database.execute("BEGIN IMMEDIATE")
    try:
        [version] = database.execute("PRAGMA user_version").fetchone()
        if version > len(migrations):
            raise StoreError(
                "The store was made by a newer docgen.", "Update docgen, or choose another file with --store."
            )
        for migrate in migrations[version:]:
            migrate(database)
        database.execute(f"PRAGMA user_version = {len(migrations)}")
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
    return database


def _set_aside(path: Path) -> Path:
    """Rename a damaged store with its log files."""
    moment = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.name}.damaged-{moment}")
    try:
        # Its log files first: a new store that finds them, after a crash in between, would read them as its own.
        for suffix in ("-wal", "-shm", ""):
            if path.with_name(path.name + suffix).exists():
                os.replace(path.with_name(path.name + suffix), aside.with_name(aside.name + suffix))
    except OSError as error:
        raise StoreError(
            f"The store {path} is damaged and cannot be renamed: {error.strerror or error}.",
            "Move it away, or choose another file with --store.",
        ) from error
    return aside
