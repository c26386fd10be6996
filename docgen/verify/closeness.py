"""Does a summary keep to the words of the function's own code, and say more than its name?

A small model that finds words of its own for what a function does is wrong nearly every third time, and what it says in
the words of the name alone tells nobody anything. Of a small model only what lies between is taken; of a better one,
that is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.verify.actions import is_spoken_of
from docgen.verify.finding import Finding

MAX_FOREIGN = 1
"""Words that the function's own code does not have."""

MIN_TOLD = 2
"""Words that are in no name of the function, its parameters, its class and its module."""

_LETTERS_OF_A_TERM = 2
_OF_ANY_FUNCTION = frozenset(
    stem(word)
    for word in """
    a an and any all are as at be been between both by can do does each either else every from given has have if in into
    is it its itself neither no nor not of on one only or other otherwise out over per provided same so some specified
    than that the their them then these they this those to true false up use used uses using was were when where whether
    which with within without based also current new another more
    element elements function functions item items method object objects instance instances value values result results
    get gets return returned returns set sets
    """.split()
)


def check_closeness(text: str, facts: Facts) -> Iterator[Finding]:
    """Find summaries of functions that are far from the code, or say nothing but names."""
    if facts.subject.kind != "function" or facts.scope is None:
        return
    said = [word for word in dict.fromkeys(words(text)) if len(word) >= _LETTERS_OF_A_TERM]
    said = [word for word in said if stem(word) not in _OF_ANY_FUNCTION]
    own = facts.scope.own
    foreign = [word for word in said if not is_grounded(word, own) and not is_spoken_of(word, own)]
    named = stems(" ".join([facts.subject.element, facts.owner, *facts.parameters]))
    if len(foreign) > MAX_FOREIGN:
        listed = ", ".join(f"“{word}”" for word in foreign[:3])
        message = f"The code of `{facts.element}` does not speak of {listed}: say it in the words of the code."
        yield Finding(code="far-from-code", message=message, severity="doubt")
    elif sum(not is_grounded(word, named) for word in said) < MIN_TOLD:
        message = "It only repeats names: say what the code does with them."
        yield Finding(code="restates-name", message=message, severity="vague")
