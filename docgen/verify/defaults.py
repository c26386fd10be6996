"""Does it state a default other than the one in the signature?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.verify.finding import Finding

_VALUE = r"[`'\"“]?(?P<value>-?\d[\d_.eE+-]*|[A-Za-z_][\w.]*(?:\(\))?|\[\]|\{\}|\(\))[`'\"”]?"
_CLAIM = re.compile(
    rf"\bdefaults? (?:value )?(?:is|are|of|to|=|:)+ ?(?:set to )?(?:an? |the )?{_VALUE}"
    rf"|\bdefault(?:s|ing|ed) to (?:an? |the )?{_VALUE.replace('value', 'other')}"
    rf"|\(default:? {_VALUE.replace('value', 'third')}\)",
    re.IGNORECASE,
)


def check_defaults(text: str, facts: Facts) -> Iterator[Finding]:
    """Find defaults that the signature does not have; of literals alone is the value known."""
    if facts.subject.kind not in ("parameter", "attribute"):
        return
    for claim in _CLAIM.finditer(text):
        said = next(value for value in claim.groupdict().values() if value)
        if facts.default is None:
            yield Finding(code="wrong-default", message=f"It states the default {said}, but there is none.")
        elif not _is_same(said.rstrip("."), facts.default):
            yield Finding(code="wrong-default", message=f"It states the default {said}, which is {facts.default}.")


def _is_same(said: str, default: str) -> bool:
    if said.casefold() == default.strip("'\"").casefold():
        return True
    try:
        return bool(ast.literal_eval(said) == ast.literal_eval(default))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
