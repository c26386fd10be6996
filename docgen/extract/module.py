"""One file to one record: decode, screen, parse, walk."""

from __future__ import annotations

import sys
import threading
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import libcst as cst

from docgen.errors import SourceError
from docgen.extract.decoding import decode
from docgen.extract.elements import ModuleWalk
from docgen.extract.exports import exported_names
from docgen.extract.labels import is_deprecated
from docgen.extract.layout import LayoutError, LogicalLine, block_ends, count_newlines, line_and_column, logical_lines
from docgen.extract.normal import hash_forms
from docgen.extract.outline import Outline, everything, outline_of
from docgen.extract.parsing import NotVouchedFor, parse, parse_shown, parse_whole
from docgen.extract.places import Disagreement, LineCursor, MetadataPlaces, Place, Places
from docgen.extract.screen import Stretch, check_nesting, check_size, data_tables
from docgen.extract.source_file import SourceFile
from docgen.garbage import no_collection
from docgen.records import Member, Module, Span

_Result = TypeVar("_Result")

MAX_FILE = 4_000_000
"""Bytes of a file from which on it is refused; smaller tables are read without their data."""

_STACK = 64 * 1024 * 1024
_RECURSION_LIMIT = 8000


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
    with _deep_recursion(), no_collection():
        return _on_deep_stack(lambda: _read(text, lines, tables, file))


def _read(text: str, lines: list[LogicalLine], tables: list[Stretch], file: SourceFile) -> Module:
    ends = block_ends(lines)
    forms = hash_forms(text, lines)
    exports = exported_names(text, lines)

    def walked(outline: Outline, parts: Iterable[cst.Module]) -> Module:
        cursor = LineCursor(text, outline, forms)
        walk = ModuleWalk(file.module, file.is_package, text, cursor, exports)
        members = walk.members(part.body for part in parts)
        cursor.finish()
        return _module(text, lines, file, walk, members, exports, cursor)

    try:
        outline = outline_of(text, lines, ends)
        return walked(outline, parse_shown(text, outline, tables, file.display))
    except (Disagreement, NotVouchedFor):
        pass
    try:
        return walked(everything(lines, ends), parse_whole(text, lines, tables, file.display))
    except Disagreement:
        tree = parse(text, 0, text, file.display)
        places = MetadataPlaces(text, tree)
        walk = ModuleWalk(file.module, file.is_package, text, places, exports)
        return _module(text, lines, file, walk, walk.members([tree.body]), exports, places)


def _module(
    text: str,
    lines: list[LogicalLine],
    file: SourceFile,
    walk: ModuleWalk,
    members: tuple[Member, ...],
    exports: tuple[str, ...] | None,
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


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let expressions of `MAX_CHAIN` terms be rendered, which takes several Python frames for every term."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


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
