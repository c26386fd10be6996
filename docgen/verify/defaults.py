"""Does it state a default, or that there is one, against the signature?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import stem
from docgen.verify.claims import split_header
from docgen.verify.finding import Finding

_VALUE = r"[`'\"“*]*(?P<value>-?\d[\d_.eE+-]*|[A-Za-z_][\w.]*(?:\(\))?|\[\]|\{\}|\(\))[`'\"”*]*"
_OF_WHAT = r"(?: (?:for|of) (?:the )?[`'\w]+(?: parameter| argument)?)?"
_CLAIM = re.compile(
    rf"\bdefaults?(?: value)?{_OF_WHAT}\s*(?:\bis\b|\bare\b|\bof\b|\bto\b|=|:)+\s*(?:set to )?(?:an? |the )?{_VALUE}"
    rf"|\bdefault(?:s|ing|ed) to (?:an? |the )?{_VALUE.replace('value', 'other')}"
    rf"|\((?:optional,? ?)?(?:default|optional)[:=]? ?{_VALUE.replace('value', 'third')}[^)]*\)"
    rf"|\b{_VALUE.replace('value', 'fourth')} \((?:the )?default(?: value)?\)"
    rf"|\b{_VALUE.replace('value', 'fifth')}(?<!\.) by default\b",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(
    r"\((?:optional,? ?)?default(?:s to)?\s*[:=]?\s*([^()]*(?:\([^()]*\)[^()]*)?)\)", re.IGNORECASE
)
_NAMED = re.compile(
    r"[`'](?P<name>\w+)[`'],? (?:(?:which|that|and) )?"
    r"(?:defaults? to|is by default|\(default[:=]?) [`'\"]?(?P<said>[\w.+-]+)"
)
_CONSTANT = re.compile(r"[A-Z][A-Z\d]*(?:_[A-Z\d]+)+")
_VALUES = frozenset({"none", "true", "false"})
_EMPTY_FALLBACK = re.compile(
    r"\b(?:the|a|its?) default \w+ (?:will be |is |are )?(?:used|applied|applies|apply)\b|\b(?:system"
    r"|library)'s default\b",
    re.IGNORECASE,
)
_BY_DEFAULT = re.compile(r"(?P<verb>[A-Z][a-z]+s)\b(?! (?:no|not|nothing|never)\b)[^.,;]{0,40}? by default\b")
_FALLS_BACK = re.compile(
    r"\b(?:uses?|using|(?:fall|falls) back (?:to|on)|on|with) (?:the|a|its) default \w+(?=[.,;]|$)", re.IGNORECASE
)


def check_defaults(text: str, facts: Facts) -> Iterator[Finding]:
    """Find defaults that the signature does not have; of literals alone is the value known."""
    if facts.subject.kind not in ("parameter", "attribute") or not facts.exists:
        return
    header, said_of_it = split_header(text)
    claims = [next(value for value in claim.groupdict().values() if value) for claim in _CLAIM.finditer(text)]
    claims = [claim for claim in claims if _is_value(claim, text)] + ([header.default] if header.default else [])
    if facts.default is None and not claims:
        claims = [claim.strip() for claim in _PARENTHESIS.findall(text) if claim.strip()]
    for said in dict.fromkeys(claim.rstrip(".") or claim for claim in claims):
        if facts.default is None and not _replaced_by(said, facts):
            yield Finding(code="wrong-default", message=f"It states the default {said}, but there is none.")
        elif facts.default and not is_same_value(said, facts.default) and not _replaced_by(said, facts):
            yield Finding(code="wrong-default", message=f"It states the default {said}, which is {facts.default}.")
    if facts.subject.kind == "parameter" and (done := _done_by_default(said_of_it, facts)):
        yield Finding(code="wrong-default", message=f"It says that one has to {done} by default, which is False.")
    if facts.subject.kind == "parameter" and _is_unset(facts) and _falls_back(said_of_it, facts):
        yield Finding(
            code="unknown-fallback", message="It says that some default applies, without ground: leave that out."
        )


def check_named_defaults(text: str, facts: Facts) -> Iterator[Finding]:
    """Find what a function's text says of the defaults of parameters that it names, against the signature."""
    if facts.subject.kind != "function":
        return
    for match in _NAMED.finditer(text):
        name, said = match["name"], match["said"]
        if name not in facts.parameters:
            continue
        default = facts.defaults.get(name)
        if default is None or (said and not is_same_value(said.strip("`'\"."), default)):
            instead = f"is {default}" if default else "does not exist"
            yield Finding(code="wrong-default", message=f"It speaks of a default of `{name}`, which {instead}.")


def check_optionality(text: str, facts: Facts) -> Iterator[Finding]:
    """Find required parameters that are said to be optional."""
    if facts.subject.kind != "parameter" or not facts.exists or not facts.required:
        return
    accepts_none = re.search(r"\bOptional\b|\bNone\b", facts.annotation or "") or any(
        use.kind in ("compared", "defaulted", "tested") for use in facts.uses
    )
    header, said = split_header(text)
    if (
        header.optional
        or re.search(r"\(optional\b[^)]*\)", text, re.IGNORECASE)
        or said.startswith("Optional. ")
        or (re.match(r"(?:an? )?optional\b", said, re.IGNORECASE) and not accepts_none)
    ):
        yield Finding(code="wrong-optionality", message="It calls the parameter optional, but every call must give it.")
    elif not accepts_none and re.match(r"if (?:it is )?(?:provided|given|specified)\b", said, re.IGNORECASE):
        yield Finding(code="wrong-optionality", message="It says “if provided”, but every call must give it.")


def is_same_value(said: str, default: str) -> bool:
    """Whether a value as a text states it is the default as the code has it."""
    if said.strip("'\"`").casefold() == default.strip("'\"").casefold():
        return True
    try:
        return bool(ast.literal_eval(said) == ast.literal_eval(default))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return said.rpartition(".")[2] == default.rpartition(".")[2] or _is_value_of_constant(said, default)


def _is_value_of_constant(said: str, default: str) -> bool:
    """Whether the name of a constant says that it may hold this value: `TERM` for `TERM_SIGNAL`."""
    return bool(_CONSTANT.fullmatch(default)) and said.strip("'\"`").casefold() in default.casefold().split("_")


def _is_value(claim: str, text: str) -> bool:
    """Whether what follows `default` is a value and not the next word of prose."""
    if not claim.isalpha() or not claim.islower() or claim in _VALUES:
        return True
    return bool(re.search(rf"[`'\"]{claim}[`'\"]|default[:=] ?{claim}\b|default (?:is|of) {claim}[.)\s]*$", text)) or (
        re.search(rf"defaults? to {claim}[.)]*$", text.strip()) is not None
    )


def _replaced_by(said: str, facts: Facts) -> bool:
    """Whether the body puts this value in the parameter's place."""
    bare = said.strip("`'\".")
    instead = (use.target for use in facts.uses if use.kind in ("replaced", "defaulted"))
    return bare != "None" and any(re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", target) for target in instead)


def _falls_back(said: str, facts: Facts) -> bool:
    """Whether a text speaks of a default that nobody knows: what the body puts in place may well be called so."""
    filled = any(use.kind in ("replaced", "defaulted") for use in facts.uses)
    return bool(_EMPTY_FALLBACK.search(said) or (not filled and _FALLS_BACK.search(said)))


def _done_by_default(said: str, facts: Facts) -> str:
    """Return what a text says is done by default though the switch of that name is off; else nothing."""
    verb = facts.name.partition("_")[0]
    done = _BY_DEFAULT.match(said)
    return verb if done and facts.default == "False" and stem(done["verb"].lower()) == stem(verb) else ""


def _is_unset(facts: Facts) -> bool:
    return facts.default in (None, "None")
