"""What every call of a function comes to, unless an exception ends it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from docgen.evidence.paths import always_evaluated, leaves_early
from docgen.evidence.syntax import called_name, name_of


def always(statements: Sequence[ast.stmt]) -> frozenset[str] | None:
    """Return the functions that a block calls, and the attributes that it sets, on each way through it, by name.

    None stands for a block that no way leads through: an exception ends it.
    """
    found: frozenset[str] = frozenset()
    for index, statement in enumerate(statements):
        if isinstance(statement, ast.Raise):
            return None
        is_left = leaves_early(statement)
        inner = _within(statement, statements[index + 1 :] if is_left else ())
        if inner is None:
            return None
        found |= inner | frozenset(_done_by(statement))
        if is_left:
            break
    return found


def _within(statement: ast.stmt, rest: Sequence[ast.stmt]) -> frozenset[str] | None:
    """Return what is done on each way through the blocks in a statement, and through the rest from there on."""
    if isinstance(statement, ast.If):
        one, other = (
            # What stands behind a branch that may leave is read once only: not for each way into it.
            always(block if any(map(leaves_early, block)) else [*block, *rest])
            for block in (statement.body, statement.orelse)
        )
        return other if one is None else one if other is None else one & other
    if isinstance(statement, ast.With | ast.AsyncWith):
        # The manager may swallow what the block raises: only its beginning is certain then.
        return always(statement.body[:1]) or frozenset()
    if isinstance(statement, ast.Try):
        tried = always(statement.body[:1] if statement.handlers else statement.body)
        after = always(statement.finalbody)
        return None if after is None or (tried is None and not statement.handlers) else (tried or frozenset()) | after
    return frozenset()


def _done_by(statement: ast.stmt) -> Iterator[str]:
    """Yield what a statement itself does, the statements that it encloses left out."""
    for node in always_evaluated(statement):
        if called := called_name(node):
            yield called
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield name_of(node)
