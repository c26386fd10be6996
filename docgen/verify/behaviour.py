"""Does it claim that the code sets, awaits, asks or calls what it does not, or call it what it is not?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.evidence.scope import BUILTIN_NAMES
from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.verify.finding import Finding

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
_ITERATES = re.compile(r"\b(?:iterates|loops) (?:over|through)\b", re.IGNORECASE)
_DETAIL = re.compile(r", (?!including\b)\w+ing\b[^.]*")
_OWN_METHOD = re.compile(r"(?:self|cls)\.\w+")
_ASYNC_WORDS = ("async", "asynchronous", "asyncio", "await")
_IS_ALREADY = re.compile(
    r"\b(?:if|when|unless) (?:the |an? )?(?:[\w`]+ ){1,4}?(?:is|are|has|have) already (?:been )?"
    r"(?P<state>[^.,;]{3,40})(?=[.,;])",
    re.IGNORECASE,
)
_LETTERS_OF_AN_ARTICLE = 3
_INITIALIZES_ITSELF = re.compile(r"^Initializes the `?__init__\b")
_HAS_METHODS = re.compile(
    r"\b(?:provides|defines|adds|implements|overrides) (?:an?|the|some|several|additional|its own) (?:\w+ )?methods?\b",
    re.IGNORECASE,
)


def check_behaviour(text: str, facts: Facts) -> Iterator[Finding]:
    """Find claims about what a function does that its body contradicts."""
    if facts.subject.kind == "class" and facts.is_empty and _HAS_METHODS.search(text):
        yield Finding(code="nothing-defined", message=f"`{facts.element}` defines nothing of its own.")
    does = facts.behaviour
    if does is not None and facts.exists and facts.subject.kind == "function":
        if _INITIALIZES_ITSELF.match(text):
            yield Finding(code="wrong-object", message="It is the instance that is initialized, not the constructor.")
        yield from _nature(text, facts, does)
        yield from _already(text, does)
        yield from _parent(text, facts, does)


def _knows(facts: Facts, *terms: str) -> bool:
    """Whether the code or its authors use one of these words, so that a text may, too."""
    return facts.scope is None or any(stem(term) in facts.scope.words for term in terms)


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
