"""What a check returns, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from docgen.evidence.facts import Facts
from docgen.records import Record, Verdict

Severity = Literal["wrong", "vague", "doubt", "form"]


class Finding(Record):
    """A reason not to publish a text.

    Attributes:
        code: Stable name of the check.
        message: One sentence for people, and for the model that is asked to write the text again.
        severity: `wrong` where the text states what the code does not bear out, `vague` where it says nothing of this
            element, `doubt` where it may be true, though nothing that can be read here bears it out, `form` where it is
            no publishable prose, whatever it says.
    """

    code: str
    message: str
    severity: Severity = "wrong"


Check = Callable[[str, Facts], Iterable[Finding]]
"""A pure function from a text and the facts about its subject to what is wrong with the text."""


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return what the findings about a text make of it; its form, or a doubt, makes it neither wrong nor vague."""
    severities = {finding.severity for finding in findings}
    return "wrong" if "wrong" in severities else "vague" if "vague" in severities else "faithful"
