"""What the store keeps of a description."""

from __future__ import annotations

from typing import NamedTuple

from docgen.records import Description, Record, Subject


class Key(NamedTuple):
    """What a description was made from; it holds as long as all of it is the same.

    Attributes:
        code: Hash of the code that it is about.
        evidence: Hash of what else was known of its subject; empty where that was not recorded.
        prompt: Hash of the templates; empty where not recorded.
        model: The model that was asked; empty where not recorded.
        body: Hash of the code without the element's name, by which a renamed element is found again; may be empty.
    """

    code: str
    evidence: str = ""
    prompt: str = ""
    model: str = ""
    body: str = ""


class Objection(Record):
    """A text that was not kept, and the check that rejected it."""

    code: str
    message: str
    text: str


class Entry(NamedTuple):
    """A description in the store.

    Attributes:
        subject: What it is about.
        key: What it was made from.
        description: The text, its verdict and its provenance.
        file: The source file, relative to the store's project.
        findings: What was rejected on the way to it.
        run: Id of the run that it comes from; empty for a person's.
        checked: Mark of the checks that it passed; empty where that was not recorded.
    """

    subject: Subject
    key: Key
    description: Description
    file: str
    findings: tuple[Objection, ...] = ()
    run: str = ""
    checked: str = ""


class Trace(NamedTuple):
    """Where a description came from, without what it says.

    Attributes:
        number: Its number in the store.
        subject: What it is about.
        code: Hash of the code that it was made from.
        body: Hash of that code without the element's name.
        source: Who wrote it.
        file: The source file, relative to the store's project.
    """

    number: int
    subject: Subject
    code: str
    body: str
    source: str
    file: str
