"""Every definition of a slice of the standard library is what `ast` says it is."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from docgen.extract import find_sources

from .against_ast import differences

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("name", ["asyncio", "collections", "concurrent", "json", "importlib", "typing.py", "enum.py"])
def test_records_of_the_standard_library_say_what_ast_says(name: str) -> None:
    sources = find_sources([str(STANDARD_LIBRARY / name)], cwd=STANDARD_LIBRARY)
    assert [line for source in sources for line in differences(source)] == []
