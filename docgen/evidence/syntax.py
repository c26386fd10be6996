"""The syntax tree of one function, from the interpreter's own parser.

A run on an older interpreter meets syntax that it cannot parse; then there is no tree, and nothing is claimed to be
known of the function's body.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from docgen.records import Function, Module, code_of

Definition = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CONTAINERS = {
    "List": "list",
    "Tuple": "tuple",
    "Dict": "dict",
    "Set": "set",
    "ListComp": "list",
    "DictComp": "dict",
    "SetComp": "set",
}
_MAX_SHOWN = 80
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_TYPE_PARAMETERS = re.compile(r"(\bdef\s+\w+)\s*\[[^()]*\](?=\s*\()")


def function_tree(module: Module, function: Function) -> Definition | None:
    """Return a function's tree, None where this interpreter cannot parse it."""
    start = function.span.start
    line_start = max(module.source.rfind("\n", 0, start), module.source.rfind("\r", 0, start)) + 1
    before = module.source[line_start:start]
    indent = before if before.isspace() else ""
    code = f"{indent}{code_of(module, function)}"
    if function.type_parameters:
        code = _TYPE_PARAMETERS.sub(r"\1", code, count=1)
    return definition_in(code, indent)


def definition_in(code: str, indent: str = "") -> Definition | None:
    """Return the tree of a function's source, None where this interpreter cannot parse it.

    Args:
        code: The source.
        indent: What it begins with, where it is indented.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(f"if 1:\n{code}" if indent else code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    body = tree.body[0].body if indent and isinstance(tree.body[0], ast.If) else tree.body
    found = body[0] if body else None
    return found if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef) else None


def own_nodes(tree: Definition) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body in source order; what is defined in it is yielded, but not entered."""
    pending: list[ast.AST] = list(reversed(statements_of(tree)))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending += reversed(list(ast.iter_child_nodes(node)))


def statements_of(tree: Definition) -> list[ast.stmt]:
    """Return the statements of a function's body without its docstring."""
    first = tree.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return tree.body[1:] if has_docstring and isinstance(first.value.value, str) else tree.body  # type: ignore[attr-defined]


def parameter_names(function: Definition | ast.Lambda) -> list[str]:
    """Return the names of a function's parameters, the variadic ones last."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [argument.arg for argument in every if argument]


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of attributes of a name, `super().b` for one of `super()`, else the last name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = "super()" if is_super(node.value) else dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def name_of(node: ast.AST) -> str:
    """Return `a.b.c` as `dotted` does; empty for an attribute of something without a name, such as `f().b`."""
    name = dotted(node)
    return name if isinstance(node, ast.Name) or "." in name else ""


def called_name(node: ast.AST) -> str:
    """Return the name of what a node calls; empty where it calls nothing, or a method of something without a name."""
    return name_of(node.func) if isinstance(node, ast.Call) else ""


def raised_name(statement: ast.Raise) -> str:
    """Return the name of what a statement raises; empty where it raises again, or something without a name."""
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return dotted(raised) if raised else ""


def is_super(node: ast.AST) -> bool:
    """Whether a node is a call of `super`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def shown(node: ast.expr | None) -> str:
    """Return an expression's source; one that is too long to be shown is cut to the kind of thing that it is."""
    if node is None:
        return "None"
    text = ast.unparse(node)
    if len(text) <= _MAX_SHOWN:
        return text
    if isinstance(node, ast.Call):
        return f"{dotted(node.func) or '...'}(...)"
    return f"{_CONTAINERS.get(type(node).__name__, '')}..."
