"""The keys of the dictionary that a function makes, where its body writes all of them out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from docgen.evidence.syntax import Definition, dotted, own_nodes


def keys_of(tree: Definition) -> tuple[str, ...]:
    """Return the keys that a body gives to the dictionaries it makes, as text, empty where any is not written out.

    Of a formatted key, as in `d[f"line{number}"]`, the text is the source between the quotes.
    """
    keys = [_text(key) for node in own_nodes(tree) for key in _keys_in(node)]
    return tuple(dict.fromkeys(key for key in keys if key)) if None not in keys else ()


def _keys_in(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield the keys in a node, None for those that come from elsewhere."""
    if isinstance(node, ast.Dict):
        yield from node.keys
    elif isinstance(node, ast.DictComp):
        yield node.key
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield node.slice
    elif isinstance(node, ast.Call):
        name = dotted(node.func).rpartition(".")[2]
        if name.lower() in ("dict", "ordereddict"):
            yield from (ast.Constant(keyword.arg) if keyword.arg else None for keyword in node.keywords)
            yield from (None for argument in node.args if not isinstance(argument, ast.Dict))
        elif name in ("update", "setdefault", "fromkeys"):
            yield from (None for argument in node.args if not isinstance(argument, ast.Dict))


def _text(key: ast.AST | None) -> str | None:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    if isinstance(key, ast.JoinedStr) and any(isinstance(part, ast.Constant) for part in key.values):
        return ast.unparse(key)[2:-1]
    return None
