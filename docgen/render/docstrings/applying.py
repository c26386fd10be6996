"""What is said of a module into the docstrings of its source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple

from docgen.evidence.docstrings import AuthorText, read_docstring
from docgen.extract.decoding import declared_encoding
from docgen.records import Description, Element, Module, Subject
from docgen.render.docstrings.completing import completed, lacking
from docgen.render.docstrings.content import Content, Key, Part, Shape
from docgen.render.docstrings.gathering import Gathered, gather, has_text
from docgen.render.docstrings.literal import Encodable, literal, read_literal
from docgen.render.docstrings.places import Layout, Spot, Unplaceable
from docgen.render.docstrings.reading import sections_of
from docgen.render.docstrings.styles import STYLES, StyleName
from docgen.render.docstrings.wrapping import columns
from docgen.render.splice import Edit, splice

Mode = Literal["missing-only", "complete", "replace"]
Reason = Literal["nothing is known of it", "there is no safe place in it"]


@dataclass(frozen=True)
class Manner:
    """How docstrings are written.

    Attributes:
        mode: `missing-only` leaves those that are there alone, `complete` adds to them, `replace` replaces them.
        style: Their style; a docstring that is completed keeps its own.
        line_length: Columns of a line.
        types: Whether types are repeated from the annotations.
        composed: Whether docstrings with composed summaries are written too.
    """

    mode: Mode = "missing-only"
    style: StyleName = "google"
    line_length: int = 88
    types: bool = True
    composed: bool = False


class Applied(NamedTuple):
    """A source file with docstrings.

    Attributes:
        after: Its bytes.
        written: Ids of the elements whose docstring is new or changed.
        left: Ids of the elements that have no docstring still, or an incomplete one, and why.
    """

    after: bytes
    written: tuple[str, ...]
    left: Mapping[str, Reason]


@dataclass
class _Work:
    """A module being edited."""

    module: Module
    manner: Manner
    layout: Layout
    quotes: str
    encodable: Encodable
    edits: dict[str, Edit] = field(default_factory=dict)
    left: dict[str, Reason] = field(default_factory=dict)


def apply_descriptions(
    raw: bytes,
    module: Module,
    said: Mapping[Subject, Description],
    manner: Manner,
    *,
    selected: Mapping[str, bool] | None = None,
) -> Applied:
    """Return a source file with what is said of its elements as docstrings.

    Args:
        raw: The file's bytes.
        module: What was read of them.
        said: The descriptions that hold, of whatever provenance.
        manner: How docstrings are written.
        selected: Whether an element is meant, by id; None for all.

    Raises:
        Unproven: It cannot be shown that docstrings alone would change.
    """
    encoding = declared_encoding(raw, module.filepath)
    layout = Layout(module.source)
    work = _Work(module, manner, layout, layout.quotes(module), partial(_encodable, encoding))
    for gathered in gather(module, said, composed=manner.composed):
        if selected is None or selected.get(gathered.element.id):
            _consider(work, gathered, said)
    after = splice(raw, module.source, encoding, list(work.edits.values()), module.filepath) if work.edits else raw
    return Applied(after, tuple(work.edits), work.left)


def _consider(work: _Work, gathered: Gathered, said: Mapping[Subject, Description]) -> None:
    element = gathered.element
    is_there = has_text(element)
    if is_there and work.manner.mode == "missing-only":
        return
    if not is_there and gathered.content is None:
        if element.is_public:
            work.left[element.id] = "nothing is known of it"
        return
    own = Subject(element=element.id, kind=element.kind)
    if not is_there and said[own].provenance.source in ("source", "inherited"):
        return
    try:
        spot = work.layout.spot(element)
        if not is_there:
            new = _new(work, gathered.content, spot) if gathered.content else None
        elif work.manner.mode == "complete":
            new = _complete(work, gathered, spot)
        else:
            new = _replaced(work, gathered, spot, said)
    except Unplaceable:
        work.left[element.id] = "there is no safe place in it"
        return
    if new is not None and new != work.module.source[spot.start : spot.end]:
        work.edits[element.id] = Edit(spot.start, spot.end, spot.before + new + spot.after)


def _new(work: _Work, content: Content, spot: Spot) -> str:
    style = STYLES[work.manner.style]
    return literal(
        style.lines(content, _shape(work, spot)),
        indent=spot.indent,
        newline=work.layout.newline,
        quotes=work.quotes,
        encodable=work.encodable,
        below=style.opens_below,
    )


def _shape(work: _Work, spot: Spot) -> Shape:
    return Shape(max(20, work.manner.line_length - columns(spot.indent)), spot.unit, work.manner.types)


def _complete(work: _Work, gathered: Gathered, spot: Spot) -> str | None:
    """Return the author's docstring with what it lacks, None where it lacks nothing that is known."""
    source = work.module.source[spot.start : spot.end]
    author = read_literal(source)
    lines = [line.text for line in author.lines] if author else _lines(gathered.element)
    missing = lacking(lines, _to_add(gathered, lines))
    if not missing:
        return None
    new = author and completed(
        source,
        author,
        missing,
        work.manner.style,
        _shape(work, spot),
        indent=spot.indent,
        newline=work.layout.newline,
        encodable=work.encodable,
    )
    if not new:
        work.left[gathered.element.id] = "there is no safe place in it"
    return new or None


def _to_add(gathered: Gathered, lines: Sequence[str]) -> dict[Key, tuple[Part, ...]]:
    """Return what the author has not said anywhere; a section is not begun unless all of its entries are known."""
    begun = {section.key for section in sections_of(lines)[1]}
    return {
        key: tuple(part for part in parts if not part.is_authors)
        for key, parts in gathered.parts.items()
        if gathered.is_whole or key in begun
    }


def _lines(element: Element) -> list[str]:
    return element.docstring.text.split("\n") if element.docstring else []


def _replaced(work: _Work, gathered: Gathered, spot: Spot, said: Mapping[Subject, Description]) -> str | None:
    """Return another docstring in place of the author's, None where nothing else than the author's words is known."""
    element = gathered.element
    own = [s for s in gathered.subjects if s in said and said[s].provenance.source not in ("source", "inherited")]
    summary = Subject(element=element.id, kind=element.kind)
    if gathered.content is None or summary not in own:
        return None
    words = read_docstring(element.docstring.text if element.docstring else "")
    if all(_flat(_said_by(words, subject)) == _flat(said[subject].text) for subject in own):
        return None
    return _new(work, gathered.content, spot)


def _said_by(words: AuthorText, subject: Subject) -> str:
    if subject.kind in ("parameter", "attribute"):
        return words.parameters.get(subject.part, "") or words.attributes.get(subject.part, "")
    if subject.kind == "raises":
        return words.raises.get(subject.part, "")
    if subject.kind in ("returns", "yields"):
        return words.returns if subject.kind == "returns" else words.yields
    return words.prose


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".")


def _encodable(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeError:
        return False
    return True
