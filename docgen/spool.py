"""A sequence that lies on disk, for what a run has many of and needs one at a time."""

from __future__ import annotations

import pickle
import tempfile
import zlib
from array import array
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar, overload

from docgen.garbage import no_collection
from docgen.scratch import scratch_errors

T = TypeVar("T")


class Spool(Sequence[T], Generic[T]):
    """Items in a nameless temporary file, which goes with the spool. Each access makes an item anew.

    Nobody else can write the file, so that what is unpickled is what was pickled here.

    Args:
        items: What it begins with; taken one at a time.

    Each method raises DocgenError where the file cannot be written or read.
    """

    def __init__(self, items: Iterable[T] = ()) -> None:
        with scratch_errors():
            self._file = tempfile.TemporaryFile(prefix="docgen-")  # noqa: SIM115
        # Where each item ends, after where the first one begins: eight bytes each.
        self._ends = array("Q", [0])
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        """Add an item at the end."""
        data = zlib.compress(pickle.dumps(item, pickle.HIGHEST_PROTOCOL), 1)
        end = self._ends[-1]
        with scratch_errors():
            self._file.seek(end)
            self._file.write(data)
        self._ends.append(end + len(data))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        numbers = range(len(self))
        if isinstance(index, slice):
            return [self._item(number) for number in numbers[index]]
        return self._item(numbers[index])

    def _item(self, number: int) -> T:
        start, end = self._ends[number : number + 2]
        with scratch_errors():
            self._file.seek(start)
            data = self._file.read(end - start)
        with no_collection():
            item: T = pickle.loads(zlib.decompress(data))
        return item
