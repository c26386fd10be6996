"""What decorators make functions take beyond their own parameters, as far as a package's sources tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from docgen.records import Decorator, Function, Module, walk
from docgen.verify.exceptions import last_name

Wrappers = Mapping[str, frozenset[str]]
"""The parameters of the functions that a function defines, by that function's name."""


def wrappers_in(modules: Sequence[Module]) -> Wrappers:
    """Return what wrappers take that a package's functions make, whichever of them are used as decorators."""
    found: dict[str, set[str]] = defaultdict(set)
    for function in (element for module in modules for element in walk(module) if isinstance(element, Function)):
        found[function.name] |= parameters_inside(function)
    return {name: frozenset(parameters) for name, parameters in found.items() if parameters}


def parameters_inside(function: Function) -> set[str]:
    """Return the parameters of all functions that a function defines."""
    inner = (element for element in walk(function) if isinstance(element, Function) and element is not function)
    return {parameter.name for element in inner for parameter in element.parameters}


def added_by(decorators: Iterable[Decorator], wrappers: Wrappers) -> frozenset[str]:
    """Return the parameters that decorators may add."""
    names = (last_name(re.split(r"[(\s]", decorator.text)[0]) for decorator in decorators)
    return frozenset[str]().union(*(wrappers.get(name, ()) for name in names))
