"""What decorators make functions take beyond their own parameters, as far as a package's sources tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from docgen.records import Decorator, Function, Module, code_of, walk
from docgen.verify.exceptions import last_name

Wrappers = Mapping[str, frozenset[str]]
"""The words in the sources of functions that define others, by name: one of them may be a parameter that is added."""

_WORD = re.compile(r"[^\W\d]\w*")


def wrappers_in(modules: Sequence[Module]) -> Wrappers:
    """Return what the functions of a package that make others speak of, whichever of them are used as decorators."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for module in modules:
        for element in walk(module):
            if isinstance(element, Function) and parameters_inside(element):
                found[element.name] |= frozenset(_WORD.findall(code_of(module, element)))
    return found


def parameters_inside(function: Function) -> set[str]:
    """Return the parameters of all functions that a function defines."""
    inner = (element for element in walk(function) if isinstance(element, Function) and element is not function)
    return {parameter.name for element in inner for parameter in element.parameters}


def added_by(decorators: Iterable[Decorator], wrappers: Wrappers) -> frozenset[str]:
    """Return the names that decorators speak of, where they are written and where they are defined."""
    texts = [decorator.text for decorator in decorators]
    names = (last_name(re.split(r"[(\s]", text)[0]) for text in texts)
    return frozenset(_WORD.findall(" ".join(texts))).union(*(wrappers.get(name, ()) for name in names))
