"""What was kept of files stands for them as long as they are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from docgen.extract import SourceFile, read_module
from docgen.extract.kept import read_kept
from docgen.records import Module
from docgen.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / ".docgen" / "docgen.db") as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> list[SourceFile]:
    made = [SourceFile(tmp_path / f"m{index}.py", f"m{index}", f"m{index}.py") for index in range(3)]
    for file in made:
        file.path.write_text(f"def f(x):\n    '''{file.module}'''\n    raise KeyError(x)\n")
    return made


class Watched:
    """Records that note which files were read anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.project = store.project
        self.read: list[str] = []

    def record_hashes(self) -> Mapping[str, str]:
        return self._store.record_hashes()

    def record(self, file: str) -> tuple[str, str] | None:
        return self._store.record(file)

    def keep_records(self, records: Mapping[str, tuple[str, str]]) -> None:
        self.read += records
        self._store.keep_records(records)


def test_only_a_file_that_changed_is_read_again_and_every_record_is_as_if_read(
    store: Store, files: list[SourceFile]
) -> None:
    list(read_kept(files, store))
    files[1].path.write_text("x = 1\n")
    records = Watched(store)
    assert list(read_kept(files, records)) == [read_module(file) for file in files]
    assert records.read == ["m1.py"]


def test_a_record_that_is_damaged_is_read_from_its_file(store: Store, files: list[SourceFile]) -> None:
    list(read_kept(files, store))
    store.keep_records({"m1.py": (store.record_hashes()["m1.py"], '{"kind": "module"')})
    read = list(read_kept(files, store))
    assert [module.docstring for module in read if isinstance(module, Module)] == [None] * 3
    assert read == [read_module(file) for file in files]
