"""What a finished run was made from and what it wrote, so that the next one can see that there is nothing to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from docgen.extract.source_file import SourceFile
from docgen.fingerprint import fingerprint
from docgen.records import Record
from docgen.store import Store


class Unread(Record):
    """A source file that does not parse, and where."""

    file: str
    lineno: int
    column: int
    message: str


class Receipt(Record):
    """The outcome of a run that left nothing to do.

    Attributes:
        outputs: Hash of each file that it wrote.
        modules: Modules documented.
        fields: Descriptions in all.
        elements: Elements documented.
        described: Number of descriptions by who wrote them.
        unread: Files that were left out.
    """

    outputs: dict[str, str]
    modules: int
    fields: int
    elements: int
    described: dict[str, int]
    unread: tuple[Unread, ...] = ()

    def still_holds(self) -> bool:
        """Whether every file is as it was written."""
        return all(hash_of(Path(path)) == written for path, written in self.outputs.items())


class Receipts:
    """The receipts in a store.

    Args:
        store: Where they are kept.
        told: What the run is told, as plain data.
    """

    def __init__(self, store: Store, told: Mapping[str, object]) -> None:
        self._store = store
        self._told = told

    def inputs(self, files: Sequence[SourceFile], *, rewrite: bool) -> str:
        """Return a hash of all that the outcome of a run over some files depends on, but for what is in the store."""
        return inputs_hash(files, {"cwd": str(Path.cwd()), "rewrite": rewrite, **self._told})

    def find(self, inputs: str) -> Receipt | None:
        """Return the receipt of an earlier run with these inputs that left all as it is now, None where there is none.

        Raises:
            StoreError: The store cannot be used.
        """
        kept = self._store.receipt(self._name(inputs))
        receipt = read_receipt(kept) if kept else None
        return receipt if receipt and receipt.still_holds() else None

    def keep(self, inputs: str, receipt: Receipt) -> None:
        """Keep a receipt for the next run with these inputs.

        Raises:
            StoreError: The store cannot be used.
        """
        self._store.keep_receipt(self._name(inputs), receipt.model_dump_json())

    def _name(self, inputs: str) -> str:
        return f"{inputs}-{self._store.state()}"


def read_receipt(text: str) -> Receipt | None:
    """Return what was kept as text; None if it is none."""
    try:
        return Receipt.model_validate_json(text)
    except ValidationError:
        return None


def inputs_hash(files: Sequence[SourceFile], told: Mapping[str, object]) -> str:
    """Return a hash of everything that a run's outcome depends on.

    Args:
        files: The source files.
        told: What the run was told and what the store knew, as plain data.
    """
    sources = [(file.display, str(file.path), file.module, hash_of(file.path)) for file in files]
    data = json.dumps([fingerprint(), sources, told], sort_keys=True, default=str)
    return hashlib.sha256(data.encode("utf-8", "backslashreplace")).hexdigest()


def hashes_of(paths: Iterable[Path]) -> dict[str, str]:
    """Return the hash of each file."""
    return {str(path): hash_of(path) for path in paths}


def hash_of(path: Path) -> str:
    """Return the hash of a file's content, empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
