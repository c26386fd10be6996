"""What need not be generated again: which descriptions of earlier runs still hold.

A description holds while what it was made from is the same: its subject's code, the evidence about it, the templates
and the model. The prompt as it was sent is not the measure. It shows a whole class to each of its methods, so one
changed line would make all of them stale; what is shown around a subject is context, not evidence, and does not count:

- A function's descriptions depend on the function's own code, the facts about the subject and its own docstring.
- A class's or module's summary and overview depend on its own statements. A method or function that has a description
  counts with its first sentence, which is what the prompt shows of it, and any other member with its code. So a change
  in a method reaches its class when it changes what is said of the method, or is in a part that nobody describes.
- An attribute's description depends on the attribute's own statement and the facts about it.

Names do not count, so that what was renamed or moved is found again: under the code, where the element that had it is
gone. What a person wrote holds for ever; it can only become stale. An empty description stands for one that was asked
for and that there is no point in asking for again; it is kept, but never published.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from docgen.evidence.docstrings import first_sentence
from docgen.evidence.facts import role_of
from docgen.extract.layout import LayoutError, logical_lines
from docgen.extract.normal import hash_forms
from docgen.generate.attach import descriptions_in
from docgen.generate.plan import ModulePlan, Unit
from docgen.records import Attribute, Class, Description, Element, Function, Module, Provenance, Subject, code_of, walk
from docgen.store.entries import Entry, Key

State = Literal["current", "stale", "missing"]
_HEADER = re.compile(r"((?:async )?def )\w+")


class Recalled(NamedTuple):
    """What is remembered of a subject; `moved` where it was said of an element that had another name or place."""

    state: State
    description: Description | None = None
    moved: bool = False

    @property
    def is_edited(self) -> bool:
        """Whether a person wrote it, so that it stays even when it is stale."""
        return self.description is not None and self.description.provenance.source == "edited"


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
        of_members = told if not _stands_alone(subject) else []
        evidence = _digest([_facts(unit), _docstring(unit.element), of_members])
        keys[subject] = Key(_code_hash(unit.element, subject), evidence, maker.prompt, maker.model, body)
    return keys


class Memory:
    """The descriptions of earlier runs.

    Args:
        entries: What the store holds, oldest first.
        modules: The modules of this run.
        is_there: Whether a source file, named as in the store, still exists.
        file_of: Names a module's file as the store does.
        only_edited: Whether all but what people wrote is ignored.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        modules: Iterable[Module],
        *,
        is_there: Callable[[str], bool],
        file_of: Callable[[Module], str],
        only_edited: bool = False,
    ) -> None:
        self._places: dict[str, set[str]] = {}
        for module in modules:
            self._places.setdefault(file_of(module), set()).update(element.id for element in walk(module))
        self._is_there = is_there
        self._file_of = file_of
        self._by_subject: dict[Subject, list[Entry]] = {}
        self._by_code: dict[tuple[str, str, str], list[Entry]] = {}
        gone: dict[tuple[str, str], bool] = {}
        for entry in entries:
            if only_edited and entry.description.provenance.source != "edited":
                continue
            self._by_subject.setdefault(entry.subject, []).insert(0, entry)
            place = (entry.file, entry.subject.element)
            if place not in gone:
                gone[place] = self._is_gone(*place)
            if gone[place]:
                for code in {entry.key.code, entry.key.body} - {""}:
                    self._by_code.setdefault((code, entry.subject.kind, entry.subject.part), []).insert(0, entry)

    def recall(self, module: Module, subject: Subject, key: Key) -> Recalled:
        """Return what is remembered of a subject, and whether it still holds."""
        own = self._by_subject.get(subject, [])
        if edited := next((entry for entry in own if self._is_edited(entry, module)), None):
            return Recalled("current" if edited.key.code == key.code else "stale", edited.description)
        own = [entry for entry in own if entry.description.provenance.source != "edited"]
        if entry := next((entry for entry in own if entry.key.code == key.code and _holds(entry.key, key)), None):
            return Recalled("current", entry.description)
        for code in dict.fromkeys((key.code, key.body)):
            for entry in self._by_code.get((code, subject.kind, subject.part), ()):
                said = entry.description
                if said.provenance.source == "edited" or (_holds(entry.key, key) and not _names(said, entry, subject)):
                    return Recalled("current", said, moved=True)
        return Recalled("stale", own[0].description) if own else Recalled("missing")

    @property
    def knows_of_moves(self) -> bool:
        """Whether something was said of elements that are gone."""
        return bool(self._by_code)

    def file_of(self, module: Module) -> str:
        """Return a module's file as the store names it."""
        return self._file_of(module)

    def edited(self, module: Module) -> dict[Subject, Description]:
        """Return what people wrote of a module's elements, whether or not anything else is asked of them."""
        ids = self._places.get(self._file_of(module), set())
        return {
            subject: edited.description
            for subject, entries in self._by_subject.items()
            if subject.element in ids
            and (edited := next((entry for entry in entries if self._is_edited(entry, module)), None))
        }

    def _is_edited(self, entry: Entry, module: Module) -> bool:
        is_edited = entry.description.provenance.source == "edited"
        return is_edited and (entry.file == self._file_of(module) or self._is_gone(entry.file, entry.subject.element))

    def _is_gone(self, file: str, element: str) -> bool:
        if file in self._places:
            return element not in self._places[file]
        return not self._is_there(file)


def resume(
    plan: ModulePlan,
    memory: Memory,
    maker: Maker,
    *,
    selected: Callable[[Element], bool] = lambda element: True,
    accepts: Callable[[Unit, Subject, str], bool] = lambda unit, subject, text: True,
) -> ModulePlan:
    """Return what is left of a plan.

    A class whose methods are still to be described stays in it: what it depends on is not known yet.

    Args:
        plan: Everything that there is to say.
        memory: What earlier runs said.
        maker: What is going to make the descriptions.
        selected: Which elements the model may be asked about.
        accepts: Whether a text may be taken over that was said of an element of another name or place.
    """
    known = {**plan.known, **memory.edited(plan.module)}
    pending: set[str] = set()

    def left_of(unit: Unit) -> Unit | None:
        waits = isinstance(unit.element, Class | Module) and any(
            member.id in pending for member in unit.element.members
        )
        held = {s: d for s, d in current(unit, memory, known, maker, accepts).items() if not waits or _stands_alone(s)}
        known.update(published(held))
        asked = tuple(subject for subject in unit.asked if subject not in known and subject not in held)
        if not asked or not selected(unit.element):
            return None
        pending.add(unit.element.id)
        return replace(unit, asked=asked)

    chains = [tuple(left for unit in chain if (left := left_of(unit))) for chain in plan.chains]
    last = left_of(plan.last) if plan.last else None
    return ModulePlan(plan.module, known, tuple(chain for chain in chains if chain), last)


def current(
    unit: Unit,
    memory: Memory,
    settled: Mapping[Subject, Description],
    maker: Maker,
    accepts: Callable[[Unit, Subject, str], bool] = lambda unit, subject, text: True,
) -> dict[Subject, Description]:
    """Return the descriptions of a unit's subjects that still hold."""
    held = {}
    for subject, key in keys_of(unit, settled, maker).items():
        recalled = memory.recall(unit.module, subject, key)
        if recalled.description is None or (recalled.state == "stale" and not recalled.is_edited):
            continue
        if not recalled.moved or recalled.is_edited or accepts(unit, subject, recalled.description.text):
            held[subject] = recalled.description
    return held


def moved(plan: ModulePlan, known: Mapping[Subject, Description], memory: Memory, maker: Maker) -> Iterator[Entry]:
    """Yield entries under their new names for texts that were taken over from elements that are gone.

    Without them a text would be lost with the next change of the code, which is all that still leads to it.

    Args:
        plan: Everything that there is to say.
        known: What was taken over or known otherwise.
        memory: What earlier runs said.
        maker: What makes descriptions.
    """
    for unit in plan.units if memory.knows_of_moves else ():
        for subject, key in keys_of(unit, known, maker).items():
            recalled = memory.recall(unit.module, subject, key)
            if recalled.moved and recalled.description is not None and known.get(subject) == recalled.description:
                yield Entry(subject, key, recalled.description, memory.file_of(unit.module))


def published(held: Mapping[Subject, Description]) -> dict[Subject, Description]:
    """Return the descriptions that have a text."""
    return {subject: description for subject, description in held.items() if description.text}


def unanswered(asked: Iterable[Subject], written: Mapping[Subject, Description]) -> dict[Subject, Description]:
    """Return empty descriptions for what was asked and not written."""
    empty = Description(text="", provenance=Provenance(source="composed"))
    return {subject: empty for subject in asked if subject not in written}


def entries_from(module: Module, file: str) -> Iterator[Entry]:
    """Yield entries for the descriptions that a published record carries.

    It does not say from which evidence and with which templates a text was made: the code decides alone.
    """
    elements = {element.id: element for element in walk(module)}
    for subject, said in descriptions_in(module).items():
        element = elements.get(subject.element)
        if said.provenance.source in ("model", "composed", "edited") and isinstance(element, Class | Function | Module):
            yield Entry(subject, Key(_code_hash(element, subject), model=said.provenance.model), said, file)


def _holds(kept: Key, now: Key) -> bool:
    pairs = ((kept.evidence, now.evidence), (kept.prompt, now.prompt), (kept.model, now.model))
    return all(before in ("", after) for before, after in pairs)


def _names(said: Description, entry: Entry, subject: Subject) -> bool:
    """Whether a text mentions the name that its element had and has no more."""
    before, now = (re.split(r"[.@]", element) for element in (entry.subject.element, subject.element))
    return any(re.search(rf"\b{re.escape(name)}\b", said.text) for name in set(before) - set(now))


def _stands_alone(subject: Subject) -> bool:
    return subject.kind == "attribute"


def _code_hash(element: Class | Function | Module, subject: Subject) -> str:
    if isinstance(element, Function):
        return element.hash
    if not _stands_alone(subject):
        return _own_code(element)
    return next((m.hash for m in element.members if isinstance(m, Attribute) and m.name == subject.part), "")


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
