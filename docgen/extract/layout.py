"""The lexical pass: where every logical line of a Python text begins and ends.

One compiled pattern over the text knows strings (with all prefixes, f-strings after PEP 701 included), comments,
brackets, backslash continuations and every kind of line ending. It needs no parser, never recurses deeper than
f-strings nest, and takes a hundredth of a parse. Parsers are left to judge whether the text is Python: what cannot
even be cut into lines raises `LayoutError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_FSTRING_DEPTH = 150
"""CPython's own limit on f-strings within f-strings."""

_NEWLINE = r"(?:\r\n|\r|\n)"
_BLANK_LINES = re.compile(rf"(?:[ \t\f]*(?:#[^\r\n]*|\\)?{_NEWLINE})*[ \t\f]*(?:#[^\r\n]*\Z)?")
_TOKEN = re.compile(
    r"""[^\r\n#'"()\[\]{}\\]*(?:(\r\n|\r|\n|\Z)|(\#[^\r\n]*)|([(\[{])|([)\]}])|(\\(?:\r\n|\r|\n)?)|(\"\"\"|'''|"|'))"""
)
_FIELD_TOKEN = re.compile(r"""[^#'"()\[\]{}:]*(?:(\#[^\r\n]*)|([(\[{])|([)\]}])|(:)|(\"\"\"|'''|"|'))""")
_PREFIX = re.compile(r"(?<!\w)[rRbBuUfFtT]{1,3}\Z")
_STRING_REST = {
    "'": re.compile(r"[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'", re.DOTALL),
    '"': re.compile(r'[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL),
}


def _fstring_literal(quote: str, raw: bool) -> re.Pattern[str]:
    """Return the pattern of what stands between the replacement fields of an f-string."""
    mark = quote[0]
    plain = rf"[^{mark}\\{{}}]|{mark}(?!{mark * 2})" if len(quote) == 3 else rf"[^{mark}\\{{}}\r\n]"
    named = "" if raw else r"|\\N\{[^{}]*\}"
    return re.compile(rf"(?:{plain}{named}|\\(?:\r\n|[^{{}}])|\\(?=[{{}}])|\{{\{{|\}}\}})*", re.DOTALL)


_FSTRING_LITERAL = {(quote, raw): _fstring_literal(quote, raw) for quote in _STRING_REST for raw in (True, False)}


class LayoutError(Exception):
    """The text cannot be cut into logical lines.

    Args:
        message: What is wrong.
        offset: Where, as an offset into the text.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class LogicalLine(NamedTuple):
    """A simple statement line, a compound statement's header (with a body on the same line, if any) or a decorator.

    Attributes:
        start: Offset of the first character behind the indentation.
        end: Offset behind the last character that is neither comment nor white space.
        lineno: Physical line of `start`, from 1.
        endlineno: Physical line of `end`.
        indent: Column of `start` with tabs expanded to eight, as CPython counts.
        brackets: How many brackets are open at once where most are.
    """

    start: int
    end: int
    lineno: int
    endlineno: int
    indent: int
    brackets: int


class Piece(NamedTuple):
    """A stretch of a text: code between strings, a string with its prefix, a comment, or a line break."""

    kind: Literal["code", "string", "comment", "break"]
    start: int
    end: int


def count_newlines(text: str) -> int:
    r"""Count line endings as Python does: `\n`, `\r` and `\r\n`, each once."""
    found = text.count("\n")
    return found + text.count("\r") - text.count("\r\n") if "\r" in text else found


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1."""
    before = text[:offset]
    return count_newlines(before) + 1, offset - max(before.rfind("\n"), before.rfind("\r"))


def logical_lines(text: str) -> list[LogicalLine]:
    """Cut a module's text into its logical lines, blank and comment lines left out.

    Raises:
        LayoutError: A string or bracket is never closed, a bracket is closed that was never opened, or a backslash
            stands where it continues no line.
    """
    lines: list[LogicalLine] = []
    position, lineno, size = 0, 1, len(text)
    while True:
        blank = _BLANK_LINES.match(text, position)
        assert blank is not None
        start = blank.end()
        if start > position:
            lineno += count_newlines(text[position:start])
        if start >= size:
            return lines
        first = lineno
        position, end, lineno, brackets = _end_of_line(text, start, lineno)
        endlineno = lineno - count_newlines(text[end:position])
        lines.append(LogicalLine(start, end, first, endlineno, _column(text, blank.start(), start), brackets))


def _end_of_line(text: str, position: int, lineno: int) -> tuple[int, int, int, int]:
    """Return the offset behind the newline, the end of the code, the next line's number, and the bracket depth."""
    scan = _TOKEN.match
    opened: list[int] = []
    deepest = 0
    code_end = position
    while True:
        token = scan(text, position)
        assert token is not None
        kind = token.lastindex
        chunk, start, position = position, token.start(kind or 0), token.end()
        if start > chunk:
            code_end = code_end if text[chunk:start].isspace() else _rstrip(text, chunk, start)
        if kind == 1:
            if not opened:
                return position, code_end, lineno + (position > start), deepest
            if position == start:
                raise LayoutError(f"'{text[opened[-1]]}' was never closed", opened[-1])
            lineno += 1
        elif kind == 3:
            opened.append(start)
            code_end = position
            if len(opened) > deepest:
                deepest = len(opened)
        elif kind == 4:
            if not opened:
                raise LayoutError(f"'{text[start]}' closes nothing", start)
            opened.pop()
            code_end = position
        elif kind == 5:
            if position - start == 1:
                raise LayoutError("a backslash that continues no line", start)
            lineno += 1
        elif kind == 6:
            code_end = position = _string_end(text, start, token[6])
            if len(token[6]) == 3 or text.find("\n", start, position) >= 0 or text.find("\r", start, position) >= 0:
                lineno += count_newlines(text[start:position])


def _rstrip(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t\f":
        end -= 1
    return end


def _column(text: str, start: int, offset: int) -> int:
    """Return the column of an offset, given one at or before the beginning of its line."""
    newline = max(text.rfind("\n", start, offset), text.rfind("\r", start, offset))
    indentation = text[max(start, newline + 1) : offset]
    if "\t" not in indentation and "\f" not in indentation:
        return len(indentation)
    return len(indentation.rpartition("\f")[2].expandtabs(8))


def _string_end(text: str, start: int, quote: str, depth: int = 0) -> int:
    """Return the offset behind the string whose opening quote is at `start`."""
    prefix = _PREFIX.search(text, max(0, start - 4), start)
    letters = prefix[0].lower() if prefix else ""
    if "f" in letters or "t" in letters:
        return _fstring_end(text, start, quote, "r" in letters, depth)
    rest = _STRING_REST[quote].match(text, start + len(quote))
    if rest is None:
        raise LayoutError("this string is never closed", start)
    return rest.end()


def _fstring_end(text: str, start: int, quote: str, raw: bool, depth: int) -> int:
    if depth > MAX_FSTRING_DEPTH:
        raise LayoutError("f-strings are nested too deeply", start)
    literal = _FSTRING_LITERAL[quote, raw]
    position = start + len(quote)
    while True:
        part = literal.match(text, position)
        assert part is not None
        position = part.end()
        if text.startswith(quote, position):
            return position + len(quote)
        character = text[position : position + 1]
        if character == "{":
            position = _field_end(text, position, literal, depth)
        elif character == "}":
            raise LayoutError("a single '}' in an f-string", position)
        else:
            raise LayoutError("this string is never closed", start)


def _field_end(text: str, start: int, literal: re.Pattern[str], depth: int) -> int:
    """Return the offset behind the replacement field that opens at `start`."""
    opened = 0
    position = start + 1
    while True:
        token = _FIELD_TOKEN.match(text, position)
        if token is None:
            raise LayoutError("this replacement field is never closed", start)
        position = token.end()
        kind = token.lastindex
        if kind == 2:
            opened += 1
        elif kind == 3:
            if opened == 0:
                return position
            opened -= 1
        elif kind == 4 and opened == 0:
            return _format_end(text, position, literal, depth)
        elif kind == 5:
            position = _string_end(text, token.start(5), token[5], depth + 1)


_FORMAT_LITERAL = re.compile(r"(?:[^{}\\]|\\N\{[^{}]*\}|\\)*")


def _format_end(text: str, position: int, literal: re.Pattern[str], depth: int) -> int:
    if depth > MAX_FSTRING_DEPTH:
        raise LayoutError("f-strings are nested too deeply", position)
    while True:
        part = _FORMAT_LITERAL.match(text, position)
        assert part is not None
        position = part.end()
        character = text[position : position + 1]
        if character == "}":
            return position + 1
        if character != "{":
            raise LayoutError("this replacement field is never closed", position)
        position = _field_end(text, position, literal, depth + 1)


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """Cut a stretch that begins outside strings and comments into code, strings, comments and line breaks.

    A line break is one within brackets or behind a backslash (the backslash included), or the end of a line.

    Raises:
        LayoutError: A string is never closed.
    """
    end = len(text) if end is None else end
    position = start
    while position < end:
        token = _TOKEN.match(text, position, end)
        assert token is not None
        kind = token.lastindex or 0
        special, after = token.start(kind), token.end()
        if kind in (3, 4):
            special = after
        elif kind == 6:
            prefix = _PREFIX.search(text, max(position, special - 4), special)
            opening, special = special, prefix.start() if prefix else special
            after = _string_end(text, opening, token[6])
        if special > position:
            yield Piece("code", position, special)
        if after > special:
            yield Piece(_PIECE_KINDS[kind], special, after)
        position = after


_PIECE_KINDS: dict[int, Literal["string", "comment", "break"]] = {1: "break", 2: "comment", 5: "break", 6: "string"}


def block_ends(lines: list[LogicalLine]) -> list[int]:
    """Return for every line the index behind the last line of its block (its own index + 1 where it opens none)."""
    ends = [0] * len(lines)
    opened: list[int] = []
    for index, line in enumerate(lines):
        while opened and lines[opened[-1]].indent >= line.indent:
            ends[opened.pop()] = index
        opened.append(index)
    for index in opened:
        ends[index] = len(lines)
    return ends
