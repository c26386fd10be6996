"""Where a function's body raises an exception, and what can be told of when."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from docgen.evidence.paths import caught_often, negated, paths_of, undecided
from docgen.evidence.replaced import replaced_in
from docgen.evidence.syntax import Definition, own_nodes, parameter_names, raised_name, statements_of


def raised_undecided(tree: Definition) -> set[str]:
    """Return the exceptions of which the tests on their way do not tell when they are raised."""
    replaced = replaced_in(tree)
    read_anew = (s for s, path in paths_of(statements_of(tree)) if any(map(replaced.is_read_by, path.tests)))
    raises = [s for s in (*undecided(statements_of(tree)), *read_anew, *_in_loops(tree)) if isinstance(s, ast.Raise)]
    return {raised_name(statement) for statement in raises if statement.exc}


def _in_loops(tree: Definition) -> Iterator[ast.stmt]:
    """Yield the statements in loops of which no test tells for which item they are reached, as there may be none.

    What stands in a `while` is reached by its test, too, which is none of those on the way. Nor does a test tell when a
    loop comes to its `else` that may be left.
    """
    for loop in own_nodes(tree):
        if isinstance(loop, ast.While):
            yield from (statement for statement, _ in paths_of(loop.body))
        if isinstance(loop, ast.For | ast.AsyncFor):
            names = (node for node in ast.walk(loop) if isinstance(node, ast.Name))
            bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)} - {*parameter_names(tree)}
            for statement, path in paths_of(loop.body):
                read = [node for test in path.tests for node in ast.walk(test)]
                if not any(isinstance(node, ast.Call) or getattr(node, "id", "") in bound for node in read):
                    yield statement
            if any(isinstance(node, ast.Break) for node in ast.walk(loop)):
                yield from (statement for statement, _ in paths_of(loop.orelse))


def raised_in(tree: Definition, exception: str) -> tuple[int, bool]:
    """Return in how many places an exception is raised, and whether it is given something to say in each."""
    raises = [node for node in own_nodes(tree) if isinstance(node, ast.Raise) and raised_name(node) == exception]
    return len(raises), all(isinstance(node.exc, ast.Call) and node.exc.args for node in raises)


def caught_before(tree: Definition, exception: str) -> tuple[tuple[str, str], ...]:
    """Return which exceptions are caught where one is raised, each with the test; empty where nothing is caught."""
    raises = [
        path
        for statement, path in paths_of(statements_of(tree))
        if isinstance(statement, ast.Raise) and raised_name(statement) == exception
    ]
    often = caught_often(statements_of(tree)) if len(raises) == 1 else frozenset()
    is_told = all(path.caught and path.caught not in often for path in raises)
    return tuple((path.caught, path.condition) for path in raises) if is_told else ()


def may_return_before(tree: Definition, exception: str) -> bool:
    """Whether a body may have returned before it comes to where an exception is raised, other tests being true."""
    returned: list[list[str]] = []
    for statement, path in paths_of(statements_of(tree)):
        if isinstance(statement, ast.Return):
            returned.append([ast.unparse(negated(test)) for test in path.tests])
        elif isinstance(statement, ast.Raise) and raised_name(statement) == exception:
            true = set(map(ast.unparse, path.tests))
            if any(true.isdisjoint(otherwise) for otherwise in returned):
                return True
    return False
