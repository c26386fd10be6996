"""Where a project's store is."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = ".docgen"
FILE = "docgen.db"
_ROOT_MARKS = (".git", "pyproject.toml")


def find_store(cwd: Path) -> Path:
    """Return the store's file: in the nearest `.docgen` folder at or above a folder, as git finds its own.

    Where there is none yet, it belongs beside the nearest `.git` or `pyproject.toml`, else into the folder itself.
    """
    folders = (cwd, *cwd.parents)
    root = next((folder for folder in folders if os.path.isdir(folder / FOLDER)), None)
    root = root or next((folder for folder in folders if any(os.path.exists(folder / m) for m in _ROOT_MARKS)), cwd)
    return root / FOLDER / FILE


def project_of(store: Path) -> Path:
    """Return the folder from which a store's source files are named."""
    return store.parent.parent if store.parent.name == FOLDER else store.parent
