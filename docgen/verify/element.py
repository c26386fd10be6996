"""Does it speak of this element, of another one, or of one that does not exist?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import stem, stems
from docgen.verify.claims import split_header
from docgen.verify.finding import Finding

_OPENING = re.compile(
    r"^(?:The |This )?`?(?P<name>[A-Za-z_][\w.]*)(?:\(\))?`? (?:\w+ )?(?:method|function|class|constructor|property)\b"
)
_SWITCH = re.compile(r"Whether (?:or not )?to (?P<verb>\w+)", re.IGNORECASE)
_ACTIONS = frozenset("add allow check drop force hide ignore include keep mark print return set show skip".split())
_PLAIN = frozenset({"abstract", "class", "static", "this", "the", "async", "generic", "base", "following", "a", "an"})


def check_element(text: str, facts: Facts) -> Iterator[Finding]:
    """Find texts about parts that the element does not have, and summaries whose subject is another symbol.

    A callee or a caller that is named first has taken the text over.
    """
    if not facts.exists:
        yield Finding(code="nonexistent-parameter", message=f"`{facts.element}` has no {facts.role} `{facts.name}`.")
        return
    if facts.subject.kind == "parameter":
        yield from _another_action(text, facts)
    if facts.subject.kind not in ("function", "class", "overview"):
        return
    opening = _OPENING.match(text)
    if opening is None or opening["name"].casefold() in _PLAIN:
        return
    name = opening["name"].rpartition(".")[2]
    is_symbol = f"`{opening['name']}" in text or "_" in name or "." in opening["name"]
    if is_symbol and name not in (facts.element, facts.owner):
        yield Finding(
            code="wrong-element", message=f"It describes `{opening['name']}`: describe {facts.role} `{facts.element}`."
        )


def _another_action(text: str, facts: Facts) -> Iterator[Finding]:
    """Find switches that are said to do what their name only speaks of: `skip_sorted` does not say whether to sort."""
    action, _, about = facts.name.partition("_")
    said = split_header(text)[1]
    switched = _SWITCH.match(said)
    if switched is None or action not in _ACTIONS or stem(action) in stems(said):
        return
    if stem(switched["verb"].lower()) in stems(about):
        message = f"`{facts.name}` switches whether to {action}, not whether to {switched['verb']}."
        yield Finding(code="wrong-element", message=message)
