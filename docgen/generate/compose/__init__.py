"""Plain sentences made from facts alone, for where no model's text passed the checks or a model would only guess."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.generate.compose import mentions, outcomes, templates
from docgen.generate.compose.mentions import is_telling
from docgen.generate.compose.wording import (
    MAX_LISTED,
    counted,
    function,
    joined,
    named,
    one_line,
    quoted,
    sentence,
)

MAX_QUOTED = 120
"""Characters of a condition or message that is still quoted."""

MAX_HELD = 8
"""Attributes that are listed of a class."""

MAX_CLAUSES = 2
"""Conditions under which a function is told to do something."""

MAX_READERS = 2
"""Methods of which it is told what they do with an attribute."""

_LEAVES_OPEN = re.compile(
    r"\b[Mm]ay (?:call|set|raise)\b|\band others\b|\banother branch\b"
    r"|\bthe (?:local variable|inner (?:function|class))\b"
)
_UNTOLD = frozenset({"print", "setattr", "delattr", "next", "input"})
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|'[^']*'|\"[^\"]*\"|True|False|None|\[\]|\(\)|\{\}")
_BY_DEFAULT = frozenset({"dataclass", "named-tuple"})
_MADE_BY_CALL = re.compile(r"\bfield\((?!default(?:_factory)?=[^,]*\))")
_VARIADIC = {
    "variadic positional parameter": "Further positional arguments",
    "variadic keyword parameter": "Further keyword arguments",
}


def compose(facts: Facts) -> str:
    """Return a sentence about a subject that says only what is known for certain."""
    return informative(facts) or _bare(facts)


def conclusive(facts: Facts) -> str:
    """Return a sentence to which no model could add anything true, empty where there is something to add.

    That is so for what a method leaves to its parent class, for exceptions whose condition or message stands in the
    code, for variadic parameters that are merely passed on, and for the instance itself as what is returned.
    """
    does = facts.behaviour
    if facts.subject.kind == "raises":
        return _raised(facts)
    if does is None:
        return ""
    if facts.subject.kind == "parameter":
        is_passed_on = bool(facts.uses) and all(
            use.kind == "passed" and use.target and is_telling(use.target) for use in facts.uses
        )
        return _parameter(facts) if is_passed_on and (does.delegates_to or facts.role in _VARIADIC) else ""
    if facts.subject.kind == "function":
        return _function(facts, does) if does.delegates_to else ""
    if facts.subject.kind == "returns" and (does.delegates_to or set(does.returns) == {"self"}):
        return _outcome(facts, does)
    return ""


def sufficient(facts: Facts) -> str:
    """Return a sentence that is better than what a small model says, on the whole; empty where the model is better.

    It finds words for what a function does, but guesses at parameters and values from their names, and at what a class
    or module is for from one of its methods. So those are told by what the code does and defines, and where that cannot
    be told, by what they are; so are exceptions by their conditions, the state of a class, a constructor by what it
    sets, and a function that leaves all to its parent class, has no body, or does no more than a sentence can tell.
    """
    does = facts.behaviour
    if facts.subject.kind == "function":
        if does is None:
            return ""
        said = _function(facts, does)
        is_told = does.delegates_to or does.is_abstract or facts.role == "constructor"
        return said if is_told or _is_whole(said, facts, does) else ""
    if facts.subject.kind in ("class", "module"):
        return _bare(facts)
    return informative(facts) if facts.subject.kind == "overview" else compose(facts)


def _is_whole(said: str, facts: Facts, does: Behaviour) -> bool:
    """Whether a sentence leaves out nothing that a function does, but for exceptions, of which it is told elsewhere."""
    value = outcomes.told(facts.outcomes, in_turn=bool(does.yields))
    is_untold = any(call in does.named_calls and f"{call}(" not in value for call in _UNTOLD)
    if not said or _LEAVES_OPEN.search(said) or does.changes or is_untold:
        return False
    is_given = value == "`self`" or (bool(value) and value in said)
    return is_given or not (does.gives_value or does.yields)


def informative(facts: Facts) -> str:
    """Return a sentence about what the code does with or in a subject, empty where nothing of that is known."""
    if facts.subject.kind == "parameter":
        return _parameter(facts)
    if facts.subject.kind == "raises":
        return _raised(facts)
    if facts.subject.kind == "attribute":
        return sentence(_read_elsewhere(facts, "it"))
    if facts.subject.kind == "overview":
        return _state(facts)
    if facts.behaviour is None:
        return ""
    if facts.subject.kind == "function":
        return _function(facts, facts.behaviour)
    if facts.subject.kind in ("returns", "yields"):
        return _outcome(facts, facts.behaviour)
    return ""


def _state(facts: Facts) -> str:
    """Return which attributes the instances of a class have, and which methods change them."""
    if not facts.attributes:
        return ""
    said = [f"Instances hold the {_attributes(facts.attributes, limit=MAX_HELD)}."]
    changed = [
        f"{_some(names)} {'is' if len(names) == 1 else 'are'} set in `{method}`"
        for method, names in facts.changed_by.items()
    ]
    return " ".join([*said, *([f"{'; '.join(changed[:MAX_LISTED])}."] if changed else [])])


def _bare(facts: Facts) -> str:
    holder = _holder(facts)
    if facts.subject.kind == "parameter":
        given = "Required" if facts.required else "Optional"
        return f"{given} {facts.role.removeprefix('positional-or-keyword ')} of {holder}."
    if facts.subject.kind == "attribute":
        return sentence(f"{_given(facts)}{facts.role} of `{facts.element}`")
    if facts.subject.kind == "raises":
        return f"Raised by {holder}."
    if facts.subject.kind in ("returns", "yields"):
        if facts.behaviour and facts.behaviour.always_raises:
            return f"Nothing: {holder} always raises an exception."
        value = f"A value annotated as `{facts.annotation}`" if facts.annotation else "A value"
        return f"{value}, {'yielded' if facts.subject.kind == 'yields' else 'returned'} by {holder}."
    if facts.subject.kind in ("class", "overview"):
        what = f"A subclass of {named(facts.bases)}" if facts.bases else "A class"
        what += " that adds nothing of its own" if facts.bases and facts.is_empty else ""
        held = facts.attributes
        holds = f" whose instances hold the {_attributes(held)}" if held else ""
        defined = facts.defines or (facts.assigns if not held else ())
        return f"{what} that defines {_some(defined)}." if defined else f"{what}{holds}."
    if facts.subject.kind == "module" and facts.defines:
        return f"Defines {_some(facts.defines)}."
    return f"{_article(facts.role)} {facts.role}{f' of `{facts.owner}`' if facts.owner else ''}."


def _given(facts: Facts) -> str:
    """Return whether a field must be given, where its default alone decides."""
    default = facts.default or ""
    if facts.role != "field" or _BY_DEFAULT.isdisjoint(facts.labels) or _MADE_BY_CALL.search(default):
        return ""
    return "optional " if default else "required "


def _holder(facts: Facts) -> str:
    return f"`{facts.owner}.{facts.element}`" if facts.owner else f"`{facts.element}`"


def _parameter(facts: Facts) -> str:
    begins = _VARIADIC.get(facts.role, "")
    own = mentions.told(facts.mentions, facts.name, it="they" if begins else "it", its="their" if begins else "its")
    said = "; ".join(filter(None, [own, _read_elsewhere(facts, "the attribute")]))
    does = facts.behaviour
    if not said and does is not None and not facts.uses:
        if begins:
            return f"{begins}, which are not used." if "locals" not in does.calls and not _is_open(facts, does) else ""
        given = "Required" if facts.required else "Optional"
        if _is_open(facts, does):
            return f"{given}; {_definers(facts)} what it does."
        return f"Accepted, but not used by {_holder(facts)}." if "locals" not in does.calls else ""
    if not said:
        return ""
    return f"{begins}, {said}." if begins else sentence(said)


def _read_elsewhere(facts: Facts, it: str) -> str:
    """Return what other methods do with an attribute, the public ones first."""
    name = f"self.{facts.stored_as or facts.name}"
    readers = sorted(facts.readers.items(), key=lambda item: item[0].startswith("_"))
    told = (mentions.told(found, name, by=method, it=it, limit=1) for method, found in readers)
    said = [text for text in told if text][:MAX_READERS]
    if said or not facts.readers:
        return "; ".join(said)
    return f"read by {counted([method for method, _ in readers])}"


def _is_open(facts: Facts, does: Behaviour) -> bool:
    """Whether a function only says that subclasses define it."""
    return "abstract" in facts.labels or (does.is_abstract and "NotImplementedError" in does.raises)


def _definers(facts: Facts) -> str:
    """Return who defines what a method without a body does."""
    names = facts.defined_by
    return f"{counted(names)} define{'s' if len(names) == 1 else ''}" if names else "subclasses define"


def _function(facts: Facts, does: Behaviour) -> str:
    if does.is_abstract:
        body = "Only raises `NotImplementedError`" if does.raises else "Has no body of its own"
        return f"{body}: {_definers(facts)} what it does." if _is_open(facts, does) else "Has an empty body."
    if does.delegates_to:
        return f"Does what `{does.delegates_to}` of the parent class does."
    value = outcomes.told(facts.outcomes, in_turn=bool(does.yields))
    is_property = "property" in facts.labels
    if is_property and not does.sets:
        return _given_back(value)
    parts = []
    if does.sets:
        held = [name for name in does.sets if f"self.{name}" in does.always]
        verb, names = ("sets", held) if held else ("may set", does.sets)
        parts.append(f"{verb} the {_attributes(names)}")
    untold = [call for call in does.named_calls if f"{call}(" not in value and call not in does.raises]
    calls = [call for call in untold if is_telling(call)]
    clauses = _under_conditions(facts, calls)
    shown = " ".join(clauses)
    calls = [call for call in calls if f"`{call}`" not in shown and f"{call}(" not in shown]
    certain = [call for call in calls if call in does.always]
    if certain:
        parts.append(f"calls {_some(certain, function)}")
    if len(certain) < MAX_LISTED and (others := [call for call in calls if call not in certain]):
        parts.append(f"may call {_some(others, function)}")
    if facts.raised and not parts and not value and not clauses:
        how_often = "always raises" if does.always_raises and len(facts.raised) == 1 else "may raise"
        parts.append(f"{how_often} {_some(facts.raised)}")
    if value not in ("", "`None`", "`self`"):
        gives = f"{'yields' if does.yields else 'returns'} {value}"
        if " where " not in value and len(value) <= MAX_QUOTED:
            parts.append(gives)
        elif len(value) <= MAX_QUOTED or not (parts or clauses):
            clauses.append(gives)
    if is_property and value == "`self`":
        parts.append("returns the instance itself")
    *first, last = parts or [""]
    comma = "," if len(first) > 1 or any(" and " in part for part in first) else ""
    done = f"{', '.join(first)}{comma} and {last}" if first else last
    return sentence("; ".join(filter(None, [done, *clauses])))


def _under_conditions(facts: Facts, calls: Sequence[str]) -> list[str]:
    """Return which of some functions are called under which test or in which loop, where that is soon told."""
    several: dict[str, list[str]] = {}
    for call in calls:
        if call in facts.called and (when := mentions.when(facts.called[call])):
            several.setdefault(when, []).append(call)
    if len(several) > MAX_CLAUSES:
        return []
    return [f"calls {_some(named, function)}{when}" for when, named in several.items()]


def _some(names: Sequence[str], shown: Callable[[str], str] = quoted, *, limit: int = MAX_LISTED) -> str:
    """Return the first of many names."""
    listed = list(map(shown, names))
    return f"{', '.join(listed[:limit])} and others" if len(listed) > limit else joined(listed)


def _attributes(names: Sequence[str], *, limit: int = MAX_LISTED) -> str:
    """Return the first of many names as those of attributes."""
    return f"attribute{'s' if len(names) > 1 else ''} {_some(names, limit=limit)}"


def _outcome(facts: Facts, does: Behaviour) -> str:
    if does.delegates_to:
        return f"What `{does.delegates_to}` of the parent class returns."
    if _is_open(facts, does):
        return sentence(f"{_definers(facts)} what is {'yielded' if facts.subject.kind == 'yields' else 'returned'}")
    return _given_back(outcomes.told(facts.outcomes, in_turn=bool(does.yields)))


def _given_back(told: str) -> str:
    """Return what is told of a value as a sentence."""
    if told == "`self`":
        return "The instance itself."
    inside = told[1:-1]
    if f"`{inside}`" != told or "`" in inside:
        return sentence(told)
    return f"Always {told}." if _LITERAL.fullmatch(inside) else f"The value of {told}."


def _raised(facts: Facts) -> str:
    conditions = [f"`{one_line(condition)}`" for condition in facts.conditions]
    conditions = conditions or [_caught(caught, where) for caught, where in facts.caught]
    is_partial = facts.is_partial and not facts.caught
    messages = [_message(message) for message in facts.messages]
    has_messages = 0 < len(messages) <= MAX_LISTED and all(map(_is_quotable, messages))
    if_ = "Only if" if facts.is_preceded and facts.conditions else "If"
    has_conditions = 0 < len(conditions) <= MAX_LISTED and all(map(_is_short, conditions))
    if has_conditions and has_messages and len(conditions) == len(messages) == 1 and not is_partial:
        return f"{if_} {conditions[0]}, with the message {_quoted(messages[0])}."
    if has_conditions and not is_partial and not (facts.caught and has_messages):
        return f"{if_} {', or if '.join(conditions)}."
    if has_messages:
        return f"With the message {' or '.join(map(_quoted, messages))}."
    return f"If {', or if '.join(conditions)}, among other cases." if has_conditions and not facts.is_preceded else ""


def _caught(caught: str, where: str) -> str:
    """Return as a condition that an exception is caught, and what must be true besides."""
    first = "an exception" if caught == "BaseException" else f"`{caught}`"
    return f"{first} is caught" + (f" and `{where}`" if where else "")


def _is_short(condition: str) -> bool:
    return len(condition) <= MAX_QUOTED + 2 and condition.count("`") % 2 == 0 and condition.isprintable()


def _quoted(message: str) -> str:
    return f"“{message}”" if "`" in message else f"`{message}`"


def _message(source: str) -> str:
    """Return the text that an exception is made with, `{…}` for what is filled in; empty where it is not all told."""
    try:
        value = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    return one_line(templates.filled(value))


def _is_quotable(text: str) -> bool:
    return 0 < len(text) <= MAX_QUOTED and text.count("`") % 2 == 0 and text.isprintable()


def _article(role: str) -> str:
    return "An" if role[0] in "aeiou" else "A"
