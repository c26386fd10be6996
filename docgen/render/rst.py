r"""Plain text as reStructuredText that shows exactly that text.

Every character that could mean something is escaped, which in reStructuredText is always done with a backslash.
"""

from __future__ import annotations

import re

from docgen.render.markdown.prose import blocks
from docgen.visible import visible

_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)(?P<code>[^`]+?)(?<!`)\1(?!`)")
_ROLE = re.compile(r"(?::[a-zA-Z][\w.-]*){1,2}:(?=`)")
_ACTIVE = re.compile(r"[\\*`_|@]|:(?=\S)|:$")
_STARTS = re.compile(r"(?P<number>\(?(?:[0-9]+|[a-zA-Z]|[ivxlcdmIVXLCDM]+))(?P<mark>[.)])|[^\w\s\\`]")
_INDENT = "    "


def prose(plain: str, ending: str = "") -> list[str]:
    """Return a description as lines of reStructuredText.

    Args:
        plain: The description.
        ending: Markup to put after the last paragraph.
    """
    parts = list(blocks(visible(plain)))
    last = max((number for number, part in enumerate(parts) if part.kind == "paragraph"), default=None)
    lines: list[str] = []
    for number, part in enumerate(parts):
        if part.kind == "code":
            lines += [f".. code-block:: {part.language or 'text'}", "", *(_INDENT + line for line in part.lines), ""]
        else:
            lines += [paragraph(" ".join(part.lines)) + (ending if number == last else ""), ""]
    return lines[:-1] if last is not None or not ending else [*lines, ending.strip()]


def paragraph(plain: str) -> str:
    """Return one line that is a paragraph and shows the text, its code in backticks as code."""
    line = inline(plain)
    match = _STARTS.match(line)
    if not match:
        return line
    return f"{match['number']}\\{line[len(match['number']) :]}" if match["number"] else f"\\{line}"


def inline(plain: str) -> str:
    """Return text as one line, its code in backticks as code."""
    line = " ".join(_ROLE.sub("", visible(plain)).split())
    shown, end = "", 0
    for match in _SPAN.finditer(line):
        code = match["code"].strip()
        if code:
            shown += text(line[end : match.start()]) + _literal(code)
            end = match.end()
    return _joined(shown + text(line[end:]))


def text(plain: str) -> str:
    """Return one line that shows the text, wherever it stands in a line."""
    return _ACTIVE.sub(r"\\\g<0>", plain)


def _literal(code: str) -> str:
    # What stands directly beside a literal would keep it from being one; an escaped space is no space.
    return f"\\ ``{code}``\\ "


def _joined(line: str) -> str:
    """Take away the escaped spaces that part a literal from a space or from the line's end."""
    return re.sub(r"(?:(?<=\s)|^)\\ (?=``)|(?<=``)\\ (?=\s|$)", "", line)
