import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.extract import SourceFile, read_module
from docgen.records import Module


@pytest.fixture
def module_of(tmp_path: Path) -> Callable[[str], Module]:
    """Return the record of a module with this source."""

    def read(source: str) -> Module:
        path = tmp_path / "sample.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return read_module(SourceFile(path, "sample", "sample.py"))

    return read
