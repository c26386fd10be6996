"""A text as claims: its sentences, and what it states of type, default and optionality in a parenthesis at its head."""

from __future__ import annotations

import re
from typing import NamedTuple

_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][\"')\]`]*(?=\s|$)")
_TAG = re.compile(r"</?[a-zA-Z][\w-]*/?>")
_DASH = re.compile(r"\s*(?:–|—|-{1,2}|:)\s+")
_BARE_TYPE = re.compile(
    r"([A-Z][A-Z_]{2,}|[A-Za-z_][\w.]*(?:\[[^\n]*?\])?(?:\s*\|\s*[\w.]+)*)(\s*=\s*[\w.'\"-]+)?\s+[–—-]\s+"
)
_OPTIONAL = re.compile(r"\boptional\b", re.IGNORECASE)


class Header(NamedTuple):
    """What stands before the description proper.

    Attributes:
        type: The type stated, empty where none is.
        default: The default stated, None where none is.
        optional: Whether the word `optional` stands there.
    """

    type: str = ""
    default: str | None = None
    optional: bool = False


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, an unfinished last one included."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        found.append(text[start : match.end()].strip())
        start = match.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def complete_sentences(text: str) -> str:
    """Return a text without an unfinished last sentence; all of it where it has no whole sentence."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else text


def split_header(text: str) -> tuple[Header, str]:
    """Split `(int, optional) – How many.` into what it states of the signature and what it says."""
    stripped = _TAG.sub(" ", text).strip()
    if stripped.startswith("("):
        end = _closing(stripped)
        if end < 0:
            return Header(), stripped
        return _header(stripped[1:end]), _DASH.sub("", stripped[end + 1 :], count=1).strip()
    if bare := _BARE_TYPE.match(stripped):
        default = bare[2].strip(" =") if bare[2] else None
        return Header(bare[1], default), stripped[bare.end() :]
    return Header(), stripped


def _closing(text: str) -> int:
    depth = 0
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return index
    return -1


def _header(inside: str) -> Header:
    optional = bool(_OPTIONAL.search(inside))
    kept = [
        part for part in _parts(inside) if not _OPTIONAL.match(part.strip()) and not part.strip().startswith("default")
    ]
    stated = ", ".join(kept).strip()
    default = re.search(r"=\s*([\w.'\"-]+)\s*\Z", stated)
    return Header(stated[: default.start()].strip() if default else stated, default[1] if default else None, optional)


def _parts(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]
