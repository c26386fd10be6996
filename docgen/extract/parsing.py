"""Text to syntax trees, in parts and without data tables, so that no tree outgrows the memory.

Either everything is parsed, or only what an outline shows: the interpreter's own parser, which takes a tenth of the
time, then vouches for the rest.
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from docgen.errors import SourceError
from docgen.extract.layout import LogicalLine, count_newlines, line_and_column
from docgen.extract.outline import HIDDEN, STUB, Outline
from docgen.extract.screen import MAX_LINE, Stretch

PART_SIZE = 100_000
"""Characters of top-level statements that are parsed at a time: trees cost a hundred times their text's memory."""

MAX_PART = 4_000_000
"""Characters of one top-level statement (data left out) from which on it is refused."""

_CONTINUES = re.compile(r"(?:elif|else|except|finally)\b|['\"rRuU]")


class NotVouchedFor(Exception):
    """What an outline hides may be wrong, or newer than the interpreter."""


def parse_whole(text: str, lines: list[LogicalLine], tables: list[Stretch], file: str) -> Iterator[cst.Module]:
    """Yield the trees of a module's parts.

    Raises:
        SourceError: A part cannot be parsed.
    """
    for start, part, _ in _parts(text, lines, tables, file):
        yield parse(part, start, text, file)


def parse_shown(text: str, outline: Outline, tables: list[Stretch], file: str) -> Iterator[cst.Module]:
    """Yield the trees of what an outline shows of a module's parts; comments outside of statements are left out.

    Raises:
        SourceError: A part is too large.
        NotVouchedFor: A part cannot be parsed, or not by the interpreter.
    """
    for _, part, lines in _parts(text, outline.lines, tables, file):
        if not _is_python(part):
            raise NotVouchedFor
        shown = []
        for line, mark in zip(outline.lines[lines], outline.marks[lines], strict=True):
            if mark != HIDDEN:
                code = "..." if mark == STUB else _without(text, line.start, line.end, tables)
                shown += [" " * line.indent, code, "\n"]
        try:
            yield cst.parse_module("".join(shown))
        except (
            cst.ParserSyntaxError,
            cst.CSTValidationError,
            cst.CSTLogicError,
            RecursionError,
            UnicodeEncodeError,
        ) as error:
            raise NotVouchedFor from error


def _parts(text: str, lines: list[LogicalLine], tables: list[Stretch], file: str) -> Iterator[tuple[int, str, slice]]:
    """Cut a module into parts of whole top-level statements: offset, text without tables, and which lines it has."""
    cuts = [0]
    for index, (before, line) in enumerate(pairwise(lines), start=1):
        if (
            line.indent == 0
            and line.start - lines[cuts[-1]].start >= PART_SIZE
            and not text.startswith("@", before.start)
            and not _CONTINUES.match(text, line.start)
        ):
            cuts.append(index)
    for first, last in pairwise([*cuts, len(lines)]):
        start = lines[first].start if first else 0
        part = _without(text, start, lines[last].start if last < len(lines) else len(text), tables)
        # A line of that length has passed the screen because it is a string.
        strings = sum(line.end - line.start for line in lines[first:last] if line.end - line.start > MAX_LINE)
        if len(part) - strings > MAX_PART:
            raise SourceError(
                f"too large to parse: {len(part):,} characters in one statement",
                file,
                *line_and_column(text, start),
                hint="leave the file out with --exclude, or move its data to a file of its own",
            )
        yield start, part, slice(first, last)


def _is_python(text: str) -> bool:
    """Whether the interpreter accepts a text: asked for its symbols, it makes no Python object of every node."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symtable.symtable(text, "", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _without(text: str, start: int, end: int, tables: list[Stretch]) -> str:
    """Return a stretch of the text with `...` for the tables in it."""
    parts = []
    for table in (table for table in tables if start <= table.start < end):
        parts += [text[start : table.start], "...", "\n" * count_newlines(text[table.start : table.end])]
        start = table.end
    return "".join([*parts, text[start:end]])


def parse(part: str, start: int, text: str, file: str) -> cst.Module:
    """Parse a part of a module's text that begins at an offset.

    Raises:
        SourceError: It cannot be parsed.
    """
    try:
        return cst.parse_module(part)
    except cst.ParserSyntaxError as error:
        reason, line, column = _syntax_error(error, part)
        raise SourceError(reason, file, count_newlines(text[:start]) + line, column) from error
    except (cst.CSTValidationError, cst.CSTLogicError) as error:
        line, column = _place_of_error(part)
        reason = str(error).rstrip(".")
        raise SourceError(f"does not parse: {reason}", file, count_newlines(text[:start]) + line, column) from error
    except (RecursionError, UnicodeEncodeError) as error:
        raise SourceError(f"cannot be parsed: {error}", file, *line_and_column(text, start)) from error


def _syntax_error(error: cst.ParserSyntaxError, part: str) -> tuple[str, int, int]:
    """Return what is wrong and where, in Python's own words if it finds fault with the same line.

    libcst often names the statement's first column only, and for what cannot even be cut into tokens no place at all.
    """
    try:
        ast.parse(part)
    except SyntaxError as own:
        if own.lineno and (own.lineno == error.raw_line or "tokenizer error" in error.message):
            return f"does not parse: {own.msg}", own.lineno, own.offset or 1
    except (ValueError, RecursionError, MemoryError):
        pass
    return _reason(error), error.raw_line, error.raw_column + 1


def _place_of_error(part: str) -> tuple[int, int]:
    """Return line and column at which Python finds fault with a text; its first where it finds none."""
    try:
        ast.parse(part)
    except SyntaxError as own:
        return own.lineno or 1, own.offset or 1
    except (ValueError, RecursionError, MemoryError):
        pass
    return 1, 1


def _reason(error: cst.ParserSyntaxError) -> str:
    """Return what the parser says, without its own idea of the position and without every token it would have liked."""
    reason = " ".join((error.message.partition("parser error: ")[2] or error.message).split())
    reason = re.sub(r"^error at \d+:\d+: ", "", reason)
    if reason.startswith("expected one of ") and reason.count(",") > _SHOWN_TOKENS:
        return "does not parse: invalid syntax"
    return f"does not parse: {reason}"


_SHOWN_TOKENS = 4
