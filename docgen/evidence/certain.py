"""What every call of a function comes to, unless an exception ends it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from docgen.evidence.paths import always_evaluated, first_call, swallows
from docgen.evidence.syntax import called_name, name_of

_NOTHING: frozenset[str] = frozenset()


class _Ways(NamedTuple):
    """What is done on each way through a block to its end, and on each that returns in it; None where there is none."""

    through: frozenset[str] | None = _NOTHING
    returned: frozenset[str] | None = None

    def then(self, after: _Ways) -> _Ways:
        """Return the ways through one block and then through another."""
        if self.through is None:
            return self
        through = None if after.through is None else self.through | after.through
        returned = None if after.returned is None else self.through | after.returned
        return _Ways(through, _common(self.returned, returned))

    def instead(self, other: _Ways) -> _Ways:
        """Return the ways through one of two blocks."""
        return _Ways(_common(self.through, other.through), _common(self.returned, other.returned))


def always(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the functions that a body calls, and the attributes that it sets, on each way through it, by name."""
    ways = _ways(statements)
    return _common(ways.through, ways.returned) or _NOTHING


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return other if one is None else one if other is None else one & other


def _ways(statements: Sequence[ast.stmt]) -> _Ways:
    return reduce(_Ways.then, map(_ways_of, statements), _Ways())


def _ways_of(statement: ast.stmt) -> _Ways:
    own = _Ways(frozenset(_done_by(statement)))
    if isinstance(statement, ast.Return):
        return _Ways(None, own.through)
    if isinstance(statement, ast.Raise | ast.Break | ast.Continue):
        return _Ways(None)
    if isinstance(statement, ast.If):
        return own.then(_ways(statement.body).instead(_ways(statement.orelse)))
    if isinstance(statement, ast.With | ast.AsyncWith):
        body = _ways(statement.body)
        return own.then(body.instead(_begun(statement.body)) if swallows(statement) else body)
    if isinstance(statement, ast.Try):
        handled = (_begun(statement.body).then(_ways(handler.body)) for handler in statement.handlers)
        tried = reduce(_Ways.instead, handled, _ways([*statement.body, *statement.orelse]))
        return tried.then(_ways(statement.finalbody))
    if isinstance(statement, ast.For | ast.AsyncFor | ast.While):
        # Who leaves the loop does not come to its `else`.
        ways = _ways(statement.body), _ways(statement.orelse)
        return own.then(_Ways(_NOTHING, reduce(_common, (way.returned for way in ways), None)))
    if isinstance(statement, ast.Match):
        cases = (_ways(case.body).returned for case in statement.cases)
        return own.then(_Ways(_NOTHING, reduce(_common, cases, None)))
    return own


def _begun(statements: Sequence[ast.stmt]) -> _Ways:
    """Return what is certain of a block that is left as soon as it raises: that it comes to its first call."""
    first = first_call(statements[0])
    done = {called_name(node) for node in always_evaluated(statements[0]) if node is first}
    return _Ways(frozenset(done - {""}))


def _done_by(statement: ast.stmt) -> Iterator[str]:
    """Yield what a statement itself does, the statements that it encloses left out."""
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return
    for node in always_evaluated(statement):
        if called := called_name(node):
            yield called
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield name_of(node)
