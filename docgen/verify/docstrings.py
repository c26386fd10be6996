"""The docstrings that are in the source already: what contradicts the code, what is missing, what is vague.

People's words are given the benefit of every doubt: only what a signature or a body refutes is called a contradiction.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from docgen.evidence.ancestry import Library, overridden
from docgen.evidence.behaviour import Behaviour
from docgen.evidence.docstrings import Entry, first_sentence, read_entries
from docgen.evidence.facts import FactFinder, Facts, is_required
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import documented_parameters, gives_value, with_owners
from docgen.records import Class, Docstring, Element, Function, Module, Parameter, Record, Subject
from docgen.verify.conditions import turned_round
from docgen.verify.exceptions import ExceptionIndex, is_same_case, last_name, raised_in
from docgen.verify.types import type_of
from docgen.verify.vagueness import check_vagueness

Level = Literal["contradicts", "missing", "vague"]

_IGNORED = re.compile(r"#\s*docgen:\s*ignore(?:\[([\w\s,-]*)\])?")
_NAME = re.compile(r"[^\W\d]\w*\Z")
_DEFAULT = re.compile(
    r"(?:(?:^|[.;,:(]\s*|\bis |\band )[Dd]efaults?(?: value)?(?: is| to|:|=)?|\(default(?: is| to|:"
    r"|=)?)\s*(?P<tick>[`'\"]{0,3})(?P<value>-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?|None|True|False"
    r"|(?<=['\"])[\w. -]*(?=['\"]))[`'\"]{0,3}(?=[\s,;)]|\.(?:\s|$)|$)"
)
_NOTHING = re.compile(r"\b(?:none|nothing|no value|n/?a|void|never)\b", re.IGNORECASE)
_RAISES = re.compile(
    r"(?:^|(?<=[.;] )|\b(?:it|method|function|and|will|this) )(?:also )?[Rr]aises? (?:an? )?[`:\w~.]*?"
    r"(?P<name>[A-Z]\w*(?:Error|Exception|Warning))`* (?P<case>(?:if|when)\b[^.;]*)"
)
_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list", "tuple", "set"})
_ALIASES = {"string": "str", "integer": "int", "boolean": "bool", "dictionary": "dict"}
_ALIKE = (frozenset({"int", "float", "bool"}), frozenset({"list", "tuple", "set"}))
_UNDOCUMENTED_LABELS = frozenset({"overload", "setter", "deleter"})


class Issue(Record):
    """Something that a docstring gets wrong or lacks.

    Attributes:
        file: The file, as the user named it.
        lineno: Line of the docstring's entry, or of the element where it has no docstring.
        element: The element's `id`.
        level: How bad it is.
        code: Stable name of the rule.
        message: One sentence.
    """

    file: str
    lineno: int
    element: str
    level: Level
    code: str
    message: str


LEVELS: dict[str, Level] = {
    "unknown-parameter": "contradicts", "wrong-default": "contradicts", "wrong-type": "contradicts",
    "wrong-optionality": "contradicts", "returns-nothing": "contradicts", "yields-nothing": "contradicts",
    "returns-value": "contradicts", "wrong-exception": "contradicts", "wrong-condition": "contradicts",
    "read-only": "contradicts",
    "missing-docstring": "missing", "missing-parameter": "missing", "missing-raises": "missing",
    "restates-name": "vague",
}  # fmt: skip


def check_modules(modules: Sequence[Module], library: Library) -> Iterator[Issue]:
    """Yield what is wrong with the docstrings of a package's modules, in order, but for what comments excuse."""
    exceptions = ExceptionIndex(modules)
    for module in modules:
        yield from check_module(module, library, exceptions)


def check_module(module: Module, library: Library, exceptions: ExceptionIndex) -> Iterator[Issue]:
    """Yield what is wrong with a module's docstrings, in source order, but for what a comment in the source excuses."""
    finder = FactFinder(Surroundings(module, library))
    lines = module.source.splitlines()
    for element, owner in with_owners(module):
        excused = _excused(lines, element)
        for code, word, message in dict.fromkeys(_problems(element, owner, finder, exceptions)):
            if excused is None or (excused and code not in excused):
                yield Issue(
                    file=module.filepath,
                    lineno=_line_of(word, element),
                    element=element.id,
                    level=LEVELS[code],
                    code=code,
                    message=message,
                )


Problem = tuple[str, str, str]
"""A code, the word in the docstring that it is about, and a message."""


def _problems(
    element: Element, owner: Class | None, finder: FactFinder, exceptions: ExceptionIndex
) -> Iterator[Problem]:
    if not isinstance(element, Module | Class | Function) or not _UNDOCUMENTED_LABELS.isdisjoint(element.labels):
        return
    if element.docstring is None:
        if element.is_public and not _is_inherited(element, owner, finder):
            yield "missing-docstring", "", f"the {element.kind} `{_full(element, owner)}` has no docstring"
        return
    if not element.docstring.text.strip():
        return
    entries = read_entries(element.docstring.text)
    if isinstance(element, Function):
        if "property" not in element.labels:
            yield from _of_parameters(
                entries, documented_parameters(element, owner), element, finder, element.docstring
            )
        yield from _of_outcome(element, owner, entries, finder)
        yield from _of_raises(element, entries, finder, exceptions)
    elif isinstance(element, Class):
        yield from _of_class(element, entries, finder)
    if element.is_public and not entries:
        yield from _vague(element, owner)


def _full(element: Element, owner: Class | None) -> str:
    return f"{owner.name}.{element.name}" if owner else element.name


def _of_parameters(
    entries: Sequence[Entry],
    parameters: Sequence[Parameter],
    function: Function,
    finder: FactFinder,
    documented_by: Docstring | None,
) -> Iterator[Problem]:
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
                yield "unknown-parameter", name, f"`{function.name}` has no parameter `{name}`"
    if documented & known.keys():
        for name, parameter in known.items():
            if name not in documented and not parameter.kind.startswith("variadic") and not name.startswith("_"):
                yield "missing-parameter", "", f"the parameter `{name}` of `{function.name}` is not documented"


def _is_listed(name: str, docstring: str) -> bool:
    """Whether an entry of this name stands at the beginning of a line: parsers take some prose for entries."""
    lead = r"^\s*(?:[:@](?:param|parameter|arg|argument|key|keyword)\s[^:\n]*?|[-*]\s)?[*`\\]*(?:[\w*`]+,\s*)*"
    return bool(_NAME.match(name)) and re.search(rf"{lead}{re.escape(name)}\b", docstring, re.MULTILINE) is not None


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
        yield "wrong-optionality", name, f"`{name}` is called optional, but every call must give it"
    stated = _DEFAULT.search(f"{entry.type} {entry.text}")
    if stated and not entry.is_optional and required and stated["value"] != "None":
        yield "wrong-default", name, f"`{name}` has no default, but is said to default to {stated['value']}"
    elif stated and _differs(stated["value"], bool(stated["tick"]), parameter, function, finder):
        said = stated["value"] or "an empty string"
        yield "wrong-default", name, f"`{name}` is said to default to {said}, but defaults to {parameter.default}"
    if mismatch := _type_mismatch(entry.type, parameter):
        yield "wrong-type", name, f"`{name}` is said to be of type {entry.type}, but {mismatch}"


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


def _of_outcome(
    function: Function, owner: Class | None, entries: Sequence[Entry], finder: FactFinder
) -> Iterator[Problem]:
    said = {entry.kind: entry for entry in entries if entry.kind in ("returns", "yields")}
    summary = first_sentence(function.docstring.text) if function.docstring else ""
    if "property" in function.labels:
        yield from _of_property(function, owner, summary)
    claims_nothing = re.match(r"(?:Always )?[Rr]eturns? (?:nothing|None)\.?$", summary)
    if not said and not claims_nothing and not re.match(r"(?:Yields?|Returns?|Sets?)\b", summary):
        return
    does = finder.behaviour(function)
    if does is None or does.is_abstract or ("property" in function.labels and not said) or _is_stub(function, finder):
        return
    always_raises = not does.ends and not does.returns and not does.yields
    returns = said.get("returns")
    if returns and not does.gives_value and not does.yields and not always_raises and not _says_nothing(returns):
        yield "returns-nothing", "return", f"something is said to be returned, but `{function.name}` returns None"
    elif claims_nothing and does.gives_value and "None" not in does.returns:
        yield "returns-value", "", f"nothing is said to be returned, but `{does.returns[0]}` is"
    elif not said and re.match(r"Returns? (?:the|an?|True|False|whether)\b", summary) and _gives_none(does, function):
        yield "returns-nothing", "", f"something is said to be returned, but `{function.name}` returns None"
    if "yields" in said and not does.yields and not does.gives_value and not always_raises:
        yield "yields-nothing", "yield", f"something is said to be yielded, but `{function.name}` yields nothing"


def _of_property(function: Function, owner: Class | None, summary: str) -> Iterator[Problem]:
    members = owner.members if owner else ()
    if any(member.name == function.name and "setter" in member.labels for member in members):
        return
    if (
        re.match(r"Gets? (?:and|or|/) ?sets?\b|Gets?/sets?\b", summary, re.IGNORECASE)
        and function.decorators[-1].text == "property"
    ):
        yield "read-only", "", f"the property `{function.name}` is said to be set, but it has no setter"


def _gives_none(does: Behaviour, function: Function) -> bool:
    return (
        not does.gives_value
        and not does.yields
        and does.ends
        and not does.delegates_to
        and not (function.returns.annotation and gives_value(function.returns.annotation))
    )


def _says_nothing(entry: Entry) -> bool:
    return _NOTHING.search(f"{entry.type} {entry.text}".partition(".")[0]) is not None or not (entry.type or entry.text)


def _is_stub(function: Function, finder: FactFinder) -> bool:
    return finder.surroundings.module.filepath.endswith(".pyi")


def _of_raises(
    function: Function, entries: Sequence[Entry], finder: FactFinder, exceptions: ExceptionIndex
) -> Iterator[Problem]:
    in_section = [entry for entry in entries if entry.kind == "raises"]
    documented = [
        (part.strip("`: "), entry.text)
        for entry in in_section or _raises_in_prose(function)
        for name in entry.names
        for part in re.split(r"\s*(?:,|\bor\b|/)\s*", last_name(name))
    ]
    does = finder.behaviour(function) if documented else None
    if does is None or does.is_abstract:
        return
    raised = raised_in(function)
    names = [name for name, _ in documented]
    unexplained = {name for name in raised if not any(exceptions.are_related(name, other) for other in names)}
    decorators = [re.split(r"[(\s]", decorator.text)[0] for decorator in function.decorators]
    calls = [*does.calls, *decorators]
    reachable = exceptions.raised_below(calls)
    certainly = exceptions.surely_raised_below(finder.surroundings.module, calls)
    for name, text in documented:
        yield from _of_condition(name, text, function, does)
        if not _NAME.match(name) or any(exceptions.are_related(name, other) for other in raised | certainly):
            continue
        is_named_below = any(exceptions.are_related(name, other) for other in reachable)
        instead = {
            last_name(other.exception)
            for other in function.raises
            if last_name(other.exception) in unexplained and is_same_case(text, other, does.assigned)
        }
        if in_section and not is_named_below and exceptions.knows_callees(does.calls):
            instead = instead or unexplained
        if instead and not does.reraises:
            listed = ", ".join(f"`{other}`" for other in sorted(instead))
            yield "wrong-exception", name, f"`{name}` is said to be raised, but the code raises {listed}"
            return
    for name in sorted(unexplained - {"NotImplementedError", "AssertionError"}) if in_section else ():
        yield "missing-raises", "", f"`{function.name}` raises `{name}`, which is not documented"


def _raises_in_prose(function: Function) -> list[Entry]:
    """Return what a docstring without sections says of exceptions."""
    said = " ".join(function.docstring.text.split()) if function.docstring else ""
    return [Entry(kind="raises", names=(match["name"],), text=match["case"]) for match in _RAISES.finditer(said)]


def _of_condition(name: str, text: str, function: Function, does: Behaviour) -> Iterator[Problem]:
    """Check the condition that an exception is said to have, where the code states one that can be compared."""
    kept = [p.name for p in function.parameters if not any(u.kind == "replaced" for u in does.uses.get(p.name, ()))]
    for raised in function.raises:
        if last_name(raised.exception) == name and (test := turned_round(text, raised.conditions, kept)):
            yield "wrong-condition", name, f"`{name}` is raised if `{test}`, not the other way round"


def _of_class(element: Class, entries: Sequence[Entry], finder: FactFinder) -> Iterator[Problem]:
    """Check the parameters that a class's docstring documents against its constructor, where that can be found."""
    constructor = next((m for m in element.members if isinstance(m, Function) and m.name in ("__init__",)), None)
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
    yield from _of_parameters(
        entries, documented_parameters(constructor, element), constructor, finder, element.docstring
    )


def _has(function: Function, name: str) -> bool:
    return any(parameter.name == name for parameter in function.parameters)


def _is_inherited(element: Element, owner: Class | None, finder: FactFinder) -> bool:
    """Whether a reader finds the method's documentation at the base, or needs none (`__init__`)."""
    if not isinstance(element, Function) or owner is None:
        return isinstance(element, Module) and not element.members
    if element.name == "__init__":
        return True
    return any(method.docstring for method in overridden(element, finder.surroundings.ancestors(owner)))


def _vague(element: Element, owner: Class | None) -> Iterator[Problem]:
    if isinstance(element, Module) or element.docstring is None or element.name.startswith("__"):
        return
    facts = Facts(
        subject=Subject(element=element.id, kind="function" if isinstance(element, Function) else "class"),
        name=element.name,
        role="",
        element=element.name,
        owner=owner.name if owner else "",
    )
    for finding in check_vagueness(" ".join(element.docstring.text.split()), facts):
        if finding.code in LEVELS:
            yield finding.code, "", f"the docstring of `{element.name}` only repeats its name"


def _excused(lines: Sequence[str], element: Element) -> set[str] | None:
    """Return the codes that comments at an element excuse, empty for all of them, None where there is no comment."""
    last = element.docstring.endlineno if element.docstring else element.lineno
    found = [match for line in lines[element.lineno - 1 : last] if (match := _IGNORED.search(line))]
    if not found or isinstance(element, Module):
        return None
    return {code.strip() for match in found for code in (match[1] or "").split(",") if code.strip()}


def _line_of(word: str, element: Element) -> int:
    """Return the line of a docstring that speaks of something, else the line that it begins on."""
    if element.docstring is None:
        return element.lineno
    pattern = re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE) if word else None
    for offset, line in enumerate(element.docstring.text.splitlines()):
        if pattern and offset and pattern.search(line):
            return min(element.docstring.lineno + offset, element.docstring.endlineno)
    return element.docstring.lineno
