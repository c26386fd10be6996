"""What is written passes the tools that people hold docstrings to, in every style."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from docgen.extract import SourceFile
from docgen.render.docstrings.applying import Manner, apply_descriptions
from tests.render.docstrings.rounds import describe, read, without_docstrings

# pydoclint cannot be installed beside docgen: it brings a fork of docstring-parser. `make tests` puts it there.
LINTERS = Path(f"{sys.prefix}-linters", "Scripts" if sys.platform == "win32" else "bin")
TEXTS = (
    "Returns the items in the order in which they were added.",
    "Keeps what was given and calls it later on when the queue has room.",
    r"Matches `\d+` and counts what was found; what was not found is counted too, but of that nothing is said at all.",
    'Sends "it" to whoever asks. Then waits for an answer, and goes on for as long as there are any questions left.',
)
SOURCE = """
from collections.abc import Iterator
from dataclasses import dataclass
from typing import overload


@dataclass
class Point:
    x: int
    y: "list[int] | None" = None


class Queue(dict[str, int]):
    def __init__(self, size: int, *names: str, strict: bool = False, **rest: object) -> None:
        if size < 0:
            raise ValueError(size)
        self.size = size

    @property
    def first(self) -> int:
        return 1

    async def put(self, item: int, /, *, key: "dict[str, tuple[int, ...]]") -> bool:
        def later() -> None:
            print(item)

        later()
        return bool(key)

    def items_of(self, count: int) -> Iterator[int]:
        yield from range(count)

    def abstract(self, x: int) -> int:
        raise NotImplementedError


@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x: int | str) -> int | str:
    if not x:
        raise KeyError(x)
    return x


def nothing() -> None:
    print()
"""
CONVENTIONS = {"google": "google", "numpy": "numpy", "sphinx": "pep257"}


def tool(folder: Path, *command: str) -> str:
    """Return what a tool says of a folder."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def ruff(folder: Path, *arguments: str) -> str:
    return tool(folder, sys.executable, "-m", "ruff", *arguments, "--isolated", "--line-length", "88", ".")


@pytest.fixture(params=CONVENTIONS)
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def written(tmp_path: Path, style: str) -> Path:
    """A folder with formatted source, given docstrings."""
    sources = {f"{path.stem.strip('_')}.py": path.read_bytes() for path in Path(httpx.__file__).parent.glob("_*.py")}
    sources = {name: without_docstrings(raw) for name, raw in sources.items() if name not in ("init.py", "main.py")}
    package = tmp_path / "package"
    package.mkdir()
    for name, raw in {**sources, "sample.py": SOURCE.encode()}.items():
        (package / name).write_bytes(raw)
    ruff(tmp_path, "format")
    for path in package.glob("*.py"):
        raw = path.read_bytes()
        module = read(raw, SourceFile(path, path.stem, path.name))
        manner = Manner("missing-only", style)  # type: ignore[arg-type]
        path.write_bytes(apply_descriptions(raw, module, describe(module, TEXTS), manner).after)
    return tmp_path


def test_ruff_has_nothing_to_format_and_nothing_to_say(written: Path, style: str) -> None:
    assert ruff(written, "format", "--check") == ""
    convention = f"lint.pydocstyle.convention='{CONVENTIONS[style]}'"
    # The class speaks for its constructor (pydoclint's DOC301 asks for it), and private things are nobody's business.
    said = ruff(
        written, "check", "--select", "D", "--ignore", "D1", "--config", convention, "--output-format", "concise"
    )
    assert said == ""
    missing = ruff(written, "check", "--select", "D1", "--ignore", "D107", "--output-format", "concise")
    assert missing == ""


def test_pydoclint_agrees_with_names_types_order_and_outcome(written: Path, style: str) -> None:
    if not LINTERS.is_dir():
        pytest.skip("no pydoclint: `make tests` installs it")
    pydoclint = (str(LINTERS / "pydoclint"), "-q", "--style", style)
    assert tool(written, *pydoclint, "package/sample.py") == ""
    said = tool(written, *pydoclint, ".")
    # Of httpx, it asks for what is raised by names that are no exceptions, and for attributes without annotation.
    assert [line for line in said.splitlines() if " DOC1" in line or " DOC3" in line] == []


def test_numpydoc_finds_the_sections_as_it_wants_them(written: Path, style: str) -> None:
    if style != "numpy":
        pytest.skip("of NumPy style only")
    if not LINTERS.is_dir():
        pytest.skip("no numpydoc: `make tests` installs it")
    # Sections that no facts can fill, definitions within functions, and what it asks of properties, which it takes
    # for methods (that functions are put as commands is tested with ruff).
    ignored = ["all", "EX01", "SA01", "ES01", "GL08", "RT01", "SS05"]
    (written / "pyproject.toml").write_text(f"[tool.numpydoc_validation]\nchecks = {ignored}\n", encoding="utf-8")
    assert tool(written, str(LINTERS / "numpydoc"), "lint", "package/sample.py") == ""
