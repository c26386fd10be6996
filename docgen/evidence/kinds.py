"""What kind of value an expression is, as far as its syntax and the builtins tell."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from docgen.evidence.syntax import dotted
from docgen.records import Function, Module

_OF_DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list", ast.ListComp: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.DictComp: "dict",
    ast.Set: "set", ast.SetComp: "set", ast.GeneratorExp: "iterator", ast.JoinedStr: "str",
}  # fmt: skip
_OF_BUILTINS = {
    name: kind
    for kind, names in {
        "list": "list sorted",
        "tuple": "tuple divmod",
        "dict": "dict vars",
        "set": "set frozenset",
        "iterator": "iter zip map filter enumerate reversed",
        "str": "str repr ascii chr hex oct bin format",
        "int": "len ord hash id",
        "bool": "bool isinstance issubclass callable hasattr any all",
        "bytes": "bytes",
    }.items()
    for name in names.split()
}
_ITERATORS = "itertools."
_NOT_ITERATORS = frozenset({"itertools.tee"})
_TRANSPARENT = frozenset(
    "staticmethod classmethod property abstractmethod override final cache lru_cache cached_property overload".split()
)


def kind_of(node: ast.expr, assigned: Mapping[str, ast.expr], bound: Mapping[str, str]) -> str:
    """Return the kind of an expression's value: `list`, `tuple`, `iterator`, `none`, …; empty where it may be anything.

    Args:
        node: The expression.
        assigned: The local variables that are bound once, each to what.
        bound: What the names stand for that the module and the function bind; builtins are those that it lacks.
    """
    if isinstance(node, ast.Constant):
        return "none" if node.value is None else type(node.value).__name__
    if isinstance(node, ast.Name) and node.id in assigned:
        # Without the name: one that is assigned from itself is no end to follow.
        rest = {name: value for name, value in assigned.items() if name != node.id}
        return kind_of(assigned[node.id], rest, bound)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "bool"
    if isinstance(node, ast.Compare):
        return "bool" if all(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in node.ops) else ""
    if isinstance(node, ast.IfExp):
        one, other = kind_of(node.body, assigned, bound), kind_of(node.orelse, assigned, bound)
        return one if one == other else ""
    if isinstance(node, ast.Call):
        return _kind_of_call(dotted(node.func), bound)
    return _OF_DISPLAYS.get(type(node), "")


def _kind_of_call(called: str, bound: Mapping[str, str]) -> str:
    head, dot, rest = called.partition(".")
    target = f"{bound.get(head, head)}{dot}{rest}"
    if target.startswith(_ITERATORS):
        return "" if target in _NOT_ITERATORS else "iterator"
    return "" if head in bound or "*" in bound else _OF_BUILTINS.get(called, "")


def names_bound(module: Module) -> dict[str, str]:
    """Return the names that a module binds, with what the imported ones stand for."""
    own = {member.name: "" for member in module.members}
    return own | {entry.name: entry.target for entry in module.imports}


def is_returned_as_is(function: Function) -> bool:
    """Whether a caller gets what the body returns: no decorator may make something else of it."""
    return "async" not in function.labels and is_left_as_is(function)


def is_left_as_is(function: Function) -> bool:
    """Whether no decorator may make another function of it."""
    names = (decorator.text.partition("(")[0].rpartition(".")[2] for decorator in function.decorators)
    return all(name in _TRANSPARENT for name in names)
