"""What is kept from the native parser: it overflows the stack on deep nesting, which kills the process.

CPython's own limits hold where it has one: 200 open brackets, 100 levels of indentation. Chains (`a + a + …`,
`x.a().b()…`, `not not …`, `elif …`) have none there, but cost the native parser stack in proportion to their length
and time in proportion to its square: 8 MB of stack last for at least 1,000 terms of every kind (measured with
libcst 1.9), where the slowest kind takes 2 seconds.

Data tables are cheap to nest but cost some 2 kB of memory for every element: they are parsed as `...`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from docgen.errors import SourceError
from docgen.extract.layout import LogicalLine, line_and_column, pieces

MAX_BRACKETS = 200
MAX_INDENTATION = 100
MAX_PATTERN_BRACKETS = 8
"""The native parser takes four times as long for every level of a mapping pattern: 2 seconds for ten."""

MAX_CHAIN = 1000
MAX_DATA = 20_000
"""Characters between a pair of brackets from which on they are data rather than code."""

_HINT = "split the expression or block, or leave the file out with --exclude"
_DEFINITION = re.compile(r"@|(?:async\s+)?(?:def|class)\b")
_STEP = re.compile(
    r"(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>[,;])"
    r"|(?P<tight>\*\*|//|[*/%@]|\.(?!\d))"
    r"|(?P<loose>\b(?:and|or|not|if|else|lambda|in|is|await|for|yield)\b|<<|>>|[-+*/%@&|^<>=!:]=|->|[-+&|^~<>=])"
)


MAX_LINE = 200_000
"""Characters of code in one logical line from which on it is refused: it takes some 10 seconds and 500 MB."""


class Stretch(NamedTuple):
    """A half-open range of offsets."""

    start: int
    end: int


def data_tables(text: str, lines: list[LogicalLine]) -> list[Stretch]:
    """Return the contents of the outermost brackets, in simple statements, that are too long to be code."""
    found = []
    for line in lines:
        if line.end - line.start > MAX_DATA and line.brackets and not _DEFINITION.match(text, line.start):
            found += _long_brackets(text, line)
    return found


def _long_brackets(text: str, line: LogicalLine) -> list[Stretch]:
    found = []
    opened = 0
    start = 0
    for piece in pieces(text, line.start, line.end):
        if piece.kind != "code":
            continue
        for bracket in _BRACKET.finditer(text, piece.start, piece.end):
            if bracket[0] in "([{":
                opened += 1
                if opened == 1:
                    start = bracket.end()
                continue
            opened -= 1
            if opened == 0 and bracket.start() - start > MAX_DATA:
                found.append(Stretch(start, bracket.start()))
    return found


_FORMATTED = re.compile(r"[rR]?[fFtT]")
_BRACKET = re.compile(r"[()\[\]{}]")


def check_size(text: str, lines: list[LogicalLine], tables: list[Stretch], file: str) -> None:
    """Refuse lines that are too long to be parsed although their bracketed data and strings cost nothing.

    Raises:
        SourceError: There is such a line.
    """
    for line in lines:
        if line.end - line.start > MAX_LINE:
            data = sum(table.end - table.start for table in tables if line.start <= table.start < line.end)
            strings = sum(p.end - p.start for p in pieces(text, line.start, line.end) if p.kind == "string")
            if line.end - line.start - max(data, strings) > MAX_LINE:
                what = f"too large to parse: a statement of {line.end - line.start:,} characters"
                hint = "move the data to a file of its own, or leave the file out with --exclude"
                raise SourceError(what, file, *line_and_column(text, line.start), hint=hint)


def check_nesting(text: str, lines: list[LogicalLine], tables: list[Stretch], file: str) -> None:
    """Refuse what the native parser cannot take; it never sees the insides of data tables.

    Raises:
        SourceError: Brackets, blocks, an expression or an `elif` chain are nested too deeply.
    """
    indents: list[int] = []
    branches: dict[int, int] = {}
    for line in lines:
        while indents and indents[-1] >= line.indent:
            indents.pop()
        indents.append(line.indent)
        if len(indents) > MAX_INDENTATION:
            raise _too_deep(f"more than {MAX_INDENTATION} levels of indentation", text, line.start, file)
        if line.brackets > MAX_BRACKETS:
            raise _too_deep(f"more than {MAX_BRACKETS} open brackets", text, line.start, file)
        if line.brackets > MAX_PATTERN_BRACKETS and text.startswith("case ", line.start):
            raise _too_deep(f"more than {MAX_PATTERN_BRACKETS} open brackets in a pattern", text, line.start, file)
        if text.startswith("elif", line.start):
            branches[line.indent] = branches.get(line.indent, 0) + 1
            if branches[line.indent] > MAX_CHAIN:
                raise _too_deep(f"more than {MAX_CHAIN} elif clauses", text, line.start, file)
        else:
            branches.pop(line.indent, None)
        if line.end - line.start > MAX_CHAIN:
            start = line.start
            for table in [table for table in tables if line.start <= table.start < line.end]:
                _check_chains(text, start, table.start, file)
                start = table.end
            _check_chains(text, start, line.end, file)


def _too_deep(what: str, text: str, offset: int, file: str) -> SourceError:
    return SourceError(f"nested too deeply: {what}", file, *line_and_column(text, offset), hint=_HINT)


class _Level:
    """A pair of brackets while it is being read.

    An item (what stands between commas) is no deeper than its loosely binding operators, the longest run of tightly
    binding ones between them, and its deepest bracket together.
    """

    __slots__ = ("child", "deepest", "loose", "run", "start", "tight")

    def __init__(self, start: int) -> None:
        self.start = start
        self.loose = self.tight = self.run = self.child = self.deepest = 0

    def add_tight(self, links: int = 1) -> None:
        self.run += links
        self.tight = max(self.tight, self.run)

    def add_loose(self) -> None:
        self.loose += 1
        self.run = 0

    def end_item(self, start: int) -> None:
        self.deepest = self.depth()
        self.loose = self.tight = self.run = self.child = 0
        self.start = start

    def depth(self) -> int:
        return max(self.deepest, self.loose + self.tight + self.child)


def _check_chains(text: str, start: int, end: int, file: str) -> None:
    """Refuse a stretch of a line whose syntax tree might be too deep."""
    levels = [_Level(start), _Level(start)]
    for piece in pieces(text, start, end):
        if piece.kind == "string":
            levels[-1].add_tight(_string_depth(text[piece.start : piece.end]))
            _check_depth(levels[-1], text, file)
        if piece.kind != "code":
            continue
        for step in _STEP.finditer(text, piece.start, piece.end):
            level = levels[-1]
            if step.lastgroup == "open":
                levels.append(_Level(step.end()))
            elif step.lastgroup == "close":
                levels.pop()
                outer = levels[-1]
                outer.add_tight()
                outer.child = max(outer.child, level.depth() + 1)
            elif step.lastgroup == "comma":
                level.end_item(step.end())
            elif step.lastgroup == "tight":
                level.add_tight()
            else:
                level.add_loose()
            _check_depth(levels[-1], text, file)


def _check_depth(level: _Level, text: str, file: str) -> None:
    if level.depth() > MAX_CHAIN:
        raise _too_deep(f"a chain of more than {MAX_CHAIN} terms", text, level.start, file)


def _string_depth(string: str) -> int:
    """Return 0, or for a long f-string a bound of how deep its replacement fields nest.

    Implicit concatenation alone is no danger: from some 3,000 strings on the parser reports an ordinary error.
    """
    if len(string) <= MAX_CHAIN or not _FORMATTED.match(string):
        return 0
    return 1 + max(sum(1 for _ in _STEP.finditer(part)) for part in re.split(r"[{}]", string))
