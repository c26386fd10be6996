"""A sequence that lies on disk, for what a run has many of and needs one at a time."""

from __future__ import annotations

import pickle
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar, overload

from docgen.errors import DocgenError
from docgen.extract.garbage import no_collection

T = TypeVar("T")


class Spool(Sequence[T], Generic[T]):
    """Items in a nameless temporary file, which goes with the spool. Each access makes an item anew.

    Nobody else can write the file, so that what is unpickled is what was pickled here.

    Args:
        items: What it begins with; taken one at a time.

    Each method raises DocgenError where the file cannot be written or read.
    """

    def __init__(self, items: Iterable[T] = ()) -> None:
        with _file_errors():
            self._file = tempfile.TemporaryFile(prefix="docgen-")  # noqa: SIM115
        self._places: list[tuple[int, int]] = []
        self._end = 0
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        """Add an item at the end."""
        data = zlib.compress(pickle.dumps(item, pickle.HIGHEST_PROTOCOL), 1)
        with _file_errors():
            self._file.seek(self._end)
            self._file.write(data)
        self._places.append((self._end, len(data)))
        self._end += len(data)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._item(*place) for place in self._places[index]]
        return self._item(*self._places[index])

    def __iter__(self) -> Iterator[T]:
        for place in self._places:
            yield self._item(*place)

    def _item(self, start: int, length: int) -> T:
        with _file_errors():
            self._file.seek(start)
            data = self._file.read(length)
        with no_collection():
            item: T = pickle.loads(zlib.decompress(data))
        return item


@contextmanager
def _file_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DocgenError(
            f"Cannot set work aside in {tempfile.gettempdir()}: {error.strerror or error}.",
            "Free some space there, or name another folder in TMPDIR.",
        ) from error
