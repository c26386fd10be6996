"""Does it say more than the name and the annotation already do?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import is_grounded, plain_words, stem, stems, words
from docgen.verify.claims import split_header
from docgen.verify.finding import Finding

_EMPTY_WORDS = frozenset(
    stem(word)
    for word in """
    a an the this that these of for to in on by with as at from and or is are be it its which used use uses using
    value values parameter parameters argument arguments variable function method class object instance attribute
    property optional required type given returns return returned result provides represents specifies contains
    default bool boolean int integer str string float number dict dictionary list tuple set none true false any callable
    whether flag if will should when specify specified indicates indicate determines determine include
    included containing
    sets updates updated update initializes initialize initializing new current s
    """.split()
)
_PADDING = re.compile(
    r"\b(?:typically|allowing|enabling|ensuring|such as|flexib\w+|efficient(?:ly)?|seamless\w*|various"
    r"|overall|robust|intended to be)\b",
    re.IGNORECASE,
)
_USEFUL = re.compile(
    r"\b(?:(?:is|are|be) (?:particularly |especially |often )?(?:useful|helpful|handy|important|essential|crucial)"
    r" (?:for|when|if|in|to)\b|comes in handy\b)",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\w,? (?:thereby |thus )?(?:ensuring|allowing|enabling|facilitating|making it (?:easy|easier|possible))\b"
    r"|(?<!whether )(?<!used )(?<!how )\bto ensure\b",
    re.IGNORECASE,
)
_LONG = 15


def check_vagueness(text: str, facts: Facts) -> Iterator[Finding]:
    """Find texts that only expand the name or restate the annotation, and padding that fits any code of the name."""
    said = split_header(text)[1]
    if _USEFUL.search(said) or _PURPOSE.search(said):
        yield Finding(code="guessed-use", message="It says what the code is good for: leave that out.", severity="form")
    own = f"{facts.name} {facts.annotation or ''} {facts.role}"
    place = f"{facts.owner} {facts.element} {facts.subject.element}"
    known = stems(own if facts.subject.kind == "parameter" else f"{own} {place}")
    loose = [word for word in words(said) if stem(word) not in _EMPTY_WORDS and not is_grounded(word, known)]
    if not loose:
        yield Finding(
            code="restates-name",
            message="It only repeats the name or the type: say what the code does with it.",
            severity="vague",
        )
    elif (
        len(words(said)) >= _LONG
        and _PADDING.search(said)
        and all(stem(word) in plain_words() for word in loose)
        and "`" not in said
    ):
        yield Finding(
            code="padding",
            message="It would fit any code of that name: say what this code does.",
            severity="vague",
        )
