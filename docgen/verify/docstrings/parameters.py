"""What a docstring says of parameters, held against the signature."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from keyword import iskeyword

from docgen.evidence.docstrings import Entry, read_entries
from docgen.evidence.facts import is_required
from docgen.evidence.finder import FactFinder
from docgen.evidence.subjects import documented_parameters
from docgen.records import Class, Docstring, Function, Parameter
from docgen.verify.defaults import is_same_value
from docgen.verify.docstrings.problem import Problem
from docgen.verify.docstrings.wrappers import parameters_inside
from docgen.verify.types import may_be_none, type_of

_DEFAULT = re.compile(
    r"(?:(?:^|[.;,:(]\s*|\bis |\band )[Dd]efaults?(?: value)?(?: is| to|:|=)?|\(default(?: is| to|:"
    r"|=)?)\s*(?P<tick>[`'\"]{0,3})(?P<value>(?<=['\"])[\w. -]*(?=['\"])|-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?"
    r"|None|True|False)[`'\"]{0,3}(?=[\s;)]|,(?!\d)|\.(?:\s|$)|$)"
    r"(?!,? (?:if|when|unless|where|except|otherwise|or)\b| (?:for|in|on)\b)"
)
"""What is said to be the default whatever else is given."""
_IS_GONE = re.compile(r"\b(?:deprecated|removed|obsolete|no longer)\b", re.IGNORECASE)
_HEADINGS = frozenset(
    "Args Arguments Parameters Returns Yields Raises Attributes Example Examples Note Notes References Warnings".split()
)
_FILLED_IN = re.compile(r"^\s*%\(\w+\)s\s*$", re.MULTILINE)
"""A line that is another text at run time, with a heading perhaps."""
_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list", "tuple", "set"})
_ALIASES = {"string": "str", "integer": "int", "boolean": "bool", "dictionary": "dict"}
_ALIKE = (frozenset({"int", "float", "bool"}), frozenset({"list", "tuple", "set"}))


def problems_of_parameters(
    entries: Sequence[Entry],
    parameters: Sequence[Parameter],
    function: Function,
    finder: FactFinder,
    documented_by: Docstring | None,
    elsewhere: Collection[str] = (),
) -> Iterator[Problem]:
    """Yield what the entries for parameters get wrong or lack.

    Args:
        entries: What the docstring says.
        parameters: Those that it is to document.
        function: The function that has them.
        finder: What the function does.
        documented_by: The docstring: the function's own, or its class's.
        elsewhere: Names that may be documented here as well: of attributes, of what decorators add or methods take.
    """
    known = {parameter.name: parameter for parameter in parameters}
    said = _FILLED_IN.split(documented_by.text)[0] if documented_by else ""
    open_ended = any(parameter.kind.startswith("variadic") for parameter in parameters)
    entries = [entry for entry in entries if entry.kind == "parameter"]
    documented = [name for entry in entries for name in entry.names]
    has_own_signature = said.lstrip().startswith(f"{function.name}(")
    is_about = not open_ended and not has_own_signature and _is_about(documented, known, function)
    elsewhere = {*elsewhere, *(parameter.name for parameter in function.parameters)}
    for entry in entries:
        claims_all = is_about and "..." not in entry.names and not _IS_GONE.search(entry.text)
        for name in entry.names:
            if name in known:
                yield from _of_parameter(entry, known[name], function, finder)
            elif claims_all and name not in elsewhere and _is_listed(name, said):
                yield Problem("unknown-parameter", name, f"`{function.name}` has no parameter `{name}`")
    if known.keys() & set(documented):
        for name, parameter in known.items():
            if name not in documented and not parameter.kind.startswith("variadic") and not name.startswith("_"):
                yield Problem("missing-parameter", "", f"the parameter `{name}` of `{function.name}` is not documented")


def problems_of_class(element: Class, entries: Sequence[Entry], finder: FactFinder) -> Iterator[Problem]:
    """Yield what a class's docstring gets wrong of its constructor's parameters, where there is a constructor."""
    constructor = next((m for m in element.members if isinstance(m, Function) and m.name == "__init__"), None)
    if constructor is None or "overload" in constructor.labels:
        return
    own = read_entries(constructor.docstring.text) if constructor.docstring else ()
    if any(entry.kind == "parameter" for entry in own):
        return
    methods = [member for member in element.members if isinstance(member, Function)]
    elsewhere = {
        *(member.name for member in element.members),
        *(parameter.name for method in methods if method is not constructor for parameter in method.parameters),
    }
    yield from problems_of_parameters(
        entries, documented_parameters(constructor, element), constructor, finder, element.docstring, elsewhere
    )


def _is_listed(name: str, docstring: str) -> bool:
    """Whether an entry of this name stands at the beginning of a line: parsers take some prose for entries."""
    lead = r"^\s*(?:[:@](?:param|parameter|arg|argument|key|keyword)\s[^:\n]*?|[-*]\s)?[*`\\]*(?:[\w*`]+,\s*)*"
    return _is_name(name) and re.search(rf"{lead}{re.escape(name)}\b", docstring, re.MULTILINE) is not None


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text) and text not in _HEADINGS


def _is_about(documented: Sequence[str], known: dict[str, Parameter], function: Function) -> bool:
    """Whether the section is a list of this signature's parameters, as far as that can be told.

    What wraps or makes a function documents another one's, what reads a command line its options; and
    prose that stands where the list should is taken for one by parsers.
    """
    unknown = set(documented) - known.keys()
    is_of_another = bool(known) and known.keys().isdisjoint(documented) and len(unknown) > len(known)
    is_of_inner = not unknown.isdisjoint(parameters_inside(function))
    return not is_of_another and not is_of_inner and not any(" " in name for name in unknown)


def _of_parameter(entry: Entry, parameter: Parameter, function: Function, finder: FactFinder) -> Iterator[Problem]:
    name = parameter.name
    required = is_required(parameter) and "abstract" not in function.labels
    if entry.is_optional and required and not _may_mean_none(entry, parameter, function, finder):
        yield Problem("wrong-optionality", name, f"`{name}` is called optional, but every call must give it")
    # Of several parameters in one entry, each may have a default of its own; what follows the right one is another's.
    is_told = entry.default != "" and is_same_value(entry.default, parameter.default or "")
    text = _own_text(entry, function) if len(entry.names) == 1 and not is_told else ""
    stated = _DEFAULT.search(text)
    if stated and not entry.is_optional and required and stated["value"] != "None":
        yield Problem("wrong-default", name, f"`{name}` has no default, but is said to default to {stated['value']}")
    elif (
        stated
        and _differs(stated["value"], bool(stated["tick"]), parameter, finder)
        and not _counts(parameter.default or "", text)
    ):
        said = stated["value"] or "an empty string"
        yield Problem(
            "wrong-default", name, f"`{name}` is said to default to {said}, but defaults to {parameter.default}"
        )
    if mismatch := _type_mismatch(entry.type, parameter):
        yield Problem("wrong-type", name, f"`{name}` is said to be of type {entry.type}, but {mismatch}")


def _may_mean_none(entry: Entry, parameter: Parameter, function: Function, finder: FactFinder) -> bool:
    """Whether a parameter is perhaps called optional because it may be None, as the type `Optional` has it."""
    if entry.default not in ("", "None"):
        return False
    if re.search(r"\bNone\b", f"{entry.type} {entry.text}"):
        return True
    does = finder.behaviour(function)
    tests = does.tests if does else ()
    return may_be_none(parameter.annotation or "") or any(
        re.search(rf"\b{re.escape(parameter.name)} is\b", test) for test in tests
    )


def _own_text(entry: Entry, function: Function) -> str:
    """Return what an entry says of all that it is about, up to a list, or to entries of their own in its text."""
    others = "".join(rf"|{re.escape(p.name)}:\s" for p in function.parameters if p.name not in entry.names)
    return re.split(rf"(?<!\S)(?:[-*•]\s|[\w'\"`]+ :\s{others})", f"{entry.type} {entry.text}", maxsplit=1)[0]


def _differs(said: str, quoted: bool, parameter: Parameter, finder: FactFinder) -> bool:
    """Whether a default as documented is another than the literal in the signature."""
    default = _literal(parameter.default)
    if default is _UNKNOWN or (default is None and said != "None"):
        return False
    value = _literal(said)
    if value is _UNKNOWN or (isinstance(default, str) and isinstance(value, str)):
        differs = "".join(said.split()) != "".join(str(default).split())
        return isinstance(default, str) and quoted and differs and not _stands_for(default, said, finder)
    if said == "None" and default is not None:
        return (bool(default) and str(default).casefold() != "none") or (isinstance(default, int) and default != 0)
    # A string that stands for a number or a switch most likely is but a mark for it.
    if isinstance(default, str):
        return False
    if said.startswith(("+", "-")) or isinstance(value, bool) == isinstance(default, bool):
        return bool(value != default)
    return bool(int(value) != default) if isinstance(default, int) and isinstance(value, int) else True


def _counts(default: str, text: str) -> bool:
    """Whether a text has a default that is a number, too: it may be counted twice, as in `an hour (60 minutes)`."""
    return default[-1:].isdigit() and re.search(rf"(?<![\w.-]){re.escape(default)}(?!\.?\w)", text) is not None


def _stands_for(default: str, said: str, finder: FactFinder) -> bool:
    """Whether a dictionary of the module gives one of two values for the other, as for abbreviations."""
    pair = rf"[\"']{re.escape(default)}[\"']\s*:\s*[\"']{re.escape(said)}[\"']"
    return re.search(pair, finder.surroundings.module.source) is not None


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
    annotated = re.sub(r"^(?:typing\.)?Optional\[(.*)\]$|^(.*)\|None$", r"\1\2", annotated).lower()
    annotated = "" if "|" in annotated else annotated.partition("[")[0]
    if annotated in _TYPES and not _alike(said, annotated):
        return f"is annotated as `{parameter.annotation}`"
    default = "" if parameter.annotation else type_of(parameter.default)
    # A string, or what counts as false, often is but a mark for a value that is not given, or found out later.
    is_mark = default == "str" or not _literal(parameter.default)
    if default in _TYPES and not is_mark and not _alike(said, default):
        return f"defaults to {parameter.default}"
    return ""


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in alike and other in alike for alike in _ALIKE)
