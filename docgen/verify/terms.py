"""Does it speak of things that neither the code nor its authors speak of?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import is_grounded, plain_words, stem, words
from docgen.verify.claims import complete_sentences, split_header
from docgen.verify.finding import Finding

MANY = 2
"""Words without ground, from which on a text is about something else, however careful its wording."""

_CODE = re.compile(r"(?::[a-z:]+:)?``[^`]*``|(?::[a-z:]+:)?`[^`]*`|<[^>]*>")
_LETTERS_OF_A_TERM = 4
_ACRONYM = re.compile(r"\b[A-Z]{3}\b")
_PLAIN_ACRONYMS = frozenset({"API", "NOT", "AND", "ALL", "ANY", "ISO", "PEP", "RFC"})
_ASIDE = re.compile(
    r",? (?:thereby |thus )?(?:allowing|enabling|ensuring|making|which (?:can|may|allows|enables)|so that"
    r"|and (?:prevent|prepar|ensur)\w*"
    r"|in order to|to (?:ensure|allow|enable|prepare|facilitate|improve|support))\b.*$"
    r"|,? for (?:later |further )?use (?:in|by|with)\b.*$"
    r"|,? (?:typically|often|commonly|usually|generally) (?:used|called|when)\b.*$"
    r"|\b(?:is|are) (?:essential|important|useful|crucial|necessary) (?:for|to|in)\b.*$",
    re.IGNORECASE | re.DOTALL,
)


def check_terms(text: str, facts: Facts) -> Iterator[Finding]:
    """Find words of a subject matter that have no ground in code, names, comments, docstrings or imports."""
    if facts.scope is None or not facts.exists:
        return
    said = complete_sentences(split_header(text)[1])
    core = " ".join(_ASIDE.sub("", sentence) for sentence in re.split(r"(?<=[.!?])\s+", said))
    loose = ungrounded(core, facts)
    aside = [term for term in ungrounded(said, facts) if term not in loose]
    if loose:
        # What authors never described in words may have words of its subject that no name has.
        doubtful = len(loose) < MANY and not facts.scope.is_described
        message = f"The code says nothing of {_listed(loose)}."
        yield Finding(code="ungrounded-term", message=message, severity="doubt" if doubtful else "wrong")
    elif len(aside) >= MANY:
        yield Finding(code="ungrounded-term", message=f"The code says nothing of {_listed(aside)}.")
    elif aside:
        yield Finding(
            code="ungrounded-purpose",
            message=f"It guesses what that is good for ({_listed(aside)}): leave that out.",
            severity="vague",
        )


def ungrounded(text: str, facts: Facts) -> list[str]:
    """Return the words of a text that are neither plain English nor known where its element stands."""
    if facts.scope is None:
        return []
    ground = facts.scope.words
    prose = _CODE.sub(" ", text)
    terms = dict.fromkeys(word for word in words(prose) if len(word) >= _LETTERS_OF_A_TERM)
    loose = [term for term in terms if stem(term) not in plain_words() and not is_grounded(term, ground)]
    acronyms = dict.fromkeys(_ACRONYM.findall(prose))
    return loose + [name for name in acronyms if name not in _PLAIN_ACRONYMS and not is_grounded(name.lower(), ground)]


def _listed(terms: list[str]) -> str:
    return ", ".join(f"“{term}”" for term in terms[:3])
