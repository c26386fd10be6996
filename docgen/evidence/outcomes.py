"""What a function gives back, value by value, and on which condition each."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from docgen.evidence.paths import Path, caught_often, negated, paths_of
from docgen.evidence.replaced import Replaced, replaced_in
from docgen.evidence.syntax import Definition, called_name, dotted, own_nodes, parameter_names, statements_of
from docgen.evidence.uses import TRANSPARENT
from docgen.records import Record

MAX_SHOWN = 100
"""Characters of an expression that is still read at a glance."""

ValueKind = Literal["variable", "expression", "function", "result", "keys", "items", "filled", "several", "unknown"]

_EMPTY = {
    "[]": "list",
    "list()": "list",
    "{}": "dictionary",
    "dict()": "dictionary",
    "set()": "set",
    "''": "string",
    "0": "sum",
}
_FILLS = frozenset({"append", "add", "extend", "update"})
_KEEPS = frozenset({"sort", "reverse", "copy", "get", "items", "keys", "values", "count", "index", "join"})
_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_DISPLAYS: dict[type[ast.expr], str] = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "iterator"}


class Outcome(Record):
    """A value that is returned or yielded.

    Attributes:
        kind: How it can be told: as a local `variable` of which no more can be told than what it begins as, at most;
            as an `expression`; as an inner `function`; as the `result` of a function; by the `keys` of a dictionary; by
            what has one of its `items`; by what a container is `filled` with; as one of `several` expressions.
        shown: What it is told by, in that order.
        container: For `items` and `filled`, what it is: `list`, `set`, …
        where: The test that is decisive where the values before it were not given; empty where there is none.
        loop: What the loop in which it is given goes over; empty where there is none.
        caught: The exception in whose handler it is given; empty where there is none.
        is_known: Whether nothing else decides.
    """

    kind: ValueKind
    shown: tuple[str, ...] = ()
    container: str = ""
    where: str = ""
    loop: str = ""
    caught: str = ""
    is_known: bool = True


class _Body(NamedTuple):
    """What is known of the local variables.

    Attributes:
        assigned: Those that always stand for what they were given, with that.
        filled: Containers that begin empty, with what is put into them.
        begun: Those in which something is changed later on, with what they begin as.
        inner: Functions that are defined inside.
        others: Those of which no more is known.
        replaced: Parameters that come to stand for something else.
        often: What more than one handler catches.
    """

    assigned: Mapping[str, Sequence[ast.expr]]
    filled: Mapping[str, Sequence[str]]
    begun: Mapping[str, Sequence[ast.expr]]
    inner: frozenset[str]
    others: frozenset[str]
    replaced: Replaced
    often: frozenset[str]


def returned_by(tree: Definition, *, ends: bool) -> tuple[Outcome, ...]:
    """Return what a body returns, in source order.

    Args:
        tree: The function.
        ends: Whether the end of the body can be reached, so that None is returned.
    """
    body = _body(tree)
    found: list[Outcome] = []
    left: list[tuple[str, ...]] = []
    for statement, path in paths_of(statements_of(tree)):
        if isinstance(statement, ast.Return):
            found.append(_outcome(statement.value, path, body, left))
        is_caught = isinstance(statement, ast.Raise) and path.is_tried
        if isinstance(statement, ast.Return | ast.Raise | ast.Continue) and not is_caught:
            left.append(tuple(map(ast.unparse, path.tests)))
    if ends and found:
        found.append(_outcome(None, Path(), body, left))
    return tuple(dict.fromkeys(found))


def yielded_by(tree: Definition) -> tuple[Outcome, ...]:
    """Return what a generator yields."""
    body = _body(tree)
    found = []
    for statement, path in paths_of(statements_of(tree)):
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Expr | ast.Assign) and isinstance(value, ast.Yield):
            found.append(_outcome(value.value, path, body, ()))
        elif isinstance(statement, ast.Expr) and isinstance(value, ast.YieldFrom):
            told = _told(value.value, body)
            shown = told.shown if told.kind == "expression" else (ast.unparse(value.value),)
            items = Outcome(kind="items", shown=shown, container="from")
            found.append(items.model_copy(update={"loop": path.loop, "is_known": path.is_known}))
    return tuple(dict.fromkeys(found))


def _outcome(value: ast.expr | None, path: Path, body: _Body, left: Sequence[tuple[str, ...]]) -> Outcome:
    told = _told(value, body) if value is not None else Outcome(kind="expression", shown=("None",))
    tests = tuple(map(ast.unparse, path.tests))
    # Who comes to the second branch of a test has not left by the first.
    decisive = [
        test for index, test in enumerate(path.tests) if (*tests[:index], ast.unparse(negated(test))) not in left
    ]
    # What a `try` begins with may be left for what a handler gives.
    is_known = path.is_known and not (path.is_tried and path.tests)
    if path.caught:
        is_known = path.caught not in body.often and not path.is_tried
    known: dict[str, object] = {"loop": path.loop, "caught": path.caught}
    if any(map(body.replaced.is_read_by, path.tests)):
        return told.model_copy(update={**known, "is_known": False})
    return told.model_copy(update={**known, "where": Path(tuple(decisive)).condition, "is_known": is_known})


def _told(value: ast.expr, body: _Body) -> Outcome:
    """Return how a value can be told, without its condition."""
    if isinstance(value, ast.Await):
        return _told(value.value, body)
    if isinstance(value, ast.Name) and value.id in body.filled:
        container = next(iter(body.assigned[value.id]))
        return Outcome(kind="filled", shown=tuple(body.filled[value.id]), container=_EMPTY[ast.unparse(container)])
    if isinstance(value, ast.Name) and value.id in body.assigned:
        return _of_local(value, body.assigned[value.id], body)
    if isinstance(value, ast.Name) and value.id in body.begun:
        begun = [ast.unparse(first) for first in body.begun[value.id] if not body.replaced.is_read_by(first)]
        return Outcome(kind="variable", shown=(value.id, *begun))
    if isinstance(value, ast.Name) and value.id in body.inner:
        return Outcome(kind="function", shown=(value.id,))
    if isinstance(value, ast.Name) and value.id in body.others:
        return Outcome(kind="variable", shown=(value.id,))
    return _of_expression(value, body)


def _of_local(name: ast.Name, values: Sequence[ast.expr], body: _Body) -> Outcome:
    if len(values) == 1:
        return _of_expression(values[0], body)
    texts = tuple(dict.fromkeys(map(ast.unparse, values)))
    is_short = len(texts) <= 3 and all(len(text) <= MAX_SHOWN for text in texts)
    is_plain = not any(isinstance(n, ast.Name) and n.id == name.id for value in values for n in ast.walk(value))
    if is_short and is_plain and not any(map(body.replaced.is_read_by, values)):
        return Outcome(kind="several", shown=texts)
    return Outcome(kind="variable", shown=(name.id,))


def _of_expression(value: ast.expr, body: _Body) -> Outcome:
    text = ast.unparse(value)
    is_overtaken = body.replaced.is_read_by(value)
    if len(text) <= MAX_SHOWN and not is_overtaken:
        return Outcome(kind="expression", shown=(text,))
    if (called := called_name(value)) and called not in TRANSPARENT:
        return Outcome(kind="result", shown=(called,))
    if isinstance(value, ast.Dict) and value.keys:
        keys = tuple(ast.unparse(key) for key in value.keys if isinstance(key, ast.Constant))
        return Outcome(kind="keys", shown=keys) if len(keys) == len(value.keys) else Outcome(kind="unknown")
    if (
        not is_overtaken
        and type(value) in _DISPLAYS
        and isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp)
    ):
        [first, *more] = value.generators
        source = ast.unparse(first.iter)
        if not more and not first.ifs and len(source) <= MAX_SHOWN:
            return Outcome(kind="items", shown=(source,), container=_DISPLAYS[type(value)])
    return Outcome(kind="unknown")


def _body(tree: Definition) -> _Body:
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
        and (name not in added or ast.unparse(values[0]) in _EMPTY)
    }
    known = {name: values for name, values in whole.items() if name not in parameters}
    filled = {
        name: fills
        for name, values in known.items()
        if len(values) == 1
        and ast.unparse(values[0]) in _EMPTY
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
            or (isinstance(values[0], _MUTABLE) and _is_given_away(tree, name))
            or any(_is_overtaken(value, nodes) for value in values)
        )
    }
    told = {name: values for name, values in known.items() if name not in changed}
    begun = {name: known[name] for name in changed if len(known[name]) == 1}
    inner = frozenset(node.name for node in nodes if isinstance(node, Definition)) - set(bound) - parameters
    others = frozenset(bound) - told.keys() - _items(nodes, bound)
    often = caught_often(statements_of(tree))
    return _Body(told, filled, begun, inner, others, replaced_in(tree), often)


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
    return any(
        isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        and not isinstance(node.ctx, ast.Load)
        and node.lineno > (value.end_lineno or value.lineno)
        and not read.isdisjoint(
            {ast.unparse(node), *([ast.unparse(node.value)] if isinstance(node, ast.Subscript) else [])}
        )
        for node in nodes
    )
