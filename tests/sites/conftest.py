"""A project whose records are published: what a build server finds that never runs a model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.extract import find_sources, read_modules
from docgen.generate.attach import with_descriptions
from docgen.generate.plan import plan_module
from docgen.records import Description, Module, Provenance, Subject
from docgen.render import render

SOURCE = '''
"""Queues for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class Queue:
    def __init__(self, limit: int = 3) -> None:
        self.limit = limit

    def put(self, item: object, *rest: object, wait: bool = True) -> bool:
        if not wait:
            raise ValueError(item)
        return bool(rest)

    @property
    def size(self) -> int:
        return 0

    def _hidden(self) -> None:
        pass


def scale(value: float, factor: float = 2.0) -> float:
    """Multiply a value.

    Args:
        value: The author's value.
    """
    return value * factor


def each(count: int) -> Iterator[int]:
    yield from range(count)


def documented(value: int) -> int:
    """Say all by itself.

    Args:
        value: The author's only value.

    Returns:
        The author's result.
    """
    return value


@dataclass
class Point:
    """A point of the author's."""

    x: int
'''

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Returns a function that makes a project of one module and publishes what `say` says of each subject."""

    def make(
        source: str = SOURCE, say: Callable[[Subject], str] = lambda s: f"Model on {s.kind} {s.part or s.element}."
    ):
        (tmp_path / "pyproject.toml").touch()
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "src" / "q.py").write_text(source, encoding="utf-8")
        publish(tmp_path, say)
        return tmp_path

    return make


def publish(project: Path, say: Callable[[Subject], str]) -> None:
    modules = []
    for module in read_modules(find_sources([str(project / "src")], cwd=project)):
        assert isinstance(module, Module)
        plan = plan_module(module, ask_all=True)
        provenance = Provenance(source="model", model="m:1b")
        asked = [subject for unit in plan.units for subject in unit.asked]
        said = {subject: Description(text=say(subject), provenance=provenance) for subject in asked}
        modules.append(with_descriptions(module, {**plan.known, **said}))
    list(render(modules, ("json",), project / "out", project=project))


def command(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a project."""
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=project, capture_output=True, text=True, timeout=300, check=False
    )
