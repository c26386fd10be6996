"""What is known of a function's local variables: what they stand for, and whether that is still so further on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from docgen.evidence.replaced import Replaced, replaced_in
from docgen.evidence.syntax import Definition, called_name, dotted, own_nodes, parameter_names
from docgen.evidence.uses import TRANSPARENT

EMPTY = {
    "[]": "list",
    "list()": "list",
    "{}": "dictionary",
    "dict()": "dictionary",
    "set()": "set",
    "''": "string",
    "0": "sum",
}
"""Containers, and what is summed up, as they begin."""

_FILLS = frozenset({"append", "add", "extend", "update"})
_KEEPS = frozenset({"sort", "reverse", "copy", "get", "items", "keys", "values", "count", "index", "join"})
_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


class Variables(NamedTuple):
    """What is known of a function's local variables.

    Attributes:
        assigned: Those that always stand for what they were given, with that.
        filled: Containers that begin empty, with what is put into them.
        begun: Those in which something is changed later on, with what they begin as.
        inner: Functions that are defined inside.
        classes: Classes that are.
        others: Those of which no more is known.
        replaced: Parameters that come to stand for something else.
    """

    assigned: Mapping[str, Sequence[ast.expr]]
    filled: Mapping[str, Sequence[str]]
    begun: Mapping[str, Sequence[ast.expr]]
    inner: frozenset[str]
    classes: frozenset[str]
    others: frozenset[str]
    replaced: Replaced


def variables_in(tree: Definition) -> Variables:
    """Return what is known of a function's local variables."""
    nodes = list(own_nodes(tree))
    parameters = set(parameter_names(tree))
    assigned: dict[str, list[ast.expr]] = {}
    bound: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            assigned.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            assigned.setdefault(node.target.id, []).append(node.value)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.append(node.id)
    added = [node.target.id for node in nodes if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)]
    whole = {
        name: values
        for name, values in assigned.items()
        if bound.count(name) == len(values) + added.count(name)
        and (name not in added or ast.unparse(values[0]) in EMPTY)
    }
    known = {name: values for name, values in whole.items() if name not in parameters}
    filled = {
        name: fills
        for name, values in known.items()
        if len(values) == 1
        and ast.unparse(values[0]) in EMPTY
        and not _is_given_away(tree, name)
        and (fills := list(dict.fromkeys(_fills(nodes, name))))
    }
    changed = {
        name
        for name, values in known.items()
        if name not in filled
        and (
            name in added
            or any(_changes(node, name) for node in nodes)
            or (_is_mutable(values[0]) and _is_given_away(tree, name))
            or any(_is_overtaken(value, nodes) for value in values)
        )
    }
    told = {name: values for name, values in known.items() if name not in changed}
    begun = {name: known[name] for name in changed if len(known[name]) == 1}
    inner = frozenset(node.name for node in nodes if isinstance(node, Definition)) - set(bound) - parameters
    classes = frozenset(node.name for node in nodes if isinstance(node, ast.ClassDef)) - set(bound) - parameters
    others = frozenset(bound) - told.keys() - _items(nodes, bound)
    return Variables(told, filled, begun, inner, classes - inner, others, replaced_in(tree))


def _is_mutable(value: ast.expr) -> bool:
    return isinstance(value, _MUTABLE) or (isinstance(value, ast.Call) and ast.unparse(value) in EMPTY)


def _items(nodes: Sequence[ast.AST], bound: Sequence[str]) -> set[str]:
    """Return the variables that only stand for what a loop is at."""
    targets = [node.target for node in nodes if isinstance(node, ast.For | ast.AsyncFor)]
    names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return {name for name in names if bound.count(name) == names.count(name)}


def _fills(nodes: Sequence[ast.AST], name: str) -> Iterator[str]:
    """Yield what is put into a local container, as written."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and dotted(node.func.value) == name:
            if node.func.attr in _FILLS and len(node.args) == 1:
                before = "*" if node.func.attr in ("extend", "update") else ""
                yield before + ast.unparse(node.args[0])
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and dotted(node.target) == name:
            yield ast.unparse(node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            if dotted(target.value) == name:
                yield f"{ast.unparse(target.slice)}: {ast.unparse(node.value)}"


def _changes(node: ast.AST, name: str) -> bool:
    """Whether something may be changed in what a local variable holds, so that its first value tells too little."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        # A method that is called for nothing but its effect.
        return isinstance(node.value.func, ast.Attribute) and _root(node.value.func.value) == name
    if isinstance(node, ast.Attribute | ast.Subscript):
        return not isinstance(node.ctx, ast.Load) and _root(node.value) == name
    return False


def _root(node: ast.AST) -> str:
    """Return the name of the variable in which something is that is changed: `a` of `a[0].b`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_given_away(tree: Definition, name: str) -> bool:
    """Whether others may change what a local container holds: a function that it is passed to, or an inner one.

    So may a method that does more than put something in, which `_fills` does not know.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) not in TRANSPARENT:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(isinstance(one, ast.Name) and one.id == name for one in given):
                return True
            if isinstance(node.func, ast.Attribute) and _root(node.func.value) == name:
                is_plain = isinstance(node.func.value, ast.Name) and node.func.attr in _FILLS | _KEEPS
                if not is_plain or (node.func.attr in _FILLS and len(node.args) != 1):
                    return True
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            is_plain = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
            if _root(node) == name and not (is_plain and isinstance(node.ctx, ast.Store)):
                return True
        if (
            isinstance(node, Definition)
            and node is not tree
            and name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        ):
            return True
    return False


def _is_overtaken(value: ast.expr, nodes: Sequence[ast.AST]) -> bool:
    """Whether something that a value was made of is assigned further on, so that its expression means another one."""
    read = {ast.unparse(node) for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript)}
    loops = (node for node in nodes if isinstance(node, ast.For | ast.AsyncFor))
    around = [loop for loop in loops if any(inner is value for part in loop.body for inner in ast.walk(part))]
    if any(
        ast.unparse(name) in read for loop in around for name in ast.walk(loop.target) if isinstance(name, ast.Name)
    ):
        return True
    return any(
        isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        and not isinstance(node.ctx, ast.Load)
        and node.lineno > (value.end_lineno or value.lineno)
        and not read.isdisjoint(
            {ast.unparse(node), *([ast.unparse(node.value)] if isinstance(node, ast.Subscript) else [])}
        )
        for node in nodes
    )
