"""Which parameters come to stand for something else than what was given."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from docgen.evidence.paths import Path, assigned_in, negated, paths_of
from docgen.evidence.syntax import Definition, called_name, dotted, parameter_names, statements_of

_SAME = frozenset({"cast", "t.cast", "typing.cast", "fspath", "os.fspath"})
"""Functions that give back what they are given, for all that a reader can tell."""


class Replaced(NamedTuple):
    """Parameters that come to stand for something else.

    Attributes:
        since: Each with the line behind which it may.
    """

    since: Mapping[str, int]

    def is_read_by(self, expression: ast.AST) -> bool:
        """Whether an expression reads one where it may be another, which a reader takes for what was given."""
        names = (node for node in ast.walk(expression) if isinstance(node, ast.Name))
        return any(self.since.get(name.id, name.lineno) < name.lineno for name in names)

    def by(self, line: int) -> frozenset[str]:
        """Return those that may be another when control comes to a line."""
        return frozenset(name for name, since in self.since.items() if since < line)


NONE = Replaced({})


def replaced_in(tree: Definition) -> Replaced:
    """Return the parameters of a function that do; a default for one that was not given does not count."""
    parameters = frozenset(parameter_names(tree))
    paths = list(paths_of(statements_of(tree)))
    loops = [statement for statement, _ in paths if isinstance(statement, ast.For | ast.AsyncFor | ast.While)]
    found: dict[str, int] = {}
    for statement, path in paths:
        for name in assigned_in(statement) & parameters:
            if not is_the_same(statement, path, name):
                around = (loop.lineno for loop in loops if loop.lineno <= statement.lineno <= (loop.end_lineno or 0))
                found[name] = min(found.get(name, statement.lineno), statement.lineno, *around)
    return Replaced(found)


def is_the_same(statement: ast.stmt, path: Path, name: str) -> bool:
    """Whether a reader takes what a name is given for what it was: it is a default, or the same in another form."""
    without = (f"{name} is None", f"not {name}")
    if any(ast.unparse(test) in without for test in path.tests):
        return True
    value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if isinstance(value, ast.BoolOp):
        return isinstance(value.op, ast.Or) and dotted(value.values[0]) == name
    if isinstance(value, ast.Call):
        return called_name(value) in _SAME and any(dotted(argument) == name for argument in value.args)
    if not isinstance(value, ast.IfExp):
        return False
    default = negated(value.test) if dotted(value.body) == name else value.test
    return name in (dotted(value.body), dotted(value.orelse)) and ast.unparse(default) in without
