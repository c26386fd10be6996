"""Does it state a type that the parameter or value has not?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.facts import Facts
from docgen.verify.claims import sentences, split_header
from docgen.verify.finding import Finding

_NAME = re.compile(r"[A-Za-z_]\w*")
_WRAPPERS = frozenset(
    {"optional", "union", "none", "nonetype", "typing", "class", "instance", "of", "or", "the", "a", "an", "annotated"}
)
_SAME = {
    "string": "str", "strings": "str", "text": "str", "integer": "int", "integers": "int", "boolean": "bool",
    "number": "float", "func": "callable", "function": "callable", "pathlike": "path", "dictionary": "dict",
    "mapping": "dict", "mutablemapping": "dict", "ordereddict": "dict", "sequence": "list", "iterable": "list",
    "array": "list", "tuple": "list", "tuples": "list", "set": "list", "collection": "list", "iterator": "list",
    "mutablesequence": "list", "lists": "list",
}  # fmt: skip
_BUILTIN = frozenset({"str", "int", "bool", "float", "bytes", "dict", "list", "callable", "type", "complex"})
_WHETHER = re.compile(
    r"^(?:an? )?(?:optional )?(?:boolean )?(?:flag )?(?:(?:specifies|indicates|determines|indicating"
    r"|this parameter is used to (?:specify|indicate|determine)) )?whether\b",
    re.IGNORECASE,
)
_IF_TRUE = re.compile(
    r"\b(?:if|when) (?:set to )?[`*]*True\b|\bset(?:ting)? (?:it |this )?to [`*]*True\b", re.IGNORECASE
)
_SWITCH = re.compile(rf"{_WHETHER.pattern}|\bindicating whether\b", re.IGNORECASE)
_NONE = re.compile(r"`?None`?\.?\Z")
_MAY_BE_NONE = re.compile(r"\b(?:None|Optional|Any|object|Never|NoReturn|_?[A-Z]{1,2}(?:_co|_contra)?)\b")
_VALUE_OF_TYPE = re.compile(
    r"(?:An?|The|Returns an?) (?:new )?`?(?P<type>list|tuple|set|dict|dictionary|boolean|bool|string|integer)`?"
    r"(?: of (?:the )?`?(?P<items>\w+)`?)?\b",
    re.IGNORECASE,
)
_KINDS = {
    "list": "list", "lists": "list", "tuple": "tuple", "tuples": "tuple", "dict": "dict", "dictionary": "dict",
    "generator": "iterator", "iterator": "iterator", "set": "set", "boolean": "bool", "string": "str", "strings": "str",
}  # fmt: skip
_KIND_NAMES = re.compile(rf"\b(?:{'|'.join(_KINDS)})\b", re.IGNORECASE)
_STATES_KIND = re.compile(
    r"(?:^Returns? (?:an? |the )?|^(?:an? |the )|\b(?:and|it|function|method) returns (?:an? |the )?)"
    r"(?:new |sorted |flat |resulting )?`?(?:list|tuple|dict|dictionary|generator|iterator)`?\b",
    re.IGNORECASE,
)
_MADE_INTO = re.compile(
    r"^(?:Casts|Combines|Converts|Decodes|Encodes|Flattens|Formats|Joins|Parses|Resolves|Serializes|Transforms"
    rf"|Turns)\b[^.]*?\b(?:in)?to (?:an? |one )(?:[\w-]+ ){{0,3}}?`?(?P<kind>{'|'.join(_KINDS)})\b",
    re.IGNORECASE,
)
_ITERATOR_OF = re.compile(r"\b(?:Async)?(?:Iterator|Iterable|Generator)\[\s*['\"]?(?:\w+\.)*(\w+)")
_ITERATOR_OVER = re.compile(
    r"\b(?:iterat(?:or|ion|es|ing)|generator)\b(?: (?:over|for|through|of))? (?:an?|the|one|each) `?([A-Z]\w+)\b"
)
_ITEMS = re.compile(
    r"\b([lL]ist|[dD]ict|[tT]uple|[sS]et|Mapping|Sequence|Iterable|Iterator|Callable)\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
)
_VARIADIC = {"variadic positional": {"list"}, "variadic keyword": {"dict"}}


def check_types(text: str, facts: Facts) -> Iterator[Finding]:
    """Find types other than the annotation, or where there is none, than the default's."""
    if facts.subject.kind == "returns" and facts.annotation:
        yield from _returned_type(text, facts.annotation)
    if facts.subject.kind in ("returns", "function") and facts.behaviour:
        yield from _returned_kind(text, facts.behaviour)
        yield from _iterated(text, facts.returned or "")
    if facts.subject.kind not in ("parameter", "attribute") or not facts.exists:
        return
    header, said = split_header(text)
    known = _known_types(facts)
    stated = _types(header.type) if _is_type(header.type, facts) else set()
    if header.type.lower() in ("none", "nonetype") and known and not known <= {"none"}:
        yield _finding(f"It gives the type None, which is `{facts.annotation or facts.default}`.")
    elif stated and known and not _fits(stated, known):
        yield _finding(f"It gives the type {header.type}, which is `{facts.annotation or type_of(facts.default)}`.")
    itself = _types(_without_items(facts.annotation)) if facts.annotation else known
    if itself and itself.isdisjoint({"bool", "any", "object", "none"}) and itself <= _BUILTIN and _is_flag(said):
        yield _finding(f"It describes a switch, but the type is `{facts.annotation or type_of(facts.default)}`.")
    elif facts.annotation and "bool" not in known and known.isdisjoint({"any", "object"}) and _SWITCH.search(said):
        yield _finding(f"It describes a switch, but the type is `{facts.annotation}`.")


def _returned_type(text: str, annotation: str) -> Iterator[Finding]:
    """Find a container or builtin that the return annotation rules out."""
    if _NONE.match(text) and not may_be_none(annotation):
        yield _finding(f"It says that None is returned, but it is `{annotation}`.")
    stated = _VALUE_OF_TYPE.match(text)
    if stated is None:
        return
    kind, items = stated["type"].lower(), stated["items"] or ""
    name = annotation.rpartition(".")[2]
    known = _types(annotation)
    is_item = name.isidentifier() and name[:1].isupper() and items.rstrip("s") == name.rstrip("s")
    if (known <= _BUILTIN and not _fits(_types(kind), known)) or (is_item and kind in ("list", "tuple", "set")):
        yield _finding(f"It says that a {kind} is returned, but it is `{annotation}`.")


def _returned_kind(text: str, does: Behaviour) -> Iterator[Finding]:
    """Find a container that none of the returned expressions makes."""
    kinds = set(does.kinds)
    if not kinds or "" in kinds or does.yields or does.ends:
        return
    for sentence in sentences(text):
        stated = _stated_kinds(sentence)
        if stated and stated.isdisjoint(kinds):
            said, is_one = " or ".join(sorted(stated)), " or ".join(f"`{kind}`" for kind in sorted(kinds))
            yield _finding(f"It says that what is returned is a {said}, but it is of the kind {is_one}.")
            return


def _stated_kinds(sentence: str) -> set[str]:
    """Return the kinds of container of which a sentence says that one is returned or made."""
    if made := _MADE_INTO.match(sentence):
        return {_KINDS[made["kind"].lower()]}
    return {_KINDS[name.lower()] for name in _KIND_NAMES.findall(sentence)} if _STATES_KIND.search(sentence) else set()


def _iterated(text: str, annotation: str) -> Iterator[Finding]:
    """Find an iterator over one of the things that the annotation says it gives many of."""
    given, over = _ITERATOR_OF.search(annotation), _ITERATOR_OVER.search(text)
    if given and over and given[1].startswith(over[1]):
        yield _finding(f"It speaks of an iterator over one `{over[1]}`, but `{annotation}` gives many.")


def may_be_none(annotation: str) -> bool:
    """Whether a value of this annotation can be None, type variables included."""
    return _MAY_BE_NONE.search(annotation) is not None


def type_of(default: str | None) -> str:
    """Return the type of a literal default, empty where it is None or no literal."""
    if default is None:
        return ""
    try:
        value = ast.literal_eval(default)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ""
    return "" if value is None else type(value).__name__


def _known_types(facts: Facts) -> set[str]:
    for kind, types in _VARIADIC.items():
        if facts.role.startswith(kind):
            return types | _types(facts.annotation or "")
    if facts.annotation:
        return _types(facts.annotation)
    return _types(type_of(facts.default))


def _types(text: str) -> set[str]:
    names = {name.lower() for name in _NAME.findall(text)}
    return {_SAME.get(name, name) for name in names} - _WRAPPERS


def _without_items(annotation: str) -> str:
    """Return an annotation without what stands in the brackets of containers: a list of flags is no flag."""
    return _ITEMS.sub(r"\1", annotation)


def _is_type(stated: str, facts: Facts) -> bool:
    """Whether a parenthesis at the head of a text is a type rather than a remark."""
    return (
        bool(stated)
        and " " not in re.sub(r"\s*[,|\[\]]\s*|\b(?:or|of|instance|class)\b\s*|\s*\bor\b", "", stated).strip()
    )


def _fits(stated: set[str], known: set[str]) -> bool:
    """Whether a stated type is the known one, or some of its alternatives, as far as names tell."""
    if known & {"any", "object", "self"} or not stated or stated & {"any", "object"}:
        return True
    if stated & known:
        return True
    if not (stated & _BUILTIN):
        return any(s in k or k in s for s in stated for k in known)
    numbers = {"int", "float", "complex", "bool"}
    return bool(stated & numbers - {"bool"} and known & numbers - {"bool"}) or (
        bool(known - _BUILTIN) and len(stated) > 1
    )


def _is_flag(said: str) -> bool:
    return _WHETHER.match(said) is not None or _IF_TRUE.search(said) is not None


def _finding(message: str) -> Finding:
    return Finding(code="wrong-type", message=message)
