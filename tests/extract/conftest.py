from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.extract import SourceFile, read_module
from docgen.records import Element, Module, walk


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Module]:
    """Write a source to disk and read it as module `m`."""

    def read_source(source: str | bytes) -> Module:
        path = tmp_path / "m.py"
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
        return read_module(SourceFile(path, "m", "m.py"))

    return read_source


def element(module: Module, identity: str) -> Element:
    return next(item for item in walk(module) if item.id == identity)
