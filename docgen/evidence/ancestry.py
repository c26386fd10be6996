"""The base classes of a class, across the package's files and the sources of installed packages, without importing.

What the run reads anyway is taken from its records. Other files are consulted only: parsed once by the interpreter's
own parser, for class names, docstrings and methods.
"""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from docgen.evidence.syntax import dotted
from docgen.extract.installed import find_module, search_path
from docgen.records import Class, Function, Module, Record, code_of

MAX_HOPS = 8
"""Re-exports that are followed to a class's home."""

MAX_CONSULTED = 2_000_000
"""Bytes of a consulted file from which on it is left alone."""


MAX_RECORDS = 64
"""Records of modules that are held ready; any other is taken from the sequence of modules again."""

MAX_FOUND = 1024
"""Classes that are held ready."""


class Method(Record):
    """A method of a base class.

    Attributes:
        path: Its dotted path.
        code: Its source.
        docstring: Its author's docstring, dedented; empty where there is none.
        record: Its record, where the run reads the file.
    """

    path: str
    code: str
    docstring: str = ""
    record: Function | None = None


class Ancestor(Record):
    """A base class, however far up.

    Attributes:
        path: Its dotted path.
        docstring: Its author's docstring, dedented; empty where there is none.
        bases: Its own bases, as written.
        methods: Its methods by name.
        module: The module that holds it.
    """

    path: str
    docstring: str = ""
    bases: tuple[str, ...] = ()
    methods: dict[str, Method] = Field(default_factory=dict)
    module: str = ""


class Library:
    """Finds base classes.

    Args:
        modules: The modules that are read; each is taken when it is needed, so that they may lie on disk.
        folders: Where installed modules are looked up; empty to look at nothing but the modules.
    """

    def __init__(self, modules: Sequence[Module] = (), folders: Sequence[Path] = ()) -> None:
        self._numbers = {module.path: number for number, module in enumerate(modules)}
        self._record = lru_cache(MAX_RECORDS)(lambda path: modules[self._numbers[path]])
        self._found = lru_cache(MAX_FOUND)(self._search)
        self._folders = folders
        self._consulted: dict[str, _Consulted | None] = {}

    def ancestors(self, module: Module, owner: Class) -> tuple[Ancestor, ...]:
        """Return the bases of a class that can be found, nearest first, each once."""
        found: dict[str, Ancestor] = {}
        pending = [self._resolve(module.path, base) for base in owner.bases]
        while pending:
            ancestor = pending.pop(0)
            if ancestor is not None and ancestor.path not in found and ancestor.path != owner.path:
                found[ancestor.path] = ancestor
                pending += [self._resolve(ancestor.module, base) for base in ancestor.bases]
        return tuple(found.values())

    def _resolve(self, module: str, base: str) -> Ancestor | None:
        """Return the class that a base, as written in a module, stands for."""
        name = re.split(r"[\[(\s]", base, maxsplit=1)[0]
        return self._found(module, name)

    def _search(self, module: str, name: str) -> Ancestor | None:
        for _ in range(MAX_HOPS):
            if found := self._defined(module, name):
                return found
            head, _, rest = name.partition(".")
            target = self._imports(module).get(head)
            if target is None:
                return None
            module, name = self._split(f"{target}.{rest}" if rest else target)
            if not module:
                return None
        return None

    def _split(self, path: str) -> tuple[str, str]:
        """Split a dotted path into its longest module that exists and the name in it."""
        parts = path.split(".")
        for end in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:end])
            if module in self._numbers or self._consult(module):
                return module, ".".join(parts[end:])
        return "", path

    def _defined(self, module: str, name: str) -> Ancestor | None:
        if module in self._numbers:
            record = self._record(module)
            holder: Module | Class = record
            for part in name.split("."):
                inner = next((m for m in holder.members if isinstance(m, Class) and m.name == part), None)
                if inner is None:
                    return None
                holder = inner
            return _of_record(record, holder) if isinstance(holder, Class) else None
        consulted = self._consult(module)
        return consulted.ancestor(name) if consulted else None

    def _imports(self, module: str) -> Mapping[str, str]:
        if module in self._numbers:
            record = self._record(module)
            return {entry.name: entry.target for entry in record.imports}
        consulted = self._consult(module)
        return consulted.imports if consulted else {}

    def _consult(self, module: str) -> _Consulted | None:
        if module not in self._consulted:
            self._consulted[module] = _consult(module, self._folders) if self._folders else None
        return self._consulted[module]


def overridden(function: Function, ancestors: Sequence[Ancestor]) -> tuple[Method, ...]:
    """Return the methods that a method overrides, nearest first."""
    return tuple(ancestor.methods[function.name] for ancestor in ancestors if function.name in ancestor.methods)


def _of_record(module: Module, record: Class) -> Ancestor:
    return Ancestor(
        path=record.path,
        docstring=record.docstring.text if record.docstring else "",
        bases=record.bases,
        module=module.path,
        methods={
            member.name: Method(
                path=member.path,
                code=code_of(module, member),
                docstring=member.docstring.text if member.docstring else "",
                record=member,
            )
            for member in record.members
            if isinstance(member, Function) and "setter" not in member.labels
        },
    )


class _Consulted:
    """A file outside the run: its classes and its imports."""

    def __init__(self, module: str, is_package: bool, source: str, tree: ast.Module) -> None:
        self._module = module
        self._lines = source.split("\n")
        self._classes = {node.name: node for node in _top_level(tree.body) if isinstance(node, ast.ClassDef)}
        self.imports = dict(_imports(tree, module if is_package else module.rpartition(".")[0]))

    def ancestor(self, name: str) -> Ancestor | None:
        node = self._classes.get(name)
        if node is None:
            return None
        path = f"{self._module}.{name}"
        methods = [member for member in node.body if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)]
        return Ancestor(
            path=path,
            docstring=_docstring(node),
            bases=tuple(filter(None, (dotted(_subscripted(base)) for base in node.bases))),
            module=self._module,
            methods={
                member.name: Method(
                    path=f"{path}.{member.name}",
                    code="\n".join(self._lines[member.lineno - 1 : member.end_lineno]),
                    docstring=_docstring(member),
                )
                for member in methods
            },
        )


def _consult(module: str, folders: Sequence[Path]) -> _Consulted | None:
    place = find_module(module, folders)
    if place is None:
        return None
    file = place / "__init__.py" if place.is_dir() else place
    try:
        if file.stat().st_size > MAX_CONSULTED:
            return None
        source = file.read_text("utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Consulted(module, place.is_dir(), source, ast.parse(source))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _top_level(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from _top_level(node.body)
            yield from _top_level(node.orelse)


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    for node in _top_level(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            origin = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            source = ".".join(filter(None, (origin, node.module or "")))
            for alias in node.names:
                yield alias.asname or alias.name, f"{source}.{alias.name}"


def _docstring(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    text = ast.get_docstring(node, clean=False)
    return inspect.cleandoc(text) if text else ""


def _subscripted(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def library_of(modules: Sequence[Module]) -> Library:
    """Return a library of the modules that are read and of all that is installed."""
    return Library(modules, search_path())
