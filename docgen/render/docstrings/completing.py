"""What an author's docstring lacks, added between its lines. Not a character of it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docgen.render.docstrings.content import Key, Part, Shape
from docgen.render.docstrings.literal import AuthorLiteral, Encodable, escaped
from docgen.render.docstrings.reading import Section, is_foreign, mentions, sections_of
from docgen.render.docstrings.styles import STYLES, Style, StyleName

Addition = tuple[int, list[str]]
"""The index of the line to add behind, and the lines to add, indented."""


def lacking(lines: Sequence[str], sections: Mapping[Key, tuple[Part, ...]]) -> dict[Key, tuple[Part, ...]]:
    """Return the entries that a docstring does not have yet."""
    found = {
        key: tuple(part for part in parts if not mentions(lines, key, part.name)) for key, parts in sections.items()
    }
    return {key: parts for key, parts in found.items() if parts}


def completed(
    source: str,
    author: AuthorLiteral,
    missing: Mapping[Key, tuple[Part, ...]],
    default: StyleName,
    shape: Shape,
    *,
    indent: str,
    newline: str,
    encodable: Encodable,
) -> str | None:
    """Return a docstring's source with what it lacks; None where that cannot be added by position.

    Args:
        source: The literal as it stands.
        author: What was read of it.
        missing: The entries that it lacks.
        default: The style of a docstring that has none yet.
        shape: The form that the file gives to docstrings.
        indent: The indentation of the line that the docstring begins on.
        newline: The file's line ending.
        encodable: Whether a character can be written as it is.
    """
    texts = [line.text for line in author.lines]
    if is_foreign(texts) or not any(text.strip() for text in texts):
        return None
    margin = _margin_of(texts, indent)
    found = additions(texts, missing, default, shape, margin)
    quotes = author.quotes * 3 if len(author.quotes) == 1 else author.quotes
    if len(author.quotes) == 1 and quotes in source[1:-1]:
        return None
    last = max(index for index, text in enumerate(texts) if text.strip())
    pieces, done = [], 0
    for index, lines in found:
        end = author.lines[index].end
        if end is None:
            return None
        written = [line if author.is_raw else escaped(line, quotes, encodable) for line in lines]
        if author.is_raw and not all(_fits(line, quotes, encodable) for line in lines):
            return None
        pieces += [source[done:end], *(newline + line for line in written)]
        # The closing quotes stood behind the text: now they stand below it.
        if index == last == len(texts) - 1:
            pieces.append(newline + indent)
        done = end
    whole = "".join([*pieces, source[done:]])
    if len(author.quotes) == 3:
        return whole
    head = len(author.prefix) + 1
    return author.prefix + quotes + whole[head:-1] + quotes


def additions(
    lines: Sequence[str], missing: Mapping[Key, tuple[Part, ...]], default: StyleName, shape: Shape, margin: str
) -> list[Addition]:
    """Return what is to be added to a docstring, in the order of its lines.

    Args:
        lines: Its lines.
        missing: The entries that it lacks.
        default: The style of a docstring that has none yet.
        shape: The form that the file gives to docstrings.
        margin: The indentation of its lines.
    """
    name, sections = sections_of(lines)
    style = STYLES[name or default]
    behind: dict[int, list[str]] = {}
    for key in style.order:
        if key not in missing:
            continue
        own = next((section for section in reversed(sections) if section.key == key), None)
        if own is not None and key not in ("returns", "yields"):
            behind.setdefault(own.last, []).extend(_entries(style, key, missing[key], shape, own, margin))
        else:
            place, is_below_fields = _place(lines, key, style, sections)
            is_first = not any(behind.get(place, ()))
            blank = [""] if style.is_spaced or (is_first and not is_below_fields) else []
            # In Sphinx style, a type may be given where nothing is said of what has it.
            parts = [part._replace(type="") for part in missing[key]] if own else missing[key]
            section = style.section(key, parts, shape)
            behind.setdefault(place, []).extend([*blank, *(_indented(line, margin) for line in section)])
    return sorted(behind.items())


def _entries(style: Style, key: Key, parts: Sequence[Part], shape: Shape, section: Section, margin: str) -> list[str]:
    """Return further entries of a section, indented as those that it has."""
    if style.name == "google":
        unit = section.indent.removeprefix(margin) or shape.unit
        return [_indented(line, margin) for line in style.entries(key, parts, shape._replace(unit=unit))]
    return [_indented(line, section.indent) for line in style.entries(key, parts, shape)]


def _place(lines: Sequence[str], key: Key, style: Style, sections: Sequence[Section]) -> tuple[int, bool]:
    """Return the index of the line to add a section behind, and whether a section of the style stands there."""
    earlier = style.order[: style.order.index(key) + 1]
    before = [section for section in sections if section.key in earlier]
    if before:
        return before[-1].last, True
    end = sections[0].first if sections else len(lines)
    filled = [index for index in range(end) if lines[index].strip()]
    # A docstring that begins with a section has nothing above it to stand behind.
    return (filled[-1], False) if filled else (sections[-1].last, True)


def _indented(line: str, margin: str) -> str:
    return margin + line if line else ""


def _margin_of(lines: Sequence[str], indent: str) -> str:
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines[1:] if line.strip()]
    return min(indents, key=lambda margin: len(margin.expandtabs()), default=indent)


def _fits(line: str, quotes: str, encodable: Encodable) -> bool:
    plain = all(c.isprintable() and encodable(c) for c in line)
    return plain and quotes not in line and not line.endswith("\\")
