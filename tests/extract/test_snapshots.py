"""Each construct beside what is read of it; `DOCGEN_UPDATE=1 pytest tests/extract/test_snapshots.py` writes it anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docgen.extract import SourceFile, read_module
from docgen.extract.layout import logical_lines
from docgen.extract.places import MetadataPlaces
from docgen.records import Element, code_of, walk

SOURCES = Path(__file__).parent / "sources"


def _file(path: Path) -> SourceFile:
    return SourceFile(path, f"package.{path.stem}", path.name)


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.py")), ids=lambda path: path.stem)
def test_the_record_is_the_expected_one(path: Path) -> None:
    module = read_module(_file(path))
    actual = module.model_dump_json(indent=1, exclude_defaults=True) + "\n"
    expected = path.with_suffix(".json")
    if os.environ.get("DOCGEN_UPDATE"):
        expected.write_text(actual, "utf-8")
    assert actual == expected.read_text("utf-8")


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.py")), ids=lambda path: path.stem)
def test_ids_are_unique_and_spans_hold_the_code(path: Path) -> None:
    module = read_module(_file(path))
    elements = list(walk(module))
    assert len({item.id for item in elements}) == len(elements)
    for item in elements[1:]:
        assert item.name in code_of(module, item)
        assert module.source.count("\n", 0, item.span.start) + 1 == item.lineno
        assert module.source.count("\n", 0, item.span.end) + 1 == item.endlineno


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.py")), ids=lambda path: path.stem)
def test_the_slow_way_to_positions_gives_the_same_record(path: Path) -> None:
    import libcst

    from docgen.extract.elements import ModuleWalk
    from docgen.extract.exports import exported_names

    text = path.read_text("utf-8")
    tree = libcst.parse_module(text)
    exports = exported_names(text, logical_lines(text))
    slow = ModuleWalk(f"package.{path.stem}", False, text, MetadataPlaces(text, tree), exports).members([tree.body])
    fast = read_module(_file(path)).members
    assert [_without_layout(item) for item in slow] == [_without_layout(item) for item in fast]


def _without_layout(element: Element) -> list[object]:
    return [(item.id, item.labels, item.lineno, item.endlineno, item.docstring) for item in walk(element)]
