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
from docgen.extract.discovery import SourceFile
from docgen.extract.reading import read_modules
from docgen.records import Module

_BATCH = 50


class Records(Protocol):
    """Keeps records of files, as JSON with a hash; `project` is the folder from which the files are named."""

    project: Path

    def record(self, file: str) -> tuple[str, str] | None:
        """Return the hash and the record of a file."""

    def keep_records(self, records: Mapping[str, tuple[str, str]]) -> None:
        """Keep hashes and records of files."""


def read_kept(files: Sequence[SourceFile], records: Records) -> Iterator[Module | SourceError]:
    """Yield what `read_modules` yields, from kept records where the file, its name and docgen's extractor are the same.

    Records are kept as JSON: a pickle that came with somebody's project would run code.
    """
    found: dict[int, Module] = {}
    hashes: dict[int, str] = {}
    for index, file in enumerate(files):
        try:
            raw = file.path.read_bytes()
        except OSError:
            continue
        hashes[index] = _hash(file, raw)
        kept = records.record(name_in(records.project, file.path))
        if kept and kept[0] == hashes[index] and (module := _restored(kept[1], raw, file)):
            found[index] = module
    changed = read_modules([file for index, file in enumerate(files) if index not in found])
    fresh: dict[str, tuple[str, str]] = {}
    for index, file in enumerate(files):
        if index in found:
            yield found.pop(index)
            continue
        read = next(changed)
        if isinstance(read, Module) and index in hashes and hashes[index] == _hash_now(file):
            fresh |= _as_kept(read, file, hashes[index], records.project)
        if len(fresh) >= _BATCH:
            records.keep_records(fresh)
            fresh = {}
        yield read
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
    """Return the hash as it is after the file was read, to tell a change in between."""
    try:
        return _hash(file, file.path.read_bytes())
    except OSError:
        return ""


def _restored(record: str, raw: bytes, file: SourceFile) -> Module | None:
    try:
        return Module.model_validate_json(record).model_copy(update={"source": decode(raw, file.display)})
    except (ValidationError, SourceError):
        return None


def _as_kept(module: Module, file: SourceFile, hash_: str, project: Path) -> dict[str, tuple[str, str]]:
    try:
        return {name_in(project, file.path): (hash_, module.model_dump_json())}
    # Half a surrogate pair in a docstring is no text that JSON can hold.
    except ValueError:
        return {}
