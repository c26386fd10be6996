"""One file to one record: decode, screen, parse, walk."""

from __future__ import annotations

import ast
import gc
import re
import sys
import threading
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeVar

import libcst as cst

from docgen.errors import SourceError
from docgen.extract.decoding import decode
from docgen.extract.discovery import SourceFile
from docgen.extract.elements import ModuleWalk
from docgen.extract.exports import exported_names
from docgen.extract.labels import is_deprecated
from docgen.extract.layout import LayoutError, LogicalLine, count_newlines, line_and_column, logical_lines
from docgen.extract.places import Disagreement, LineCursor, MetadataPlaces, Place, Places
from docgen.extract.screen import MAX_LINE, Stretch, check_nesting, check_size, data_tables
from docgen.records import Member, Module, Span

_Result = TypeVar("_Result")

PART_SIZE = 100_000
"""Characters of top-level statements that are parsed at a time: trees cost a hundred times their text's memory."""

MAX_FILE = 4_000_000
"""Bytes of a file from which on it is refused; smaller tables are read without their data."""

MAX_PART = 4_000_000
"""Characters of one top-level statement (data left out) from which on it is refused."""

_STACK = 64 * 1024 * 1024
_RECURSION_LIMIT = 8000
_CONTINUES = re.compile(r"(?:elif|else|except|finally)\b|['\"rRuU]")


def read_module(file: SourceFile) -> Module:
    """Read one source file.

    Raises:
        SourceError: It cannot be read, decoded or parsed, is nested too deeply or too large to be parsed, or has
            nothing in it; an empty `__init__.py` is an ordinary package.
    """
    try:
        raw = file.path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", file.display) from error
    if len(raw) > MAX_FILE:
        message = f"too large: {len(raw) / 1e6:.1f} MB is a table of data, not an API"
        raise SourceError(message, file.display, 1, 1, hint="leave the file out with --exclude")
    if not raw.removeprefix(BOM_UTF8).strip() and not file.is_package:
        hint = "remove the file, or leave it out with --exclude"
        raise SourceError("empty: there is nothing to document", file.display, 1, 1, hint=hint)
    return parse_module(decode(raw, file.display), file)


def parse_module(text: str, file: SourceFile) -> Module:
    """Read a module's text; `file` gives its name and place.

    Raises:
        SourceError: It cannot be parsed, or is nested too deeply or too large to be.
    """
    try:
        lines = logical_lines(text)
    except LayoutError as error:
        raise SourceError(
            f"does not parse: {error.message}", file.display, *line_and_column(text, error.offset)
        ) from error
    tables = data_tables(text, lines)
    check_nesting(text, lines, tables, file.display)
    check_size(text, lines, tables, file.display)
    with _deep_recursion(), _no_collection():
        return _on_deep_stack(lambda: _read(text, lines, tables, file))


def _read(text: str, lines: list[LogicalLine], tables: list[Stretch], file: SourceFile) -> Module:
    exports = exported_names(text, lines)
    parts = (part.body for part in _parse_parts(text, lines, tables, file.display))
    cursor = LineCursor(text, lines)
    walk = ModuleWalk(file.module, file.is_package, text, cursor, exports)
    try:
        members = walk.members(parts)
        cursor.finish()
        return _module(text, lines, file, exports, walk, members, cursor)
    except Disagreement:
        tree = _parse(text, 0, text, file.display)
        places = MetadataPlaces(text, tree)
        walk = ModuleWalk(file.module, file.is_package, text, places, exports)
        return _module(text, lines, file, exports, walk, walk.members([tree.body]), places)


def _module(
    text: str,
    lines: list[LogicalLine],
    file: SourceFile,
    exports: tuple[str, ...] | None,
    walk: ModuleWalk,
    members: tuple[Member, ...],
    places: Places,
) -> Module:
    span = Span(start=0, end=len(text))
    endlineno = max(1, count_newlines(text) + (not text.endswith(("\n", "\r"))))
    whole = Place(0, len(text), 1, endlineno, 0, 0, len(lines))
    labels = {"package"} if file.is_package else set()
    if not any(part.startswith("_") and not part.startswith("__") for part in file.module.split(".")):
        labels.add("public")
    if is_deprecated(walk.docstring):
        labels.add("deprecated")
    return Module(
        id=file.module,
        path=file.module,
        name=file.module.rpartition(".")[2],
        labels=tuple(sorted(labels)),
        lineno=1,
        endlineno=endlineno,
        span=span,
        hash=places.content_hash(whole),
        docstring=walk.docstring,
        filepath=file.display,
        source=text,
        exports=exports,
        imports=tuple(walk.imports),
        members=members,
    )


def _parse_parts(text: str, lines: list[LogicalLine], tables: list[Stretch], file: str) -> Iterator[cst.Module]:
    """Parse the text in parts of whole top-level statements, so that no tree outgrows the memory."""
    cuts = [0]
    for before, line in pairwise(lines):
        if (
            line.indent == 0
            and line.start - cuts[-1] >= PART_SIZE
            and not text.startswith("@", before.start)
            and not _CONTINUES.match(text, line.start)
        ):
            cuts.append(line.start)
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        part = _without(text, start, end, [table for table in tables if start <= table.start < end])
        # A line of that length has passed the screen because it is a string.
        strings = sum(
            line.end - line.start for line in lines if line.end - line.start > MAX_LINE and start <= line.start < end
        )
        if len(part) - strings > MAX_PART:
            raise SourceError(
                f"too large to parse: {len(part):,} characters in one statement",
                file,
                *line_and_column(text, start),
                hint="leave the file out with --exclude, or move its data to a file of its own",
            )
        yield _parse(part, start, text, file)


def _without(text: str, start: int, end: int, tables: list[Stretch]) -> str:
    parts = []
    for table in tables:
        parts += [text[start : table.start], "...", "\n" * count_newlines(text[table.start : table.end])]
        start = table.end
    return "".join([*parts, text[start:end]])


def _parse(part: str, start: int, text: str, file: str) -> cst.Module:
    try:
        return cst.parse_module(part)
    except cst.ParserSyntaxError as error:
        reason, line, column = _syntax_error(error, part)
        raise SourceError(reason, file, count_newlines(text[:start]) + line, column) from error
    except cst.CSTValidationError as error:
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


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let expressions of `MAX_CHAIN` terms be rendered, which takes several Python frames for every term."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from scanning trees that are being built: they have no cycles to find."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _on_deep_stack(work: Callable[[], _Result]) -> _Result:
    """Run on the main thread's stack, whose size the screen relies on, or on one of a thread made for it.

    Other threads have as little as 128 kB on some systems.
    """
    if threading.current_thread() is threading.main_thread():
        return work()
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, name="docgen-parse")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
