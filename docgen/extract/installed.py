"""Installed modules by name, found on disk without importing anything, not even their parents."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def search_path(environment: Mapping[str, str] = os.environ, path: Sequence[str] | None = None) -> list[Path]:
    """Return the folders that installed modules are in: an active virtual environment's first, then `sys.path`.

    Args:
        environment: Where `VIRTUAL_ENV` is looked up.
        path: Used in place of `sys.path`.
    """
    folders: list[Path] = []
    if active := environment.get("VIRTUAL_ENV"):
        root = Path(active)
        folders += [*sorted(root.glob("lib/python*/site-packages")), root / "Lib" / "site-packages"]
    folders += [Path(entry) for entry in (sys.path if path is None else path) if entry]
    for folder in list(folders):
        if folder.name in ("site-packages", "dist-packages"):
            folders += _linked_folders(folder)
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def _linked_folders(folder: Path) -> list[Path]:
    """Return the folders that `.pth` files add, as editable installations do."""
    linked: list[Path] = []
    for file in sorted(folder.glob("*.pth")):
        try:
            lines = file.read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        linked += [folder / line.strip() for line in lines if line.strip() and not line.startswith(("import", "#"))]
    return linked


def find_module(name: str, folders: Sequence[Path]) -> Path | None:
    """Return the folder of a package or the file of a module, None where there is no such source.

    Args:
        name: Dotted name.
        folders: Where to look, in order.
    """
    parts = name.split(".")
    namespace: Path | None = None
    for folder in folders:
        stem = folder.joinpath(*parts)
        if (stem / "__init__.py").is_file():
            return stem
        file = stem.with_name(stem.name + ".py")
        if file.is_file():
            return file
        if namespace is None and stem.is_dir() and next(stem.rglob("*.py"), None) is not None:
            namespace = stem
    return namespace


def is_compiled(name: str, folders: Sequence[Path]) -> bool:
    """Whether the module exists, but is built into the interpreter or an extension without Python source."""
    if name in sys.builtin_module_names:
        return True
    *parents, last = name.split(".")
    suffixes = (".so", ".pyd")
    for folder in folders:
        for entry in folder.joinpath(*parents).glob(f"{last}.*"):
            if entry.name.endswith(suffixes):
                return True
    return False


def top_level_names(folders: Sequence[Path]) -> list[str]:
    """Return the names of the modules and packages that can be asked for, for hints."""
    names = set()
    for folder in folders:
        for entry in folder.iterdir():
            name = entry.name.removesuffix(".py")
            if name.isidentifier():
                names.add(name)
    return sorted(names)
