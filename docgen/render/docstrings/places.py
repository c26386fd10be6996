"""Where an element's docstring stands in the text of its module, or has to stand.

The record says where the element is, the lexical pass of the extractor where its lines begin and end; of a single line,
and of nothing larger, Python's own parser is asked where its first statement begins.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left
from typing import NamedTuple

from docgen.extract.layout import LogicalLine, logical_lines
from docgen.records import Class, Element, Function, Module, walk

_NEWLINE = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(r"[ \t\f]*(?:\r\n|\r|\n|\Z)")
_DEFINITION = re.compile(r"(?:async\s+)?(?:def|class)\b|@")
_CODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")
_BETWEEN = " \t\f\r\n\\"


class Spot(NamedTuple):
    """A place for a docstring.

    Attributes:
        start: Offset of what is replaced: the literal that is there, white space, or nothing.
        end: Offset behind it.
        before: What comes before the literal.
        after: What comes behind it.
        indent: The literal's indentation.
        unit: One step of indentation here.
        is_literal: Whether a docstring is there already.
    """

    start: int
    end: int
    before: str
    after: str
    indent: str
    unit: str
    is_literal: bool = False


class Unplaceable(Exception):
    """The text is laid out in a way in which no docstring can be placed for certain."""


class Layout:
    """Finds the places for docstrings in one module.

    Args:
        text: The module's text.

    Attributes:
        newline: The module's line ending.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = logical_lines(text)
        self._starts = [line.start for line in self._lines]
        first = _NEWLINE.search(text)
        self.newline = first[0] if first else "\n"
        self._unit = next((unit for line in self._lines if (unit := self._indentation(line))), "    ")

    def spot(self, element: Module | Class | Function) -> Spot:
        """Return the place for an element's docstring.

        Raises:
            Unplaceable: It cannot be told.
        """
        if isinstance(element, Module):
            return self._of_module(element)
        index = self._header(element)
        header = self._lines[index]
        if index + 1 < len(self._lines) and self._lines[index + 1].indent > header.indent:
            return self._in_block(element, header, self._lines[index + 1])
        return self._on_header(element, header)

    def quotes(self, module: Module) -> str:
        """Return the three quotes that most docstrings of the module have."""
        single = total = 0
        for element in walk(module):
            if element.docstring and isinstance(element, Module | Class | Function):
                try:
                    spot = self.spot(element)
                except Unplaceable:
                    continue
                total += 1
                single += self._text[spot.start : spot.end].lstrip("rRuU").startswith("'''")
        return "'''" if single * 2 > total else '"""'

    def _of_module(self, module: Module) -> Spot:
        if not self._lines:
            at_line = not self._text or self._text.endswith(("\n", "\r"))
            end = len(self._text)
            return Spot(end, end, "" if at_line else self.newline, self.newline, "", self._unit)
        first = self._lines[0]
        if module.docstring is not None:
            return self._literal(first, "", self._unit)
        start = self._above(first)
        blank = "" if _BLANK.match(self._text, start) else self.newline
        return Spot(start, start, "", self.newline + blank, "", self._unit)

    def _above(self, first: LogicalLine) -> int:
        """Return the offset behind the comments that open a module: those right above its first statement are its own.

        Comments that reach from the top of the file to the statement are the file's.
        """
        line_starts = [0, *(match.end() for match in _NEWLINE.finditer(self._text, 0, first.start))]
        texts = [self._text[start:end] for start, end in zip(line_starts, [*line_starts[1:], first.start], strict=True)]
        own = len(texts) - 1
        while own and texts[own - 1].lstrip(" \t\f").startswith("#"):
            own -= 1
        fixed = max((number + 1 for number in range(min(2, len(texts) - 1)) if _CODING.match(texts[number])), default=0)
        fixed = max(fixed, int(texts[0].startswith("#!") and len(texts) > 1))
        return line_starts[own if own >= fixed and own else len(texts) - 1]

    def _header(self, element: Class | Function) -> int:
        index = bisect_left(self._starts, element.span.start)
        while index < len(self._lines) and self._text.startswith("@", self._lines[index].start):
            index += 1
        if index == len(self._lines) or self._lines[index].start >= element.span.end:
            raise Unplaceable
        match = re.match(rf"(?:async\s+)?(?:def|class)\s+{re.escape(element.name)}\b", self._line(self._lines[index]))
        if self._starts[bisect_left(self._starts, element.span.start)] != element.span.start or match is None:
            raise Unplaceable
        return index

    def _in_block(self, element: Element, header: LogicalLine, first: LogicalLine) -> Spot:
        indent = self._indentation(first)
        outer = self._indentation(header)
        unit = indent.removeprefix(outer) if indent.startswith(outer) else self._unit
        if element.docstring is not None:
            return self._literal(first, indent, unit)
        newline = _NEWLINE.search(self._text, header.end)
        if newline is None or indent.strip(" \t") or not indent:
            raise Unplaceable
        is_followed = _BLANK.match(self._text, newline.end()) is not None
        needs_blank = isinstance(element, Class) or _DEFINITION.match(self._text, first.start) is not None
        blank = newline[0] if needs_blank and not is_followed else ""
        return Spot(newline.end(), newline.end(), indent, newline[0] + blank, indent, unit)

    def _on_header(self, element: Element, header: LogicalLine) -> Spot:
        """Return the place in a definition whose body is on the line of its header."""
        code = self._line(header)
        body = _first_statement(code, in_definition=True)
        if body is None:
            raise Unplaceable
        start, end = header.start + body[0], header.start + body[1]
        outer = self._indentation(header)
        indent = outer + self._unit
        if element.docstring is not None:
            return Spot(start, end, "", "", indent, self._unit, is_literal=True)
        colon = start
        while self._text[colon - 1] in _BETWEEN:
            colon -= 1
        if self._text[colon - 1] != ":" or indent.strip(" \t"):
            raise Unplaceable
        blank = self.newline if isinstance(element, Class) else ""
        return Spot(colon, start, self.newline + indent, self.newline + blank + indent, indent, self._unit)

    def _literal(self, line: LogicalLine, indent: str, unit: str) -> Spot:
        found = _first_statement(self._line(line), in_definition=False)
        if found is None:
            raise Unplaceable
        return Spot(line.start + found[0], line.start + found[1], "", "", indent, unit, is_literal=True)

    def _line(self, line: LogicalLine) -> str:
        return self._text[line.start : line.end]

    def _indentation(self, line: LogicalLine) -> str:
        begin = max(self._text.rfind("\n", 0, line.start), self._text.rfind("\r", 0, line.start)) + 1
        return self._text[begin : line.start].rpartition("\f")[2]


def _first_statement(code: str, *, in_definition: bool) -> tuple[int, int] | None:
    """Return the offsets of the first statement of a line, or of the body of a definition on a line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node: ast.AST = ast.parse(code).body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if in_definition:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return None
        node = node.body[0]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        # Brackets around a docstring are no part of it; around another expression, they are part of its statement.
        node = node.value
    assert isinstance(node, ast.stmt | ast.expr)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _offset(code, node.lineno, node.col_offset), _offset(code, node.end_lineno, node.end_col_offset)


def _offset(code: str, lineno: int, column: int) -> int:
    """Return the offset of a place that Python's parser gives as a line and a column in bytes."""
    start = 0
    for _ in range(lineno - 1):
        newline = _NEWLINE.search(code, start)
        assert newline is not None
        start = newline.end()
    width = len(code[start:].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))
    return start + width
