"""The JSON schema of an answer, made for one element, and the way back from an answer to its texts.

Exactly the parameters and exceptions that are asked about can be answered, and all of them must be: a name that does
not exist cannot be written, and none can be forgotten. What a function does is one clause: what a small model adds to
it is dear, and more often wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from docgen.llm.backend import Schema
from docgen.records import Subject, SubjectKind

MAX_CHARACTERS = 300
"""Bound of every string: grammars grow with it, and a longer description is rarely a truer one."""

# Quotes, backslashes and control characters would be escaped, which not every backend's regular expressions know of.
_NOT_IN_CODE = r'"\\`\x00-\x1F'
_NOT_IN_PROSE = f"{_NOT_IN_CODE}.,;，；(（"
# Not "The function …", "It …" or a name first. `[.]`, since older llama.cpps cannot read `\.`.
_BEGINNING = f"([^a-zTI {_NOT_IN_PROSE}]|T[^h {_NOT_IN_PROSE}]|I[^t {_NOT_IN_PROSE}]|It[^ {_NOT_IN_PROSE}])"
_CODE = f"`[^{_NOT_IN_CODE}]{{1,60}}`"
ONE_CLAUSE = f"^{_BEGINNING}([^{_NOT_IN_PROSE}]|{_CODE}){{1,{MAX_CHARACTERS}}}([^ {_NOT_IN_PROSE}]|{_CODE})[.]$"
"""A regular expression for one sentence without a comma or a parenthesis; in backticks, anything."""

KEYS: Mapping[SubjectKind, str] = {
    "function": "summary",
    "class": "summary",
    "module": "summary",
    "overview": "overview",
    "parameter": "parameters",
    "attribute": "attributes",
    "returns": "returns",
    "yields": "yields",
    "raises": "raises",
}


def answer_schema(asked: Sequence[Subject]) -> Schema:
    """Return the schema of an answer that describes these subjects of one element; equal kinds must be neighbours."""
    properties: dict[str, Any] = {}
    for kind, subjects in groupby(asked, key=lambda subject: subject.kind):
        parts = [subject.part for subject in subjects]
        if kind == "function":
            # Without a length: llguidance constrains nothing where a string has both.
            properties[KEYS[kind]] = {"type": "string", "pattern": ONE_CLAUSE}
        else:
            properties[KEYS[kind]] = _object({part: _string() for part in parts}) if parts != [""] else _string()
    return _object(properties)


def read_answer(answer: Mapping[str, Any], asked: Sequence[Subject]) -> dict[Subject, str]:
    """Return what an answer of that schema says of each subject."""
    return {
        subject: answer[KEYS[subject.kind]][subject.part] if subject.part else answer[KEYS[subject.kind]]
        for subject in asked
    }


def write_answer(texts: Mapping[Subject, str]) -> dict[str, Any]:
    """Return the answer that `read_answer` reads as these texts."""
    answer: dict[str, Any] = {}
    for subject, text in texts.items():
        if subject.part:
            answer.setdefault(KEYS[subject.kind], {})[subject.part] = text
        else:
            answer[KEYS[subject.kind]] = text
    return answer


def token_limit(asked: Sequence[Subject]) -> int:
    """Return how many tokens an answer may have: room for every string at its bound, and for the keys."""
    return 64 + sum(MAX_CHARACTERS // 3 + len(subject.part) for subject in asked)


def _string() -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
