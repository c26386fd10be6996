"""What is asked of whoever reads a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SourceFile:
    """A Python source file to be read.

    Attributes:
        path: Where it is.
        module: Dotted name of the module that it holds.
        display: How it is shown: relative to the current folder where that is possible, with `/`.
        is_package: Whether it is a package's `__init__.py`.
        notice: What to tell the user where the file is not simply what was named, else empty.
    """

    path: Path
    module: str
    display: str
    is_package: bool = False
    notice: str = ""
