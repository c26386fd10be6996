"""What a description was made from, as hashes.

The prompt as it was sent is not the measure. It shows a whole class to each of its methods, so one changed line would
make all of them stale; what is shown around a subject is context, not evidence, and does not count:

- A function's descriptions depend on the function's own code, the facts about the subject and its own docstring.
- A class's or module's summary and overview depend on its own statements. A method or function that has a description
  counts with its first sentence, which is what the prompt shows of it, and any other member with its code. So a change
  in a method reaches its class when it changes what is said of the method, or is in a part that nobody describes.
- An attribute's description depends on the attribute's own statement and the facts about it.

Names do not count, so that what was renamed or moved is found again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docgen.evidence.docstrings import first_sentence
from docgen.evidence.facts import role_of
from docgen.extract.layout import LayoutError, logical_lines
from docgen.extract.normal import hash_forms
from docgen.generate.plan import Unit
from docgen.records import Attribute, Class, Description, Element, Function, Module, Subject, code_of
from docgen.store.entries import Key

_HEADER = re.compile(r"((?:async )?def )\w+")


@dataclass(frozen=True)
class Maker:
    """What makes descriptions.

    Attributes:
        prompt: Hash of the templates.
        model: The model's name.
    """

    prompt: str
    model: str


def keys_of(unit: Unit, settled: Mapping[Subject, Description], maker: Maker) -> dict[Subject, Key]:
    """Return what each description that a unit asks about depends on.

    Args:
        unit: The unit.
        settled: What is said of the members of its class or module.
        maker: What is going to make the descriptions.
    """
    body = _nameless_hash(unit.module, unit.element) if isinstance(unit.element, Function) else ""
    told = _members_told(unit.element, settled) if isinstance(unit.element, Class | Module) else []
    keys = {}
    for subject in unit.asked:
        of_members = told if not stands_alone(subject) else []
        evidence = _digest([_facts(unit), _docstring(unit.element), of_members])
        keys[subject] = Key(code_hash(unit.element, subject), evidence, maker.prompt, maker.model, body)
    return keys


def code_hash(element: Class | Function | Module, subject: Subject) -> str:
    """Return a hash of the code that a subject of an element is about."""
    if isinstance(element, Function):
        return element.hash
    if not stands_alone(subject):
        return _own_code(element)
    return next((m.hash for m in element.members if isinstance(m, Attribute) and m.name == subject.part), "")


def stands_alone(subject: Subject) -> bool:
    """Whether what is said of a subject depends on its own statement alone, not on the members around it."""
    return subject.kind == "attribute"


def _own_code(element: Class | Module) -> str:
    """Return a hash of what a class or module says itself: all but its own name and the bodies of its members."""
    own: list[Any] = sorted(
        [member.kind, member.name, member.hash if isinstance(member, Attribute) else ""] for member in element.members
    )
    if isinstance(element, Class):
        own += [element.bases, [[keyword.name, keyword.value] for keyword in element.keywords]]
        own += [decorator.text for decorator in element.decorators]
    return _digest(own)


def _members_told(element: Class | Module, settled: Mapping[Subject, Description]) -> list[list[str]]:
    """Return what is known of each member that has a body: what is said of it, else its code."""
    told = []
    for member in element.members:
        if isinstance(member, Attribute):
            continue
        # A class within a class is described in its own time, before or after this one.
        said = settled.get(Subject(element=member.id, kind=member.kind))
        is_shown = said and (isinstance(member, Function) or isinstance(element, Module))
        told.append([member.name, first_sentence(said.text) if said and is_shown else member.hash])
    return sorted(told)


def _nameless_hash(module: Module, function: Function) -> str:
    code = code_of(module, function)
    try:
        forms = hash_forms(code, logical_lines(code))
    except LayoutError:
        return ""
    header = next((index for index, form in enumerate(forms) if _HEADER.search(form)), None)
    if header is not None:
        forms[header] = _HEADER.sub(r"\1", forms[header], count=1)
    return _digest(forms)


def _facts(unit: Unit) -> Any:
    """Return what is known of a unit's element besides its code."""
    return [role_of(unit.element, unit.owner), unit.element.labels, unit.overridden]


def _docstring(element: Element) -> str:
    return " ".join(element.docstring.text.split()) if element.docstring else ""


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
