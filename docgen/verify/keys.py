"""Does it say that a dictionary's keys are other things than the code makes them?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.verify.finding import Finding

_KEYS = re.compile(r"\bkeys are (?P<things>[^.,;:]{3,60}?)(?= and\b|[.,;:]|\Z)", re.IGNORECASE)
_OF_ANY_KIND = frozenset(
    stem(word)
    for word in """
    the a an of for in to its their all each this that which these those name names string strings identifier value
    dictionary key field label constant fixed same unique sorted used not as with by given
    """.split()
)


def check_keys(text: str, facts: Facts) -> Iterator[Finding]:
    """Find things that are said to be the keys, where the body writes all of the keys out, and they are others."""
    if not facts.keys:
        return
    ground = stems(" ".join(facts.keys))
    for match in _KEYS.finditer(text):
        things = [word for word in words(match["things"]) if stem(word) not in _OF_ANY_KIND]
        if things and not any(is_grounded(thing, ground) for thing in things):
            keys = ", ".join(f"`{key}`" for key in facts.keys[:3])
            yield Finding(code="wrong-keys", message=f"The keys are {keys}, not {match['things']}.")
            return
