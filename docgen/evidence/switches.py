"""What a function does only where a parameter, or an attribute of the instance, is true, false, None or given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Literal

from docgen.evidence.syntax import Definition, dotted, own_nodes
from docgen.records import Record

State = Literal["true", "false", "None", "not None"]
_OPPOSITE: dict[State, State] = {"true": "false", "false": "true", "None": "not None", "not None": "None"}


class Switch(Record):
    """The calls under one test of one name.

    Attributes:
        name: What is tested: `parameter` or `self.attribute`.
        state: What it must be.
        calls: The functions called then, as dotted names.
    """

    name: str
    state: State
    calls: tuple[str, ...]


def switches_of(tree: Definition) -> tuple[Switch, ...]:
    """Return the tests of a single name that decide on calls, in source order."""
    return tuple(
        switch
        for node in own_nodes(tree)
        if isinstance(node, ast.If) and (tested := _tested(node.test))
        for switch in _branches(node, *tested)
        if switch.calls
    )


def _branches(node: ast.If, name: str, state: State) -> Iterator[Switch]:
    yield Switch(name=name, state=state, calls=_calls(node.body))
    yield Switch(name=name, state=_OPPOSITE[state], calls=_calls(node.orelse))


def _tested(test: ast.expr) -> tuple[str, State] | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return (name, "false") if (name := _name(test.operand)) else None
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and (name := _name(test.left)):
        compared = test.comparators[0]
        if isinstance(compared, ast.Constant) and compared.value is None:
            if isinstance(test.ops[0], ast.Is):
                return name, "None"
            if isinstance(test.ops[0], ast.IsNot):
                return name, "not None"
        return None
    return (name, "true") if (name := _name(test)) else None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return f"self.{node.attr}" if is_own and isinstance(node, ast.Attribute) else ""


def _calls(statements: Sequence[ast.stmt]) -> tuple[str, ...]:
    """Return what a block calls on its first level: what stands under further tests depends on those as well."""
    plain = (s for s in statements if isinstance(s, ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return))
    nodes = (node for statement in plain for node in ast.walk(statement))
    return tuple(dict.fromkeys(filter(None, (dotted(node.func) for node in nodes if isinstance(node, ast.Call)))))
