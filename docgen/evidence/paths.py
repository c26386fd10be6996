"""How a statement of a function's body is reached: through which tests."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docgen.evidence.syntax import COMPREHENSIONS, called_name, name_of

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
"""Statements after which control goes on elsewhere."""

_SWALLOWING = frozenset({"suppress", "ignored", "raises"})
_HARMLESS = frozenset({"super", "isinstance", "len", "str", "repr", "type"})
"""Functions that raise nothing that a handler is for."""


class Path(NamedTuple):
    """The tests on the way to a statement, outermost first.

    Attributes:
        tests: What must be true.
        is_known: Whether these tests are all that decides: no handler and no `case` does.
        loop: What the innermost loop around it goes over, as written; empty where there is none.
        caught: The exception whose handler it stands in, as written; empty where there is none, or more decides.
        is_tried: Whether it stands where exceptions are caught or swallowed, so that it may not come to its end.
    """

    tests: tuple[ast.expr, ...] = ()
    is_known: bool = True
    loop: str = ""
    caught: str = ""
    is_tried: bool = False

    @property
    def condition(self) -> str:
        """All tests in one expression; empty where there is none."""
        if not self.tests:
            return ""
        return ast.unparse(self.tests[0] if len(self.tests) == 1 else ast.BoolOp(ast.And(), list(self.tests)))

    def changed_by(self, names: frozenset[str]) -> tuple[ast.expr, ...]:
        """Return the tests up to the last that reads one of the names, none where no test does."""
        reads = [index for index, test in enumerate(self.tests, 1) if not names.isdisjoint(_names(test))]
        return self.tests[: reads[-1]] if reads else ()

    def may_follow(self, other: Path) -> bool:
        """Whether one call can come by another way first: no test on it is true there and false here."""
        pairs = zip(self.tests, other.tests, strict=False)
        different = next(((one, two) for one, two in pairs if ast.unparse(one) != ast.unparse(two)), None)
        return different is None or ast.unparse(negated(different[0])) != ast.unparse(different[1])

    def turned(self, other: Path) -> ast.expr | None:
        """Return the test by which a call on another path did not come here, None where that takes more than one."""
        *outer, last = self.tests or (None,)
        is_around = last is not None and [*map(ast.unparse, outer)] == [*map(ast.unparse, other.tests[: len(outer)])]
        # Behind a `try`, control may have come by one of its handlers, too.
        is_one = is_around and self.is_known and self.loop == other.loop and self.is_tried == other.is_tried
        return negated(last) if last is not None and is_one else None

    def within(self, node: ast.AST, above: Sequence[ast.AST]) -> Path:
        """Return how a node of the statement's expressions is reached, given what encloses it, innermost first."""
        path = self
        for outer in above:
            if isinstance(outer, ast.IfExp) and node is not outer.test:
                path = path._after(outer.test if node is outer.body else negated(outer.test))
            elif isinstance(outer, ast.BoolOp) and node is not outer.values[0]:
                before = outer.values[: next(i for i, value in enumerate(outer.values) if value is node)]
                path = path._after(*(before if isinstance(outer.op, ast.And) else map(negated, before)))
            elif isinstance(outer, COMPREHENSIONS) and node is not outer.generators[0]:
                [first, *more] = outer.generators
                is_known = path.is_known and not more and not first.ifs
                path = path._replace(loop=ast.unparse(first.iter), is_known=is_known)
            elif isinstance(outer, ast.Lambda) or (isinstance(outer, ast.comprehension) and node is not outer.iter):
                path = path._replace(is_known=False)
            node = outer
        return path

    def _after(self, *tests: ast.expr) -> Path:
        return self._replace(tests=(*self.tests, *tests))


_ALWAYS = Path()


def paths_of(statements: Sequence[ast.stmt], path: Path = _ALWAYS) -> Iterator[tuple[ast.stmt, Path]]:
    """Yield the statements of a block and of the blocks in it, in source order, each with how it is reached.

    Definitions are yielded, but not entered.
    """
    for statement in statements:
        yield statement, path
        if isinstance(statement, ast.If):
            yield from paths_of(statement.body, path._replace(tests=(*path.tests, statement.test)))
            yield from paths_of(statement.orelse, path._replace(tests=(*path.tests, negated(statement.test))))
        elif isinstance(statement, ast.For | ast.AsyncFor):
            yield from paths_of(statement.body, path._replace(loop=ast.unparse(statement.iter)))
            yield from paths_of(statement.orelse, path._replace(is_known=path.is_known and not _breaks(statement)))
        elif isinstance(statement, ast.While):
            yield from paths_of(statement.body, path._replace(is_known=False, caught=""))
            yield from paths_of(statement.orelse, path._replace(is_known=path.is_known and not _breaks(statement)))
        elif isinstance(statement, ast.With | ast.AsyncWith):
            yield from paths_of(statement.body, path._replace(is_tried=path.is_tried or swallows(statement)))
        elif isinstance(statement, ast.Try):
            yield from paths_of(statement.body, path._replace(is_tried=path.is_tried or bool(statement.handlers)))
            for handler in statement.handlers:
                yield from paths_of(handler.body, path._replace(is_known=False, caught=_caught(handler)))
            is_passed = all(isinstance(handler.body[-1], ast.Raise) for handler in statement.handlers)
            yield from paths_of(statement.orelse, path._replace(is_tried=path.is_tried or not is_passed))
            yield from paths_of(statement.finalbody, path)
        elif isinstance(statement, ast.Match):
            for case in statement.cases:
                yield from paths_of(case.body, path._replace(is_known=False, caught=""))


def undecided(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of which the tests on their way do not tell when they are reached.

    A name in a test was assigned since, or control may have left between the innermost test and the statement.
    """
    since: list[tuple[ast.expr, ...]] = []
    left: list[tuple[ast.expr, ...]] = []
    for statement, path in paths_of(statements):
        tests = path.tests
        if any(tests[: len(one)] == one for one in since) or (
            tests and any(one[: len(tests)] == tests for one in left)
        ):
            yield statement
        if changed := path.changed_by(assigned_in(statement)):
            since.append(changed)
        if isinstance(statement, LEAVING):
            left.append(tests)


def _breaks(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    return any(isinstance(node, ast.Break) for statement in loop.body for node in ast.walk(statement))


def caught_often(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Return what is caught by more than one handler, so that it tells of none of them that it is caught."""
    nodes = (node for statement in statements for node in ast.walk(statement))
    caught = Counter(_caught(node) for node in nodes if isinstance(node, ast.ExceptHandler))
    return frozenset(name for name, times in caught.items() if times > 1)


def _caught(handler: ast.ExceptHandler) -> str:
    return ast.unparse(handler.type) if handler.type else "BaseException"


def swallows(statement: ast.With | ast.AsyncWith) -> bool:
    """Whether the context manager is one that swallows exceptions, as its name says."""
    return any(called_name(item.context_expr).rpartition(".")[2] in _SWALLOWING for item in statement.items)


def always_evaluated(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement's own expressions that are evaluated whenever control comes to it."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(list(_evaluated_of(node)))


def first_call(statement: ast.stmt) -> ast.Call | None:
    """Return what a statement itself calls first, which is all that it comes to where that raises."""
    parts = (part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.expr | ast.withitem))
    nodes = (node for part in parts for node in ast.walk(part))
    calls = [node for node in nodes if isinstance(node, ast.Call) and called_name(node) not in _HARMLESS]
    innermost = (call for call in calls if sum(inner in calls for inner in ast.walk(call)) == 1)
    return min(innermost, key=lambda call: (call.lineno, call.col_offset), default=None)


def _evaluated_of(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp | ast.Assert):
        yield node.test
    elif isinstance(node, ast.BoolOp):
        yield node.values[0]
    elif isinstance(node, ast.Compare):
        yield from (node.left, node.comparators[0])
    elif isinstance(node, COMPREHENSIONS):
        yield node.generators[0].iter
    elif not isinstance(node, ast.Lambda):
        inner = ast.iter_child_nodes(node)
        yield from (child for child in inner if isinstance(child, ast.expr | ast.keyword | ast.withitem))


def assigned_in(statement: ast.stmt) -> frozenset[str]:
    """Return the names and attributes that a statement itself assigns, not those that it encloses."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For | ast.AsyncFor):
        targets = [statement.target]
    elif isinstance(statement, ast.With | ast.AsyncWith):
        targets = [item.optional_vars for item in statement.items if item.optional_vars]
    elif isinstance(statement, ast.If | ast.While):
        targets = [node.target for node in ast.walk(statement.test) if isinstance(node, ast.NamedExpr)]
    else:
        return frozenset()
    return frozenset(name for target in targets for name in _names(target, ast.Store))


def _names(node: ast.AST, context: type[ast.expr_context] = ast.Load) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name | ast.Attribute) and isinstance(inner.ctx, context) and (name := name_of(inner)):
            yield name


def negated(test: ast.expr) -> ast.expr:
    """Return the test that is true where another is false."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and (opposite := _OPPOSITES.get(type(test.ops[0]))):
        return ast.Compare(test.left, [opposite()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)
