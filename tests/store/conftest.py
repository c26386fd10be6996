from collections.abc import Callable

import pytest

from docgen.records import Description, Provenance, Subject
from docgen.store import Entry, Key

EntryOf = Callable[..., Entry]


@pytest.fixture
def entry_of() -> EntryOf:
    """Return an entry about a function."""

    def make(element: str = "m.f", text: str = "Adds one.", code: str = "c1", source: str = "model") -> Entry:
        provenance = Provenance.model_validate({"source": source, "model": "tiny"})
        said = Description(text=text, provenance=provenance)
        return Entry(
            Subject(element=element, kind="function"), Key(code, "e", "p", "tiny", "b"), said, "m.py", (), "r1"
        )

    return make
