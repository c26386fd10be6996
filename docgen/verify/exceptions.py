"""Which exceptions stand for one another in a package, and which come from what a function calls."""

from __future__ import annotations

import builtins
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.records import Class, Function, Module, Raises, code_of, walk
from docgen.verify.claims import sentences

MAX_DEPTH = 3
"""Calls of calls that are followed."""

_BUILTIN_BASES = {
    name: tuple(base.__name__ for base in kind.__mro__[1:-1])
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
_CALL = re.compile(r"(?<!def )(?<!class )((?:\b\w+)?\.?\b\w+)\s*\(")
_TOO_GENERAL = frozenset({"Exception", "BaseException"})
_OWN = ("self", "cls", "super()")
_FUNCTION_WORDS = frozenset(
    stem(word)
    for word in """
    a an and any are at be been by can cannot could did do does error exception for from given has have if in is it its
    no not of on or passed provided raise raised raises that the this to was when with
    """.split()
)
_SHARED = 2
"""Words that two accounts of one case have in common at least, which are two thirds of the docstring's."""


class ExceptionIndex:
    """What a package's functions raise by themselves, by name, and how its exception classes are derived.

    Args:
        modules: The package's modules.
    """

    def __init__(self, modules: Sequence[Module]) -> None:
        self._functions: dict[str, list[tuple[Module, Function]]] = defaultdict(list)
        self._bases: dict[str, set[str]] = defaultdict(set)
        self._aliases: dict[str, str] = {}
        self._methods: set[str] = set()
        self._imported = {module.filepath: frozenset(entry.name for entry in module.imports) for module in modules}
        self._calls: dict[tuple[str, str], frozenset[str]] = {}
        self._raised: dict[tuple[str, str], frozenset[str]] = {}
        for module in modules:
            self._aliases.update({e.name: last_name(e.target) for e in module.imports if e.target != "*"})
            for element in walk(module):
                if isinstance(element, Class):
                    self._bases[element.name] |= {last_name(base) for base in element.bases}
                    methods = [member for member in element.members if isinstance(member, Function)]
                    self._functions[element.name] += [(module, method) for method in methods]
                    self._methods |= {method.id for method in methods}
                elif isinstance(element, Function):
                    self._functions[element.name].append((module, element))

    def are_related(self, one: str, other: str) -> bool:
        """Whether two exceptions are the same, or one is a kind of the other and says something by it."""
        first, second = self._aliases.get(one, one), self._aliases.get(other, other)
        if first == second or one == other:
            return True
        return first in self._ancestors(second) - _TOO_GENERAL or second in self._ancestors(first) - _TOO_GENERAL

    def raised_below(self, module: Module, calls: Iterable[str]) -> frozenset[str]:
        """Return the exceptions that functions and classes of these names raise, and what those call in turn.

        Methods of unknown objects may be any that share the name, and are left out.
        """
        pending = {(module.filepath, call) for call in calls}
        seen: set[tuple[str, str]] = set()
        found: set[str] = set()
        for _ in range(MAX_DEPTH):
            named = (place for caller, call in pending for place in self._named(caller, call))
            places = {_key(*place): place for place in named}
            places = {key: place for key, place in places.items() if key not in seen}
            seen |= places.keys()
            found |= self._raised_by(places.values())
            pending = {(place[0].filepath, call) for place in places.values() for call in self._called_by(*place)}
        return frozenset(found)

    def _raised_by(self, places: Iterable[tuple[Module, Function]]) -> set[str]:
        for place in places:
            if _key(*place) not in self._raised:
                self._raised[_key(*place)] = raised_in(place[1])
        return {name for place in places for name in self._raised[_key(*place)]}

    def _called_by(self, module: Module, function: Function) -> frozenset[str]:
        key = _key(module, function)
        if key not in self._calls:
            self._calls[key] = frozenset(_CALL.findall(code_of(module, function)))
        return self._calls[key]

    def _named(self, file: str, call: str) -> list[tuple[Module, Function]]:
        """Return the functions that a call may mean, none where its receiver is not known."""
        receiver, dot, name = call.rpartition(".")
        known = self._functions.get(name, [])
        if receiver in _OWN or receiver.rpartition(".")[2][:1].isupper():
            return known
        if not dot or receiver.partition(".")[0] in self._imported.get(file, ()):
            is_class = name in self._bases
            return [place for place in known if is_class or place[1].id not in self._methods]
        return []

    def _ancestors(self, name: str) -> set[str]:
        found: set[str] = set()
        pending = {name}
        while pending:
            item = pending.pop()
            bases = {*self._bases.get(item, ()), *_BUILTIN_BASES.get(item, ())} - found
            found |= bases
            pending |= bases
        return found


def _key(module: Module, function: Function) -> tuple[str, str]:
    """Return what tells functions apart, those of files that happen to have the same dotted path, too."""
    return module.filepath, function.id


def raised_in(function: Function) -> frozenset[str]:
    """Return the exceptions that a function and those defined in it raise, by their last names."""
    inner = (element for element in walk(function) if isinstance(element, Function))
    return frozenset(last_name(raised.exception) for element in inner for raised in element.raises)


def is_same_case(text: str, raised: Raises, assigned: Mapping[str, str]) -> bool:
    """Whether a text about an exception speaks of the case in which another one is raised, by the words of both.

    Args:
        text: What is said of when an exception is raised.
        raised: What is raised.
        assigned: What the function's local variables hold: messages are often made beforehand.
    """
    messages = [assigned.get(message, message) for message in raised.messages]
    case = stems(" ".join([*raised.conditions, *messages]))
    for sentence in sentences(text):
        told = {stem(word) for word in words(sentence)} - _FUNCTION_WORDS
        shared = sum(is_grounded(word, case) for word in told)
        if shared >= _SHARED and 3 * shared >= 2 * len(told):
            return True
    return False


def last_name(path: str) -> str:
    """Return what follows the last dot."""
    return path.rpartition(".")[2]
