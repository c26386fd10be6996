"""Does every identifier in it exist where the element stands?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import plain_words, stem
from docgen.verify.finding import Finding

_QUOTED = re.compile(r"``([^`\n]+)``|`([^`\n]+)`")
_BARE = re.compile(
    r"(?<![\w.`'\"/:-])([A-Za-z][a-z0-9]*(?:_[A-Za-z0-9]+)+_*|[A-Za-z_]\w*\(\))(?![\w`'\"/-])"
    r"|\b((?:[A-Z][a-z0-9]+){2,})(?= (?:class|object|instance|method|function|exception)s?\b)"
    r"|\b((?:[A-Z][a-z0-9]+)+(?:Error|Exception))\b"
)
_LITERAL = re.compile(r"(?<!\w)\"([a-z][a-z0-9_]+)\"|(?<!\w)'([a-z][a-z0-9_]+)'(?!\w)")
_NAME = re.compile(r"(?<![\w.'\"])[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_PROTOCOL = re.compile(r"__[a-z]+(?:_[a-z]+)*__")
_PLACEHOLDERS = re.compile(r"[A-Z][A-Z\d_]+")
_ROLE = re.compile(r":[a-z:]+:`(?:[^`<]*<)?[~!.]?([\w.]*)>?`")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_SIGNATURE_CLAIM = re.compile(
    r"\b(?:takes?|accepts?|expects?|receives?) (?:in )?(?:an?|the|one|two)? ?(?:\w+ ){0,3}?(?:parameters?"
    r"|arguments?)[ :,]*(?:called|named)? ?`(\w+)`"
    r"|\bthe `(\w+)` (?:parameter|argument)\b|\b(?:parameter|argument) `(\w+)`",
    re.IGNORECASE,
)
_SHORT = 2


def check_names(text: str, facts: Facts) -> Iterator[Finding]:
    """Find identifiers that nothing in reach of the element is called."""
    if facts.scope is None or not facts.exists:
        return
    for name in dict.fromkeys(_identifiers(text)):
        if missing := _missing(name, facts.scope.names):
            yield Finding(code="nonexistent-name", message=f"Nothing here is called `{missing}`.")


def check_parameters_named(text: str, facts: Facts) -> Iterator[Finding]:
    """Find parameters that a text gives to a function without them."""
    if facts.subject.kind != "function" or facts.behaviour is None or "property" in facts.labels:
        return
    takes_anything = any(name in ("kwargs", "options", "kwds") for name in facts.parameters)
    for match in _SIGNATURE_CLAIM.finditer(text):
        name = next(group for group in match.groups() if group)
        if name not in facts.parameters and name not in ("self", "cls") and not takes_anything:
            yield Finding(code="nonexistent-parameter", message=f"`{facts.element}` has no parameter `{name}`.")


def _identifiers(text: str) -> Iterator[str]:
    text = _ROLE.sub(_role_as_code, text)
    for match in _QUOTED.finditer(text):
        inside = _STRING.sub(" ", match[1] or match[2])
        if not inside.startswith((">>>", "$", "-", "/", "http")):
            # In the shape of a container, capitals stand for any value.
            is_shape = inside.startswith(("{", "[", "("))
            names = _NAME.findall(inside)
            yield from (name for name in names if not (is_shape and _PLACEHOLDERS.fullmatch(name)))
    rest = _STRING.sub(" ", _QUOTED.sub(" ", text))
    yield from ("".join(match).removesuffix("()") for match in _BARE.findall(rest))
    quoted = ("".join(match) for match in _LITERAL.findall(_QUOTED.sub(" ", text)))
    yield from (name for name in quoted if "_" in name or stem(name) not in plain_words())


def _role_as_code(role: re.Match[str]) -> str:
    """Return the target of a cross-reference as code; one with a path may be of another package."""
    return " " if "." in role[1] or not role[1] else f"`{role[1]}`"


def _missing(name: str, names: frozenset[str]) -> str:
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names or _PROTOCOL.fullmatch(parts[-1]):
        return ""
    lowered = {parts[-1], parts[-1].rstrip("s")}
    if len(parts[-1]) <= _SHORT or lowered & names or parts[-1].lower() in names:
        return ""
    return name
