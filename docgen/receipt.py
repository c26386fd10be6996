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
