"""What is known, what was said, by which model and from which source: one SQLite file per project.

The store knows nothing of how descriptions come about or whether they still hold; `docgen.generate.reuse` does.
"""

from __future__ import annotations

from docgen.store.entries import Entry, Key, Objection
from docgen.store.location import find_store
from docgen.store.opening import open_store
from docgen.store.store import Store

__all__ = ["Entry", "Key", "Objection", "Store", "find_store", "open_store"]
