"""Does it say what happens without a value, or with True or False, where the code says otherwise or nothing?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.evidence.facts import Facts
from docgen.evidence.parameters import Use
from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.verify.claims import sentences, split_header
from docgen.verify.finding import Finding
from docgen.verify.terms import MANY

_WITHOUT = re.compile(
    r"\b(?:if|when|unless) (?:(?:it|this|this parameter|none|they|the `?\w+`?|`\w+`) )?(?:is |are )?"
    r"(?:(?:not|n't) |un)(?:explicitly )?(?:specified|provided|given|set|passed|supplied)\b"
    r"|\b(?:if|when) (?:no|none of the) (?:[\w`-]+ ){1,4}(?:is|are) (?:specified|provided|given|passed|supplied|set)\b"
    r"|\b(?:if|when) (?:it is )?(?:omitted|left out|left unspecified|not used)\b"
    r"|\bno value at all\b",
    re.IGNORECASE,
)
_OFF = re.compile(r"\b(?:if|when) (?:it is |set to )?[`*]*False[`*]*\b|(?:(?<=[;.,] )|^)otherwise,? ", re.IGNORECASE)
_ON = re.compile(r"\b(?:if|when) (?:it is |set to )?[`*]*True[`*]*(?!\w),?", re.IGNORECASE)
_DEFAULT_VALUE = re.compile(r"\bdefaults? (?:to|is)\b|\bas (?:the|a) default\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:no|not|never|without|none|nothing|instead|ignored?|skipped|unchanged|disabled?|cannot|raises?|error)\b|n't\b",
    re.IGNORECASE,
)
_WHETHER_TO = re.compile(
    r"\bwhether (?:or not )?(?:to |(?:the |an? )?\w+ (?:should|will|is to) (?:be )?)(\w+)", re.IGNORECASE
)
_LITERAL = re.compile(r"`[^`]+`|\b(?:None|True|False)\b|\d")
_EMPTY_VALUE = re.compile(r"\ban? empty (string|list|dictionary|dict|tuple|set)\b", re.IGNORECASE)
_EMPTIES = {"string": "str", "dictionary": "dict"}
_SAID_OF_ANY_VALUE = frozenset(
    stem(word)
    for word in """
    a an the this that these of for to in on by with as at from and or is are be it its which will would can may all any
    each every used use uses using value values parameter argument default defaults function method object class when
    if then than into set one they their them so also only still both own given passed provided specified current
    required omit
    """.split()
)
_SETTLED = ("tested", "compared", "defaulted", "replaced")


def check_fallbacks(text: str, facts: Facts) -> Iterator[Finding]:
    """Find claims about a call that leaves a parameter out, or turns it on or off, that the code does not bear out."""
    if not facts.exists or facts.behaviour is None:
        return
    said = split_header(text)[1]
    for sentence in sentences(said):
        without, set_to = _WITHOUT.search(sentence), _OFF.search(sentence) or _ON.search(sentence)
        if facts.subject.kind == "parameter" and without:
            yield from _left_out(sentence, without, said, facts)
            return
        if facts.subject.kind == "parameter" and set_to:
            yield from _set_to(sentence, set_to, facts)
            return
        if facts.subject.kind == "function" and without:
            named = [name for name in facts.parameters if re.search(rf"[`']{re.escape(name)}[`']", sentence)]
            if (
                len(named) == 1
                and named[0] in facts.defaults
                and _is_only_passed(facts.behaviour.uses.get(named[0], ()))
            ):
                yield from _unshown(sentence, without, facts)


def _set_to(sentence: str, condition: re.Match[str], facts: Facts) -> Iterator[Finding]:
    """Find what True or False is said to do; what True does, a name may say by itself."""
    if _OFF.search(sentence):
        yield from _unshown(sentence, condition, facts)
    elif not stems(facts.name) <= stems(_outcome(sentence, condition)):
        yield from _unshown(sentence, condition, facts, least=MANY)


def _left_out(sentence: str, without: re.Match[str], said: str, facts: Facts) -> Iterator[Finding]:
    if facts.required and not _accepts_nothing(facts):
        message = "It says what happens without a value, but every call must give one."
        yield Finding(code="wrong-optionality", message=message)
        return
    outcome = _outcome(sentence, without)
    switched = _WHETHER_TO.search(said)
    if facts.default == "False" and switched and stem(switched[1].lower()) in stems(outcome):
        if not _NEGATED.search(outcome):
            yield Finding(
                code="wrong-default", message=f"It says that one has to {switched[1]} by default, which is False."
            )
        return
    yield from _unshown(sentence, without, facts)


def _unshown(sentence: str, condition: re.Match[str], facts: Facts, least: int = 1) -> Iterator[Finding]:
    """Find outcomes in words that the code does not have, where it does not look at the parameter at all."""
    outcome = _outcome(sentence, condition)
    if _settles(facts) or _NEGATED.search(outcome) or _LITERAL.search(outcome) or _DEFAULT_VALUE.search(outcome):
        return
    ground = facts.scope.words if facts.scope else frozenset()
    told = [word for word in words(outcome) if stem(word) not in _SAID_OF_ANY_VALUE]
    loose = [word for word in told if not is_grounded(word, ground)]
    if len(loose) >= least:
        message = f"Nothing here shows what happens then (“{loose[0]}”): leave that out."
        yield Finding(code="unknown-fallback", message=message)


def _outcome(sentence: str, condition: re.Match[str]) -> str:
    """Return what is said to happen under a condition: what follows it, else what stands before."""
    after = sentence[condition.end() :].strip(" .,;:)")
    return after or re.split(r"[,;]\s|\bor\b", sentence[: condition.start()].strip(" ,("))[-1]


def _settles(facts: Facts) -> bool:
    """Whether the function, or a method that reads what is stored, decides something by the parameter's value."""
    return any(use.kind in _SETTLED for use in facts.uses) or bool(facts.readers)


def _is_only_passed(uses: Sequence[Use]) -> bool:
    return all(use.kind == "passed" for use in uses)


def _accepts_nothing(facts: Facts) -> bool:
    return _settles(facts) or re.search(r"\bOptional\b|\bNone\b", facts.annotation or "") is not None
