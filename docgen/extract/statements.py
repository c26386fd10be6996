"""The statements of a block, those in its `if`, `try`, `for`, `while`, `with` and `match` blocks included.

One traversal serves modules, classes and function bodies; it does not enter definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, cast

import libcst as cst

from docgen.extract.expressions import render
from docgen.extract.places import Place, Places

Definition = cst.FunctionDef | cst.ClassDef
Statement = Definition | cst.BaseSmallStatement


class Clause(NamedTuple):
    """A clause of a compound statement that a statement stands in.

    Attributes:
        kind: `if` (its test holds), `unless` (it does not), `try`, `except`, `else` (of a `try`) or `case`.
        node: The test, the `try` statement, the handler, or the case.
    """

    kind: Literal["if", "unless", "try", "except", "else", "case"]
    node: cst.CSTNode


class Found(NamedTuple):
    """A statement, where it stands, and the clauses around it, outermost first.

    Attributes:
        follows: The statement right before it in the same block, if any.
        level: How many compound statements it stands in, within the block that is read.
    """

    node: Statement
    place: Place
    clauses: tuple[Clause, ...]
    follows: Statement | None
    level: int


Body = cst.BaseSuite | Sequence[cst.BaseStatement | cst.SimpleStatementLine]


def statements(
    body: Body, places: Places, place: Place, clauses: tuple[Clause, ...] = (), level: int = 0
) -> Iterator[Found]:
    """Yield simple statements and definitions in source order; who takes a definition must leave it.

    Args:
        body: The block.
        places: Asked for every statement in turn.
        place: That of the block's header, for a body on the header's own line.
        clauses: What stands around the block.
        level: How many compound statements do.
    """
    if isinstance(body, cst.SimpleStatementSuite):
        yield from _simple(body.body, place, clauses, None, level)
        return
    items = cast("Sequence[cst.CSTNode]", body.body if isinstance(body, cst.IndentedBlock) else body)
    before: Statement | None = None
    for item in items:
        # Exact types: `isinstance` is slow on these abstract classes, and no node has a subclass.
        kind = type(item)
        if kind is cst.SimpleStatementLine:
            line = cast("cst.SimpleStatementLine", item)
            yield from _simple(line.body, places.simple(line), clauses, before, level)
            before = line.body[-1]
        elif kind is cst.FunctionDef or kind is cst.ClassDef:
            definition = cast("Definition", item)
            yield Found(definition, places.definition(definition), clauses, before, level)
            before = definition
        else:
            yield from _compound(item, places, clauses, level + 1)
            before = None


def _simple(
    body: Sequence[cst.BaseSmallStatement],
    place: Place,
    clauses: tuple[Clause, ...],
    before: Statement | None,
    level: int,
) -> Iterator[Found]:
    for statement in body:
        yield Found(statement, place, clauses, before, level)
        before = statement


def _compound(node: cst.CSTNode, places: Places, around: tuple[Clause, ...], level: int) -> Iterator[Found]:
    for body, clauses in _clauses(node, around):
        yield from statements(body, places, places.clause(body), clauses, level)


def _clauses(node: cst.CSTNode, around: tuple[Clause, ...]) -> Iterator[tuple[Body, tuple[Clause, ...]]]:
    """Yield the blocks of a compound statement, each with the clauses around what stands in it."""
    if isinstance(node, cst.If):
        yield from _branches(node, around)
    elif isinstance(node, cst.Try | cst.TryStar):
        yield node.body, (*around, Clause("try", node))
        for handler in node.handlers:
            yield handler.body, (*around, Clause("except", handler))
        if node.orelse is not None:
            yield node.orelse.body, (*around, Clause("else", node))
        if node.finalbody is not None:
            yield node.finalbody.body, around
    elif isinstance(node, cst.For | cst.While):
        yield node.body, around
        if node.orelse is not None:
            yield node.orelse.body, around
    elif isinstance(node, cst.With):
        yield node.body, around
    elif isinstance(node, cst.Match):
        yield (), around
        for case in node.cases:
            yield case.body, (*around, Clause("case", case))


def _branches(node: cst.If, around: tuple[Clause, ...]) -> Iterator[tuple[Body, tuple[Clause, ...]]]:
    branch: cst.If | cst.Else | None = node
    while isinstance(branch, cst.If):
        yield branch.body, (*around, Clause("if", branch.test))
        around = (*around, Clause("unless", branch.test))
        branch = branch.orelse
    if branch is not None:
        yield branch.body, around


_OPPOSITES: dict[type[cst.BaseCompOp], cst.BaseCompOp] = {
    cst.Is: cst.IsNot(),
    cst.IsNot: cst.Is(),
    cst.In: cst.NotIn(),
    cst.NotIn: cst.In(),
    cst.Equal: cst.NotEqual(),
    cst.NotEqual: cst.Equal(),
}


def condition_of(clauses: tuple[Clause, ...]) -> tuple[str, ...]:
    """Return the source of the clauses around a definition, outermost first; an `else` negates the tests before it."""
    return tuple(_CONDITIONS[clause.kind](clause.node) for clause in clauses)


def tests_of(clauses: tuple[Clause, ...]) -> tuple[str, ...]:
    """Return the tests that hold inside of the clauses, outermost first, as expressions."""
    tests = {"if": render, "unless": negated}
    return tuple(tests[clause.kind](clause.node) for clause in clauses if clause.kind in tests)


def negated(test: cst.CSTNode) -> str:
    """Return the source of the test that is true where another is false, as a person would write it."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not) and not test.lpar:
        return render(test.expression)
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        compared = test.comparisons[0]
        if opposite := _OPPOSITES.get(type(compared.operator)):
            return render(test.with_changes(comparisons=[compared.with_changes(operator=opposite)]))
    text = render(test)
    loose = isinstance(test, cst.BooleanOperation | cst.IfExp | cst.Lambda | cst.NamedExpr | cst.Comparison)
    return f"not ({text})" if loose and not getattr(test, "lpar", ()) else f"not {text}"


def _except(node: cst.CSTNode) -> str:
    assert isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler)
    return "except" if node.type is None else f"except {render(node.type)}"


def _case(node: cst.CSTNode) -> str:
    assert isinstance(node, cst.MatchCase)
    guard = "" if node.guard is None else f" if {render(node.guard)}"
    return f"case {render(node.pattern)}{guard}"


_CONDITIONS = {
    "if": lambda node: f"if {render(node)}",
    "unless": lambda node: f"if {negated(node)}",
    "try": lambda node: "try",
    "except": _except,
    "else": lambda node: "try … else",
    "case": _case,
}
