"""Text made safe to show: control characters, escape sequences and invisible reordering are shown, not obeyed."""

from __future__ import annotations

import json
import re
from typing import Any

# C0 without tab and newline, C1, zero-width and bidirectional controls, line and paragraph separators, lone
# surrogates, tags. The joiners U+200C and U+200D stay: emoji and several scripts are spelt with them.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""Return the text with every unsafe character as a Python escape (`\x1b`, `\u202e`)."""
    return UNSAFE.sub(_escape, text)


def visible_line(text: str) -> str:
    r"""Return the text as `visible` does, on one line: newlines and tabs are escaped too."""
    return visible(text).replace("\n", r"\n").replace("\t", r"\t")


def visible_json(data: Any, *, indent: int | None = None) -> str:
    r"""Return plain data as JSON in which every unsafe character is an escape (`\u001b`): the data stay the same."""
    separators = None if indent else (",", ":")
    return UNSAFE.sub(_json_escape, json.dumps(data, ensure_ascii=False, indent=indent, separators=separators))


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    # JSON itself has no escape for DEL, and spells what is beyond U+FFFF as a pair.
    return f"\\u{code:04x}" if code < 0x10000 else json.dumps(match[0])[1:-1]


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
