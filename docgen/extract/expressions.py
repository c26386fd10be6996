"""Small syntax trees back to the text that the author wrote."""

from __future__ import annotations

import ast
import inspect
import warnings

import libcst as cst

from docgen.extract.normal import tidy

_RENDERER = cst.Module([])


def render(node: cst.CSTNode) -> str:
    """Return an expression's source on one line."""
    if isinstance(node, cst.Name) and not node.lpar:
        return node.value
    return tidy(_RENDERER.code_for_node(node))


def render_annotation(annotation: cst.Annotation | None) -> str | None:
    """Return an annotation's source, or None where there is none."""
    return None if annotation is None else render(annotation.annotation)


def dotted_name(node: cst.CSTNode | None) -> str:
    """Return `a.b.c` for a name or a chain of attributes of a name, else the empty string."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))


def string_value(node: cst.CSTNode) -> str | None:
    """Return the value of a string literal (implicit concatenation included), None for anything else."""
    if isinstance(node, cst.ConcatenatedString):
        left, right = string_value(node.left), string_value(node.right)
        return None if left is None or right is None else left + right
    if not isinstance(node, cst.SimpleString) or "b" in node.prefix:
        return None
    literal = node.value
    if "\\" not in literal and "\r" not in literal:
        return node.raw_value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(literal.replace("\r\n", "\n").replace("\r", "\n"))
        except SyntaxError:
            # A half escape: Python would not compile it, and it is read as it stands.
            return node.raw_value
    return value if isinstance(value, str) else None


def docstring_text(node: cst.CSTNode) -> str | None:
    """Return a string statement's text, dedented as `inspect.cleandoc` does; None for any other expression."""
    value = string_value(node)
    return None if value is None else inspect.cleandoc(value)
