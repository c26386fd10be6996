"""`#:` comments, which document the assignment that they stand above or behind."""

from __future__ import annotations

import re

from docgen.records import Docstring

_BEHIND = re.compile(r"[ \t\f;]*#:([^\r\n]*)")
_ABOVE = re.compile(r"[ \t\f]*#:([^\r\n]*)\Z")


def doc_comment(text: str, start: int, end: int, lineno: int, endlineno: int) -> Docstring | None:
    """Return the `#:` comment of the statement at these offsets and lines, or None."""
    behind = _BEHIND.match(text, end)
    if behind is not None:
        return Docstring(text=behind[1].strip(), lineno=endlineno, endlineno=endlineno)
    lines: list[str] = []
    limit = _line_start(text, start)
    while limit > 0:
        above = _line_start(text, limit - (2 if text.startswith("\r\n", limit - 2) else 1))
        comment = _ABOVE.match(text[above:limit].rstrip("\r\n"))
        if comment is None:
            break
        lines.insert(0, comment[1].removeprefix(" ").rstrip())
        limit = above
    if not lines:
        return None
    return Docstring(text="\n".join(lines).strip(), lineno=lineno - len(lines), endlineno=lineno - 1)


def _line_start(text: str, offset: int) -> int:
    newline = text.rfind("\n", 0, offset)
    return max(newline, text.rfind("\r", newline + 1, offset)) + 1
