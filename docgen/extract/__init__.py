"""Source to records: finds Python files, reads them with libcst, and never imports them.

Nothing heavy is loaded before the first of these functions is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.extract.discovery import find_sources
    from docgen.extract.flat_export import flat
    from docgen.extract.module import parse_module, read_module
    from docgen.extract.public_paths import with_public_paths
    from docgen.extract.reading import read_modules
    from docgen.extract.source_file import SourceFile

__all__ = ["SourceFile", "find_sources", "flat", "parse_module", "read_module", "read_modules", "with_public_paths"]

_HOMES = {
    "SourceFile": "source_file",
    "find_sources": "discovery",
    "flat": "flat_export",
    "parse_module": "module",
    "read_module": "module",
    "read_modules": "reading",
    "with_public_paths": "public_paths",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
