"""The ground of a text: the names that its element's code can reach, and the words that its code and authors use."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Sequence
from functools import cached_property

from docgen.evidence.ancestry import Ancestor, Library, overridden
from docgen.evidence.docstrings import read_docstring
from docgen.evidence.implied import fields_of, implied
from docgen.evidence.words import stems
from docgen.extract.layout import LayoutError, block_ends, logical_lines
from docgen.records import Class, Element, Function, Module, Record, code_of

SHORT = 40
"""Lines of a function up to which every part of it bears on every parameter."""

MAX_UNDER = 12
"""Statements of a block that its header's parameter bears on."""

_DOTTED = re.compile(r"~?(?:\w+\.)+(\w+)")
_DEFINITION = re.compile(r"(?:async\s+def|def)\b")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
BUILTIN_NAMES = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist, "self", "cls"})


class Scope(Record):
    """What may be named and spoken of in a text about one subject.

    Attributes:
        names: Identifiers in reach: of the whole module, its bases, its imports and the builtins.
        words: Stems of the words in the element's code, docstrings and comments, in those of what it overrides, in the
            constructor that sets up what a method works on, in the prose about its class and the bases, and in the
            names of what the module defines and imports from.
        own: Stems of the words in the element's own code, its docstring included.
        is_described: Whether there is any docstring among that.
    """

    names: frozenset[str]
    words: frozenset[str]
    own: frozenset[str] = frozenset()
    is_described: bool = True


class Surroundings:
    """What a module's elements have around them; made once for a module.

    Args:
        module: The module.
        library: Finds base classes.
    """

    def __init__(self, module: Module, library: Library | None = None) -> None:
        self.module = module
        self.library = library or Library([module])
        self._ancestors: dict[str, tuple[Ancestor, ...]] = {}
        self._owner_names: dict[str, frozenset[str]] = {}
        self._words: dict[tuple[str, str], frozenset[str]] = {}
        self._own_words: dict[str, frozenset[str]] = {}

    def ancestors(self, owner: Class | None) -> tuple[Ancestor, ...]:
        """Return a class's bases that can be found, nearest first."""
        if owner is None:
            return ()
        if owner.id not in self._ancestors:
            self._ancestors[owner.id] = self.library.ancestors(self.module, owner)
        return self._ancestors[owner.id]

    def scope(self, element: Element, owner: Class | None, part: str = "") -> Scope:
        """Return the ground of a text about an element, or about the part of it that has this name."""
        holder = element if isinstance(element, Class) else owner
        return Scope(
            names=self._names(holder),
            words=self._ground(element, holder, part),
            own=self._own(element) if isinstance(element, Function) else frozenset(),
            is_described=self._is_described(element, holder),
        )

    def _own(self, function: Function) -> frozenset[str]:
        if function.id not in self._own_words:
            self._own_words[function.id] = stems(code_of(self.module, function))
        return self._own_words[function.id]

    def _is_described(self, element: Element, holder: Class | None) -> bool:
        ancestors = self.ancestors(holder)
        told = [self.module.docstring, holder.docstring if holder else None]
        if isinstance(element, Class | Function):
            told.append(element.docstring)
        inherited = overridden(element, ancestors) if isinstance(element, Function) else ()
        above = [*(base.docstring for base in ancestors), *(method.docstring for method in inherited)]
        return any(told) or any(above)

    def told(self, function: Function, owner: Class | None, part: str) -> str:
        """Return what authors say of a function's parameter, those of what it overrides and of its class included."""
        ancestors = self.ancestors(owner)
        texts = [function.docstring.text if function.docstring else ""]
        texts += [method.docstring for method in overridden(function, ancestors)]
        if function.name == "__init__" and owner is not None:
            texts += [owner.docstring.text if owner.docstring else "", *(base.docstring for base in ancestors)]
        return " ".join(read_docstring(text).parameters.get(part, "") for text in texts if text).strip()

    @cached_property
    def _module_names(self) -> frozenset[str]:
        targets = " ".join(entry.target for entry in self.module.imports)
        return BUILTIN_NAMES | frozenset(_IDENTIFIER.findall(f"{self.module.source} {targets} {self.module.path}"))

    def _names(self, holder: Class | None) -> frozenset[str]:
        if holder is None:
            return self._module_names
        if holder.id not in self._owner_names:
            inherited = {name for ancestor in self.ancestors(holder) for name in _names_of(ancestor)}
            self._owner_names[holder.id] = self._module_names | inherited
        return self._owner_names[holder.id]

    @cached_property
    def _module_words(self) -> frozenset[str]:
        said = self.module.docstring.text if self.module.docstring else ""
        packages = [entry.target.partition(".")[0] for entry in self.module.imports]
        defined = (member.name for member in self.module.members)
        known = stems(" ".join([self.module.path, said, *packages, *defined]))
        return known | implied(" ".join(packages)) | fields_of([*packages, self.module.path])

    def _own_text(self, element: Element, part: str) -> str:
        if isinstance(element, Module):
            return element.source
        is_long = element.endlineno - element.lineno > SHORT
        if part and is_long and isinstance(element, Function):
            own = element.docstring.text if element.docstring else ""
            said = read_docstring(own)
            own_words = f"{said.prose} {said.parameters.get(part, '')}"
            signature = " ".join(
                f"{p.annotation} {p.default} {p.comment}" for p in element.parameters if p.name == part
            )
            return f"{part} {signature} {_touching(self.module, element, part)} {own_words}"
        return code_of(self.module, element)

    def _ground(self, element: Element, holder: Class | None, part: str) -> frozenset[str]:
        key = (element.id, part)
        if key not in self._words:
            around = " ".join([*_texts(element, holder, self.ancestors(holder), part), self._state(element, holder)])
            own = self._own_text(element, part)
            if part and holder is not None and element.name == "__init__":
                own += _touching(self.module, holder, f"self.{part}")
            self._words[key] = self._module_words | stems(f"{own} {around}") | implied(f"{element.name} {part}")
        return self._words[key]

    def _state(self, element: Element, holder: Class | None) -> str:
        """Return the code that sets up what a method works on."""
        if holder is None or not isinstance(element, Function) or element.name == "__init__":
            return ""
        constructors = (member for member in holder.members if member.name == "__init__")
        return " ".join(code_of(self.module, member) for member in constructors)


def _touching(module: Module, element: Function | Class, part: str) -> str:
    """Return the statements that mention a name, with what they stand under and what stands under them."""
    code = code_of(module, element)
    name = re.compile(rf"\b{re.escape(part)}\b")
    try:
        lines = logical_lines(code)
    except LayoutError:
        return code
    ends = block_ends(lines)
    header = next((index for index, line in enumerate(lines) if _DEFINITION.match(code, line.start)), 0)
    body = range(header + 1, len(lines))
    kept = [index for index in body if name.search(code, lines[index].start, lines[index].end)]
    around = {outer for outer in body for index in kept if outer < index < ends[outer]}
    under = {inner for index in kept for inner in range(index, min(ends[index], index + MAX_UNDER))}
    return "\n".join(code[lines[i].start : lines[i].end] for i in sorted({*kept, *around, *under}))


def _names_of(ancestor: Ancestor) -> set[str]:
    return {
        *_IDENTIFIER.findall(ancestor.path),
        *ancestor.methods,
        *(name for method in ancestor.methods.values() for name in _IDENTIFIER.findall(method.code)),
    }


def _texts(element: Element, holder: Class | None, ancestors: Sequence[Ancestor], part: str) -> list[str]:
    """Return what is said around an element: of its class and the bases in prose, and by what it overrides."""
    texts = [element.name]
    if holder is not None:
        texts += [holder.name, *holder.bases, *_about(holder.docstring.text if holder.docstring else "", part)]
    for ancestor in ancestors:
        texts += [ancestor.path.rpartition(".")[2], *_about(ancestor.docstring, part)]
    if isinstance(element, Function):
        texts += [f"{method.code} {method.docstring}" for method in overridden(element, ancestors)]
    return texts


def _about(docstring: str, part: str) -> list[str]:
    if not docstring:
        return []
    said = read_docstring(_DOTTED.sub(r"\1", docstring))
    if part:
        return [said.parameters.get(part, ""), said.attributes.get(part, "")]
    return [said.prose]
