"""Which files a walk leaves out: what git ignores, what tools leave behind, and tests."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

_TOOL_FOLDERS = frozenset({"__pycache__", "__pypackages__", "node_modules", "site-packages"})
_BUILD_FOLDERS = frozenset({"build", "dist", "_build", "htmlcov"})
_TEST_FOLDERS = frozenset({"test", "tests"})
_TEST_FILES = ("test_*.py", "*_test.py", "conftest.py")


@dataclass(frozen=True)
class IgnoreFile:
    """The rules of one `.gitignore`, which hold in its folder and below."""

    folder: Path
    spec: GitIgnoreSpec

    def verdict(self, path: Path, is_folder: bool) -> bool | None:
        """Whether the path is ignored; None where no rule matches."""
        relative = path.relative_to(self.folder).as_posix()
        return self.spec.check_file(relative + "/" if is_folder else relative).include


def is_test(name: str, is_folder: bool) -> bool:
    """Whether a file or folder holds tests, by its name."""
    if is_folder:
        return name in _TEST_FOLDERS
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _TEST_FILES)


def ignore_files_above(folder: Path) -> list[IgnoreFile]:
    """Return the rules of the repository that hold for a folder, outermost first, its own left out.

    There are none where the folder is in no repository, or is ignored itself: who names it wants it read.
    """
    ancestors = list(folder.parents)
    root = next((index for index, parent in enumerate(ancestors) if (parent / ".git").exists()), None)
    if root is None or (folder / ".git").exists():
        return []
    chain = list(reversed(ancestors[: root + 1]))
    rules = list(_read(chain[0] / ".git" / "info" / "exclude", chain[0]))
    for parent in chain:
        rules += _read(parent / ".gitignore", parent)
    steps = [*chain[1:], folder]
    return [] if any(is_ignored(step, True, rules) for step in steps) else rules


def is_ignored(path: Path, is_folder: bool, rules: Sequence[IgnoreFile]) -> bool:
    """Whether git would ignore the path; the innermost file with a matching rule decides."""
    for rule in reversed(rules):
        if path.is_relative_to(rule.folder):
            verdict = rule.verdict(path, is_folder)
            if verdict is not None:
                return verdict
    return False


def _read(file: Path, folder: Path) -> Iterator[IgnoreFile]:
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    yield IgnoreFile(folder, GitIgnoreSpec.from_lines(lines))


def python_files(folder: Path, *, include_tests: bool, rules: Sequence[IgnoreFile] = ()) -> Iterator[Path]:
    """Yield the Python files below a folder in a stable order: a folder's own files first, `__init__.py` first of all.

    Symbolic links are followed, but no folder is entered twice.

    Args:
        folder: Where to begin.
        include_tests: Whether tests are files like others.
        rules: Rules of folders above.
    """
    yield from _walk(folder, include_tests, list(rules), set())


def _walk(folder: Path, include_tests: bool, rules: list[IgnoreFile], entered: set[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in entered:
        return
    entered.add(real)
    rules = [*rules, *_read(folder / ".gitignore", folder)]
    folders: list[Path] = []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (entry.name != "__init__.py", entry.name))
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError:
            # A link to itself, or something that we may list but not look at.
            continue
        if not include_tests and is_test(entry.name, is_folder):
            continue
        if is_folder:
            if not _is_left_behind(path) and not is_ignored(path, True, rules):
                folders.append(path)
        elif entry.name.endswith(".py") and is_file and not is_ignored(path, False, rules):
            yield path
    for path in folders:
        yield from _walk(path, include_tests, rules, entered)


def _is_left_behind(folder: Path) -> bool:
    """Whether a folder holds no source of its own: a virtual environment, a cache, what a build wrote."""
    name = folder.name
    if name.startswith(".") or name in _TOOL_FOLDERS or name.endswith((".egg-info", ".dist-info")):
        return True
    if name in _BUILD_FOLDERS and not (folder / "__init__.py").exists():
        return True
    return (folder / "pyvenv.cfg").exists()
