"""Plain sentences made from facts alone, for where no model's text passed the checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docgen.evidence.behaviour import Behaviour, Use
from docgen.evidence.facts import Facts
from docgen.evidence.scope import BUILTIN_NAMES

MAX_LISTED = 3
"""Names in one list."""

MAX_EXPRESSION = 60
"""Characters of an expression that is still read at a glance."""

_VARIADIC = {
    "variadic positional parameter": "Further positional arguments",
    "variadic keyword parameter": "Further keyword arguments",
}


def compose(facts: Facts) -> str:
    """Return a sentence about a subject that says only what is known for certain."""
    return informative(facts) or _bare(facts)


def informative(facts: Facts) -> str:
    """Return a sentence about what the code does with or in a subject, empty where nothing of that is known."""
    if facts.subject.kind == "parameter":
        return _parameter(facts)
    if facts.behaviour is None:
        return ""
    if facts.subject.kind == "function":
        return _function(facts, facts.behaviour)
    if facts.subject.kind in ("returns", "yields"):
        return _outcome(facts, facts.behaviour)
    return ""


def _bare(facts: Facts) -> str:
    holder = _holder(facts)
    if facts.subject.kind == "parameter":
        return f"{'Required' if facts.required else 'Optional'} {facts.role} of {holder}."
    if facts.subject.kind == "attribute":
        return f"Attribute of `{facts.element}`."
    if facts.subject.kind == "raises":
        return _raised(facts, holder)
    if facts.subject.kind in ("returns", "yields"):
        value = f"A value annotated as `{facts.annotation}`" if facts.annotation else "A value"
        return f"{value}, {'yielded' if facts.subject.kind == 'yields' else 'returned'} by {holder}."
    if facts.subject.kind in ("class", "overview"):
        derived = f", derived from {_listed(facts.bases)}" if facts.bases else ""
        return f"The class `{facts.element}`{derived}."
    return f"{_article(facts.role)} {facts.role}{f' of `{facts.owner}`' if facts.owner else ''}."


def _holder(facts: Facts) -> str:
    return f"`{facts.owner}.{facts.element}`" if facts.owner else f"`{facts.element}`"


def _parameter(facts: Facts) -> str:
    does = list(_uses(facts.uses)) or ([f"stored as the attribute `{facts.stored_as}`"] if facts.stored_as else [])
    begins = _VARIADIC.get(facts.role, "")
    if not does:
        known = facts.behaviour is not None and not facts.behaviour.is_abstract and not facts.uses
        return f"Accepted, but not used by {_holder(facts)}." if known and not begins else ""
    said = _joined(does[:MAX_LISTED])
    return f"{begins}, {said}." if begins else f"{said[0].upper()}{said[1:]}."


def _uses(uses: Sequence[Use]) -> Iterator[str]:
    """Yield what is done with a parameter, the most telling first."""
    for use in uses:
        if use.kind == "stored":
            yield f"stored as the attribute `{use.target}`"
    if passed := [
        use for use in uses if use.kind == "passed" and use.target and use.target not in ("isinstance", "len")
    ]:
        targets = dict.fromkeys(
            f"`{use.target}` as `{use.keyword}`" if use.keyword else f"`{use.target}`" for use in passed
        )
        yield "passed to " + _joined(list(targets)[:MAX_LISTED])
    kinds = {use.kind for use in uses}
    plain = (("called", "called"), ("iterated", "iterated over"), ("returned", "returned"), ("yielded", "yielded"))
    yield from (words for kind, words in plain if kind in kinds)
    if read := list(dict.fromkeys(use.target for use in uses if use.kind == "read-attribute")):
        yield f"used through its {'attribute' if len(read) == 1 else 'attributes'} {_listed(read[:MAX_LISTED])}"


def _function(facts: Facts, does: Behaviour) -> str:
    if does.is_abstract:
        return "Has no body of its own: subclasses define what it does." if "abstract" in facts.labels else ""
    if does.delegates_to:
        return f"Does what `{does.delegates_to}` of the parent class does."
    value = _single_value(does)
    if "property" in facts.labels:
        return f"The value of `{value}`." if value else ""
    parts = []
    if does.sets:
        shown = does.sets[:MAX_LISTED]
        more = " and others" if len(does.sets) > MAX_LISTED else ""
        parts.append(f"sets the {'attribute' if len(does.sets) == 1 else 'attributes'} {_listed(shown)}{more}")
    if calls := [call for call in does.calls if _is_telling(call) and f"{call}(" not in value]:
        parts.append(f"calls {_listed(calls[:MAX_LISTED])}{' and others' if len(calls) > MAX_LISTED else ''}")
    if value and value not in ("None", "self"):
        parts.append(f"returns `{value}`")
    said = _joined(parts)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _is_telling(call: str) -> bool:
    return call.startswith(("self.", "super().")) or call.partition(".")[0] not in BUILTIN_NAMES


def _outcome(facts: Facts, does: Behaviour) -> str:
    values = does.yields if facts.subject.kind == "yields" else does.returns
    shown = [
        value
        for value in dict.fromkeys(values)
        if len(value) <= MAX_EXPRESSION and "..." not in value and "`" not in value
    ]
    if not shown or len(shown) != len(set(values)) or len(shown) > MAX_LISTED:
        return ""
    if len(shown) == 1 and shown[0].startswith("super()."):
        return f"What `{shown[0].removeprefix('super().').partition('(')[0]}` of the parent class returns."
    if len(shown) == 1:
        return "The instance itself." if shown[0] == "self" else f"The value of `{shown[0]}`."
    return " or ".join(f"`{value}`" for value in shown) + "."


def _single_value(does: Behaviour) -> str:
    values = set(does.returns)
    value = next(iter(values)) if len(values) == 1 else ""
    return value if len(value) <= MAX_EXPRESSION and "..." not in value and "`" not in value else ""


def _raised(facts: Facts, holder: str) -> str:
    conditions = [" ".join(condition.split()) for condition in facts.conditions]
    short = [condition for condition in conditions if len(condition) <= 80 and "`" not in condition]
    if conditions and len(short) == len(conditions) <= 3:
        return f"Raised by {holder} where " + " or ".join(f"`{condition}`" for condition in short) + "."
    return f"Raised by {holder}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _article(role: str) -> str:
    return "An" if role[0] in "aeiou" else "A"
