"""What a function's body does with each of its parameters."""

from __future__ import annotations

import ast
from typing import Literal

from docgen.evidence.syntax import Definition, dotted, parameter_names, shown, statements_of
from docgen.records import Record

UseKind = Literal[
    "stored", "passed", "tested", "compared", "defaulted", "iterated", "called", "indexed", "read-attribute",
    "returned", "yielded", "raised", "replaced", "read",
]  # fmt: skip


class Use(Record):
    """One thing that a body does with a parameter.

    Attributes:
        kind: What is done.
        target: The attribute that it is stored in or that is read of it, the function that it is passed to, or the
            expression that takes its place (where it is false: `defaulted`); empty where there is none.
        keyword: The name under which it is passed on; empty where it is passed by position.
    """

    kind: UseKind
    target: str = ""
    keyword: str = ""


def uses_of_parameters(tree: Definition) -> dict[str, tuple[Use, ...]]:
    """Return for each parameter what the body does with it, in source order."""
    found: dict[str, list[Use]] = {name: [] for name in parameter_names(tree)}
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for statement in statements_of(tree):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in found:
                found[node.id].append(_use(node, parents))
    return {name: tuple(dict.fromkeys(uses)) for name, uses in found.items()}


def _use(name: ast.Name, parents: dict[int, ast.AST]) -> Use:
    node: ast.AST = name
    parent = parents[id(name)]
    if isinstance(name.ctx, ast.Store):
        return _replacement(name, parent)
    if isinstance(parent, ast.Starred):
        node, parent = parent, parents[id(parent)]
    if isinstance(parent, ast.keyword):
        call = parents[id(parent)]
        callee = dotted(call.func) if isinstance(call, ast.Call) else ""
        return Use(kind="passed", target=callee, keyword=parent.arg or "")
    if isinstance(parent, ast.Call):
        return Use(kind="called") if parent.func is node else Use(kind="passed", target=dotted(parent.func))
    if isinstance(parent, ast.Attribute):
        return Use(kind="read-attribute", target=parent.attr)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return Use(kind="indexed")
    if isinstance(parent, ast.Assign | ast.AnnAssign) and (stored := _self_attribute(parent)):
        return Use(kind="stored", target=stored)
    kind = _plain_use(node, parent)
    instead = parent.values[-1] if kind == "defaulted" and isinstance(parent, ast.BoolOp) else None
    return Use(kind=kind, target=shown(instead) if instead is not None else "")


def _replacement(name: ast.Name, parent: ast.AST) -> Use:
    value = parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None
    return Use(kind="replaced", target=shown(value) if value is not None else "")


def _plain_use(node: ast.AST, parent: ast.AST) -> UseKind:
    if isinstance(parent, ast.Compare):
        return "compared"
    if isinstance(parent, ast.If | ast.IfExp | ast.While | ast.Assert) and parent.test is node:
        return "tested"
    if isinstance(parent, ast.BoolOp):
        return "defaulted" if isinstance(parent.op, ast.Or) and parent.values[0] is node else "tested"
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return "tested"
    if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) and parent.iter is node:
        return "iterated"
    outcomes: tuple[tuple[type[ast.AST], UseKind], ...] = (
        (ast.Return, "returned"), (ast.Yield, "yielded"), (ast.YieldFrom, "yielded"), (ast.Raise, "raised"),
    )  # fmt: skip
    return next((kind for outcome, kind in outcomes if isinstance(parent, outcome)), "read")


def _self_attribute(node: ast.Assign | ast.AnnAssign) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            return target.attr
    return ""
