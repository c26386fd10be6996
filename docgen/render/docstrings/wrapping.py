"""Prose into lines of bounded width that no reader of docstrings takes for markup."""

from __future__ import annotations

import re
import unicodedata

from docgen.generate.text import SENTENCE_END

TAB = 4
"""Columns of a tab, as ruff and black count them."""

# What begins a section, a field, a directive, a list or an example where it begins a line.
_MARKUP = re.compile(r"[:@.>#|*+=~^_-]|\d+[.)]$")
_HEADING = re.compile(
    r"(?:args|arguments|parameters|params|attributes|returns?|yields?|raises|exceptions?|warns|warnings?|examples?|notes?"
    r"|references|methods|todo|tip|hint|important|caution|danger|error|attention|see|other|keyword|short|receives)\W*$",
    re.IGNORECASE,
)
_AS_IT_STANDS = re.compile(r"[ \t]|[-*+>|] |\d+[.)] |```|\.\. ")
_CLAUSE = re.compile(r"; | [–—] ")


def columns(text: str) -> int:
    """Return how wide a text is: tabs as `TAB`, wide characters as two, combining ones as none."""
    text = text.expandtabs(TAB)
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fill(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return a text as lines.

    Args:
        text: One paragraph; its white space is one space each.
        width: Columns that a line may have; a word that is longer stands alone.
        first: What the first line begins with.
        rest: What the other lines begin with.
    """
    lines = []
    line, prefix = first, rest
    is_empty = True
    for word in _unbreakable(text):
        if not is_empty and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line, is_empty = prefix, True
        line += word if is_empty else f" {word}"
        is_empty = False
    return [*lines, line.rstrip()]


def paragraphs(text: str, width: int) -> list[str]:
    """Return a text as lines: paragraphs refilled, lists and code as they stand, a blank line between them."""
    lines: list[str] = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n").expandtabs(TAB)):
        own = [line.rstrip() for line in paragraph.split("\n")]
        if not paragraph.strip():
            continue
        as_it_stands = any(_AS_IT_STANDS.match(line) for line in own)
        lines += [*([""] if lines else []), *(own if as_it_stands else fill(paragraph, width))]
    return lines


def first_line(text: str, width: int) -> tuple[str, str]:
    """Return a text's first sentence, on one line, and what follows it.

    A sentence that does not fit is cut where one of its clauses could be a sentence; one that has no such place is
    longer than the line, since a summary of two lines is none.
    """
    head, blank, rest = text.strip().partition("\n\n")
    head = " ".join(head.split())
    end = SENTENCE_END.search(head)
    if end is not None and end.end() < len(head):
        head, rest = head[: end.end()], head[end.end() :].strip() + blank + rest
    cuts = (
        [cut for cut in _CLAUSE.finditer(head) if columns(head[: cut.start()]) < width] if columns(head) > width else []
    )
    if cuts:
        tail = head[cuts[-1].end() :]
        head, rest = head[: cuts[-1].start()], f"{tail[:1].upper()}{tail[1:]}{blank or ' '}{rest}".strip()
    return ended(head), rest


def ended(text: str) -> str:
    """Return a text with a full stop where it has no end, or one that a quote would run into."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?")) else text.rstrip(",;:") + "."


def _unbreakable(text: str) -> list[str]:
    """Return a paragraph's words; one that would be markup at the beginning of a line stays with the word before."""
    found: list[str] = []
    for word in text.split():
        if found and (_HEADING.match(word) or _MARKUP.match(word)):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found
