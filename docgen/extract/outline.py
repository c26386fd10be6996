"""Which logical lines of a module its record can depend on.

Most of a module's text is the insides of functions, and the record keeps little of them: the docstring, what is raised
and yielded, what is given to the instance, and definitions. A search of the text finds the lines that may say such
things. They and the headers above them are the outline; it alone is parsed, because the parser takes far longer for a
line than everything else does.

The outline may show too much. It never hides a line that the walk would have made something of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from docgen.extract.layout import LogicalLine

HIDDEN, STUB, WHOLE = range(3)
"""How a line is shown: not at all, as `...` (a block needs a first line), or as it is."""

_DEFINITION = re.compile(r"(?:async\s+)?(?:(def)|class)\b")
_FIRST_PARAMETER = re.compile(r"(?:async\s+)?def\s+\w+\s*\(\s*(?:(\w+)|[)*])")
_CONTINUES = re.compile(r"(?:elif|else|except|finally)\b")
_CASE = re.compile(r"case\b")
_MAY_BE_DOCSTRING = re.compile(r"\(|[rRuUbBfFtT]{0,2}['\"]")
_RAISED = re.compile(r"\braise\b(?:[ \t\f]|\\\r?\n|\\\r|\(\s*)*(\w*)")
_BEGINS_STATEMENT = re.compile(r"(?:\A|[:;])[\s\\]*\Z")
_IN_CALL = re.compile(r"[\w)\]]\s*[(\[][^()\[\]]*\Z")
_ASSIGNS = re.compile(r"(?<![=!<>:+\-*/%@&|^])=(?!=)")


class Outline(NamedTuple):
    """A module's logical lines, and how each is shown.

    Attributes:
        lines: All of them.
        ends: For every line the index behind the last line of its block, as `block_ends` returns them.
        marks: `HIDDEN`, `STUB` or `WHOLE`, for every line.
    """

    lines: list[LogicalLine]
    ends: list[int]
    marks: bytearray


def everything(lines: list[LogicalLine], ends: list[int]) -> Outline:
    """Return the outline that hides nothing."""
    return Outline(lines, ends, bytearray([WHOLE]) * len(lines))


def outline_of(text: str, lines: list[LogicalLine], ends: list[int]) -> Outline:
    """Return the outline of a module."""
    outline = everything(lines, ends)
    _Marking(text, outline).mark_block(0, len(lines), in_class=False)
    return outline


class _Marking:
    """Decides how the lines of a module are shown."""

    def __init__(self, text: str, outline: Outline) -> None:
        self._text = text
        self._lines, self._ends, self._marks = outline
        self._starts = [line.start for line in self._lines]
        self._parents = [-1] * len(self._lines)
        for index, end in enumerate(self._ends):
            if end > index + 1:
                self._parents[index + 1 : end] = [index] * (end - index - 1)

    def mark_block(self, first: int, last: int, *, in_class: bool) -> None:
        """Mark a module's or class's block, which is shown but for the insides of its functions."""
        index = first
        while index < last:
            end = self._ends[index]
            if end > index + 1:
                definition = _DEFINITION.match(self._text, self._starts[index])
                if definition and definition[1]:
                    self._mark_function(index, in_class=in_class)
                else:
                    self.mark_block(index + 1, end, in_class=in_class or definition is not None)
            index = end

    def _mark_function(self, header: int, *, in_class: bool) -> None:
        opening = _FIRST_PARAMETER.match(self._text, self._starts[header])
        if opening is None:
            return
        first, last = header + 1, self._ends[header]
        self._hide(first, last)
        start, end = self._starts[first], self._lines[last - 1].end
        instance = (opening[1] or "") if in_class else ""
        searched = first
        for hit in _telling(instance, _raised_names(self._text, start, end)).finditer(self._text, start, end):
            index = bisect_right(self._starts, hit.start()) - 1
            if index >= searched and self._marks[index] != WHOLE and self._tells(index, hit):
                self._show(index)
                if hit[0] in _OPENS_SCOPE:
                    searched = self._ends[index]
                    self._mark_definition(index)
        if not self._marks[first]:
            self._marks[first] = WHOLE if _MAY_BE_DOCSTRING.match(self._text, start) else STUB

    def _mark_definition(self, header: int) -> None:
        """Mark a definition within a function."""
        first, last = header + 1, self._ends[header]
        self._marks[first:last] = bytes([WHOLE]) * (last - first)
        self.mark_block(header, last, in_class=False)

    def _tells(self, index: int, hit: re.Match[str]) -> bool:
        """Whether what was found in a line tells something of the function."""
        line, start = self._lines[index], hit.start()
        if start >= line.end:
            return False
        if hit[0] == "yield":
            return True
        if hit[0] in _OPENS_SCOPE:
            return _DEFINITION.match(self._text, line.start) is not None
        before = self._text[line.start : start]
        begins = _BEGINS_STATEMENT.search(before) is not None
        if begins or hit[0] == "raise":
            return begins
        is_argument = self._ends[index] > index + 1 or _IN_CALL.search(before)
        return not is_argument and _ASSIGNS.search(self._text, hit.end() - 1, line.end) is not None

    def _show(self, index: int) -> None:
        """Show a line of a function with the headers above it, each with all clauses of its statement."""
        while self._marks[index] != WHOLE:
            parent = self._parents[index]
            self._show_line(index)
            clause = index
            while clause > parent + 1 and _CONTINUES.match(self._text, self._starts[clause]):
                clause = self._before(clause)
                self._show_line(clause)
            while self._text.startswith("@", self._starts[clause - 1]) and clause - 1 > parent:
                clause -= 1
                self._marks[clause] = WHOLE
            clause = self._ends[index]
            while clause < self._ends[parent] and _CONTINUES.match(self._text, self._starts[clause]):
                self._show_line(clause)
                clause = self._ends[clause]
            if _CASE.match(self._text, self._starts[index]):
                self._marks[parent + 1 : self._ends[parent]] = bytes([WHOLE]) * (self._ends[parent] - parent - 1)
            index = parent

    def _show_line(self, index: int) -> None:
        self._marks[index] = WHOLE
        if self._ends[index] > index + 1 and not self._marks[index + 1]:
            self._marks[index + 1] = STUB

    def _before(self, index: int) -> int:
        """Return the statement or clause before one that is not the first in its block."""
        before = index - 1
        while self._parents[before] != self._parents[index]:
            before = self._parents[before]
        return before

    def _hide(self, first: int, last: int) -> None:
        self._marks[first:last] = bytes(last - first)


def _raised_names(text: str, start: int, end: int) -> frozenset[str]:
    """Return the names behind `raise` that the text has in other places too, where they may be assigned."""
    raised = _RAISED.findall(text, start, end)
    return frozenset(name for name in raised if name and text.count(name, start, end) > raised.count(name))


_OPENS_SCOPE = frozenset({"def", "class"})


@lru_cache(maxsize=1024)
def _telling(instance: str, names: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of what tells something of a function: keywords, and what may be the target of an assignment.

    Args:
        instance: The name under which a method knows its instance: `self.a =`, `self.a: int`, `self.a, self.b =`.
        names: Names that are raised, and may have been assigned before.
    """
    targets = [rf"{instance}[\s\\)]*\.[\s\\]*\w+"] * bool(instance) + sorted(names)
    assigned = rf"|\b(?:{'|'.join(targets)})[\s\\]*(?:[:,)\]]|=(?!=))" if targets else ""
    return re.compile(rf"\b(?:raise|yield|def|class)\b{assigned}")
