"""The inputs that the fuzzer kept, all in one archive: most are small changes of each other."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ARCHIVE = Path(__file__).parent / "fuzzed.tar.xz"


def kept() -> Iterator[bytes]:
    """Yield every input."""
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            assert stream is not None
            yield stream.read()


def keep(inputs: Iterable[bytes]) -> None:
    """Replace the archive."""
    with tarfile.open(ARCHIVE, "w:xz") as archive:
        for number, data in enumerate(sorted(set(inputs))):
            info = tarfile.TarInfo(f"{number:05}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
