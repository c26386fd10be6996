"""Output files: written whole or not at all, and never outside the output folder."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from docgen.errors import DocgenError

_LONGEST_STEM = 180
_PARTIAL = ".partial"
_PART = 1 << 20
_TRIES = 10
_RESERVED_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_HINTS = {
    errno.ENOSPC: "Free some space there or choose another folder with --out, then run again; what is done is kept.",
    errno.EDQUOT: "The disk quota is used up: free some space or choose another folder with --out.",
    errno.EACCES: "Make the folder writable or choose another with --out.",
    errno.EPERM: "Make the folder writable or choose another with --out.",
    errno.EROFS: "The file system is read-only: choose another folder with --out.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it or choose another folder with --out.",
    errno.EEXIST: "A file stands where a folder is needed: move it or choose another folder with --out.",
    errno.EISDIR: "A folder stands where the file is needed: move it or choose another folder with --out.",
}


def write_whole(path: Path, content: str | bytes | Iterable[str], hint: str = "") -> None:
    """Write a file, text in UTF-8, so that a reader sees the old content or the new, never a part.

    Missing folders are made. An existing file's permissions are kept; a new one has those of the process's umask. A
    file that has the text already is left as it is.

    Args:
        path: The file.
        content: All of it, perhaps in parts, which are not held in memory.
        hint: What to do where it cannot be written; empty for advice about output folders.

    Raises:
        DocgenError: The file cannot be written; nothing half-written remains.
    """
    with _write_errors(path, hint), _stream(content) as data:
        if _has(path, data):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        for tries_left in reversed(range(_TRIES)):
            data.seek(0)
            try:
                _replace(path, data)
            except FileNotFoundError:
                # Another run may have swept the partial file away.
                if not tries_left:
                    raise
            else:
                return


def sweep(folder: Path) -> None:
    """Remove what runs that were killed left of files that they were writing."""
    for partial in folder.glob(f".*{_PARTIAL}"):
        try:
            partial.unlink()
        except OSError:
            continue


def require_writable(folder: Path) -> None:
    """Make sure that files can be written to a folder, whether or not it is there; nothing of the trial remains.

    Raises:
        DocgenError: They cannot.
    """
    probe = folder / f".{secrets.token_hex(4)}{_PARTIAL}"
    is_new = not folder.exists()
    with _write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _write_and_sync(probe, BytesIO(b"docgen"), None)
        finally:
            probe.unlink(missing_ok=True)
            if is_new:
                folder.rmdir()


def file_stem(module: str) -> str:
    """Return a file name without suffix for a dotted module name.

    An ordinary name is its own stem. Any other (separators, leading dots, reserved names, too long) is reduced to safe
    characters and told apart by a hash of the name.
    """
    safe = re.sub(r"[^\w.-]", "_", module).strip(".").encode("utf-8")[:_LONGEST_STEM].decode("utf-8", "ignore")
    ordinary = safe == module and safe and not _RESERVED_ON_WINDOWS.match(safe)
    return safe if ordinary else f"{safe or 'module'}-{_digest(module)}"


def output_path(root: Path, module: str, suffix: str) -> Path:
    """Return the file for a module directly inside `root`, whatever the module is called.

    Args:
        root: The folder of one output format.
        module: Dotted name of the module.
        suffix: End of the file name, dot included.
    """
    return root / f"{file_stem(module)}{suffix}"


def distinct_stems(modules: Sequence[tuple[str, str]], reserved: Iterable[str] = ()) -> list[str]:
    """Return one file stem for each module, all different even where upper and lower case are the same.

    Args:
        modules: Name and file of each module; two files may claim the same name.
        reserved: Stems that are taken.
    """
    taken = {stem.casefold() for stem in reserved}
    stems = []
    for name, file in modules:
        stem = file_stem(name)
        if stem.casefold() in taken:
            stem = f"{stem}-{_digest(f'{name} {file}')}"
        number = 2
        while stem.casefold() in taken:
            stem = f"{file_stem(name)}-{_digest(f'{name} {file} {number}')}"
            number += 1
        taken.add(stem.casefold())
        stems.append(stem)
    return stems


@contextmanager
def _write_errors(path: Path, hint: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = hint or _HINTS.get(error.errno or 0, "Choose another folder with --out.")
        raise DocgenError(f"Cannot write {path}: {error.strerror or error}.", hint) from error


def _stream(content: str | bytes | Iterable[str]) -> IO[bytes]:
    if isinstance(content, str | bytes):
        return BytesIO(_encoded(content) if isinstance(content, str) else content)
    stream = tempfile.TemporaryFile(prefix="docgen-")  # noqa: SIM115
    stream.writelines(_encoded(part) for part in content)
    return stream


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _has(path: Path, data: IO[bytes]) -> bool:
    size = data.seek(0, os.SEEK_END)
    data.seek(0)
    try:
        if path.stat().st_size != size:
            return False
        with path.open("rb") as there:
            return all(there.read(len(part)) == part for part in _parts(data))
    except FileNotFoundError:
        return False


def _parts(data: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: data.read(_PART), b"")


def _replace(path: Path, data: IO[bytes]) -> None:
    partial = path.with_name(f".{path.name[:_LONGEST_STEM]}.{secrets.token_hex(4)}{_PARTIAL}")
    try:
        _write_and_sync(partial, data, _mode_of(path))
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write_and_sync(path: Path, data: IO[bytes], mode: int | None) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(_parts(data))
        stream.flush()
        os.fsync(stream.fileno())
    if mode is not None:
        os.chmod(path, mode)
