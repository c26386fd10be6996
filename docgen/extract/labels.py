"""Labels: facts that decorators, bases and names state, in griffe's words where it has one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from docgen.records import Decorator, Docstring

_DECORATORS: dict[str, tuple[str, ...]] = {
    "abstractmethod": ("abstract",),
    "abstractproperty": ("abstract", "property"),
    "abstractclassmethod": ("abstract", "classmethod"),
    "abstractstaticmethod": ("abstract", "staticmethod"),
    "asynccontextmanager": ("contextmanager",),
    "cache": ("cached",),
    "cached_property": ("cached", "property"),
    "classmethod": ("classmethod",),
    "contextmanager": ("contextmanager",),
    "dataclass": ("dataclass",),
    "dataclass_transform": (),
    "deleter": ("deleter",),
    "deprecated": ("deprecated",),
    "final": ("final",),
    "lru_cache": ("cached",),
    "overload": ("overload",),
    "override": ("override",),
    "property": ("property",),
    "reify": ("cached", "property"),
    "runtime_checkable": ("runtime-checkable",),
    "setter": ("setter",),
    "staticmethod": ("staticmethod",),
}
_ATTRS_DECORATORS = re.compile(r"attrs?\.(?:s|attrs|dataclass|define|frozen|mutable|attributes)\Z")
_BASES: dict[str, str] = {
    "ABC": "abstract",
    "Enum": "enum",
    "Flag": "enum",
    "IntEnum": "enum",
    "IntFlag": "enum",
    "StrEnum": "enum",
    "ReprEnum": "enum",
    "NamedTuple": "named-tuple",
    "Protocol": "protocol",
    "TypedDict": "typed-dict",
}
_EXCEPTION = re.compile(r"(?:Error|Exception|Warning|KeyboardInterrupt|SystemExit|StopIteration|ExceptionGroup)\Z")
_DEPRECATED_DIRECTIVE = re.compile(r"^\s*\.\. deprecated::", re.MULTILINE)


def callee(text: str) -> str:
    """Return the dotted name at the beginning of a decorator or base: `a.b` of `a.b(c)` and of `a.b[c]`."""
    return re.split(r"[(\[\s]", text, maxsplit=1)[0]


def resolve(name: str, imported: Mapping[str, str]) -> str:
    """Return the dotted name with its first part replaced by what the module imported under it."""
    head, dot, tail = name.partition(".")
    return imported.get(head, head) + dot + tail


def decorator_labels(decorators: Iterable[Decorator], imported: Mapping[str, str]) -> set[str]:
    """Return the labels that decorators give to a function or class."""
    labels: set[str] = set()
    for decorator in decorators:
        name = resolve(callee(decorator.text), imported)
        last = name.rpartition(".")[2]
        labels.update(_DECORATORS.get(last, ("property",) if last.endswith("property") else ()))
        if _ATTRS_DECORATORS.match(name):
            labels.add("attrs")
    return labels - {"dataclass"} if "attrs" in labels else labels


def base_labels(
    bases: Iterable[str], imported: Mapping[str, str], known: Mapping[str, frozenset[str]], metaclass: str
) -> set[str]:
    """Return the labels that bases give to a class.

    Args:
        bases: The bases' source.
        imported: What the module's imported names stand for.
        known: Labels of the classes that the module has defined so far, by name.
        metaclass: Source of the `metaclass` keyword, or the empty string.
    """
    labels: set[str] = set()
    for base in bases:
        name = callee(base)
        last = resolve(name, imported).rpartition(".")[2]
        if name in known:
            labels |= known[name] & _INHERITED
        elif last in _BASES:
            labels.add(_BASES[last])
        elif _EXCEPTION.search(last):
            labels.add("exception")
    if metaclass.rpartition(".")[2] in ("EnumMeta", "EnumType"):
        labels.add("enum")
    if metaclass.rpartition(".")[2] == "ABCMeta":
        labels.add("abstract")
    return labels


_INHERITED = frozenset({"enum", "exception", "typed-dict"})


def is_deprecated(docstring: Docstring | None) -> bool:
    """Whether a docstring has the `deprecated` directive."""
    return docstring is not None and _DEPRECATED_DIRECTIVE.search(docstring.text) is not None


_PUBLIC_DUNDERS = frozenset({"__init__", "__call__"})


def is_public_name(name: str) -> bool:
    """Whether a name is public by convention: no leading underscore, or one of the dunders that callers meet."""
    return not name.startswith("_") or name in _PUBLIC_DUNDERS
