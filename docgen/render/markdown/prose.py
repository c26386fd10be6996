"""Docstring text as Markdown: paragraphs stay paragraphs, examples become blocks of code, all else is text.

Authors write reStructuredText, Markdown or neither. Only what cannot be mistaken is taken as markup: inline code,
doctests, fenced code, and literal blocks after `::`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from docgen.render.markdown.escape import code, fenced, starting_line, text
from docgen.visible import visible

Link = Callable[[str], str]

_SPAN = re.compile(r"(?P<role>:(?:[a-zA-Z][\w.-]*:){1,2})?(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
_TITLED = re.compile(r"(?P<title>.+?)\s*<(?P<target>[^<>]+)>")
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_LITERAL = re.compile(r"\s*\.\. (?:code-block|code|sourcecode)::\s*(?P<language>[\w+-]*)\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•]\s|\(?[0-9a-zA-Z]{1,2}[.)]\s|:\w[^:]*:(?:\s|$))|\s+\*{0,2}\w[\w.]*(?: \([^)]*\))?:\s")
_UNDERLINE = re.compile(r"\s*([^\w\s])\1{2,}\s*$")
_RULE = re.compile(r"\s*(?:[+|].*[+|]|=+(?:\s+=+)+|\|.*)\s*$")


class Block(NamedTuple):
    """A piece of a docstring.

    Attributes:
        kind: Flowing text, or text to be shown as it stands.
        lines: Its lines, without their common indentation.
        language: What the code is written in, if known.
    """

    kind: Literal["paragraph", "code"]
    lines: tuple[str, ...]
    language: str = ""


def prose(plain: str, link: Link = code, ending: str = "") -> str:
    """Return a description as Markdown blocks.

    Args:
        plain: The description.
        link: Makes inline code of an identifier, with a link where there is a place to go.
        ending: Markdown to put after the last paragraph.
    """
    parts = list(blocks(visible(plain)))
    last = max((number for number, part in enumerate(parts) if part.kind == "paragraph"), default=None)
    shown = [
        fenced("\n".join(part.lines), part.language)
        if part.kind == "code"
        else starting_line(_paragraph(part.lines, link)) + (ending if number == last else "")
        for number, part in enumerate(parts)
    ]
    return "\n\n".join(shown if last is not None or not ending else [*shown, ending.strip()])


def inline(plain: str, link: Link = code) -> str:
    """Return text with inline code in backticks as one line of Markdown."""
    line, end = " ".join(visible(plain).split()), 0
    done: list[str] = []
    for match in _SPAN.finditer(line):
        done += [_text_between(line, end, match.start()), _span(match, link)]
        end = match.end()
    return "".join([*done, _text_between(line, end, len(line))])


def _text_between(line: str, start: int, end: int) -> str:
    """Return a part of a line as Markdown text, its outer spaces kept."""
    part = line[start:end]
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :] if part.strip() else ""
    return f"{before}{text(part)}{after}"


def blocks(plain: str) -> Iterator[Block]:
    """Yield the paragraphs and blocks of code of a docstring."""
    lines = plain.expandtabs(4).split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        found, at = (
            _read_fence(lines, at) or _read_doctest(lines, at) or _read_literal(lines, at) or _read_paragraph(lines, at)
        )
        yield from found


def first_paragraph(plain: str) -> str:
    """Return the first paragraph on one line, or nothing where a docstring begins with code."""
    first = next(blocks(plain), None)
    return " ".join(" ".join(first.lines).split()) if first and first.kind == "paragraph" else ""


Read = tuple[list[Block], int]


def _read_fence(lines: list[str], at: int) -> Read | None:
    opening = _FENCE.match(lines[at])
    if not opening:
        return None
    for end in range(at + 1, len(lines)):
        if lines[end].strip().startswith(opening["fence"]) and not lines[end].strip(" " + opening["fence"][0]):
            words = re.findall(r"[\w+-]+", opening["info"])
            return [_code(lines[at + 1 : end], words[0] if words else "")], end + 1
    return None


def _read_doctest(lines: list[str], at: int) -> Read | None:
    if not _opens_doctest(lines[at]):
        return None
    end = _while(lines, at, lambda line: bool(line.strip()))
    while end + 1 < len(lines) and _opens_doctest(lines[end + 1]):
        end = _while(lines, end + 1, lambda line: bool(line.strip()))
    return [_code(lines[at:end], "pycon")], end


def _read_literal(lines: list[str], at: int) -> Read | None:
    opening = _LITERAL.match(lines[at])
    if not opening:
        return None
    body, end = _indented_below(lines, at)
    return ([_code(body, opening["language"] or "python")], end) if body else None


def _read_paragraph(lines: list[str], at: int) -> Read:
    end = _while(lines, at, lambda line: bool(line.strip()) and not _opens_doctest(line), at_least=1)
    part = next((number for number in range(at + 1, end) if _read_fence(lines, number)), end)
    body = lines[at:part]
    if len(body) > 1 and sum(bool(_RULE.match(line)) for line in body) > 1:
        return [_code(body, "text")], part
    literal, after = _indented_below(lines, part - 1) if body[-1].rstrip().endswith("::") else ([], part)
    if not literal or body[-1].lstrip().startswith(".."):
        return [_text(body)], part
    body[-1] = body[-1].rstrip()[:-1] if body[-1].strip() != "::" else ""
    return [*([_text(body)] if any(line.strip() for line in body) else []), _code(literal, "python")], after


def _indented_below(lines: list[str], at: int) -> tuple[list[str], int]:
    margin = _indent(lines[at])
    end = _while(lines, at + 1, lambda line: not line.strip() or _indent(line) > margin)
    return (lines[at + 1 : end], end) if any(line.strip() for line in lines[at + 1 : end]) else ([], at + 1)


def _while(lines: list[str], at: int, keep: Callable[[str], bool], at_least: int = 0) -> int:
    end = at + at_least
    while end < len(lines) and keep(lines[end]):
        end += 1
    return end


def _opens_doctest(line: str) -> bool:
    return line.lstrip().startswith(">>> ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _code(lines: list[str], language: str) -> Block:
    body = textwrap.dedent("\n".join(lines)).strip("\n").rstrip()
    return Block("code", tuple(body.split("\n")), language)


def _text(lines: list[str]) -> Block:
    return Block("paragraph", tuple(textwrap.dedent("\n".join(lines)).split("\n")))


def _paragraph(lines: tuple[str, ...], link: Link) -> str:
    """Join the lines, with a break before each that begins an item of a list."""
    rows: list[str] = []
    for line in lines:
        if not rows or _ITEM.match(line) or _UNDERLINE.match(line) or rows[-1].rstrip().endswith(":"):
            rows.append(line)
        else:
            rows[-1] += f" {line.strip()}"
    return "<br>".join("&nbsp;" * min(_indent(row), 12) + inline(row, link) for row in rows)


def _span(match: re.Match[str], link: Link) -> str:
    content = match["code"].strip()
    if not match["role"]:
        return link(content) or text(match[0])
    titled = _TITLED.fullmatch(content)
    return link(titled["title"] if titled else content.lstrip("~!")) or text(match[0])
