"""Does it say more than the name and the annotation already do?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.verify.finding import Finding

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_EMPTY_WORDS = frozenset(
    """
    a an the this that these of for to in on by with as at from and or is are be it its which used use uses using
    value values parameter parameters argument arguments variable function method class object instance attribute
    property optional required type given returns return returned result provides represents specifies contains
    default bool boolean int integer str string float number dict dictionary list tuple set none true false any callable
    """.split()
)


def check_vagueness(text: str, facts: Facts) -> Iterator[Finding]:
    """Find texts that only expand the name or restate the annotation."""
    known = {_stem(word) for word in _words(f"{facts.name} {facts.annotation or ''} {facts.role} {facts.owner}")}
    said = {_stem(word) for word in _words(text)} - {_stem(word) for word in _EMPTY_WORDS}
    if said <= known:
        yield Finding(
            code="restates-name",
            message="It only repeats the name or the type: say what the code does with it.",
            severity="vague",
        )


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _stem(word: str) -> str:
    for ending in ("ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
