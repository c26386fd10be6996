"""Does it claim that an exception is raised that is not, or leave out that one always is?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.evidence.words import stems
from docgen.verify.claims import sentences
from docgen.verify.finding import Finding

_RAISES = re.compile(
    r"\b(?:raises?|raised|throws?|raising) (?:an? |the )?`{0,2}((?:\w+\.)*[A-Z]\w*(?:Error|Exception"
    r"|Warning|Exit|Interrupt|Iteration))\b"
)
_NEGATED = re.compile(
    r"\b(?:not|never|no|without|instead of|rather than|n't|avoids?|prevents?)\b[^.;,]{0,40}$", re.IGNORECASE
)
_REFUSES = re.compile(
    r"\b(?:rais|throw|prevent|forbid|disallow|prohibit|block|refus|reject|unsupported|not supported|not allowed|invalid"
    r"|not (?:be )?(?:implemented|possible|permitted)|cannot|can't|immutable|read-only|never|disabl|error|exception)",
    re.IGNORECASE,
)
_RAISES_IF = re.compile(
    r"^(?:if|when|unless)\b[^.]*\b(?:raises?|raised)\b|\b(?:raises?|raised)\b[^.;]{0,40}\b(?:if|unless)\b",
    re.IGNORECASE,
)
_ANY_EXCEPTION = stems("error exception type value runtime attribute key")


def check_raised(text: str, facts: Facts) -> Iterator[Finding]:
    """Find claims about what a function raises that its body contradicts."""
    does = facts.behaviour
    if does is not None and facts.exists and facts.subject.kind == "function":
        yield from _raises(text, facts, does)
        yield from _only_raises(text, facts, does)


def _raises(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    for match in _RAISES.finditer(text):
        name = match[1].rpartition(".")[2]
        if _NEGATED.search(text[: match.start()]):
            continue
        known = facts.scope is None or name in facts.scope.names
        raised = {raised.rpartition(".")[2] for raised in does.raises}
        if name not in raised and not does.reraises and (not known or not (does.calls or does.handles)):
            yield Finding(
                code="raises-nothing", message=f"It says that `{name}` is raised, but nothing here raises it."
            )


def _only_raises(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    """Find what is said of a function that does nothing but raise an exception, whatever it is given."""
    if not does.always_raises:
        return
    names = stems(" ".join(does.raises))
    if not _REFUSES.search(text) and not stems(text) & (names - _ANY_EXCEPTION):
        message = f"`{facts.element}` does nothing but raise `{does.raises[0]}`: say so."
        yield Finding(code="always-raises", message=message)
    elif len(does.raises) == 1 and not does.tests and any(_RAISES_IF.search(sentence) for sentence in sentences(text)):
        message = f"`{facts.element}` raises `{does.raises[0]}` always, not under a condition."
        yield Finding(code="always-raises", message=message)
