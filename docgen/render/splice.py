"""Edits into the bytes of a source file, and the proof that nothing but docstrings changed.

A syntax tree is never printed back: what is not edited keeps its bytes. The proof does not rely on how the edits were
found: it compares what Python itself reads before and after.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docgen.errors import DocgenError

_WHITE = re.compile(r"[ \t\f\r\n\\]*")
_Definition = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Edit(NamedTuple):
    """A stretch of a text and what stands there instead."""

    start: int
    end: int
    text: str


class Unproven(DocgenError):
    """It cannot be shown that an edit changes docstrings alone."""


def splice(raw: bytes, text: str, encoding: str, edits: Sequence[Edit], file: str) -> bytes:
    """Return a file's bytes with edits made, everything between them as it was, and prove it.

    Args:
        raw: The bytes of the file.
        text: What they decode to, without a byte order mark.
        encoding: How they are decoded.
        edits: What to change, as offsets into the text.
        file: The file's name, for errors.

    Raises:
        Unproven: The edits overlap, or change more than docstrings, or that cannot be told.
    """
    ordered = sorted(edits)
    mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
    kept, added = _pieces(text, ordered, file)
    try:
        kept_bytes = [piece.encode(encoding) for piece in kept]
        removed = [text[edit.start : edit.end].encode(encoding) for edit in ordered]
        added_bytes = [piece.encode(encoding) for piece in added]
    except UnicodeError as error:
        raise Unproven(f"{file}: a docstring cannot be written in {encoding}: {error}") from error
    if mark + _interleaved(kept_bytes, removed) != raw:
        raise Unproven(f"{file}: its bytes are not what its text is in {encoding}", "Save the file as UTF-8.")
    after = mark + _interleaved(kept_bytes, added_bytes)
    _prove(raw, after, text, ordered, file)
    return after


def _pieces(text: str, edits: Sequence[Edit], file: str) -> tuple[list[str], list[str]]:
    kept, done = [], 0
    for edit in edits:
        if edit.start < done:
            raise Unproven(f"{file}: two docstrings would be written to the same place")
        kept.append(text[done : edit.start])
        done = edit.end
    return [*kept, text[done:]], [edit.text for edit in edits]


def _interleaved(kept: Sequence[bytes], between: Sequence[bytes]) -> bytes:
    return b"".join(piece for pair in zip(kept, [*between, b""], strict=True) for piece in pair)


def _prove(before: bytes, after: bytes, text: str, edits: Sequence[Edit], file: str) -> None:
    for edit in edits:
        removed = text[edit.start : edit.end]
        if not _WHITE.fullmatch(removed) and not _is_string(removed):
            raise Unproven(f"{file}: more than a docstring would be replaced: {removed[:40]!r}")
    old, new = _parsed(before, file, "is not Python"), _parsed(after, file, "would not be Python any more")
    if _encoding(before) != _encoding(after):
        raise Unproven(f"{file}: a docstring would change the file's encoding")
    said = [(_without_docstring(one), _without_docstring(other)) for one, other in _definitions(old, new, file)]
    if sum(one != other for one, other in said) > len(edits):
        raise Unproven(f"{file}: more docstrings would change than were meant to")
    if not _same(old, new):
        raise Unproven(f"{file}: more than docstrings would change")


def _parsed(source: bytes, file: str, problem: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        hint = "If the file is of a newer Python, run docgen with that Python."
        raise Unproven(f"{file}: {problem} to the Python that docgen runs with: {error}", hint) from error


def _definitions(old: ast.Module, new: ast.Module, file: str) -> list[tuple[_Definition, _Definition]]:
    pairs = list(_all(old)), list(_all(new))
    if len(pairs[0]) != len(pairs[1]):
        raise Unproven(f"{file}: definitions would come or go")
    return list(zip(*pairs, strict=True))


def _all(tree: ast.Module) -> Iterator[_Definition]:
    # Breadth first: recursion would end at deep expressions.
    return (node for node in ast.walk(tree) if isinstance(node, _Definition))


def _without_docstring(node: _Definition) -> str | None:
    """Take a definition's docstring out of it and return it."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        del node.body[0]
        return first.value.value
    return None


def _same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two trees are the same but for places in the source; without recursion, for trees of any depth."""
    pending: list[tuple[object, object]] = [(one, other)]
    while pending:
        left, right = pending.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.AST):
            pending += [(getattr(left, name, None), getattr(right, name, None)) for name in left._fields]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pending += zip(left, right, strict=True)
        elif left != right:
            return False
    return True


def _is_string(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = ast.parse(f"({source}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _encoding(source: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
