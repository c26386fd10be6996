r"""Plain text as Markdown that shows exactly that text, on code hosts and in MkDocs alike.

Character references are used where the dialects' backslash escapes differ: Python-Markdown knows no `\<`, `\$` or
`\~`, and its extensions (math, macros, attribute lists) look into backslash escapes. No parser looks into references.
"""

from __future__ import annotations

import re

from docgen.visible import visible

_ACTIVE = re.compile(
    r"""
      [&<>\[\]$~^{}`\\]                   # links, HTML, math, strikethrough, superscript, templates, code, escapes
    | [*]
    | (?<![^\W_])_ | _(?![^\W_])          # an underscore inside a word is plain in every dialect
    | (?<=\w):(?=//) | :(?=[\w+-]+:)      # autolinks; emoji codes
    | (?<=\S)@                            # e-mail autolinks
    | (?<=[wW]{3})\.                      # www autolinks
    | (?<==)= | =(?==) | (?<=\+)\+ | \+(?=\+)  # marked text; keys
    """,
    re.VERBOSE,
)
_BACKSLASHED = "*_#+-"
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_STARTS = re.compile(r"[#+\-=:!?/|%]|(?<![0-9])(?P<number>[0-9]+)(?P<mark>[.)])")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_NOT_A_SPAN = re.compile(r"`|\{[{%#]|--8<--|^#!|^:::|<[a-zA-Z/!?]|&[#\w]|^\s|\s$")


def text(plain: str) -> str:
    """Return one line of Markdown that shows the text and nothing else, wherever it stands in a line."""
    return _ACTIVE.sub(lambda match: _escaped(match[0]), _one_line(plain))


def starting_line(markdown: str) -> str:
    """Return Markdown made by `text` so that it opens no heading, list or other block at the start of a line."""
    match = _STARTS.match(markdown)
    if not match:
        return markdown
    if match["number"]:
        return f"{match['number']}\\{match['mark']}{markdown[match.end() :]}"
    return _escaped(match[0]) + markdown[1:]


def code(plain: str) -> str:
    """Return inline code that shows the text."""
    line = _one_line(plain)
    if not line:
        return ""
    if _NOT_A_SPAN.search(line):
        content = _PUNCTUATION.sub(lambda match: _reference(match[0]), line)
        return f"<code>{content}</code>"
    return f"`{line}`"


def fenced(plain: str, language: str = "") -> str:
    """Return a block of code; its fence is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{visible(plain)}\n{fence}"


def indented(markdown: str, first: str = "    ", rest: str = "    ") -> str:
    """Return Markdown with every line that is not empty indented, as the content of a list item is."""
    lines = markdown.split("\n")
    return "\n".join((first if number == 0 else rest) + line if line else "" for number, line in enumerate(lines))


def _one_line(plain: str) -> str:
    return " ".join(visible(plain).split())


def _escaped(character: str) -> str:
    if character in _BACKSLASHED:
        return f"\\{character}"
    return _NAMED.get(character) or _reference(character)


def _reference(character: str) -> str:
    return f"&#{ord(character)};"
