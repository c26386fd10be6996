"""Where the statements of a syntax tree stand in the text.

libcst's nodes carry no positions, and computing them with its metadata takes ten times as long as parsing. The walk
visits statements in source order, so counting logical lines says where each one stands (`LineCursor`). Should the
two ever disagree, `LineCursor` raises `Disagreement`, and the file is read again with `MetadataPlaces`: slow, right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Protocol

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from docgen.extract.normal import content_hash
from docgen.extract.outline import HIDDEN, Outline


class Disagreement(Exception):
    """The lexical pass and the parser see different statements."""


class Place(NamedTuple):
    """Where a statement stands.

    Attributes:
        start: Offset of the first character, decorators included.
        end: Offset behind the last character.
        lineno: First line.
        endlineno: Last line.
        body: Offset behind a definition's header, where its body is searched for words.
        first: Index of its first logical line; 0 where there are none.
        last: Index behind its last logical line.
    """

    start: int
    end: int
    lineno: int
    endlineno: int
    body: int = 0
    first: int = 0
    last: int = 0


NOWHERE = Place(0, 0, 0, 0)


class Places(Protocol):
    """Gives the places of statements that are asked for in source order, none left out but by `leave`."""

    def simple(self, node: cst.SimpleStatementLine) -> Place:
        """Return the place of a line of simple statements, and step over it."""
        ...

    def clause(self, body: object) -> Place:
        """Return the place of the header above a block, and step over it."""
        ...

    def definition(self, node: cst.FunctionDef | cst.ClassDef) -> Place:
        """Return the place of a definition with its decorators, and step to the first line of its body."""
        ...

    def line_of_decorator(self, place: Place, index: int, node: cst.Decorator) -> int:
        """Return the line of a definition's decorator, counted from 0."""
        ...

    def leave(self, place: Place) -> None:
        """Step behind a definition."""
        ...

    def content_hash(self, place: Place) -> str:
        """Return the hash of the code that stands there."""
        ...


_OPENING = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")


class LineCursor:
    """Places by counting the logical lines that are shown.

    Args:
        text: The module's text.
        outline: Its lines, and which of them are in the syntax tree.
        forms: Their hash forms.
    """

    def __init__(self, text: str, outline: Outline, forms: list[str]) -> None:
        self._text = text
        self._lines, self._ends, self._marks = outline
        self._forms = forms
        self._next = 0

    def simple(self, node: cst.SimpleStatementLine) -> Place:
        """Return the place of a line of simple statements, and step over it."""
        return self.clause(node)

    def clause(self, body: object) -> Place:
        """Return the place of the header above a block, and step over it."""
        line = self._lines[self._take()]
        return Place(line.start, line.end, line.lineno, line.endlineno, line.end, self._next - 1, self._next)

    def definition(self, node: cst.FunctionDef | cst.ClassDef) -> Place:
        """Return the place of a definition with its decorators, and step to the first line of its body."""
        taken = [self._take() for _ in (*node.decorators, node)]
        first, header = taken[0], self._lines[taken[-1]]
        opening = _OPENING.match(self._text, header.start)
        if opening is None or opening[1] != node.name.value:
            raise Disagreement
        end = self._ends[self._next - 1]
        start, last = self._lines[first], self._lines[end - 1]
        return Place(start.start, last.end, start.lineno, last.endlineno, header.start, first, end)

    def line_of_decorator(self, place: Place, index: int, node: cst.Decorator) -> int:
        """Return the line of a definition's decorator, counted from 0."""
        return self._lines[place.first + index].lineno

    def leave(self, place: Place) -> None:
        """Step behind a definition."""
        self._next = place.last

    def finish(self) -> None:
        """Check that every line that is shown was accounted for.

        Raises:
            Disagreement: Lines are left over.
        """
        if any(self._marks[self._next :]):
            raise Disagreement

    def content_hash(self, place: Place) -> str:
        """Return the hash of the code that stands there."""
        return content_hash(self._forms[place.first : place.last])

    def _take(self) -> int:
        """Step over the next line that is shown, and return its index."""
        index, marks = self._next, self._marks
        while index < len(marks) and marks[index] == HIDDEN:
            index += 1
        if index == len(marks):
            raise Disagreement
        self._next = index + 1
        return index


class MetadataPlaces:
    """Places from libcst's own position metadata.

    Args:
        text: The module's text.
        module: Its tree, whose statements will be asked for.
    """

    def __init__(self, text: str, module: cst.Module) -> None:
        self._text = text
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self._ranges: Mapping[cst.CSTNode, CodeRange] = wrapper.resolve(PositionProvider)
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def simple(self, node: cst.SimpleStatementLine) -> Place:
        """Return the place of a line of simple statements, and step over it."""
        return self._place(self._ranges[node], self._ranges[node])

    def clause(self, body: object) -> Place:
        """Return the place of the header above a block, and step over it."""
        found = self._ranges.get(body) if isinstance(body, cst.BaseSuite) else None
        return NOWHERE if found is None else self._place(found, found)

    def definition(self, node: cst.FunctionDef | cst.ClassDef) -> Place:
        """Return the place of a definition with its decorators, and step to the first line of its body."""
        decorators = node.decorators
        whole = self._ranges[node]
        return self._place(self._ranges[decorators[0]] if decorators else whole, whole)

    def line_of_decorator(self, place: Place, index: int, node: cst.Decorator) -> int:
        """Return the line of a definition's decorator, counted from 0."""
        return self._ranges[node].start.line

    def leave(self, place: Place) -> None:
        """Step behind a definition."""
        return

    def content_hash(self, place: Place) -> str:
        """Return the hash of the code that stands there."""
        return content_hash([self._text[place.start : place.end]])

    def _place(self, first: CodeRange, last: CodeRange) -> Place:
        start = self._starts[first.start.line - 1] + first.start.column
        end = self._starts[last.end.line - 1] + last.end.column
        return Place(start, end, first.start.line, last.end.line, start)
