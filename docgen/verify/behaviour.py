"""Does it claim that the code returns, yields, raises, sets, awaits or calls what it does not?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.evidence.scope import BUILTIN_NAMES
from docgen.evidence.words import is_grounded, stem, stems, words
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
_RAISES = re.compile(
    r"\b(?:raises?|raised|throws?|raising) (?:an? |the )?`{0,2}((?:\w+\.)*[A-Z]\w*(?:Error|Exception"
    r"|Warning|Exit|Interrupt|Iteration))\b"
)
_NEGATED = re.compile(
    r"\b(?:not|never|no|without|instead of|rather than|n't|avoids?|prevents?)\b[^.;,]{0,40}$", re.IGNORECASE
)
_ABSTRACT = re.compile(
    r"\babstract method\b|\bmust be (?:implemented|overridden)\b|\b(?:is|as) a placeholder\b|\bno implementation\b",
    re.IGNORECASE,
)
_RECURSIVE = re.compile(r"\brecursive(?:ly)?\b|\bcalls itself\b", re.IGNORECASE)
_ASYNC = re.compile(
    r"\bis (?:an )?(?:async(?:hronous)?|coroutine) (?:method|function)\b|\ba coroutine that\b|^Asynchronous(?:ly)? \w",
    re.IGNORECASE,
)
_PARENT = re.compile(
    r"\b(?:call(?:s|ing)?|invok(?:es|ing)|delegat(?:es|ing) to|(?:runs|running)) (?:\w+ ){0,2}?(?:its |the )?"
    r"(?:parent|super|base)(?: ?class)?(?:'s|’s)?(?: class(?:'s|’s)?)?(?:['’]s)?\b(?: (?:version"
    r"|implementation) of)?(?: `?(?P<name>\w+)`?)?",
    re.IGNORECASE,
)
_SETS_PROPERTY = re.compile(r"^(?:Gets? (?:and|or) sets?|Sets?)\b", re.IGNORECASE)
_CAN_BE_SET = re.compile(
    r"\ballow(?:s|ing)? (?:you |one |users? |callers? )?(?:to )?(?:set|chang|modify|assign|updat)(?:e|ing)?\b"
    r"|\b(?:used|possible) to (?:set|change|modify|update|assign)\b|\bproperty (?:that )?(?:sets|changes|modifies)\b",
    re.IGNORECASE,
)
_GIVEN_VALUE = re.compile(
    r"\bthat was (?:set|given|passed|provided)\b|\b(?:given|provided|passed|input) (?:value|seed|object|argument)\b",
    re.IGNORECASE,
)
_RETURNS_GIVEN = re.compile(
    r"\breturns the (?:\w+ )?(?:set|given|provided|passed|input|original|same) (?:\w+ ?){1,2}[.,]"
    r"|\breturns the \w+ that was (?:set|given|passed)\b",
    re.IGNORECASE,
)
_ITERATES = re.compile(r"\b(?:iterates|loops) (?:over|through)\b", re.IGNORECASE)
_DETAIL = re.compile(r", (?!including\b)\w+ing\b[^.]*")
_OWN_METHOD = re.compile(r"(?:self|cls)\.\w+")
_ASYNC_WORDS = ("async", "asynchronous", "asyncio", "await")
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
_WORDS_OF_NOTHING = re.compile(r"^(?:`?None`?|Nothing)\b", re.IGNORECASE)


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
_IS_ALREADY = re.compile(
    r"\b(?:if|when|unless) (?:the |an? )?(?:[\w`]+ ){1,4}?(?:is|are|has|have) already (?:been )?"
    r"(?P<state>[^.,;]{3,40})(?=[.,;])",
    re.IGNORECASE,
)
_LETTERS_OF_AN_ARTICLE = 3
_HAS_METHODS = re.compile(
    r"\b(?:provides|defines|adds|implements|overrides) (?:an?|the|some|several|additional|its own) (?:\w+ )?methods?\b",
    re.IGNORECASE,
)


def check_behaviour(text: str, facts: Facts) -> Iterator[Finding]:
    """Find claims about what a function does that its body contradicts."""
    if facts.subject.kind == "class" and facts.is_empty and _HAS_METHODS.search(text):
        yield Finding(code="nothing-defined", message=f"`{facts.element}` defines nothing of its own.")
    does = facts.behaviour
    if does is None or not facts.exists:
        return
    if facts.subject.kind == "function":
        yield from _returns(text, facts, does)
        yield from _yields(text, facts, does)
        yield from _given_back(text, facts, does)
        yield from _raises(text, facts, does)
        yield from _nature(text, facts, does)
        yield from _only_raises(text, facts, does)
        yield from _already(text, does)
        yield from _parent(text, facts, does)
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


def _knows(facts: Facts, *terms: str) -> bool:
    """Whether the code or its authors use one of these words, so that a text may, too."""
    return facts.scope is None or any(stem(term) in facts.scope.words for term in terms)


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


def _nature(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    if does.is_abstract and _DETAIL.search(text):
        yield Finding(
            code="no-body",
            message="There is no body that could show this: say no more than name and signature do.",
            severity="form",
        )
    if _ABSTRACT.search(text) and not does.is_abstract and "abstract" not in facts.labels and not does.delegates_to:
        yield Finding(code="not-abstract", message="It calls the method abstract or empty, but it has a body.")
    # What calls other functions of its own may come back by them.
    calls_itself = any(_may_come_back(call) or call.rpartition(".")[2] == facts.element for call in does.calls)
    if _RECURSIVE.search(text) and not calls_itself and not _knows(facts, "recursive", "recursion"):
        yield Finding(
            code="not-recursive", message=f"It speaks of recursion, but `{facts.element}` does not call itself."
        )
    if _ASYNC.search(text) and "async" not in facts.labels and not does.awaits and not _knows(facts, *_ASYNC_WORDS):
        yield Finding(code="not-async", message=f"It calls `{facts.element}` asynchronous, which it is not.")
    is_set = _SETS_PROPERTY.match(text) and not text.lower().startswith("set of")
    if facts.read_only and (is_set or _CAN_BE_SET.search(text)):
        yield Finding(
            code="read-only", message=f"It says that the property `{facts.element}` is set, but it has no setter."
        )
    if _ITERATES.search(text) and not does.loops and not does.calls and not does.is_abstract:
        yield Finding(code="no-loop", message=f"It speaks of a loop, but `{facts.element}` has none.")


def _may_come_back(call: str) -> bool:
    is_plain = ("." not in call and call[:1].islower()) or call.startswith("_")
    return bool(_OWN_METHOD.fullmatch(call)) or (is_plain and call not in BUILTIN_NAMES)


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


def _already(text: str, does: Behaviour) -> Iterator[Finding]:
    """Find what is said to be looked at beforehand, where the body asks nothing of that kind."""
    ground = stems(" ".join([*does.tests, *(value for name, value in does.assigned.items() if _is_in(name, does))]))
    for match in _IS_ALREADY.finditer(text):
        state = [word for word in words(match["state"]) if len(word) > _LETTERS_OF_AN_ARTICLE]
        if state and not any(is_grounded(word, ground) for word in state):
            yield Finding(code="untested-state", message=f"Nothing here asks whether it is already {match['state']}.")
            return


def _is_in(name: str, does: Behaviour) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", test) for test in does.tests)


def _parent(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    for match in _PARENT.finditer(text):
        called = {call.rpartition(".")[2] for call in does.calls if call.startswith("super()")}
        name = match["name"] or ""
        is_quoted = f"`{name}`" in match[0]
        if not does.calls_parent and not _calls_base_by_name(does, facts):
            yield Finding(code="no-parent-call", message="It says that the parent class is called, but it is not.")
        elif is_quoted and called and name not in called:
            yield Finding(
                code="no-parent-call", message=f"It says that the parent's `{name}` is called, but it is not."
            )


def _calls_base_by_name(does: Behaviour, facts: Facts) -> bool:
    return any(call.endswith(f".{facts.element}") and call[:1].isupper() for call in does.calls)


def _returned_value(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    if _ACTION.match(text) or _RAISED_VALUE.search(text):
        yield Finding(
            code="not-a-value", message="It says what a call does: say what the returned value is.", severity="form"
        )
    if does.is_abstract and _NO_VALUE.search(text) and _is_typed(facts):
        yield Finding(code="returns-value", message=f"It says that nothing is returned, but `{facts.annotation}` is.")
    if does.is_abstract or does.yields or _is_contextual(facts):
        return
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


def _given_back(text: str, facts: Facts, does: Behaviour) -> Iterator[Finding]:
    """Find summaries that say that an argument is returned where it is not."""
    claimed = any(_RETURNS_GIVEN.search(sentence) for sentence in sentences(text))
    if claimed and does.gives_value and not any(_mentions(value, facts.parameters) for value in does.returns):
        yield Finding(
            code="not-the-given-value", message=f"What is returned is `{does.returns[0]}`, not what was given."
        )


def _mentions(value: str, parameters: tuple[str, ...]) -> bool:
    return value in parameters or value == "self" or any(value.startswith(f"{name}.") for name in parameters)
