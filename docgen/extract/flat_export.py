"""The flat export: the field names that this work began with, for those who built on them.

Code is printed as `ast.unparse` prints it, by the running interpreter. Where its grammar is too old for the text, the
text itself takes the place.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from docgen.records import Class, Description, Function, Member, Module, Parameter, code_of

_NAMED = ("positional-only", "positional or keyword", "keyword-only")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef


def flat(modules: Iterable[Module]) -> list[dict[str, Any]]:
    """Return the modules' public functions and classes, in source order, in the historical format.

    Left out are private names, other dunders than `__init__`, nested definitions, setters and deleters, and the
    stubs of an overloaded function that has an implementation. Conditional redefinitions are all kept.
    """
    entries: list[dict[str, Any]] = []
    for module in modules:
        printer = _Printer(module)
        entries += [
            _class(member, printer) if isinstance(member, Class) else _function(member, printer)
            for member in _entries(module.members)
        ]
    return entries


def _entries(members: tuple[Member, ...]) -> Iterator[Class | Function]:
    implemented = {member.path for member in members if member.kind == "function" and "overload" not in member.labels}
    for member in members:
        if member.kind == "attribute" or not member.is_public:
            continue
        if member.kind == "function" and (member.name.startswith("__") and member.name != "__init__"):
            continue
        if {"setter", "deleter"} & set(member.labels):
            continue
        if "overload" in member.labels and member.path in implemented:
            continue
        yield member


def _class(element: Class, printer: _Printer) -> dict[str, Any]:
    return {
        "class_name": element.name,
        "bases": [printer.expression(base) for base in element.bases],
        "description": _text(element.description),
        "overview": _text(element.overview),
        "functions": [_function(item, printer) for item in _entries(element.members) if isinstance(item, Function)],
    }


def _function(element: Function, printer: _Printer) -> dict[str, Any]:
    return {
        "function_name": element.name,
        "args": [_argument(item, printer) for item in _arguments(element)],
        "signature": printer.signature(element),
        "function_code": printer.code(element),
        "description": _text(element.description),
    }


def _arguments(element: Function) -> list[Parameter]:
    """Return the parameters that callers give by name or place: not the instance or class that a method is bound to."""
    bound = {"self", element.parameters[0].name} if "classmethod" in element.labels and element.parameters else {"self"}
    return [item for item in element.parameters if item.kind in _NAMED and item.name not in bound]


def _argument(parameter: Parameter, printer: _Printer) -> dict[str, str]:
    return {
        "arg_name": parameter.name,
        "return_type": printer.expression(parameter.annotation or ""),
        "default_value": printer.expression(parameter.default or ""),
        "description": _text(parameter.description),
    }


def _text(description: Description | None) -> str:
    return "" if description is None else description.text


class _Printer:
    """Prints a module's elements as `ast.unparse` does."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._nodes: dict[tuple[int, str], _Definition] = {}
        tree = _parse(module.source)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                self._nodes[first, node.name] = node

    def expression(self, text: str) -> str:
        """Return an expression as printed."""
        if not text:
            return ""
        starred = text.startswith("*")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                printed = ast.unparse(ast.parse(f"f({text}\n)" if starred else f"({text}\n)", mode="eval"))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return text
        return printed[2:-1] if starred else printed

    def code(self, element: Function) -> str:
        """Return a function's code as printed."""
        node = self._node(element)
        return code_of(self._module, element) if node is None else ast.unparse(node)

    def signature(self, element: Function) -> str:
        """Return what `ast.unparse` prints between `def` and the colon, `async` left out."""
        node = self._node(element)
        if node is None:
            return element.signature
        fields = {name: value for name, value in ast.iter_fields(node) if name not in ("body", "decorator_list")}
        header = ast.FunctionDef(**{**fields, "body": [], "decorator_list": [], "type_comment": None})
        return ast.unparse(ast.fix_missing_locations(header)).removeprefix("def ").removesuffix(":")

    def _node(self, element: Function) -> _Definition | None:
        """Return the function's tree: from the module's, or by itself where another part of it is too new to parse."""
        if self._nodes:
            return self._nodes.get((element.lineno, element.name))
        start = element.span.start
        indent = self._module.source[max(self._module.source.rfind("\n", 0, start) + 1, 0) : start]
        tree = _parse(
            f"if 1:\n{indent or ' '}{code_of(self._module, element)}" if indent else code_of(self._module, element)
        )
        body = tree.body if tree is not None else []
        if indent and body and isinstance(body[0], ast.If):
            body = body[0].body
        return body[0] if body and isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef) else None


def _parse(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
