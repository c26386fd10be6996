"""How a project formats its code, as its pyproject.toml tells ruff and black."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, NamedTuple

from docgen.config import Settings, find_pyproject

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULT_LENGTH = 88

StyleName = Literal["google", "numpy", "sphinx"]


class Formatting(NamedTuple):
    """The form of docstrings in a project."""

    line_length: int
    style: StyleName


def formatting(settings: Settings, cwd: Path) -> Formatting:
    """Return how docstrings are to be formatted: as docgen is told, else as ruff and black are.

    Args:
        settings: What docgen is told.
        cwd: Where to look for pyproject.toml, there or above.
    """
    tools = _tools(find_pyproject(cwd))
    ruff = _table(tools, "ruff")
    lengths = (settings.line_length, ruff.get("line-length"), _table(tools, "black").get("line-length"))
    length = next((length for length in lengths if isinstance(length, int) and length >= 20), DEFAULT_LENGTH)
    convention = _table(ruff, "lint", "pydocstyle").get("convention") or _table(ruff, "pydocstyle").get("convention")
    by_convention: StyleName = "numpy" if convention == "numpy" else "google"
    return Formatting(length, settings.docstring_style or by_convention)


def _tools(pyproject: Path | None) -> dict[str, Any]:
    try:
        return _table(tomllib.loads(pyproject.read_text("utf-8")), "tool") if pyproject else {}
    except (OSError, ValueError):
        # Where docgen's own settings were read from it, this was complained of.
        return {}


def _table(data: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        inner = data.get(name)
        data = inner if isinstance(inner, dict) else {}
    return data
