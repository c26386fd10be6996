"""Docstrings into files and what became of the files, judged without any of the code that put them there."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import cycle
from typing import NamedTuple

from docgen.errors import DocgenError
from docgen.evidence.subjects import subjects_of, with_owners
from docgen.extract import SourceFile, parse_module
from docgen.extract.decoding import declared_encoding, decode
from docgen.records import Description, Module, Provenance, Subject
from docgen.render.docstrings.applying import Applied, Manner, Mode, apply_descriptions

TEXTS = (
    "Return the items in the order in which they were added.",
    r"Match `\d+` and \n in a path such as C:\new.",
    'Say "hello" in three quotes: """ and \'\'\' too.',
    "Zeichnet größere Flächen – 図 – neu, and then some more words so that the line has to be wrapped somewhere here.",
    "Open the file; when it is missing, raise. Returns: nothing. :param x: is not one, nor is >>> a prompt.",
    "Ends in a backslash \\",
    'Ends in a "quote"',
    "Keep a bell \x07, a \u202e direction and half a pair \ud800 visible.",
    "First line.\n\nA paragraph of its own.\n\n- a list\n- of two",
)
_NEWLINES = re.compile(r"\r\n|\r|\n")


class Round(NamedTuple):
    """What one file went through.

    Attributes:
        written: How many docstrings were written.
        mismatches: What is not as it must be.
        refused: Why the file was left alone, empty where it was not.
    """

    written: int
    mismatches: tuple[str, ...] = ()
    refused: str = ""


def describe(module: Module, texts: tuple[str, ...] = TEXTS) -> dict[Subject, Description]:
    """Return a description of everything that there is to say of a module."""
    said = cycle(texts)
    provenance = Provenance(source="model", model="m")
    return {
        subject: Description(text=next(said), verdict="faithful", provenance=provenance)
        for element, owner in with_owners(module)
        for subject in subjects_of(module, element, owner)
    }


def read(raw: bytes, file: SourceFile) -> Module:
    """Return the record of a file's bytes."""
    return parse_module(decode(raw, file.display), file)


def go_round(raw: bytes, file: SourceFile, manner: Manner | None = None) -> Round:
    """Write docstrings to a file without any, to one as it is, and to the results again."""
    manner = manner or Manner()
    written, mismatches = 0, []
    try:
        bare = without_docstrings(raw)
        for start, mode in ((bare, "missing-only"), (raw, "complete"), (raw, "replace")):
            count, found = _one_round(start, file, manner, mode)
            written += count
            mismatches += [f"{file.display}: {mode}: {line}" for line in found]
    except (DocgenError, SyntaxError, ValueError, RecursionError) as error:
        return Round(written, tuple(mismatches), f"{file.display}: {type(error).__name__}: {error}")
    return Round(written, tuple(mismatches))


def _one_round(raw: bytes, file: SourceFile, manner: Manner, mode: Mode) -> tuple[int, list[str]]:
    manner = Manner(mode, manner.style, manner.line_length, manner.types)
    module = read(raw, file)
    said = describe(module)
    applied = apply_descriptions(raw, module, said, manner)
    found = list(differences(raw, applied.after))
    if mode == "complete":
        found += lost_words(raw, applied.after)
    again = read(applied.after, file)
    for other in ("missing-only", "complete", mode):
        second = apply_descriptions(applied.after, again, said, Manner(other, manner.style, manner.line_length))
        if second.after != applied.after and not (other == "complete" and mode == "replace"):
            found.append(f"applied again as {other}, it changes {', '.join(second.written[:3])}")
    found += _missing(applied, again)
    return len(applied.written), found


def _missing(applied: Applied, again: Module) -> Iterator[str]:
    ids = {element.id: element for element, _ in with_owners(again)}
    for written in applied.written:
        if ids[written].docstring is None:
            yield f"{written} has no docstring"


def differences(before: bytes, after: bytes) -> Iterator[str]:
    """Yield what else than docstrings changed: trees, all bytes but white space, and whole lines."""
    trees = [_tree(raw) for raw in (before, after)]
    spans = [list(_docstrings(tree)) for tree in trees]
    in_line = _bodies_on_headers(trees[0], _text(before))
    for tree in trees:
        _strip(tree)
    if ast.dump(trees[0]) != ast.dump(trees[1]):
        yield "the trees differ"
    texts = [_text(raw) for raw in (before, after)]
    left = [re.sub(r"[\s\\]+", "", _cut(text, found)) for text, found in zip(texts, spans, strict=True)]
    if left[0] != left[1]:
        yield "bytes differ"
    behind = iter(_lines(texts[1]))
    kept = [line for number, line in enumerate(_lines(texts[0]), 1) if number not in in_line]
    if lost := next((line for line in kept if line.strip() and line not in behind), None):
        yield f"a line is lost: {lost!r}"


def _bodies_on_headers(tree: ast.Module, text: str) -> set[int]:
    """Return the lines that cannot stay whole: those with a docstring, or with a header and its body."""
    lines = _lines(text)
    found = set()
    for constant in _docstrings(tree):
        found |= set(range(constant.lineno, (constant.end_lineno or constant.lineno) + 1))
    for node in _holders(tree):
        if not isinstance(node, ast.Module):
            first = node.body[0]
            if lines[first.lineno - 1].encode("utf-8", "surrogatepass")[: first.col_offset].strip():
                found.add(first.lineno)
            elif lines[first.lineno - 2].endswith("\\"):
                found |= {first.lineno - 1, first.lineno}
    return found


def lost_words(before: bytes, after: bytes) -> Iterator[str]:
    """Yield the lines of docstrings that are not there any more, or not in their order."""
    old, new = (list(_holders(_tree(raw))) for raw in (before, after))
    for one, other in zip(old, new, strict=True):
        remaining = iter((ast.get_docstring(other, clean=False) or "").split("\n"))
        for line in (ast.get_docstring(one, clean=False) or "").split("\n"):
            if line.strip() and line not in remaining:
                yield f"lost: {line!r}"


def without_docstrings(raw: bytes) -> bytes:
    """Return a file with every docstring made a statement that says nothing; the encoding and all else stay."""
    tree = _tree(raw)
    text = _text(raw)
    for start, end in sorted(_places(text, _docstrings(tree)), reverse=True):
        text = text[:start] + "..." + text[end:]
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode(declared_encoding(raw, "file"))


_Holder = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _holders(tree: ast.AST) -> Iterator[_Holder]:
    if isinstance(tree, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield tree
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for node in getattr(tree, name, ()):
            yield from _holders(node)


def _tree(raw: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(raw)


def _text(raw: bytes) -> str:
    return decode(raw, "file")


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in _holders(tree):
        if node.body:
            first = node.body[0]
            constant = first.value if isinstance(first, ast.Expr) else None
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                yield constant


def _strip(tree: ast.Module) -> None:
    docstrings = {id(constant) for constant in _docstrings(tree)}
    for node in _holders(tree):
        if node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and id(first.value) in docstrings:
                del node.body[0]


def _places(text: str, constants: Iterator[ast.Constant] | list[ast.Constant]) -> list[tuple[int, int]]:
    starts = [0, *(match.end() for match in _NEWLINES.finditer(text))]

    def offset(lineno: int, column: int) -> int:
        line = text[starts[lineno - 1] : starts[lineno] if lineno < len(starts) else len(text)]
        return starts[lineno - 1] + len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    return [
        (offset(c.lineno, c.col_offset), offset(c.end_lineno or c.lineno, c.end_col_offset or 0)) for c in constants
    ]


def _cut(text: str, constants: list[ast.Constant]) -> str:
    for start, end in sorted(_places(text, constants), reverse=True):
        text = text[:start] + text[end:]
    return text


def _lines(text: str) -> list[str]:
    return _NEWLINES.split(text)
