"""Plain sentences made from facts alone, for where no model's text passed the checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.evidence.scope import BUILTIN_NAMES

MAX_LISTED = 3
"""Names in one list."""

MAX_CASES = 2
"""Consequences in one sentence."""

MAX_EXPRESSION = 60
"""Characters of an expression that is still read at a glance."""

MAX_QUOTED = 120
"""Characters of a condition or message that is still quoted."""

_VARIADIC = {
    "variadic positional parameter": "Further positional arguments",
    "variadic keyword parameter": "Further keyword arguments",
}

_STATES = {"true": "true", "false": "false", "None": "`None`", "not None": "not `None`"}
_CASTS = frozenset({"int", "float", "bool", "str", "bytes", "list", "tuple", "set", "frozenset", "dict"})
_SILENT = _CASTS | {"isinstance", "issubclass", "len", "hasattr", "callable", "type", "id", "print", "repr"}


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
            use.kind == "passed" and use.target and _is_telling(use.target) for use in facts.uses
        )
        return _parameter(facts) if is_passed_on and (does.delegates_to or facts.role in _VARIADIC) else ""
    if facts.subject.kind == "function":
        return _function(facts, does) if does.delegates_to else ""
    if facts.subject.kind == "returns" and (does.delegates_to or set(does.returns) == {"self"}):
        return _outcome(facts, does)
    return ""


def informative(facts: Facts) -> str:
    """Return a sentence about what the code does with or in a subject, empty where nothing of that is known."""
    if facts.subject.kind == "parameter":
        return _parameter(facts)
    if facts.subject.kind == "raises":
        return _raised(facts)
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
        given = "Required" if facts.required else "Optional"
        is_open = facts.behaviour is not None and facts.behaviour.is_abstract and "abstract" in facts.labels
        role = facts.role.removeprefix("positional-or-keyword ")
        return f"{given}; subclasses define what it does." if is_open else f"{given} {role} of {holder}."
    if facts.subject.kind == "attribute":
        return f"Attribute of `{facts.element}`."
    if facts.subject.kind == "raises":
        return f"Raised by {holder}."
    if facts.subject.kind in ("returns", "yields"):
        value = f"A value annotated as `{facts.annotation}`" if facts.annotation else "A value"
        return f"{value}, {'yielded' if facts.subject.kind == 'yields' else 'returned'} by {holder}."
    if facts.subject.kind in ("class", "overview"):
        what = f"A subclass of {_named(facts.bases)}" if facts.bases else "A class"
        return f"{what} that defines {_counted(facts.defines)}." if facts.defines else f"{what}."
    if facts.subject.kind == "module" and facts.defines:
        return f"Defines {_counted(facts.defines)}."
    return f"{_article(facts.role)} {facts.role}{f' of `{facts.owner}`' if facts.owner else ''}."


def _holder(facts: Facts) -> str:
    return f"`{facts.owner}.{facts.element}`" if facts.owner else f"`{facts.element}`"


def _parameter(facts: Facts) -> str:
    does = _joined(list(_uses(facts))[:MAX_LISTED])
    begins = _VARIADIC.get(facts.role, "")
    said = "; ".join(filter(None, [does, _consequences(facts)]))
    if not said:
        known = facts.behaviour is not None and not facts.behaviour.is_abstract and not facts.uses
        return f"Accepted, but not used by {_holder(facts)}." if known and not begins else ""
    return f"{begins}, {said}." if begins else f"{said[0].upper()}{said[1:]}."


def _uses(facts: Facts) -> Iterator[str]:
    """Yield what is done with a parameter, the most telling first."""
    if stored := dict.fromkeys(
        [use.target for use in facts.uses if use.kind == "stored"] or filter(None, [facts.stored_as])
    ):
        yield f"stored as the {_attributes(list(stored))}"
    passed = [use for use in facts.uses if use.kind == "passed" and use.target]
    if telling := [use for use in passed if _is_telling(use.target)] or [u for u in passed if u.target not in _SILENT]:
        targets = dict.fromkeys(
            f"`{use.target}` as `{use.keyword}`" if use.keyword else f"`{use.target}`" for use in telling
        )
        yield "passed to " + _joined(list(targets)[:MAX_LISTED])
    if casts := dict.fromkeys(use.target for use in passed if use.target in _CASTS):
        yield f"converted with {_listed(list(casts))}"
    kinds = {use.kind for use in facts.uses}
    plain = (("called", "called"), ("iterated", "iterated over"), ("returned", "returned"), ("yielded", "yielded"))
    yield from (words for kind, words in plain if kind in kinds)
    if read := list(dict.fromkeys(use.target for use in facts.uses if use.kind == "read-attribute")):
        yield f"used through its {_attributes(read[:MAX_LISTED])}"


def _consequences(facts: Facts) -> str:
    """Return what is called only where a parameter is true, false, None or given, or else who reads its attribute."""
    is_replaced = any(use.kind == "replaced" for use in facts.uses)
    own = facts.behaviour.switches if facts.behaviour and not is_replaced else ()
    cases = [("it", "", switch) for switch in own if switch.name == facts.name]
    cases += [("the attribute", f"`{name}` ", switch) for name, found in facts.readers.items() for switch in found]
    said = []
    passed_to = {use.target for use in facts.uses if use.kind == "passed"}
    for what, caller, switch in cases:
        if calls := [call for call in switch.calls if _is_telling(call) and call not in passed_to]:
            said.append(f"where {what} is {_STATES[switch.state]}, {caller}calls {_named(calls[:MAX_LISTED])}")
    if not said and facts.readers:
        said = [f"the attribute is read by {_named(list(facts.readers)[:MAX_LISTED])}"]
    return "; ".join(said[:MAX_CASES])


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
        parts.append(f"sets the {_attributes(shown)}{more}")
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
    told = dict.fromkeys(_resolved(value, does) for value in values)
    shown = [value for value in told if _is_shown(value)]
    if not shown or len(shown) != len(told) or len(shown) > MAX_LISTED:
        return ""
    if len(shown) == 1 and shown[0].startswith("super()."):
        return f"What `{shown[0].removeprefix('super().').partition('(')[0]}` of the parent class returns."
    if len(shown) == 1:
        return "The instance itself." if shown[0] == "self" else f"The value of `{shown[0]}`."
    return " or ".join(f"`{value}`" for value in shown) + "."


def _single_value(does: Behaviour) -> str:
    values = set(does.returns)
    value = _resolved(next(iter(values)), does) if len(values) == 1 else ""
    return value if _is_shown(value) else ""


def _resolved(value: str, does: Behaviour) -> str:
    """Return what a local variable is assigned where that is known and can be shown, else the expression itself."""
    assigned = does.assigned.get(value, "")
    return assigned if _is_shown(assigned) and assigned != "None" else value


def _is_shown(value: str) -> bool:
    return 0 < len(value) <= MAX_EXPRESSION and "..." not in value and "`" not in value


def _raised(facts: Facts) -> str:
    conditions = [_one_line(condition) for condition in facts.conditions]
    messages = [shown for shown in map(_message, facts.messages) if shown]
    if len(conditions) == len(messages) == 1 and all(map(_is_quotable, conditions + messages)):
        return f"If `{conditions[0]}`, with the message {_quoted(messages[0])}."
    if conditions and len(conditions) <= MAX_LISTED and all(map(_is_quotable, conditions)):
        return f"If {', or if '.join(f'`{condition}`' for condition in conditions)}."
    if messages and len(messages) <= MAX_LISTED and all(map(_is_quotable, messages)):
        return f"With the message {' or '.join(map(_quoted, messages))}."
    return ""


def _quoted(message: str) -> str:
    return f"“{message}”" if "`" in message else f"`{message}`"


def _message(source: str) -> str:
    """Return the text of a literal that an exception is made with, empty for any other expression."""
    try:
        value = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return _one_line(value.value)
    if isinstance(value, ast.JoinedStr):
        return _one_line("".join(_part(part) for part in value.values))
    return ""


def _part(node: ast.expr) -> str:
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_quotable(text: str) -> bool:
    return 0 < len(text) <= MAX_QUOTED and text.count("`") % 2 == 0 and text.isprintable()


def _attributes(names: Sequence[str]) -> str:
    return f"{'attribute' if len(names) == 1 else 'attributes'} {_listed(names)}"


def _named(names: Sequence[str]) -> str:
    return _joined([f"`{name}`" for name in names])


def _counted(names: Sequence[str]) -> str:
    left = len(names) - MAX_LISTED
    return _joined([*(f"`{name}`" for name in names[:MAX_LISTED]), *([f"{left} more"] if left > 0 else [])])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _article(role: str) -> str:
    return "An" if role[0] in "aeiou" else "A"
