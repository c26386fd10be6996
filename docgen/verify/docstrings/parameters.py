"""What a docstring says of parameters, held against the signature."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from docgen.evidence.docstrings import Entry, read_entries
from docgen.evidence.facts import is_required
from docgen.evidence.finder import FactFinder
from docgen.evidence.subjects import documented_parameters
from docgen.records import Class, Docstring, Function, Parameter
from docgen.verify.docstrings.problem import Problem
from docgen.verify.types import type_of

_DEFAULT = re.compile(
    r"(?:(?:^|[.;,:(]\s*|\bis |\band )[Dd]efaults?(?: value)?(?: is| to|:|=)?|\(default(?: is| to|:"
    r"|=)?)\s*(?P<tick>[`'\"]{0,3})(?P<value>-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?|None|True|False"
    r"|(?<=['\"])[\w. -]*(?=['\"]))[`'\"]{0,3}(?=[\s,;)]|\.(?:\s|$)|$)"
)
_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list", "tuple", "set"})
_ALIASES = {"string": "str", "integer": "int", "boolean": "bool", "dictionary": "dict"}
_ALIKE = (frozenset({"int", "float", "bool"}), frozenset({"list", "tuple", "set"}))


def problems_of_parameters(
    entries: Sequence[Entry],
    parameters: Sequence[Parameter],
    function: Function,
    finder: FactFinder,
    documented_by: Docstring | None,
) -> Iterator[Problem]:
    """Yield what the entries for parameters get wrong or lack.

    Args:
        entries: What the docstring says.
        parameters: Those that it is to document.
        function: The function that has them.
        finder: What the function does.
        documented_by: The docstring: the function's own, or its class's.
    """
    known = {parameter.name: parameter for parameter in parameters}
    said = documented_by.text if documented_by else ""
    open_ended = any(parameter.kind.startswith("variadic") for parameter in parameters)
    documented: set[str] = set()
    for entry in entries:
        if entry.kind != "parameter":
            continue
        for name in entry.names:
            documented.add(name)
            if name in known:
                yield from _of_parameter(entry, known[name], function, finder)
            elif not open_ended and _is_listed(name, said) and _is_about(entries, known, function):
                yield Problem("unknown-parameter", name, f"`{function.name}` has no parameter `{name}`")
    if documented & known.keys():
        for name, parameter in known.items():
            if name not in documented and not parameter.kind.startswith("variadic") and not name.startswith("_"):
                yield Problem("missing-parameter", "", f"the parameter `{name}` of `{function.name}` is not documented")


def problems_of_class(element: Class, entries: Sequence[Entry], finder: FactFinder) -> Iterator[Problem]:
    """Yield what a class's docstring gets wrong of its constructor's parameters, where there is a constructor."""
    constructor = next((m for m in element.members if isinstance(m, Function) and m.name == "__init__"), None)
    if constructor is None or "overload" in constructor.labels:
        return
    attributes = {member.name for member in element.members}
    entries = [
        entry.model_copy(update={"names": tuple(n for n in entry.names if n not in attributes or _has(constructor, n))})
        for entry in entries
    ]
    own = read_entries(constructor.docstring.text) if constructor.docstring else ()
    if any(entry.kind == "parameter" for entry in own):
        return
    yield from problems_of_parameters(
        entries, documented_parameters(constructor, element), constructor, finder, element.docstring
    )


def _has(function: Function, name: str) -> bool:
    return any(parameter.name == name for parameter in function.parameters)


def _is_listed(name: str, docstring: str) -> bool:
    """Whether an entry of this name stands at the beginning of a line: parsers take some prose for entries."""
    lead = r"^\s*(?:[:@](?:param|parameter|arg|argument|key|keyword)\s[^:\n]*?|[-*]\s)?[*`\\]*(?:[\w*`]+,\s*)*"
    return name.isidentifier() and re.search(rf"{lead}{re.escape(name)}\b", docstring, re.MULTILINE) is not None


def _is_about(entries: Sequence[Entry], known: dict[str, Parameter], function: Function) -> bool:
    """Whether the section is about this signature: what wraps or makes a function documents another one's."""
    named = {name for entry in entries if entry.kind == "parameter" for name in entry.names}
    if not function.members:
        return True
    inner = {p.name for member in function.members if isinstance(member, Function) for p in member.parameters}
    return not (named - known.keys()) & inner


def _of_parameter(entry: Entry, parameter: Parameter, function: Function, finder: FactFinder) -> Iterator[Problem]:
    name = parameter.name
    required = is_required(parameter)
    if entry.is_optional and required:
        yield Problem("wrong-optionality", name, f"`{name}` is called optional, but every call must give it")
    stated = _DEFAULT.search(f"{entry.type} {entry.text}")
    if stated and not entry.is_optional and required and stated["value"] != "None":
        yield Problem("wrong-default", name, f"`{name}` has no default, but is said to default to {stated['value']}")
    elif stated and _differs(stated["value"], bool(stated["tick"]), parameter, function, finder):
        said = stated["value"] or "an empty string"
        yield Problem(
            "wrong-default", name, f"`{name}` is said to default to {said}, but defaults to {parameter.default}"
        )
    if mismatch := _type_mismatch(entry.type, parameter):
        yield Problem("wrong-type", name, f"`{name}` is said to be of type {entry.type}, but {mismatch}")


def _differs(said: str, quoted: bool, parameter: Parameter, function: Function, finder: FactFinder) -> bool:
    """Whether a default as documented is another than the literal in the signature."""
    default = _literal(parameter.default)
    if default is _UNKNOWN or (default is None and said != "None"):
        return False
    value = _literal(said)
    if value is _UNKNOWN or (isinstance(default, str) and isinstance(value, str)):
        return isinstance(default, str) and quoted and said != default
    if said == "None" and default is not None:
        return (bool(default) and str(default).casefold() != "none") or (isinstance(default, int) and default != 0)
    if isinstance(default, str):
        return str(value).casefold() != default.casefold()
    if said.startswith(("+", "-")) or isinstance(value, bool) == isinstance(default, bool):
        return bool(value != default)
    return bool(int(value) != default) if isinstance(default, int) and isinstance(value, int) else True


class _Unknown:
    pass


_UNKNOWN = _Unknown()


def _literal(text: str | None) -> object:
    if text is None:
        return _UNKNOWN
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _UNKNOWN


def _type_mismatch(stated: str, parameter: Parameter) -> str:
    """Return what the type is instead, empty where the docstring may be right."""
    said = _ALIASES.get(stated.strip().strip("`").lower(), stated.strip().strip("`").lower())
    if said not in _TYPES or parameter.kind.startswith("variadic"):
        return ""
    annotated = (parameter.annotation or "").strip("'\"").replace(" ", "")
    annotated = re.sub(r"^(?:typing\.)?Optional\[(.*)\]$|^(.*)\|None$", r"\1\2", annotated).partition("[")[0].lower()
    if annotated in _TYPES and not _alike(said, annotated):
        return f"is annotated as `{parameter.annotation}`"
    default = "" if parameter.annotation else type_of(parameter.default)
    if default in _TYPES and not _alike(said, default):
        return f"defaults to {parameter.default}"
    return ""


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in alike and other in alike for alike in _ALIKE)
