import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import with_owners
from docgen.extract import SourceFile, read_module
from docgen.records import Module, Subject, SubjectKind
from docgen.verify import CHECKS

FindingCodes = Callable[..., set[str]]


@pytest.fixture
def module_of(tmp_path: Path) -> Callable[[str], Module]:
    """Return the record of a module with this source."""

    def read(source: str) -> Module:
        path = tmp_path / "sample.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return read_module(SourceFile(path, "sample", "sample.py"))

    return read


@pytest.fixture
def found(module_of: Callable[[str], Module]) -> FindingCodes:
    """Return the codes that all checks find in a text about an element of a source."""

    def codes(source: str, name: str, text: str, part: str = "", kind: SubjectKind | None = None) -> set[str]:
        module = module_of(source)
        element, owner = next((e, o) for e, o in with_owners(module) if e.path == f"sample.{name}")
        about: SubjectKind = kind or ("parameter" if part else element.kind)  # type: ignore[attr-defined]
        facts = FactFinder(Surroundings(module)).facts(
            element, owner, Subject(element=element.id, kind=about, part=part)
        )
        return {finding.code for check in CHECKS for finding in check(text, facts)}

    return codes
