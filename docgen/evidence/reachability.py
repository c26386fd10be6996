"""Whether control can come to the end of a block."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from docgen.evidence.paths import LEAVING


def can_end(statements: Sequence[ast.stmt]) -> bool:
    """Whether control can reach the end of a block; a loop without a `break` that never ends cannot be left there."""
    for statement in statements:
        if isinstance(statement, LEAVING):
            return False
        if isinstance(statement, ast.If) and statement.orelse:
            if not can_end(statement.body) and not can_end(statement.orelse):
                return False
        elif isinstance(statement, ast.With | ast.AsyncWith):
            # A context manager may swallow the exception, but not a return.
            if not can_end(statement.body) and not isinstance(statement.body[-1], ast.Raise):
                return False
        elif isinstance(statement, ast.Try):
            if not can_end(statement.finalbody) and statement.finalbody:
                return False
            blocks = [[*statement.body, *statement.orelse], *(handler.body for handler in statement.handlers)]
            if not any(can_end(block) for block in blocks):
                return False
        elif isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant) and statement.test.value:
            if not any(isinstance(node, ast.Break) for node in ast.walk(statement)):
                return False
        elif (
            isinstance(statement, ast.Match)
            and _is_exhaustive(statement)
            and not any(can_end(case.body) for case in statement.cases)
        ):
            return False
    return True


def _is_exhaustive(match: ast.Match) -> bool:
    last = match.cases[-1]
    return isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
