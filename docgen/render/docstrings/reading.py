"""The sections of an author's docstring, line by line: where something can be added without touching a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docgen.render.docstrings.content import Key
from docgen.render.docstrings.styles import StyleName

_TITLES: dict[str, Key | None] = {
    "args": "parameters",
    "arguments": "parameters",
    "parameters": "parameters",
    "params": "parameters",
    "attributes": "attributes",
    "returns": "returns",
    "return": "returns",
    "yields": "yields",
    "yield": "yields",
    "raises": "raises",
    "raise": "raises",
    "except": "raises",
    "exceptions": "raises",
    "keyword args": "parameters",
    "keyword arguments": "parameters",
    "other parameters": "parameters",
    **dict.fromkeys(("example", "examples", "note", "notes", "references", "see also", "todo"), None),
    **dict.fromkeys(("warning", "warnings", "warns", "receives", "methods"), None),
}
_FIELDS: dict[str, Key] = {
    **dict.fromkeys(("param", "parameter", "arg", "argument", "key", "keyword", "type"), "parameters"),
    **dict.fromkeys(("return", "returns", "rtype"), "returns"),
    **dict.fromkeys(("yield", "yields", "ytype"), "yields"),
    **dict.fromkeys(("raise", "raises", "except", "exception"), "raises"),
    **dict.fromkeys(("ivar", "cvar", "var", "vartype"), "attributes"),
}
_GOOGLE = re.compile(r"([ \t]*)([A-Za-z][A-Za-z ]*):[ \t]*$")
_UNDERLINE = re.compile(r"[ \t]*(?:-{3,}|={3,})[ \t]*$")
_FIELD = re.compile(r"[ \t]*:(\w+)\b[^:]*:")
_ATTRIBUTE = re.compile(r"[ \t]*\.\. attribute ?::")
_FOREIGN = re.compile(r"[ \t]*@(?:param|type|return|rtype|raise)", re.MULTILINE)


class Section(NamedTuple):
    """A section of a docstring.

    Attributes:
        key: What it is about; None for one that holds no entries that docgen writes.
        first: Index of its first line, the heading.
        last: Index of its last line that is not blank.
        indent: The indentation of its entries.
    """

    key: Key | None
    first: int
    last: int
    indent: str


def sections_of(lines: Sequence[str]) -> tuple[StyleName | None, list[Section]]:
    """Return the style of a docstring and its sections in order; no style and no section where it has none."""
    found: dict[StyleName, list[Section]] = {
        "numpy": list(_numpy(lines)),
        "sphinx": list(_sphinx(lines)),
        "google": list(_google(lines)),
    }
    style = max(found, key=lambda name: len(found[name]))
    return (style, found[style]) if found[style] else (None, [])


def is_foreign(lines: Sequence[str]) -> bool:
    """Whether the docstring is in a style that docgen does not write."""
    return any(map(_FOREIGN.match, lines))


def mentions(lines: Sequence[str], key: Key, name: str) -> bool:
    """Whether some line may be an entry of that name, in whatever style: what is added must never be added twice."""
    return any(map(_mention(key, name).match, lines))


def _mention(key: Key, name: str) -> re.Pattern[str]:
    if key in ("returns", "yields"):
        word = key[:-1]
        return re.compile(rf"[ \t]*(?:{word}s?[ \t]*(?::|$)|[:@]{word}s?\b)", re.IGNORECASE)
    last = re.escape(name.lstrip("*").rpartition(".")[2])
    if key == "raises":
        return re.compile(rf"[ \t]*(?:[:@]\w+[ \t]+(?:.*\W)?)?[`~*]*(?:[\w.]+\.)?{last}\b")
    lead = r"(?:[:@]\w+[ \t]+(?:[^:]*\s)?|\.\. attribute ?::[ \t]*|[-*+][ \t]+)?(?:[\w*\\`]+[ \t]*,[ \t]*)*[`*\\]*"
    return re.compile(rf"[ \t]*{lead}{last}[`*]*(?=[ \t]*(?:$|[:(,]|--?[ \t]|[–—]))")


def _google(lines: Sequence[str]) -> Iterator[Section]:
    margin = _margin(lines)
    for index, line in enumerate(lines):
        match = _GOOGLE.match(line)
        if match is None or match[2].strip().lower() not in _TITLES or (index and _indent(line) != margin):
            continue
        last = index
        for below in range(index + 1, len(lines)):
            if lines[below].strip():
                if len(_indent(lines[below]).expandtabs()) <= len(margin.expandtabs()):
                    break
                last = below
        if last > index:
            first_entry = next(line for line in lines[index + 1 :] if line.strip())
            yield Section(_TITLES[match[2].strip().lower()], index, last, _indent(first_entry))


def _numpy(lines: Sequence[str]) -> Iterator[Section]:
    titles = [
        index
        for index in range(len(lines) - 1)
        if lines[index].strip() and _UNDERLINE.match(lines[index + 1]) and lines[index].strip().lower() in _TITLES
    ]
    for title, end in zip(titles, [*titles[1:], len(lines)], strict=False):
        last = max(index for index in range(title, end) if lines[index].strip())
        yield Section(_TITLES[lines[title].strip().lower()], title, last, _indent(lines[title]))


def _sphinx(lines: Sequence[str]) -> Iterator[Section]:
    """Yield runs of fields of one kind."""
    run: Section | None = None
    for index, line in enumerate(lines):
        match = _FIELD.match(line)
        key = _FIELDS.get(match[1]) if match else "attributes" if _ATTRIBUTE.match(line) else None
        if key is not None:
            if run is not None and run.key == key:
                run = run._replace(last=index)
            else:
                yield from [run] if run else []
                run = Section(key, index, index, _indent(line))
        elif run is not None and line.strip():
            if len(_indent(line)) > len(run.indent):
                run = run._replace(last=index)
            else:
                yield run
                run = None
    yield from [run] if run else []


def _margin(lines: Sequence[str]) -> str:
    """Return the smallest indentation of the lines below the first."""
    indents = [_indent(line) for line in lines[1:] if line.strip()]
    return min(indents, key=lambda indent: len(indent.expandtabs()), default="")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
