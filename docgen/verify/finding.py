"""What a check returns, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from docgen.evidence.facts import Facts
from docgen.records import Record


class Finding(Record):
    """A reason not to publish a text.

    Attributes:
        code: Stable name of the check.
        message: One sentence for people, and for the model that is asked to write the text again.
    """

    code: str
    message: str


Check = Callable[[str, Facts], Iterable[Finding]]
"""A pure function from a text and the facts about its subject to what is wrong with the text."""
