"""The reference says what the code says, and what the guides tell people to type is understood."""

from __future__ import annotations

import ast
import re
import runpy
import shlex
import sys
from pathlib import Path

import pytest

from docgen.cli.main import make_parser
from docgen.config import Settings
from docgen.evidence.ancestry import library_of
from docgen.extract import find_sources, read_modules
from docgen.records import Module
from docgen.verify.docstrings import LEVELS, check_modules
from docgen.verify.reasons import REASONS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXPLAINED = tomllib.loads((DOCS / "checks.toml").read_text("utf-8"))
TYPED = [
    pytest.param(shlex.split(line, comments=True)[1:], id=f"{page.stem}: {line}")
    for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
    for block in re.findall(r"^```bash\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.startswith("docgen ")
]


def test_each_check_is_explained_and_nothing_else_is() -> None:
    assert EXPLAINED.keys() == LEVELS.keys()


def test_each_code_that_a_check_gives_has_a_reason_in_the_reference_and_no_other_has() -> None:
    given = {
        keyword.value.value
        for file in (ROOT / "docgen").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"
        for keyword in node.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }
    assert len(given) > 40
    assert given | LEVELS.keys() == REASONS.keys()
    page = runpy.run_path(str(DOCS / "reference.py"))["checks"]()
    assert all(code in page and reason in page and "\n" not in reason for code, reason in REASONS.items())


@pytest.mark.parametrize("code", EXPLAINED)
def test_the_example_of_a_check_is_reported_by_it_alone(code: str, tmp_path: Path) -> None:
    source = f'"""An example."""\n\n\n{EXPLAINED[code]["example"].strip()}\n'
    (tmp_path / "example.py").write_text(source, encoding="utf-8")
    modules = [m for m in read_modules(find_sources(["example.py"], cwd=tmp_path)) if isinstance(m, Module)]
    assert [issue.code for issue in check_modules(modules, library_of(modules))] == [code]


@pytest.mark.parametrize("typed", TYPED)
def test_a_command_in_the_guides_is_understood(typed: list[str]) -> None:
    typed = typed[: typed.index(">")] if ">" in typed else typed
    assert make_parser().parse_args(typed).run is not None


def test_what_the_readme_links_to_is_in_the_repository() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", readme) if "://" not in link]
    assert len(links) > 8
    for link in links:
        name, _, place = link.partition("#")
        page = (ROOT / name).read_text("utf-8")
        headings = {re.sub(r"[^\w-]", "", h.lower().replace(" ", "-")) for h in re.findall(r"(?m)^#+ (.+)$", page)}
        assert not place or place in headings, link


def test_each_setting_is_described() -> None:
    described = re.findall(r"^        (\w+): ", Settings.__doc__ or "", re.MULTILINE)
    assert described == list(Settings.model_fields)
