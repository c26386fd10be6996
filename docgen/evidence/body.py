"""What a function's own body does, read from its logical lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.extract.layout import LayoutError, LogicalLine, block_ends, logical_lines
from docgen.records import Function, Module, code_of

_DEFINITION = re.compile(r"(?:async\s+def|def|class)\b")
_RETURN_VALUE = re.compile(r"(?![rRuUbBfF]*[\"'])(?:.*?[:;][\s\\]*)?return\b\s*(?!None\s*$)\S", re.DOTALL)


def returns_value(module: Module, function: Function) -> bool:
    """Whether any `return` of a function gives something other than None; returns of nested functions don't count."""
    code = code_of(module, function)
    if "return" not in code:
        return False
    return any(_RETURN_VALUE.match(code[line.start : line.end]) for line in own_lines(code))


def own_lines(code: str) -> Iterator[LogicalLine]:
    """Yield the logical lines of a definition's body, those of nested definitions left out."""
    try:
        lines = logical_lines(code)
    except LayoutError:
        return
    ends = block_ends(lines)
    header = next((i for i, line in enumerate(lines) if _DEFINITION.match(code, line.start)), len(lines))
    index = header
    while index < len(lines):
        if index > header and _DEFINITION.match(code, lines[index].start):
            index = ends[index]
        else:
            yield lines[index]
            index += 1
