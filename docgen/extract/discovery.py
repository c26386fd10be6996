"""From what the user names to the source files that are meant."""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pathspec import GitIgnoreSpec

from docgen.errors import UsageError
from docgen.extract.ignore import ignore_files_above, is_test, python_files
from docgen.extract.installed import find_module, is_compiled, search_path, top_level_names
from docgen.extract.source_file import SourceFile
from docgen.visible import visible_line

_MODULE_NAME = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d]\w*)*\Z")
_SUFFIXES = (".py", ".pyi", ".pyw")


@dataclass(frozen=True)
class _Target:
    """What one argument names: a file or a folder."""

    path: Path
    installed: bool = False
    notice: str = ""


def find_sources(
    targets: Sequence[str], *, cwd: Path, exclude: Sequence[str] = (), include_tests: bool = False
) -> list[SourceFile]:
    """Return the source files that the targets name, each once, in a stable order.

    Args:
        targets: Files, folders, installed modules' names (found without an import), or the bare name of a file that
            is not there but names exactly one file below `cwd`.
        cwd: What relative paths start from.
        exclude: Patterns, written as in a `.gitignore`, of files to leave out.
        include_tests: Whether tests are read too; those that are named always are.

    Raises:
        UsageError: A target does not exist, names several files, or has no Python source.
    """
    cwd = Path(os.path.abspath(cwd))
    excluded = GitIgnoreSpec.from_lines(exclude)
    found: dict[str, SourceFile] = {}
    for name in targets:
        target = _resolve(name, cwd)
        files = list(_files(target, cwd, include_tests))
        if not files:
            raise _nothing_in(name, target)
        for path in files:
            display = _display(path, cwd)
            if not excluded.match_file(display):
                source = SourceFile(path, _module_name(path), display, path.stem == "__init__", target.notice)
                found.setdefault(os.path.realpath(path), source)
    return _with_distinct_modules(list(found.values()))


def _files(target: _Target, cwd: Path, include_tests: bool) -> Iterator[Path]:
    if target.path.is_file():
        yield target.path
        return
    rules = [] if target.installed else ignore_files_above(target.path)
    yield from python_files(target.path, include_tests=include_tests or _names_tests(target.path, cwd), rules=rules)


def _names_tests(folder: Path, cwd: Path) -> bool:
    named = folder.relative_to(cwd).parts if folder.is_relative_to(cwd) else (folder.name,)
    return any(is_test(part, True) for part in named)


def _nothing_in(name: str, target: _Target) -> UsageError:
    if next(python_files(target.path, include_tests=True), None) is not None:
        return UsageError(f"{name}: nothing to read but tests and ignored files", "name them, or add --include-tests")
    return UsageError(f"{name}: no Python files there", "name a folder with .py files in it")


def _resolve(name: str, cwd: Path) -> _Target:
    path = Path(os.path.normpath(cwd / Path(name).expanduser()))
    if name and path.exists():
        return _Target(path)
    if name.endswith(_SUFFIXES) and "/" not in name and os.sep not in name:
        return _below(name, cwd)
    folders = search_path()
    if _MODULE_NAME.match(name):
        for spelling in (name, name.replace("-", "_")):
            if module := find_module(spelling, folders):
                return _Target(module, installed=True)
        if is_compiled(name, folders):
            raise UsageError(f"{name} is compiled: it has no Python source", "only Python source can be documented")
    raise _unknown(name, path, cwd, folders)


def _below(name: str, cwd: Path) -> _Target:
    matches = [path for path in python_files(cwd, include_tests=True) if path.name == name]
    if len(matches) == 1:
        shown = _display(matches[0], cwd)
        return _Target(matches[0], notice=f"{name} is not here; took {shown}, the only file of that name below")
    if not matches:
        raise _unknown(name, cwd / name, cwd, [])
    shown = ", ".join(_display(path, cwd) for path in matches)
    raise UsageError(f"{name} names several files: {shown}", "give the path of the one that is meant")


def _unknown(name: str, path: Path, cwd: Path, folders: list[Path]) -> UsageError:
    beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, beside, n=3)
    candidates = [str(Path(name).parent / entry) if "/" in name else entry for entry in near]
    if name.endswith(_SUFFIXES):
        below = {file.name for file in python_files(cwd, include_tests=True)}
        candidates += difflib.get_close_matches(path.name, sorted(below), n=3)
    if _MODULE_NAME.match(name):
        candidates += difflib.get_close_matches(name.partition(".")[0], top_level_names(folders), n=3, cutoff=0.75)
    candidates = [candidate for candidate in dict.fromkeys(candidates) if candidate != name]
    hint = "name a file, a folder or an installed package"
    if candidates:
        hint = f"did you mean {' or '.join(candidates)}?"
    return UsageError(f"{name or 'the empty name'}: no such file, folder or installed package", hint)


def _display(path: Path, cwd: Path) -> str:
    shown = path.relative_to(cwd) if path.is_relative_to(cwd) else path
    return shown.as_posix().encode("utf-8", "replace").decode()


def _module_name(path: Path) -> str:
    """Return the dotted name that the file is imported under, as far as its surroundings tell.

    Packages are folders with `__init__.py`; above them, folders up to `src` or `site-packages` are namespaces.
    """
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    if path.stem == "__init__":
        parts.append(folder.name)
        folder = folder.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        parts.append(folder.name)
        folder = folder.parent
    parts += _namespaces(folder)
    return visible_line(".".join(reversed(parts)).encode("utf-8", "replace").decode())


def _namespaces(folder: Path) -> list[str]:
    names: list[str] = []
    for step in (folder, *folder.parents):
        if step.name in ("src", "site-packages", "dist-packages"):
            return names
        if not step.name.isidentifier():
            return []
        names.append(step.name)
    return []


def _with_distinct_modules(sources: list[SourceFile]) -> list[SourceFile]:
    """Name scripts after their paths where several would have the same module name."""
    counts = Counter(source.module for source in sources)
    return [source if counts[source.module] == 1 else replace(source, module=_path_name(source)) for source in sources]


def _path_name(source: SourceFile) -> str:
    name = source.display.removesuffix(".py").removesuffix("/__init__").lstrip("/")
    return visible_line(name.replace("/", ".")) or source.module
