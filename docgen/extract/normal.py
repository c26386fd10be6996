"""Normal forms of source text: one for content hashes, one for showing.

The hash form of a line is itself Python that parses to the same tree, so two lines with the same form are the same
program; the tests hold it to that.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from docgen.extract.layout import LayoutError, LogicalLine, pieces

_STRING = "\0"
"""Stands for a string while the code around it is rewritten; no source contains it."""

MAX_NORMALISED = 100_000

_SPACES = re.compile(r"[ \t\f\r\n]+")
_BESIDE_OPERATORS = re.compile(r" (?=[()\[\]{},:;=+\-*/%@&|^~<>!])|(?<=[()\[\]{},:;=+\-*/%@&|^~<>!]) ")
_AROUND_DOTS = re.compile(r"(\b[^\W\d]\w*|[)\]}\0]) ?\. ?(?=[^\W\d])")
_STRINGS_ONLY = re.compile(r"\(*\0(?: ?\0)*\)*;?\Z")
_NOT_DOCUMENTATION = re.compile(r"[rRuU]*[bBfFtT]")
_DEFINITION = re.compile(r"(?:async )?(?:def|class) ")


def hash_form(text: str, line: LogicalLine) -> str:
    """Return a logical line without comments, without white space that means nothing, and without its docstring.

    A line that is nothing but string literals does nothing when it runs; its form is empty. Lines longer than
    `MAX_NORMALISED`, which are data tables, are taken as they are.
    """
    if line.end - line.start > MAX_NORMALISED:
        return text[line.start : line.end]
    code, strings = _split(text, line.start, line.end)
    code = _BESIDE_OPERATORS.sub("", " ".join(code.split()))
    if " ." in code or ". " in code:
        code = _AROUND_DOTS.sub(r"\1.", code)
    if not strings:
        return code
    if _STRING in code[-4:] and not any(map(_NOT_DOCUMENTATION.match, strings)):
        if _STRINGS_ONLY.match(code):
            return ""
        header = code[: _header_end(code)] if _DEFINITION.match(code) else code
        if _STRINGS_ONLY.match(code, len(header)):
            return _join(header, strings[: header.count(_STRING)])
    return _join(code, strings)


def _header_end(code: str) -> int:
    """Return the offset behind the first colon outside brackets: where a compound statement's header ends."""
    opened = 0
    for match in _BRACKET_OR_COLON.finditer(code):
        character = match[0]
        if character == ":" and opened == 0:
            return match.end()
        opened += (character in "([{") - (character in ")]}")
    return len(code)


_BRACKET_OR_COLON = re.compile(r"[()\[\]{}:]")


def hash_forms(text: str, lines: list[LogicalLine]) -> list[str]:
    """Return the hash form of every line, preceded by `>` or `<` for each level that it is deeper or less deep.

    Forms of lines that do nothing are empty, and count for nothing in the levels.
    """
    forms: list[str] = []
    indents: list[int] = []
    before = 0
    for line in lines:
        while indents and indents[-1] >= line.indent:
            indents.pop()
        indents.append(line.indent)
        form = hash_form(text, line)
        if form:
            depth = len(indents)
            form = ">" * (depth - before) + "<" * (before - depth) + form
            before = depth
        forms.append(form)
    return forms


def content_hash(forms: list[str]) -> str:
    """Hash a block's lines, given as `hash_forms` returns them."""
    block = "\n".join(filter(None, forms)).lstrip("<>")
    return blake2b(block.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def tidy(text: str) -> str:
    """Return an expression's source on one line: comments dropped, white space outside strings made one space.

    Line breaks next to a bracket vanish altogether.
    """
    if "\n" not in text and "\r" not in text and "  " not in text and "#" not in text and "\t" not in text:
        return text
    try:
        code, strings = _split(text, 0, len(text), line_break="\n")
    except LayoutError:
        return text
    code = re.sub(r"(?<=[(\[{])[ \t\f]*\n[ \t\f\n]*|[ \t\f]*\n[ \t\f\n]*(?=[)\]}])", "", code)
    return _join(_SPACES.sub(" ", code).strip(), strings)


def _split(text: str, start: int, end: int, line_break: str = " ") -> tuple[str, list[str]]:
    """Return the code with every string replaced by a mark, and the strings with their line endings unified."""
    stretch = text[start:end]
    if not _SPECIAL.search(stretch):
        return stretch, []
    if not _INTRICATE.search(stretch):
        return _PLAIN_STRING.sub(_STRING, stretch), _PLAIN_STRING.findall(stretch)
    code: list[str] = []
    strings: list[str] = []
    for piece in pieces(text, start, end):
        if piece.kind == "code":
            code.append(text[piece.start : piece.end])
        elif piece.kind == "break":
            code.append(line_break)
        elif piece.kind == "string":
            code.append(_STRING)
            strings.append(text[piece.start : piece.end].replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(code), strings


_SPECIAL = re.compile(r"['\"#\r\n\\]")
_INTRICATE = re.compile(r"\"\"\"|'''|[#\r\n\\]|[fFtT][rR]?['\"]")
_PLAIN_STRING = re.compile(r"(?:\b[rRbBuU]{1,2})?(?:'[^']*'|\"[^\"]*\")")


def _join(code: str, strings: list[str]) -> str:
    if not strings:
        return code
    parts = code.split(_STRING)
    return "".join([part + string for part, string in zip(parts, [*strings, ""], strict=True)])
