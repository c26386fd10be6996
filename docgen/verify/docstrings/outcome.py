"""What a docstring says of what is returned, yielded and set, held against the body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.docstrings import Entry, first_sentence
from docgen.evidence.finder import FactFinder
from docgen.evidence.kinds import is_left_as_is
from docgen.evidence.subjects import gives_value
from docgen.records import Class, Function
from docgen.verify.docstrings.problem import Problem

_NOTHING = re.compile(r"\b(?:none|nothing|no value|n/?a|void|never)\b", re.IGNORECASE)
_COMES_BACK = re.compile(
    r"\breturns (?:only |early |immediately )?(?:when|once|after|if|until)\b"
    r"|^(?:this|the) (?:function|method) (?!(?:also |only |always )?(?:returns|gives)\b)",
    re.IGNORECASE,
)
"""`return` without an object, which speaks of when a call ends, and what the call does."""
_IS_ASKED = re.compile(r"\b(?:should|must) (?:also )?return\b", re.IGNORECASE)
"""What is said to those who write a method of that name themselves."""
_NAMES_VALUE = re.compile(r"Returns? (?:the|an?|True|False|whether)\b(?![^.,;]* (?:in)?to (?:the|its|their|an?)\b)")
"""What a summary says is returned, and not given back to where it came from."""


def problems_of_outcome(
    function: Function, owner: Class | None, entries: Sequence[Entry], finder: FactFinder
) -> Iterator[Problem]:
    """Yield what a docstring gets wrong about what a function returns or yields, or a property allows."""
    said = {entry.kind: entry for entry in entries if entry.kind in ("returns", "yields")}
    summary = first_sentence(function.docstring.text) if function.docstring else ""
    if "property" in function.labels:
        yield from _of_property(function, owner, summary)
    claims_nothing = re.match(r"(?:Always )?[Rr]eturns? (?:nothing|None)\.?$", summary)
    if not said and not claims_nothing and not re.match(r"(?:Yields?|Returns?|Sets?)\b", summary):
        return
    does = finder.behaviour(function)
    # What is said of a constructor often is meant of the call of its class.
    if does is None or function.name == "__init__" or _is_stub(does, finder):
        return
    if "property" in function.labels and not said:
        return
    always_raises = not does.ends and not does.returns and not does.yields
    returns = said.get("returns")
    message = f"something is said to be returned, but `{function.name}` returns None"
    if returns and not does.gives_value and not does.yields and not always_raises and not _says_nothing(returns):
        yield Problem(
            "returns-nothing", "return", f"something is said to be returned, but `{function.name}` returns None"
        )
    elif claims_nothing and does.gives_value and "None" not in does.returns:
        yield Problem("returns-value", "", f"nothing is said to be returned, but `{does.returns[0]}` is")
    elif not said and _NAMES_VALUE.match(summary) and _gives_none(does, function):
        yield Problem("returns-nothing", "", message)
    if "yields" in said and not does.yields and not does.gives_value and not always_raises:
        yield Problem(
            "yields-nothing", "yield", f"something is said to be yielded, but `{function.name}` yields nothing"
        )


def _of_property(function: Function, owner: Class | None, summary: str) -> Iterator[Problem]:
    members = owner.members if owner else ()
    if any(member.name == function.name and "setter" in member.labels for member in members):
        return
    if (
        re.match(r"Gets? (?:and|or|/) ?sets?\b|Gets?/sets?\b", summary, re.IGNORECASE)
        and function.decorators[-1].text == "property"
    ):
        yield Problem("read-only", "", f"the property `{function.name}` is said to be set, but it has no setter")


def _gives_none(does: Behaviour, function: Function) -> bool:
    # What is called `return_books` gives back books, and may say no more than that.
    return (
        not function.name.lstrip("_").startswith("return")
        and not does.gives_value
        and not does.yields
        and does.ends
        and not does.delegates_to
        and is_left_as_is(function)
        and not (function.returns.annotation and gives_value(function.returns.annotation))
    )


def _says_nothing(entry: Entry) -> bool:
    """Whether an entry names no value that comes back here."""
    said = f"{entry.type} {entry.text}".strip()
    return not said or any((_NOTHING.search(said.partition(".")[0]), _COMES_BACK.search(said), _IS_ASKED.search(said)))


def _is_stub(does: Behaviour, finder: FactFinder) -> bool:
    """Whether the body that does what is said is another one, or None all that there is of this one."""
    says_none = does.returns == ("None",) and not (does.ends or does.tests or does.calls or does.sets)
    return does.is_abstract or says_none or finder.surroundings.module.filepath.endswith(".pyi")
