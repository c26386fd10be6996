"""Lines of text into a string literal, and an author's literal into lines whose places are known."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

Encodable = Callable[[str], bool]
"""Whether a character can be written in the file's encoding."""

_OPENING = re.compile(r"([rRuU]?)(\"\"\"|'''|\"|')")
_UNIT = re.compile(r"\\(?:\r\n|.)|\r\n|\r|\n|.", re.DOTALL)


def literal(lines: Sequence[str], *, indent: str, newline: str, quotes: str, encodable: Encodable, below: bool) -> str:
    """Return a docstring's source.

    Args:
        lines: Its text, without indentation.
        indent: The indentation of its first line.
        newline: The file's line ending.
        quotes: Three quotes.
        encodable: Whether a character can be written as it is; any other becomes an escape.
        below: Whether a text of several lines begins on the line below the quotes.
    """
    is_raw = any("\\" in line for line in lines) and _fits_raw(lines, quotes, encodable)
    written = [line if is_raw else escaped(line, quotes, encodable) for line in lines]
    opening = ("r" if is_raw else "") + quotes
    if len(written) == 1:
        last = written[0]
        if not is_raw and last.endswith(quotes[0]) and not last.endswith("\\" + quotes[0]):
            last = f"{last[:-1]}\\{quotes[0]}"
        return opening + last + quotes
    first = [opening, *written] if below else [opening + written[0], *written[1:]]
    rest = [f"{indent}{line}" if line else "" for line in first[1:]]
    return newline.join([first[0], *rest, indent + quotes])


def escaped(text: str, quotes: str, encodable: Encodable) -> str:
    """Return a line of text as it stands between quotes that are not raw; tabs that indent it stay."""
    inner = text.lstrip("\t")
    doubled = inner.replace("\\", "\\\\").replace(quotes, "".join(f"\\{quote}" for quote in quotes))
    shown = "".join(c if c.isprintable() and encodable(c) else _escape(c) for c in doubled)
    return text.removesuffix(inner) + shown


def _fits_raw(lines: Sequence[str], quotes: str, encodable: Encodable) -> bool:
    plain = all(c.isprintable() and encodable(c) for line in lines for c in line.lstrip("\t"))
    ends_on_line = len(lines) == 1 and lines[0].endswith(("\\", quotes[0]))
    return plain and not ends_on_line and not any(quotes in line for line in lines)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Line(NamedTuple):
    """A line of a docstring.

    Attributes:
        text: What it says, indentation included.
        end: Offset behind it in the literal, None where no line of the source ends there.
    """

    text: str
    end: int | None


class AuthorLiteral(NamedTuple):
    """An author's docstring as it stands in the source.

    Attributes:
        prefix: `r`, `u` or nothing.
        quotes: Its quotes, one or three.
        lines: Its lines.
    """

    prefix: str
    quotes: str
    lines: tuple[Line, ...]

    @property
    def is_raw(self) -> bool:
        """Whether backslashes mean themselves."""
        return self.prefix in ("r", "R")


def read_literal(source: str) -> AuthorLiteral | None:
    """Return what a docstring's source says line by line.

    None where that cannot be told: in parts that are joined, and where an escape stands for the end of a line.
    """
    opening = _OPENING.match(source)
    if opening is None or not source.endswith(opening[2]):
        return None
    start, stop = opening.end(), len(source) - len(opening[2])
    is_raw = opening[1] in ("r", "R")
    breaks = []
    for match in _UNIT.finditer(source, start, stop):
        unit = match[0]
        if is_raw and unit[0] == "\\" and unit[1:] in ("\n", "\r", "\r\n"):
            breaks.append((match.start() + 1, match.end()))
        elif unit in ("\n", "\r", "\r\n"):
            breaks.append((match.start(), match.end()))
        elif source.startswith(opening[2], match.start()):
            return None
    texts = _value(source).split("\n")
    if len(texts) != len(breaks) + 1:
        return None
    ends = [begin for begin, _ in breaks] + [stop]
    return AuthorLiteral(opening[1], opening[2], tuple(map(Line, texts, ends)))


def _value(source: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = ast.literal_eval(source.replace("\r\n", "\n").replace("\r", "\n"))
    return value if isinstance(value, str) else ""
