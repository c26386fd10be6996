"""The store's contents: descriptions, records of modules, runs with their events, receipts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter, ValidationError

from docgen.errors import StoreError
from docgen.records import Description, Subject
from docgen.store.entries import Entry, Key, Objection, Trace
from docgen.store.location import project_of

_FINDINGS = TypeAdapter(tuple[Objection, ...])
_RECEIPTS_KEPT = 20
_ENTRY = (
    "SELECT element, kind, part, code, evidence, prompt, model, body, description, findings, file, run, checked"
    " FROM descriptions"
)


class Store:
    """An open store. Every method is one short transaction; what it has kept survives a crash of the machine.

    Args:
        database: A connection to a migrated database.
        path: Its file.

    Attributes:
        path: The file.
        project: The folder from which source files are named.

    Each method raises StoreError where the file cannot be read or written.
    """

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self.path = path
        self.project = project_of(path)

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keep descriptions; one of the same subject and key is replaced."""
        rows = [_to_row(entry) for entry in entries]
        if not rows:
            return
        with self._transaction():
            self._database.executemany(
                "INSERT OR REPLACE INTO descriptions (element, kind, part, code, evidence, prompt, model, body, source,"
                " description, findings, file, run, checked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def entries(self) -> Iterator[Entry]:
        """Yield all descriptions, oldest first; one that cannot be read any more is passed over."""
        yield from _entries(self._rows(f"{_ENTRY} ORDER BY number"))

    def entries_of(self, subject: Subject) -> list[Entry]:
        """Return the descriptions of a subject, newest first."""
        asked = f"{_ENTRY} WHERE element = ? AND kind = ? AND part = ? ORDER BY number DESC"
        return list(_entries(self._rows(asked, (subject.element, subject.kind, subject.part))))

    def entry(self, number: int) -> Entry | None:
        """Return the description with a number, if it is still there."""
        return next(_entries(self._rows(f"{_ENTRY} WHERE number = ?", (number,))), None)

    def traces(self) -> Iterator[Trace]:
        """Yield where each description came from, file by file, without what it says."""
        with store_errors(self.path):
            rows = self._database.execute(
                "SELECT number, element, kind, part, code, body, source, file FROM descriptions ORDER BY file, number"
            )
            for number, element, kind, part, *rest in rows:
                yield Trace(number, Subject.model_construct(element=element, kind=kind, part=part), *rest)

    def state(self) -> int:
        """Return a number that grows with every description that is kept."""
        [(number,)] = self._rows("SELECT coalesce(max(number), 0) FROM descriptions")
        return int(number)

    def record_hashes(self) -> dict[str, str]:
        """Return the hash of each source file of which a record was kept."""
        return {row[0]: row[1] for row in self._rows("SELECT file, hash FROM modules")}

    def record(self, file: str) -> tuple[str, str] | None:
        """Return the hash and the record, as JSON, that were kept of a source file."""
        rows = self._rows("SELECT hash, record FROM modules WHERE file = ?", (file,))
        return (rows[0][0], rows[0][1]) if rows else None

    def files(self) -> list[str]:
        """Return the source files of which records were kept."""
        return [file for (file,) in self._rows("SELECT file FROM modules ORDER BY file")]

    def keep_records(self, records: Mapping[str, tuple[str, str]]) -> None:
        """Keep the hash and the record of source files."""
        if records:
            with self._transaction():
                self._database.executemany(
                    "INSERT OR REPLACE INTO modules VALUES (?, ?, ?)", [(file, *kept) for file, kept in records.items()]
                )

    def begin_run(self, run: str, started: str) -> None:
        """Note that a run began."""
        with self._transaction():
            self._database.execute("INSERT OR IGNORE INTO runs (run, started) VALUES (?, ?)", (run, started))

    def keep_events(self, run: str, events: Iterable[str], outcome: str = "") -> None:
        """Keep events of a run, as JSON, and its outcome if it has one."""
        with self._transaction():
            self._database.executemany("INSERT INTO events (run, event) VALUES (?, ?)", [(run, e) for e in events])
            if outcome:
                self._database.execute("UPDATE runs SET outcome = ? WHERE run = ?", (outcome, run))

    def runs(self) -> list[tuple[str, str, str]]:
        """Return id, start and outcome of every run, oldest first."""
        return [(run, started, outcome) for run, started, outcome in self._rows("SELECT * FROM runs ORDER BY started")]

    def events(self, run: str) -> Iterator[str]:
        """Yield the events of a run, as JSON, in order."""
        for (event,) in self._rows("SELECT event FROM events WHERE run = ? ORDER BY number", (run,)):
            yield event

    def receipt(self, inputs: str) -> str | None:
        """Return the receipt for some inputs, if there is one."""
        rows = self._rows("SELECT receipt FROM receipts WHERE inputs = ?", (inputs,))
        return rows[0][0] if rows else None

    def keep_receipt(self, inputs: str, receipt: str) -> None:
        """Keep the receipt for some inputs, and forget the oldest."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO receipts VALUES (?, ?)", (inputs, receipt))
            self._database.execute(
                "DELETE FROM receipts WHERE rowid NOT IN (SELECT rowid FROM receipts ORDER BY rowid DESC LIMIT ?)",
                (_RECEIPTS_KEPT,),
            )

    def close(self) -> None:
        """Close the file."""
        with store_errors(self.path):
            self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, query: str, values: tuple[str | int, ...] = ()) -> list[tuple[str, ...]]:
        with store_errors(self.path):
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with store_errors(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                # A full disk has rolled it back already.
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ones that name the file and say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"Cannot use the store {path}: {error}.", _hint(str(error))) from error


def _hint(message: str) -> str:
    if "full" in message or "I/O" in message:
        return "Free some space there or choose another file with --store, then run again; what was kept before stays."
    if "locked" in message:
        return "Another docgen holds it: wait for that, or choose another file with --store."
    return "Make it writable or choose another file with --store."


def _to_row(entry: Entry) -> tuple[str, ...]:
    subject, said = entry.subject, entry.description
    findings = json.dumps([finding.model_dump() for finding in entry.findings])
    return (
        subject.element, subject.kind, subject.part, *entry.key, said.provenance.source,
        json.dumps(said.model_dump()), findings, entry.file, entry.run, entry.checked,
    )  # fmt: skip


def _entries(rows: Iterable[tuple[str, ...]]) -> Iterator[Entry]:
    for row in rows:
        try:
            yield _from_row(row)
        except ValidationError:
            continue


def _from_row(row: tuple[str, ...]) -> Entry:
    element, kind, part, code, evidence, prompt, model, body, description, findings, file, run, checked = row
    return Entry(
        Subject.model_validate({"element": element, "kind": kind, "part": part}),
        Key(code, evidence, prompt, model, body),
        Description.model_validate_json(description),
        file,
        _FINDINGS.validate_json(findings) if findings != "[]" else (),
        run,
        checked,
    )
