"""`objects.inv`: the inventory by which other projects' documentation links to these pages.

Sphinx's intersphinx and mkdocstrings read it: four lines of text, then one line for each element, compressed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from docgen.render.entries import Entry

INVENTORY = "objects.inv"
_HEAD = """\
# Sphinx inventory version 2
# Project: {}
# Version: {}
# The remainder of this file is compressed using zlib.
"""


def inventory(entries: Iterable[Entry], project: str, version: str = "") -> bytes:
    """Return an inventory, version 2.

    Args:
        entries: What it lists, in the order of their names.
        project: What the documentation is called.
        version: The version that it describes.
    """
    head = _HEAD.format(*(" ".join(text.split()) for text in (project, version)))
    packer = zlib.compressobj(9)
    lines = (f"{entry.name} py:{entry.role} 1 {_short(entry)} -\n" for entry in entries)
    packed = (packer.compress(line.encode("utf-8", "backslashreplace")) for line in lines)
    return head.encode() + b"".join(filter(None, packed)) + packer.flush()


def _short(entry: Entry) -> str:
    """Return the address, with `$` for the name where it ends with it."""
    ends = f"#{entry.name}"
    return entry.href[: -len(entry.name)] + "$" if entry.href.endswith(ends) else entry.href
