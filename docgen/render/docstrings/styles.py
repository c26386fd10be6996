"""The three styles: how a section is headed, and what an entry of it looks like.

Types stand where pydoclint and numpydoc look for them, as they are annotated; what has no annotation has no type. What
is returned by a function without annotation is an `object` in NumPy style, which has no entry without a type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from docgen.render.docstrings.content import Content, Key, Part, Shape
from docgen.render.docstrings.mood import as_command
from docgen.render.docstrings.wrapping import ended, fill, first_line, paragraphs

StyleName = Literal["google", "numpy", "sphinx"]


@dataclass(frozen=True)
class Style:
    """A style of docstrings.

    Attributes:
        name: What it is called.
        order: Its sections in order.
        heading: Returns the lines above a section's entries.
        entry: Returns the lines of an entry, indented as below its heading.
        is_spaced: Whether a blank line stands between sections.
        is_command: Whether a function's summary is put as a command.
        opens_below: Whether the text of a docstring of several lines begins below its opening quotes.
    """

    name: StyleName
    order: tuple[Key, ...]
    heading: Callable[[Key], list[str]]
    entry: Callable[[Key, Part, Shape], list[str]]
    is_spaced: bool = True
    is_command: bool = False
    opens_below: bool = False

    def section(self, key: Key, parts: Sequence[Part], shape: Shape) -> list[str]:
        """Return the lines of a section."""
        return [*self.heading(key), *self.entries(key, parts, shape)]

    def entries(self, key: Key, parts: Sequence[Part], shape: Shape) -> list[str]:
        """Return the lines of a section's entries."""
        return [line for part in parts for line in self.entry(key, part, shape)]

    def lines(self, content: Content, shape: Shape) -> list[str]:
        """Return all lines of a docstring, without its indentation and quotes."""
        summary, rest = first_line(content.text, shape.width - 3)
        if self.is_command and content.is_function and content.may_rephrase:
            summary = as_command(summary)
        blocks = [[summary], paragraphs(rest, shape.width), *self._sections(content, shape)]
        found: list[str] = []
        for block in filter(None, blocks):
            found += [*([""] if found else []), *block]
        return found

    def _sections(self, content: Content, shape: Shape) -> Iterator[list[str]]:
        sections = [self.section(key, content.sections[key], shape) for key in self.order if content.sections.get(key)]
        if self.is_spaced:
            yield from sections
        else:
            yield [line for section in sections for line in section]


def _google_heading(key: Key) -> list[str]:
    return [{"parameters": "Args:"}.get(key, f"{key.capitalize()}:")]


def _google_entry(key: Key, part: Part, shape: Shape) -> list[str]:
    # A colon within the type would be taken for the one behind it.
    type_ = part.type if shape.types and ":" not in part.type else ""
    if key in ("returns", "yields"):
        lead = f"{type_}:" if type_ else ""
        text = part.text if type_ or not _ENTRY_LIKE.match(part.text) else f"object: {part.text}"
    else:
        lead, text = f"{part.name} ({type_}):" if type_ and key != "raises" else f"{part.name}:", part.text
    step = shape.unit
    return fill(ended(text), shape.width, f"{step}{lead}{' ' if lead else ''}", step if not lead else step * 2)


_ENTRY_LIKE = re.compile(r"[^\n]*?:(?:\s|$)")


def _numpy_heading(key: Key) -> list[str]:
    title = key.capitalize()
    return [title, "-" * len(title)]


def _numpy_entry(key: Key, part: Part, shape: Shape) -> list[str]:
    type_ = part.type if shape.types else ""
    if key in ("returns", "yields"):
        lead = type_ or "object"
    elif key == "raises" or not type_:
        lead = part.name
    else:
        lead = f"{part.name} : {type_}"
    return [lead, *fill(_capital(ended(part.text)), shape.width, shape.unit, shape.unit)]


def _sphinx_heading(key: Key) -> list[str]:
    return []


def _sphinx_entry(key: Key, part: Part, shape: Shape) -> list[str]:
    type_ = part.type if shape.types else ""
    text = ended(part.text)
    if key == "attributes":
        typed = [f"{shape.unit}:type: {type_}"] if type_ else []
        return [f".. attribute :: {part.name}", *typed, "", *fill(text, shape.width, shape.unit, shape.unit), ""]
    name = part.name.replace("*", "\\*")
    field, type_field = {
        "parameters": (f":param {name}:", f":type {name}:"),
        "returns": (":returns:", ":rtype:"),
        "yields": (":yields:", ":ytype:"),
        "raises": (f":raises {name}:", ""),
    }[key]
    typed = [f"{type_field} {type_}"] if type_ and type_field else []
    return [*fill(text, shape.width, f"{field} ", shape.unit), *typed]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+\b(?!\()", text) else text


STYLES: Mapping[StyleName, Style] = {
    style.name: style
    for style in (
        Style("google", ("attributes", "parameters", "returns", "yields", "raises"), _google_heading, _google_entry),
        Style(
            "numpy",
            ("parameters", "attributes", "returns", "yields", "raises"),
            _numpy_heading,
            _numpy_entry,
            is_command=True,
            opens_below=True,
        ),
        Style(
            "sphinx",
            ("attributes", "parameters", "returns", "yields", "raises"),
            _sphinx_heading,
            _sphinx_entry,
            is_spaced=False,
            is_command=True,
        ),
    )
}
