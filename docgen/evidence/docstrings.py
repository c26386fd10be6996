"""The author's words: what a docstring says of an element and of its parts.

Reading alone is done here, with docstring_parser; a docstring is never put together again from what was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Literal

from docstring_parser import (
    Docstring,
    DocstringMeta,
    DocstringParam,
    DocstringRaises,
    DocstringReturns,
    ParseError,
    google,
    numpydoc,
    rest,
)
from pydantic import Field

from docgen.records import Record

_MAY_HAVE_SECTIONS = re.compile(r"^\s*(?:[@:]\w|[A-Z][\w ]*:\s*$|[-=]{3,}\s*$|\.\. )", re.MULTILINE)

_FENCED = re.compile(r"^[ \t]*```.*?^[ \t]*```[ \t]*$", re.MULTILINE | re.DOTALL)
_OPTIONAL = re.compile(r",?\s*(?<!\bis )(?<!\bare )\boptional\b")
"""The remark on all that an entry is about; `the second one is optional` is on a part of it."""


class AuthorText(Record):
    """What a docstring says, by what it says it of. Empty strings and mappings where it is silent."""

    prose: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    returns: str = ""
    yields: str = ""
    raises: dict[str, str] = Field(default_factory=dict)


class Entry(Record):
    """One entry of a docstring's sections.

    Attributes:
        kind: What it is about.
        names: Names of the parameters or exceptions, as written; empty for what is returned or yielded.
        type: The type given, without the remark `optional`.
        default: The default given; empty where there is none.
        is_optional: Whether the remark `optional` or a default is there.
        text: What is said, on one line.
    """

    kind: Literal["parameter", "attribute", "returns", "yields", "raises"]
    names: tuple[str, ...] = ()
    type: str = ""
    default: str = ""
    is_optional: bool = False
    text: str = ""


def read_entries(text: str) -> tuple[Entry, ...]:
    """Return the entries of a docstring's sections, in order, of whichever style explains most of it."""
    parsed = _best_reading(_FENCED.sub("", text))
    return tuple(filter(None, map(_entry, _before_headings(parsed.meta)))) if parsed else ()


def read_docstring(text: str) -> AuthorText:
    """Read a docstring in Google, NumPy or Sphinx style, whichever explains most of it.

    Args:
        text: The docstring, dedented.

    Returns:
        Its prose (what stands before the first section) and the text of each entry of its sections.
    """
    parsed = _best_reading(text)
    if parsed is None or not parsed.meta:
        return AuthorText(prose=text.strip())
    parameters: dict[str, str] = {}
    attributes: dict[str, str] = {}
    raises: dict[str, str] = {}
    returned: dict[bool, str] = {}
    for entry in parsed.meta:
        said = _reflow(entry.description or "")
        if isinstance(entry, DocstringParam):
            names = [name.strip().lstrip("*\\") for name in entry.arg_name.split(",")]
            target = attributes if entry.args[0] in {"attribute", "attr"} else parameters
            target.update({name: said for name in names if said and name})
        elif isinstance(entry, DocstringRaises) and entry.type_name and said:
            raises[entry.type_name] = said
        elif isinstance(entry, DocstringReturns) and said:
            returned.setdefault(entry.is_generator, said)
    return AuthorText(
        prose=_prose(parsed),
        parameters=parameters,
        attributes=attributes,
        returns=returned.get(False, ""),
        yields=returned.get(True, ""),
        raises=raises,
    )


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, on one line."""
    flat = _reflow(text.split("\n\n")[0])
    end = re.search(r"(?<!\be\.g)(?<!\bi\.e)[.!?](?=\s|$)", flat)
    return flat[: end.end()] if end else flat


@cache
def _google() -> google.GoogleParser:
    keyword_sections = [
        google.Section(title, "param", google.SectionType.MULTIPLE)
        for title in ("Keyword Args", "Keyword Arguments", "Other Parameters")
    ]
    return google.GoogleParser(sections=[*google.DEFAULT_SECTIONS, *keyword_sections])


def _before_headings(entries: Sequence[DocstringMeta]) -> Sequence[DocstringMeta]:
    """Leave out the entries of a section whose heading the parser does not know, and so takes for entries itself."""
    names = [entry.arg_name if isinstance(entry, DocstringParam) else "" for entry in entries]
    underline = next((index for index, name in enumerate(names) if re.match(r"[-=]{3,}$", name)), None)
    return entries if underline is None else entries[: max(0, underline - 1)]


def _entry(meta: DocstringMeta) -> Entry | None:
    said = _reflow(meta.description or "")
    if isinstance(meta, DocstringParam):
        first, *others = (name.strip().lstrip("*\\") for name in meta.arg_name.split(","))
        names = (first, *(name for name in others if name != "optional"))
        kind: Literal["attribute", "parameter"] = "attribute" if meta.args[0] in {"attribute", "attr"} else "parameter"
        given = meta.type_name or ""
        optional = bool(meta.is_optional) or _OPTIONAL.search(given) is not None or "optional" in others
        return Entry(
            kind=kind,
            names=names,
            type=_OPTIONAL.split(given)[0],
            default=(meta.default or "").removeprefix("is ").strip("`'\" "),
            is_optional=optional,
            text=said,
        )
    # What numpydoc lists under `Warns` is not raised.
    if isinstance(meta, DocstringRaises) and meta.args[0] != "warns":
        return Entry(kind="raises", names=(meta.type_name,) if meta.type_name else (), text=said)
    if isinstance(meta, DocstringReturns):
        return Entry(kind="yields" if meta.is_generator else "returns", type=meta.type_name or "", text=said)
    return None


@lru_cache(maxsize=256)
def _best_reading(text: str) -> Docstring | None:
    # Without one of these no style has a section, and no parser needs to look.
    if not _MAY_HAVE_SECTIONS.search(text):
        return None
    return max(_readings(text), key=lambda docstring: len(docstring.meta), default=None)


def _readings(text: str) -> list[Docstring]:
    parsers: tuple[Callable[[str], Docstring], ...] = (rest.parse, _google().parse, numpydoc.parse)
    readings = []
    for parse in parsers:
        try:
            readings.append(parse(text))
        # Beyond ParseError, the parsers trip over odd text with plain IndexErrors and ValueErrors.
        except (ParseError, ValueError, IndexError, KeyError, AttributeError, TypeError):
            continue
    return readings


def _prose(parsed: Docstring) -> str:
    return "\n\n".join(part.strip("\n") for part in (parsed.short_description, parsed.long_description) if part)


def _reflow(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
