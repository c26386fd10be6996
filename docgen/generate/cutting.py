"""Claims that can be cut without loss: sentences behind the first, clauses that guess a purpose, phrases of place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from docgen.verify import Finding
from docgen.verify.claims import sentences

FindingsOf = Callable[[str], Sequence[Finding]]

_GUESS = re.compile(
    r",? (?:thereby |thus )?(?:allowing|enabling|ensuring|facilitating|making it|(?:\w+ed )?(?:in order )?to ensure"
    r"|which (?:can be|may be|is) (?:useful|used)|so that it can|typically|usually|commonly|such as|for example|e\.g\.)"
    r"\b[^.]*(?=\.$)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r", (?!including\b)\w+ing\b[^.]*(?=\.$)")
_RETURNED = re.compile(r",? (?:and|then) (?:then )?return(?:s|ing)\b[^.]*(?=\.$)")
_ONLY_TAKES = re.compile(r"(?:`?[\w.]+`? )?(?:takes|accepts|receives)\b(?!.*\band \w+s\b)(?!.* to \w)", re.IGNORECASE)
_PURPOSE = re.compile(
    r" (?:in order )?to (?:prevent|avoid|allow|enable|ensure|make sure|help|facilitate|support|improve)\b[^.]*(?=\.$)"
)
_MEANS = re.compile(r" by (?:\w+ly )?\w+ing\b[^.]*(?=\.$)")
_APPENDED = re.compile(r", (?:which|allowing|so that|in order to)\b[^.]*(?=\.$)")
_PLACE = re.compile(r" (?:in|for|with|within|across|during|from|using|through|throughout|via) (?=[^.,;:]*\.$)")
_NEEDS_ITS_PLACE = re.compile(
    r"(?:ed|ing|\b(?:is|are|be|was|not|no|responsible|available|suitable|waits?|checks?|looks?|asks?|allows?"
    r"|accounts?|use|useful|essential|typically|usually|often|works?|deals?|interacts?|begins?|starts?|ends?|run|running|up|out|down|on|off|as|than|or|and))$",
    re.IGNORECASE,
)
_RESTRICTS = re.compile(r"\b(?:if|when|whenever|unless|until|only|not|never|no|without|except)\b", re.IGNORECASE)
_MIN_WORDS = 3
_LEAST_LEFT = 0.5


def cut_claims(text: str, findings_of: FindingsOf) -> str:
    """Return a text without the claims that a check objects to, empty where no text is left that passes all checks.

    Args:
        text: What was rejected.
        findings_of: All checks.
    """
    first, *rest = sentences(text)
    for opening in (*_versions(first), *_placeless(first)):
        if len(opening.split()) >= _MIN_WORDS and not findings_of(opening):
            kept = opening
            for sentence in rest:
                for version in _versions(sentence):
                    if not findings_of(f"{kept} {version}"):
                        kept = f"{kept} {version}"
                        break
            return kept
    return ""


def first_clause(sentence: str) -> str:
    """Return a summary without what it appends: what else is returned, which the facts tell, how, and what for.

    Nothing is left of one that then only says what is given.
    """
    for pattern in (_RETURNED, _APPENDED, _MEANS, _PURPOSE, _TRAILING):
        head = pattern.sub("", sentence)
        if len(head.split()) >= _MIN_WORDS and head.count("`") % 2 == 0 and head.count("(") == head.count(")"):
            sentence = head
    return "" if _ONLY_TAKES.match(sentence) else sentence


def _versions(sentence: str) -> list[str]:
    """Return a sentence as it is, and without the clauses that a check may object to."""
    return list(dict.fromkeys((sentence, _GUESS.sub("", sentence), _TRAILING.sub("", sentence))))


def _placeless(sentence: str) -> list[str]:
    """Return a sentence without what it says last of place, means and purpose, the least cut first.

    What it says on a condition, or denies, would be said of more cases than before: such a sentence stays whole.
    """
    if _RESTRICTS.search(sentence):
        return []
    heads = [sentence[: match.start()] for match in _PLACE.finditer(sentence)]
    least = len(sentence.split()) * _LEAST_LEFT
    return [f"{h}." for h in reversed(heads) if len(h.split()) >= least and not _NEEDS_ITS_PLACE.search(h)]
