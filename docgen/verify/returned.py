"""Does it claim that a value is returned or yielded, or none, where the code does otherwise?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.evidence.words import stems
from docgen.verify.claims import sentences
from docgen.verify.finding import Finding
from docgen.verify.types import may_be_none

_NO_VALUE = re.compile(
    r"\b(?:returns|return(?:ing)?) (?:nothing|no value)\b|\b(?:does not|doesn't"
    r"|without) return(?:ing)? (?:any(?:thing| values?)|a value)\b"
    r"|\b(?:it|method|function) returns `?None`?(?=[.,;])|^Returns `?None`?\.$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"^Returns? (?!nothing\b|no\b|`?None\b|early\b|without\b|immediately\b|to\b|control\b|when\b|if\b"
    r"|once\b|after\b|silently\b)"
    r"|\b(?:it|method|function|and) returns (?:an?|the|its) (?!control\b|end\b|same state\b)",
    re.IGNORECASE,
)
_GENERATES = re.compile(
    r"^Yields?\b|\b(?:it|method|function|and) yields\b|\b(?:is|as) a generator\b(?! function)|^A generator\b",
    re.IGNORECASE,
)
_GIVEN_VALUE = re.compile(
    r"\bthat was (?:set|given|passed|provided)\b|\b(?:given|provided|passed|input) (?:value|seed|object|argument)\b",
    re.IGNORECASE,
)
_RETURNS_GIVEN = re.compile(
    r"\breturns the (?:\w+ )?(?:set|given|provided|passed|input|original|same) (?:\w+ ?){1,2}[.,]"
    r"|\breturns the original `?\w+`?(?: \w+)?[.,]"
    r"|\breturns (?:it|the \w+|`\w+`) (?:unchanged|unmodified|as is)\b"
    r"|\breturns the \w+ that was (?:set|given|passed)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"(?:set|dict|list|tuple|frozenset)\(\)|\[\]|\{\}|\(\)|''|b''")
_GIVES = re.compile(
    r"\breturn(?:s|ing)\b|^(?:Gets?|Retrieves?|Provides|Lists|Computes|Calculates|Collects)\b", re.IGNORECASE
)
_OF_NOTHING = re.compile(
    r"\b(?:always|never|constant|fixed|empty|no|nothing|none|not|cannot|without|placeholder)\b|n't\b", re.IGNORECASE
)
_ACTION = re.compile(
    r"^(?:Adds|Appends|Applies|Calls|Checks|Clears|Closes|Collects|Computes|Converts|Creates|Deletes|Ensures|Executes"
    r"|Initializes|Loads|Opens|Performs|Prints|Raises|Reads|Registers|Removes|Resets|Runs|Saves|Sends|Sets|Shuts"
    r"|Starts|Stops|Stores|Updates|Writes)\b"
)
_OR_NONE = re.compile(
    r"\b(?:or|otherwise|else|and)(?: it (?:is|returns))?,? `?None`?\b|\b`?None`? (?:if|when|otherwise|in case)\b",
    re.IGNORECASE,
)
_RAISED_VALUE = re.compile(
    r"\bor (?:raises )?an? (?:exception|error)(?: is raised)? (?:if|when|otherwise)\b", re.IGNORECASE
)
_HEAD_OF_VALUE = re.compile(
    r"^Returns? (?:the|an?|its) (?P<head>[^.,;]*?)(?=[.,;]| (?:of|in|with|for|to|from|that|which|as|at|by|on)\b)", re.I
)
_OF_ITSELF = stems("self itself instance object same current iterator manager context builder chain")
_WORDS_OF_NOTHING = re.compile(r"^(?:`?None`?|Nothing)\b", re.IGNORECASE)


def check_returned(text: str, facts: Facts) -> Iterator[Finding]:
    """Find claims about what a function gives back that its body contradicts."""
    does = facts.behaviour
    if does is None or not facts.exists:
        return
    if facts.subject.kind == "function":
        yield from _returns(text, facts, does)
        yield from _yields(text, facts, does)
        yield from _given_back(text, facts, does)
        yield from _itself(text, facts, does)
        yield from _empty(text, facts, does)
    elif facts.subject.kind == "returns":
        yield from _returned_value(text, facts, does)
    elif facts.subject.kind == "yields" and not does.yields and not does.is_abstract:
        yield Finding(code="yields-nothing", message=f"`{facts.element}` yields nothing.")


def _returns(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    if does.is_abstract or "property" in facts.labels:
        return
    if does.gives_value and _NO_VALUE.search(text) and "None" not in does.returns and not does.ends:
        yield Finding(code="returns-value", message=f"It says that nothing is returned, but `{does.returns[0]}` is.")
    gives_nothing = not does.gives_value and not does.yields and not _hands_over(does) and not _is_contextual(facts)
    if gives_nothing and any(_VALUE.search(sentence) for sentence in sentences(text)):
        yield Finding(
            code="returns-nothing", message=f"It says that something is returned, but `{facts.element}` returns None."
        )


def _hands_over(does: Behaviour) -> bool:
    """Whether the body never comes back, so that what a caller gets is not decided by a `return`."""
    return not does.ends and not does.returns


def _is_contextual(facts: Facts) -> bool:
    return "contextmanager" in facts.labels


def _yields(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    if does.yields or does.is_abstract or does.gives_value:
        return
    if any(_GENERATES.search(sentence) for sentence in sentences(text)):
        yield Finding(code="yields-nothing", message=f"It speaks of a generator, but `{facts.element}` yields nothing.")


def _given_back(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    """Find summaries that say that an argument is returned where it is not."""
    claimed = any(_RETURNS_GIVEN.search(sentence) for sentence in sentences(text))
    returned = [does.assigned.get(value, value) for value in does.returns]
    if claimed and does.gives_value and not any(_mentions(value, facts.parameters) for value in returned):
        yield Finding(
            code="not-the-given-value", message=f"What is returned is `{does.returns[0]}`, not what was given."
        )


def _itself(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    """Find summaries that say that something else is returned than the instance itself."""
    named = _HEAD_OF_VALUE.match(text)
    if named is None or set(does.returns) != {"self"} or does.ends or does.yields or facts.element.startswith("__"):
        return
    itself = _OF_ITSELF | stems(facts.owner)
    if not stems(" ".join(word for word in named["head"].split() if "'" not in word)) & itself:
        yield Finding(code="returns-itself", message="What is returned is the instance itself.")


def _empty(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    """Find what tells of the contents of a value that is always empty."""
    values = set(does.returns)
    if does.ends or does.yields or len(values) != 1:
        return
    [value] = values
    tells = "property" in facts.labels or facts.subject.kind == "returns" or _GIVES.search(text)
    if _EMPTY.fullmatch(value) and tells and value not in text and not _OF_NOTHING.search(text):
        yield Finding(code="always-empty", message=f"What is returned is always `{value}`.")


def _returned_value(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    if _ACTION.match(text) or _RAISED_VALUE.search(text):
        yield Finding(
            code="not-a-value", message="It says what a call does: say what the returned value is.", severity="form"
        )
    if does.is_abstract and _NO_VALUE.search(text) and _is_typed(facts):
        yield Finding(code="returns-value", message=f"It says that nothing is returned, but `{facts.annotation}` is.")
    if does.is_abstract or does.yields or _is_contextual(facts):
        return
    yield from _empty(text, facts, does)
    if not does.gives_value and not _hands_over(does) and not _WORDS_OF_NOTHING.match(text):
        yield Finding(code="returns-nothing", message=f"`{facts.element}` returns None.")
    elif _OR_NONE.search(text) and _is_never_none(facts, does):
        yield Finding(code="never-none", message=f"It says that None may be returned, but `{does.returns[0]}` is.")
    elif (
        _GIVEN_VALUE.search(text)
        and does.gives_value
        and not any(_mentions(value, facts.parameters) for value in does.returns)
    ):
        yield Finding(
            code="not-the-given-value", message=f"What is returned is `{does.returns[0]}`, not what was given."
        )


def _is_never_none(facts: Facts, does: Behaviour) -> bool:
    """Whether a value always comes back, of an annotation that None has no place in."""
    return _is_typed(facts) and not does.ends and "None" not in does.returns


def _is_typed(facts: Facts) -> bool:
    """Whether an annotation rules None out."""
    return bool(facts.annotation) and not may_be_none(facts.annotation or "")


def _mentions(value: str, parameters: tuple[str, ...]) -> bool:
    return value in parameters or value == "self" or any(value.startswith(f"{name}.") for name in parameters)
