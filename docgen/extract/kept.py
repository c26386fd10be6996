"""Reading files whose records were kept from an earlier time: only what has changed is parsed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

import docgen
from docgen.errors import SourceError
from docgen.extract.decoding import decode
from docgen.extract.reading import readings
from docgen.extract.source_file import SourceFile
from docgen.extract.worker import Reading, read_safely, restored
from docgen.records import Module

_BATCH = 50


class Records(Protocol):
    """Keeps records of files, as JSON with a hash; `project` is the folder from which the files are named."""

    project: Path

    def record_hashes(self) -> Mapping[str, str]:
        """Return the hash that was kept of each file."""

    def record(self, file: str) -> tuple[str, str] | None:
        """Return the hash and the record of a file."""

    def keep_records(self, records: Mapping[str, tuple[str, str]]) -> None:
        """Keep hashes and records of files."""


def read_kept(files: Sequence[SourceFile], records: Records) -> Iterator[Module | SourceError]:
    """Yield what `read_modules` yields, from kept records where the file, its name and docgen's extractor are the same.

    One record is held at a time. Records are kept as JSON: a pickle that came with somebody's project would run code.
    """
    kept = records.record_hashes()
    hashes = [_hash_now(file) for file in files]
    names = [name_in(records.project, file.path) for file in files]
    is_kept = [hash_ != "" and kept.get(name) == hash_ for name, hash_ in zip(names, hashes, strict=True)]
    changed = readings([file for file, same in zip(files, is_kept, strict=True) if not same])
    fresh: dict[str, tuple[str, str]] = {}
    for file, name, hash_, same in zip(files, names, hashes, is_kept, strict=True):
        if same:
            yield _restored(records, name, file, hash_) or read_safely(file)
            continue
        reading = next(changed)
        if hash_ and hash_ == _hash_now(file) and (json := _json(reading)):
            fresh[name] = (hash_, json)
        if len(fresh) >= _BATCH:
            records.keep_records(fresh)
            fresh = {}
        yield reading.result
    records.keep_records(fresh)


def name_in(project: Path, path: Path) -> str:
    """Return the name of a file relative to a project's folder, with `/`."""
    try:
        name = os.path.relpath(path, project)
    except ValueError:
        # On another drive of Windows.
        name = str(path)
    return name.replace(os.sep, "/").encode("utf-8", "backslashreplace").decode()


@cache
def extractor_hash() -> str:
    """Return a hash of the code that turns source into records: another extractor may say something else."""
    package = Path(docgen.__file__).parent
    digest = hashlib.sha256(docgen.__version__.encode())
    for path in [*sorted((package / "extract").glob("*.py")), package / "records.py"]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _hash(file: SourceFile, raw: bytes) -> str:
    names = "\0".join([extractor_hash(), file.module, file.display, str(file.is_package), ""])
    return hashlib.sha256(names.encode("utf-8", "backslashreplace") + raw).hexdigest()


def _hash_now(file: SourceFile) -> str:
    """Return the hash as it is now, empty where the file cannot be read."""
    try:
        return _hash(file, file.path.read_bytes())
    except OSError:
        return ""


def _restored(records: Records, name: str, file: SourceFile, hash_: str) -> Module | None:
    kept = records.record(name)
    try:
        raw = file.path.read_bytes()
        if kept is None or _hash(file, raw) != hash_:
            return None
        return restored(kept[1], decode(raw, file.display))
    except (OSError, ValidationError, SourceError):
        return None


def _json(reading: Reading) -> str:
    """Return the record as JSON, empty where there is none."""
    if reading.json or not isinstance(reading.result, Module):
        return reading.json
    try:
        return reading.result.model_dump_json()
    # Half a surrogate pair in a docstring is no text that JSON can hold.
    except ValueError:
        return ""
