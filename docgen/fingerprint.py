"""Which docgen this is: what it made may not be what another one makes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import docgen


@cache
def fingerprint(*folders: str) -> str:
    """Return a hash of docgen's version and code.

    Args:
        folders: The folders of the package that count; all of it where none is named.
    """
    package = Path(docgen.__file__).parent
    digest = hashlib.sha256(docgen.__version__.encode())
    for root in [package / folder for folder in folders] or [package]:
        for path in sorted(path for path in root.rglob("*") if path.suffix in (".py", ".txt")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
