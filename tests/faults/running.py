"""Docgen as a process of its own in a project folder, and what its logs, its output and its store say afterwards."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from docgen.evidence.subjects import subjects_of, with_owners
from docgen.extract import find_sources, read_modules
from docgen.generate.attach import descriptions_in
from docgen.records import Module, Subject
from docgen.render.json import load
from docgen.runlog.events import CallFinished, Described, Event
from docgen.runlog.files import read


def write_package(folder: Path, modules: int, classes: int) -> None:
    """Write a package whose modules have classes of two methods and a function each."""
    package = folder / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A package."""\n', encoding="utf-8")
    for m in range(modules):
        parts = [
            f"class C{n}:\n    def add(self, a, b={n}):\n        return a + b + {m}\n\n"
            f"    def take(self):\n        return {n * m}\n\n\ndef f{n}(x):\n    return x * {n + m}\n"
            for n in range(classes)
        ]
        (package / f"m{m}.py").write_text("\n\n".join(parts), encoding="utf-8")


def start(
    folder: Path, *arguments: str, host: str = "http://127.0.0.1:9", before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start docgen in a folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "OLLAMA_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "docgen", *arguments],
        cwd=folder,
        env={**clean, "OLLAMA_HOST": host},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def events(folder: Path) -> Iterator[list[Event]]:
    """Yield the events of each run, oldest first."""
    for path in sorted((folder / "out" / "logs").glob("*.jsonl")):
        yield list(read(path))


def asked_again(folder: Path) -> list[str]:
    """Return the elements of which all was described in one run and that a later one asked about."""
    settled: set[str] = set()
    again: list[str] = []
    for run in events(folder):
        answered = Counter(event.name for event in run if isinstance(event, CallFinished))
        again += [name for name in answered if name in settled]
        described = {event.name for event in run if isinstance(event, Described)}
        settled |= {name for name in answered if name in described}
    return again


def undescribed(folder: Path) -> list[Subject]:
    """Return what a reader would miss in the JSON that was written."""
    missing: list[Subject] = []
    for module in read_modules(find_sources([str(folder / "package")], cwd=folder)):
        assert isinstance(module, Module)
        written = descriptions_in(load(folder / "out" / "json" / f"{module.path}.json"))
        for element, owner in with_owners(module):
            if element.is_public:
                missing += [s for s in subjects_of(module, element, owner) if s not in written and s.kind != "overview"]
    return missing


def half_files(folder: Path) -> list[Path]:
    """Return what is in the output and is not a whole file."""
    found = [path for path in (folder / "out").rglob("*") if path.name.endswith(".partial")]
    for path in (folder / "out" / "json").glob("*.json"):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found.append(path)
    return found


def store_check(folder: Path) -> str:
    """Return what SQLite says of the store's integrity: `ok` where it is whole."""
    database = sqlite3.connect(folder / ".docgen" / "docgen.db")
    try:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        database.close()
