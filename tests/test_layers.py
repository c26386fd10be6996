"""Which part of docgen may know which: the order of `docs/design.md`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import docgen

PACKAGE = Path(docgen.__file__).parent
FOLDERS = ("store", "llm", "runlog", "extract", "evidence", "verify", "generate", "render", "cli")
ANYWHERE = "annotations errors filelock fingerprint garbage records scratch spool visible wording".split()


def imported_by(part: str) -> set[str]:
    """Return the other parts of docgen, folders and files in it, that one imports from."""
    files = [PACKAGE / f"{part}.py", *(PACKAGE / part).rglob("*.py")]
    return {name for file in files if file.is_file() for name in names_in(file)} - {part}


def names_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("docgen."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize("folder", FOLDERS[:-1])
def test_a_folder_knows_only_folders_before_it(folder: str) -> None:
    assert imported_by(folder) <= {*FOLDERS[: FOLDERS.index(folder)], *ANYWHERE}


@pytest.mark.parametrize("file", ANYWHERE)
def test_what_any_folder_may_use_knows_no_folder(file: str) -> None:
    assert imported_by(file) <= {*ANYWHERE}


def test_only_the_command_line_knows_the_pipeline() -> None:
    assert [path.stem for path in PACKAGE.iterdir() if "pipeline" in imported_by(path.stem)] == ["cli"]
