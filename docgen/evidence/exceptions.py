"""Where a function's body raises an exception, and what can be told of when."""

from __future__ import annotations

import ast

from docgen.evidence.paths import paths_of, undecided
from docgen.evidence.replaced import replaced_in
from docgen.evidence.syntax import Definition, own_nodes, raised_name, statements_of


def raised_undecided(tree: Definition) -> set[str]:
    """Return the exceptions of which the tests on their way do not tell when they are raised."""
    replaced = replaced_in(tree)
    read_anew = (s for s, path in paths_of(statements_of(tree)) if any(map(replaced.is_read_by, path.tests)))
    raises = [s for s in (*undecided(statements_of(tree)), *read_anew) if isinstance(s, ast.Raise)]
    return {raised_name(statement) for statement in raises if statement.exc}


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
    return tuple((path.caught, path.condition) for path in raises) if all(path.caught for path in raises) else ()
