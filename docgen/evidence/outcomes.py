"""What a function gives back, value by value, and on which condition each."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Literal

from docgen.evidence.paths import Path, caught_often, negated, paths_of
from docgen.evidence.syntax import Definition, called_name, statements_of
from docgen.evidence.uses import TRANSPARENT
from docgen.evidence.variables import EMPTY, Variables, variables_in
from docgen.records import Record

MAX_SHOWN = 100
"""Characters of an expression that is still read at a glance."""

ValueKind = Literal[
    "variable", "expression", "function", "class", "result", "keys", "items", "filled", "several", "unknown"
]

_DISPLAYS: dict[type[ast.expr], str] = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "iterator"}


class Outcome(Record):
    """A value that is returned or yielded.

    Attributes:
        kind: How it can be told: as a local `variable` of which no more can be told than what it begins as, at most;
            as an `expression`; as an inner `function` or `class`; as the `result` of a function; by the `keys` of a
            dictionary; by what has one of its `items`; by what a container is `filled` with; as one of `several`
            expressions.
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


def returned_by(tree: Definition, *, ends: bool) -> tuple[Outcome, ...]:
    """Return what a body returns, in source order.

    Args:
        tree: The function.
        ends: Whether the end of the body can be reached, so that None is returned.
    """
    variables = variables_in(tree)
    found: list[Outcome] = []
    left: list[tuple[str, ...]] = []
    for statement, path in _paths(tree):
        if isinstance(statement, ast.Return):
            found.append(_outcome(statement.value, path, variables, left))
        is_caught = isinstance(statement, ast.Raise) and path.is_tried
        if isinstance(statement, ast.Return | ast.Raise | ast.Continue) and not is_caught:
            left.append(tuple(map(ast.unparse, path.tests)))
    if ends and found:
        found.append(_outcome(None, Path(), variables, left))
    return tuple(dict.fromkeys(found))


def yielded_by(tree: Definition) -> tuple[Outcome, ...]:
    """Return what a generator yields."""
    variables = variables_in(tree)
    found = []
    for statement, path in _paths(tree):
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Expr | ast.Assign) and isinstance(value, ast.Yield):
            found.append(_outcome(value.value, path, variables, ()))
        elif isinstance(statement, ast.Expr) and isinstance(value, ast.YieldFrom):
            told = _told(value.value, variables)
            shown = told.shown if told.kind == "expression" else (ast.unparse(value.value),)
            found.append(_reached(Outcome(kind="items", shown=shown, container="from"), path, variables, ()))
    return tuple(dict.fromkeys(found))


def _paths(tree: Definition) -> Iterator[tuple[ast.stmt, Path]]:
    """Yield the statements of a body with their paths, which name no exception that more than one handler catches."""
    often = caught_often(statements_of(tree))
    for statement, path in paths_of(statements_of(tree)):
        yield statement, path._replace(caught="") if path.caught in often else path


def _outcome(value: ast.expr | None, path: Path, variables: Variables, left: Sequence[tuple[str, ...]]) -> Outcome:
    told = _told(value, variables) if value is not None else Outcome(kind="expression", shown=("None",))
    return _reached(told, path, variables, left)


def _reached(told: Outcome, path: Path, variables: Variables, left: Sequence[tuple[str, ...]]) -> Outcome:
    """Return a value with the condition on which it is given, and the loop in which it is."""
    tests = tuple(map(ast.unparse, path.tests))
    # Who comes to the second branch of a test has not left by the first.
    decisive = [
        test for index, test in enumerate(path.tests) if (*tests[:index], ast.unparse(negated(test))) not in left
    ]
    # What a `try` begins with may be left for what a handler gives.
    is_known = path.is_known and not (path.is_tried and path.tests)
    if path.caught:
        is_known = not path.is_tried
    known: dict[str, object] = {"loop": path.loop, "caught": path.caught}
    if any(map(variables.replaced.is_read_by, path.tests)):
        return told.model_copy(update={**known, "is_known": False})
    return told.model_copy(update={**known, "where": Path(tuple(decisive)).condition, "is_known": is_known})


def _told(value: ast.expr, variables: Variables) -> Outcome:
    """Return how a value can be told, without its condition."""
    if isinstance(value, ast.Await):
        return _told(value.value, variables)
    if isinstance(value, ast.Name) and value.id in variables.filled:
        container = next(iter(variables.assigned[value.id]))
        return Outcome(kind="filled", shown=tuple(variables.filled[value.id]), container=EMPTY[ast.unparse(container)])
    if isinstance(value, ast.Name) and value.id in variables.assigned:
        return _of_local(value, variables.assigned[value.id], variables)
    if isinstance(value, ast.Name) and value.id in variables.begun:
        begun = [ast.unparse(first) for first in variables.begun[value.id] if not variables.replaced.is_read_by(first)]
        return Outcome(kind="variable", shown=(value.id, *begun))
    if isinstance(value, ast.Name) and value.id in variables.inner:
        return Outcome(kind="function", shown=(value.id,))
    if isinstance(value, ast.Name) and value.id in variables.classes:
        return Outcome(kind="class", shown=(value.id,))
    if isinstance(value, ast.Name) and value.id in variables.others:
        return Outcome(kind="variable", shown=(value.id,))
    return _of_expression(value, variables)


def _of_local(name: ast.Name, values: Sequence[ast.expr], variables: Variables) -> Outcome:
    if len(values) == 1:
        return _of_expression(values[0], variables)
    texts = tuple(dict.fromkeys(map(ast.unparse, values)))
    is_short = len(texts) <= 3 and all(len(text) <= MAX_SHOWN for text in texts)
    is_plain = not any(isinstance(n, ast.Name) and n.id == name.id for value in values for n in ast.walk(value))
    if is_short and is_plain and not any(map(variables.replaced.is_read_by, values)):
        return Outcome(kind="several", shown=texts)
    return Outcome(kind="variable", shown=(name.id,))


def _of_expression(value: ast.expr, variables: Variables) -> Outcome:
    text = ast.unparse(value)
    is_overtaken = variables.replaced.is_read_by(value)
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
