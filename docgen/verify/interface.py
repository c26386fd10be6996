"""Does it speak of what a function is given and gives back as the code does?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.evidence.words import stem, stems, words
from docgen.verify.finding import Finding

_GIVEN = re.compile(
    r"\b(?:the|an?|any) (?:given|provided|specified|supplied|passed) (?!by\b|to\b|in\b)(\w+)", re.IGNORECASE
)
_ANSWER = re.compile(
    r"\breturn(?:s|ing)? (?:the|an?|all|its|their) (?!same\b)(?:\w+ )*?"
    r"(?P<noun>\w+)(?= (?:of|for|from|in|if|when|that|which|with|as|by|to|on|at|where|unless|otherwise)\b|[.,;]|$)",
    re.IGNORECASE,
)
_TRUTH = frozenset(
    "bool boolean booleans result results value values truth outcome flag status answer indicator check comparison test"
    " true false whether".split()
)
_TAKES_NOTHING = re.compile(
    r"\b(?:does not|doesn't) (?:take|accept|have|need|require) any (?:arguments?|parameters?)\b"
    r"|\b(?:takes?|accepts?|has) no (?:arguments?|parameters?)\b",
    re.IGNORECASE,
)
_ADMITS = re.compile(
    r"\b(?:unused|ignored?|ignores|not (?:used|read)|no (?:effect|use)|compatib\w+|placeholder|reserved)\b",
    re.IGNORECASE,
)
_LETTERS_OF_A_TERM = 4


def check_interface(text: str, facts: Facts) -> Iterator[Finding]:
    """Find what is given to a function that takes nothing or ignores it, and things returned where it is yes or no."""
    does = facts.behaviour
    if does is None or does.is_abstract or "property" in facts.labels:
        return
    if facts.subject.kind == "parameter" and _is_ignored(facts, does) and not _ADMITS.search(text):
        yield Finding(code="unused-parameter", message=f"`{facts.element}` makes no use of `{facts.name}`.")
    if facts.subject.kind != "function":
        return
    if facts.parameters and _TAKES_NOTHING.search(text):
        yield Finding(code="takes-something", message=f"`{facts.element}` takes `{'`, `'.join(facts.parameters)}`.")
    if not any(does.uses.get(name) for name in facts.parameters) and _is_given(text, does):
        yield Finding(code="nothing-given", message=f"`{facts.element}` makes no use of anything that it is given.")
    for name in facts.parameters:
        if not does.uses.get(name) and _speaks_of(text, name, facts):
            yield Finding(code="unused-parameter", message=f"`{facts.element}` makes no use of `{name}`.")
    kinds = set(does.kinds)
    if kinds == {"bool"} and not does.ends:
        for match in _ANSWER.finditer(text):
            if match["noun"].lower() not in _TRUTH:
                yield Finding(code="returns-truth", message=f"`{facts.element}` returns true or false, nothing else.")
                return


def _is_ignored(facts: Facts, does: Behaviour) -> bool:
    """Whether a function ignores a parameter that no interface of a class asks it to have."""
    return facts.exists and not facts.owner and facts.name in does.uses and not does.uses[facts.name]


def _is_given(text: str, does: Behaviour) -> bool:
    """Whether a text speaks of something given that is none of the instance's attributes, given to the constructor."""
    held = stems(" ".join(does.reads))
    return any(stem(match[1].lower()) not in held for match in _GIVEN.finditer(text))


def _speaks_of(text: str, name: str, facts: Facts) -> bool:
    """Whether a text has all the words of a name, or the name, though they stand in no other name of the function."""
    if re.search(rf"`{re.escape(name)}`", text):
        return True
    does = facts.behaviour
    done = (*does.calls, *does.reads, *does.sets) if does else ()
    others = " ".join([facts.element, facts.owner, *(other for other in facts.parameters if other != name), *done])
    own = {stem(word) for word in words(name) if len(word) >= _LETTERS_OF_A_TERM} - stems(others)
    return len(own) > 1 and len(own & stems(text)) > 1
