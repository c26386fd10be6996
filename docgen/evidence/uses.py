"""One use of a name: where it stands, and what is done with it there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeGuard

from docgen.evidence.mention import Mention, MentionKind
from docgen.evidence.paths import Path
from docgen.evidence.syntax import (
    COMPREHENSIONS,
    Definition,
    called_name,
    dotted,
    name_of,
    parameter_names,
    raised_name,
)

TRANSPARENT = frozenset(
    "isinstance issubclass len hasattr callable type id repr str int float bool bytes abs min max sum any all"
    " ord chr hash round sorted list tuple set frozenset dict reversed enumerate zip iter print getattr".split()
)
"""Builtins that are part of an expression rather than a place that a value goes to."""

MAX_MADE = 60
"""Characters of a call that is told as what an attribute is set to."""

_ITERATORS = frozenset({"enumerate", "zip", "reversed", "sorted", "iter", "list", "tuple", "set"})


class Place(NamedTuple):
    """A use of the name: the statement, how it is reached, the node, and what encloses it there, innermost first."""

    statement: ast.stmt
    path: Path
    node: ast.expr
    above: Sequence[ast.AST]

    def made(
        self, kind: MentionKind, *, above: Sequence[ast.AST] | None = None, node: ast.AST | None = None, **what: str
    ) -> Mention:
        """Return a mention with the conditions that it stands under: those of the statement, and of what is above."""
        path = self.path if above is None else self.path.within(node or self.node, above)
        where, loop = (path.condition, path.loop) if path.is_known else ("", "")
        return Mention(kind=kind, where=where, loop=loop, is_certain=path.is_known, **what)


def places_of(statement: ast.stmt, name: str) -> Iterator[tuple[ast.expr, tuple[ast.AST, ...]]]:
    """Yield the uses of a name in a statement itself, not in those that it encloses."""
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(statement, ())]
    while pending:
        node, above = pending.pop()
        if is_name(node, name):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield node, above
        elif not rebinds(node, name):
            inner = (c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.stmt | ast.ExceptHandler))
            children = [child for child in inner if not isinstance(child, ast.match_case)]
            pending += [(child, (node, *above)) for child in reversed(children)]


def is_name(node: ast.AST, name: str) -> bool:
    """Whether a node is a name, `self.attribute` included."""
    return isinstance(node, ast.Name | ast.Attribute) and name_of(node) == name


def holds(node: ast.AST, name: str) -> bool:
    """Whether a name stands anywhere in a node."""
    return any(is_name(inner, name) for inner in ast.walk(node))


def rebinds(node: ast.AST, name: str) -> bool:
    """Whether a scope of its own gives the name to something else."""
    if isinstance(node, COMPREHENSIONS):
        return any(holds(generator.target, name) for generator in node.generators)
    if isinstance(node, ast.Lambda | Definition):
        return name in parameter_names(node)
    return False


def mention_of(place: Place) -> Iterator[Mention]:
    """Yield what is done with a name at a place; nothing where it is only tested."""
    statement, _, node, above = place
    parent = above[0]
    if isinstance(parent, ast.Starred):
        node, above = parent, above[1:]
        parent = above[0]
    done = partial(place.made, above=above, node=node)
    if isinstance(statement, ast.Raise):
        yield _in_raise(place)
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and parent is statement:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from _assigned(place, targets)
    elif isinstance(statement, ast.Assign) and (targets := _across(statement, node)):
        yield from _assigned(place, targets)
    elif _is_made_into_an_attribute(statement, node, above):
        yield place.made("set", target=ast.unparse(statement.targets[0]), shown=ast.unparse(statement.value))
    elif isinstance(parent, ast.keyword):
        yield done("passed", target=_receiver(above[1]), keyword=parent.arg or "**")
    elif isinstance(parent, ast.Call) and parent.func is node:
        yield done("called", shown=ast.unparse(parent))
    elif isinstance(parent, ast.Call) and called_name(parent) not in TRANSPARENT:
        yield done("passed", target=_receiver(parent))
    elif isinstance(parent, ast.Attribute) and not isinstance(parent.ctx, ast.Load):
        yield from _held(place, parent)
    elif isinstance(parent, ast.Attribute):
        is_called = isinstance(above[1], ast.Call) and above[1].func is parent
        yield done("method" if is_called else "attribute", target=parent.attr)
    elif _is_iterated(node, above):
        yield done("iterated")
    elif isinstance(parent, ast.withitem):
        yield done("entered")
    elif isinstance(parent, ast.Await):
        yield done("awaited")
    elif isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add | ast.Sub):
        kind: MentionKind = "added" if isinstance(parent.op, ast.Add) else "subtracted"
        yield done(kind, target=ast.unparse(parent.target))
    elif not isinstance(statement, ast.If):
        yield _wider(place._replace(node=node, above=above))


def _is_made_into_an_attribute(statement: ast.stmt, node: ast.AST, above: Sequence[ast.AST]) -> TypeGuard[ast.Assign]:
    """Whether an attribute is set to what a function makes of a value, so that both are told in one."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Attribute):
        return False
    call = above[1] if isinstance(above[0], ast.keyword) else above[0]
    is_plain = isinstance(call, ast.Call) and called_name(call) not in TRANSPARENT and call.func is not node
    return statement.value is call and is_plain and len(ast.unparse(call)) <= MAX_MADE


def _is_iterated(node: ast.AST, above: Sequence[ast.AST]) -> bool:
    call = above[0]
    if isinstance(call, ast.Call) and called_name(call) in _ITERATORS:
        if called_name(call) == "enumerate" and node not in call.args[:1]:
            return False
        node, above = call, above[1:]
    parent = above[0]
    return isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) and parent.iter is node


def listed(target: ast.Tuple | ast.List) -> str:
    """Return the variables that a value is unpacked into, as written."""
    return ", ".join(map(ast.unparse, target.elts))


def _receiver(call: ast.AST) -> str:
    """Return what a value is passed to, as written where it has no name."""
    return called_name(call) or (ast.unparse(call.func) if isinstance(call, ast.Call) else "")


def _in_raise(place: Place) -> Mention:
    assert isinstance(place.statement, ast.Raise)
    if place.statement.exc is place.node:
        return place.made("raised")
    return place.made("message", target=raised_name(place.statement))


def _across(statement: ast.Assign, node: ast.AST) -> list[ast.expr]:
    """Return the target that is given a part of a tuple: of `a, b = x, y`, that is `b` for `y`."""
    target, value = statement.targets[0], statement.value
    if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)):
        return []
    return [one for one, other in zip(target.elts, value.elts, strict=True) if other is node]


def _assigned(place: Place, targets: Sequence[ast.expr]) -> Iterator[Mention]:
    for target in targets:
        if isinstance(target, ast.Attribute) and dotted(target.value) == "self":
            yield place.made("kept", target=target.attr)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            yield place.made("set", target=ast.unparse(target))
        elif isinstance(target, ast.Tuple | ast.List):
            yield place.made("unpacked", shown=listed(target))


def _held(place: Place, target: ast.Attribute) -> Iterator[Mention]:
    statement = place.statement
    if isinstance(statement, ast.Assign) and target in statement.targets:
        yield place.made("set", target=ast.unparse(target), shown=ast.unparse(statement.value))


def _wider(place: Place) -> Mention:
    """Return the mention of the expression that the name is a part of."""
    statement, _, node, above = place
    whole: ast.AST = node
    for index, outer in enumerate(above):
        around = above[index:]
        if isinstance(outer, ast.Call) and called_name(outer) not in TRANSPARENT and outer.func is not whole:
            shown = ast.unparse(whole)
            return place.made("passed", target=_receiver(outer), shown=shown, above=around, node=whole)
        if isinstance(outer, ast.keyword) and called_name(around[1]) not in TRANSPARENT:
            what = {"target": _receiver(around[1]), "keyword": outer.arg or "**", "shown": ast.unparse(whole)}
            return place.made("passed", above=around, node=whole, **what)
        if not isinstance(outer, ast.expr):
            break
        whole = outer
    shown = ast.unparse(whole)
    if isinstance(statement, ast.Return) and statement.value is whole:
        return place.made("returned", shown="" if whole is node else shown)
    if isinstance(whole, ast.Yield | ast.YieldFrom) and whole.value:
        return place.made("yielded", shown="" if whole.value is node else ast.unparse(whole.value))
    if isinstance(statement, ast.While | ast.Assert) and statement.test is whole:
        return place.made("looped" if isinstance(statement, ast.While) else "asserted", shown=shown)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if targets and isinstance(targets[0], ast.Attribute | ast.Subscript):
        return place.made("set", target=ast.unparse(targets[0]), shown=ast.unparse(statement.value))  # type: ignore[attr-defined]
    is_whole = isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value is whole
    return place.made("read", shown=ast.unparse(statement) if is_whole else shown)
