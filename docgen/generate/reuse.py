"""What need not be generated again: which descriptions of earlier runs still hold.

A description holds while what it was made from is the same (`docgen.generate.keys`) and today's checks still pass it
(`docgen.generate.recheck`). What was renamed or moved is found under its code, where the element that had it is gone.
What a person wrote holds for ever; it can only become stale. An empty description stands for one that was asked for and
that there is no point in asking for again; it is kept, but never published.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Literal, NamedTuple, Protocol

from docgen.generate.attach import descriptions_in
from docgen.generate.keys import Maker, code_hash, keys_of, stands_alone
from docgen.generate.plan import ModulePlan, Unit
from docgen.generate.recheck import Judge
from docgen.records import Class, Description, Element, Function, Module, Provenance, Subject, walk
from docgen.spool import Spool
from docgen.store.entries import Entry, Key, Trace

State = Literal["current", "stale", "missing"]


class Recalled(NamedTuple):
    """What is remembered of a subject; `moved` where it was said of an element that had another name or place."""

    state: State
    entry: Entry | None = None
    moved: bool = False

    @property
    def description(self) -> Description | None:
        """What was said."""
        return self.entry.description if self.entry else None

    @property
    def is_edited(self) -> bool:
        """Whether a person wrote it, so that it stays even when it is stale."""
        return self.description is not None and self.description.provenance.source == "edited"


class Descriptions(Protocol):
    """Where descriptions of earlier runs are kept (`docgen.store.Store`)."""

    def traces(self) -> Iterator[Trace]:
        """Yield where each description came from, file by file."""

    def entries_of(self, subject: Subject) -> list[Entry]:
        """Return the descriptions of a subject, newest first."""

    def entry(self, number: int) -> Entry | None:
        """Return one description."""


class Memory:
    """The descriptions of earlier runs; held are only the names of those that a person wrote or whose element is gone.

    Args:
        kept: Where the descriptions are.
        modules: The modules of this run; each is taken once.
        is_there: Whether a source file, named as in the store, still exists.
        file_of: Names a module's file as the store does.
        only_edited: Whether all but what people wrote is ignored.
    """

    def __init__(
        self,
        kept: Descriptions,
        modules: Iterable[Module],
        *,
        is_there: Callable[[str], bool],
        file_of: Callable[[Module], str],
        only_edited: bool = False,
    ) -> None:
        self._kept = kept
        self._file_of = file_of
        self._only_edited = only_edited
        self._edited: defaultdict[str, dict[Subject, None]] = defaultdict(dict)
        self._by_code: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
        self._gone: set[tuple[str, str]] = set()
        elements: Spool[set[str]] = Spool()
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for module in modules:
            numbers[file_of(module)].append(len(elements))
            elements.append({element.id for element in walk(module)})
        for file, traces in groupby(kept.traces(), key=lambda trace: trace.file):
            here = {element for number in numbers.get(file, ()) for element in elements[number]}
            is_left = file not in numbers and is_there(file)
            for trace in traces:
                if trace.source == "edited" or not only_edited:
                    self._note(trace, is_gone=not is_left and trace.subject.element not in here)

    def _note(self, trace: Trace, *, is_gone: bool) -> None:
        subject = trace.subject
        if trace.source == "edited":
            self._edited[subject.element][subject] = None
        if is_gone:
            self._gone.add((trace.file, subject.element))
            for code in {trace.code, trace.body} - {""}:
                self._by_code[code, subject.kind, subject.part].append(trace.number)

    def recall(self, module: Module, subject: Subject, key: Key) -> Recalled:
        """Return what is remembered of a subject, and whether it still holds."""
        own = self._kept.entries_of(subject)
        if edited := next((entry for entry in own if self._is_edited(entry, module)), None):
            return Recalled("current" if edited.key.code == key.code else "stale", edited)
        own = [] if self._only_edited else [e for e in own if e.description.provenance.source != "edited"]
        if entry := next((entry for entry in own if entry.key.code == key.code and _holds(entry.key, key)), None):
            return Recalled("current", entry)
        for code in dict.fromkeys((key.code, key.body)):
            for entry in self._moved(code, subject):
                said = entry.description
                if said.provenance.source == "edited" or (_holds(entry.key, key) and not _names(said, entry, subject)):
                    return Recalled("current", entry, moved=True)
        return Recalled("stale", own[0]) if own else Recalled("missing")

    def file_of(self, module: Module) -> str:
        """Return a module's file as the store names it."""
        return self._file_of(module)

    def edited(self, module: Module) -> dict[Subject, Description]:
        """Return what people wrote of a module's elements, whether or not anything else is asked of them."""
        return {
            subject: edited.description
            for element in walk(module)
            for subject in self._edited.get(element.id, ())
            if (edited := next((e for e in self._kept.entries_of(subject) if self._is_edited(e, module)), None))
        }

    def _moved(self, code: str, subject: Subject) -> Iterator[Entry]:
        """Yield what was said about a code whose element is gone, newest first."""
        for number in sorted(self._by_code.get((code, subject.kind, subject.part), ()), reverse=True):
            if entry := self._kept.entry(number):
                yield entry

    def _is_edited(self, entry: Entry, module: Module) -> bool:
        is_edited = entry.description.provenance.source == "edited"
        is_here = entry.file == self._file_of(module)
        return is_edited and (is_here or (entry.file, entry.subject.element) in self._gone)


class Held(NamedTuple):
    """What still holds of a unit's descriptions.

    Attributes:
        said: The descriptions, empty ones too.
        anew: Those of them that are to be kept anew: under a new name, since a text that was found by its code alone
            would be lost with the next change of it, or with the mark of today's checks.
    """

    said: dict[Subject, Description]
    anew: list[Entry]


class Resumed(NamedTuple):
    """What is left of a plan, and what is to be kept anew of the rest."""

    plan: ModulePlan
    anew: list[Entry]


def resume(
    plan: ModulePlan,
    memory: Memory,
    maker: Maker,
    judge: Judge,
    *,
    selected: Callable[[Element], bool] = lambda element: True,
) -> Resumed:
    """Return what is left of a plan.

    A class whose methods are still to be described stays in it: what it depends on is not known yet.

    Args:
        plan: Everything that there is to say.
        memory: What earlier runs said.
        maker: What is going to make the descriptions.
        judge: Says whether what they said may be published today.
        selected: Which elements the model may be asked about.
    """
    known = {**plan.known, **memory.edited(plan.module)}
    pending: set[str] = set()
    anew: list[Entry] = []

    def left_of(unit: Unit) -> Unit | None:
        waits = isinstance(unit.element, Class | Module) and any(
            member.id in pending for member in unit.element.members
        )
        held = current(unit, memory, known, maker, judge)
        taken = {s: d for s, d in held.said.items() if not waits or stands_alone(s)}
        anew.extend(entry for entry in held.anew if entry.subject in taken)
        known.update(published(taken))
        asked = tuple(subject for subject in unit.asked if subject not in known and subject not in taken)
        if not asked or not selected(unit.element):
            return None
        pending.add(unit.element.id)
        return replace(unit, asked=asked)

    chains = [tuple(left for unit in chain if (left := left_of(unit))) for chain in plan.chains]
    last = left_of(plan.last) if plan.last else None
    return Resumed(ModulePlan(plan.module, known, tuple(chain for chain in chains if chain), last), anew)


def current(unit: Unit, memory: Memory, settled: Mapping[Subject, Description], maker: Maker, judge: Judge) -> Held:
    """Return the descriptions of a unit's subjects that still hold."""
    held = Held({}, [])
    for subject, key in keys_of(unit, settled, maker).items():
        recalled = recall(unit, subject, key, memory, judge)
        if recalled.entry is None or (recalled.state == "stale" and not recalled.is_edited):
            continue
        held.said[subject] = recalled.entry.description
        mark = "" if recalled.is_edited else judge.mark(unit.module)
        if recalled.moved or recalled.entry.checked != mark:
            file = memory.file_of(unit.module)
            held.anew.append(recalled.entry._replace(subject=subject, key=key, file=file, checked=mark))
    return held


def recall(unit: Unit, subject: Subject, key: Key, memory: Memory, judge: Judge) -> Recalled:
    """Return what is remembered of a subject; a text that may not be published today is stale."""
    recalled = memory.recall(unit.module, subject, key)
    if recalled.entry is None or recalled.state == "stale" or recalled.is_edited:
        return recalled
    is_known_good = recalled.entry.checked == judge.mark(unit.module) and not recalled.moved
    if is_known_good or judge.accepts(unit, subject, recalled.entry.description):
        return recalled
    return Recalled("missing") if recalled.moved else Recalled("stale", recalled.entry)


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
    said = {s: d for s, d in descriptions_in(module).items() if d.provenance.source in ("model", "composed", "edited")}
    for subject, code in code_hashes(module, said).items():
        yield Entry(subject, Key(code, model=said[subject].provenance.model), said[subject], file)


def code_hashes(module: Module, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """Return a hash of the code that each subject's description depends on; what is not there is left out."""
    elements = {element.id: element for element in walk(module)}
    found = ((subject, elements.get(subject.element)) for subject in subjects)
    return {
        subject: code_hash(element, subject)
        for subject, element in found
        if isinstance(element, Class | Function | Module)
    }


def _holds(kept: Key, now: Key) -> bool:
    pairs = ((kept.evidence, now.evidence), (kept.prompt, now.prompt), (kept.model, now.model))
    return all(before in ("", after) for before, after in pairs)


def _names(said: Description, entry: Entry, subject: Subject) -> bool:
    """Whether a text mentions the name that its element had and has no more."""
    before, now = (re.split(r"[.@]", element) for element in (entry.subject.element, subject.element))
    return any(re.search(rf"\b{re.escape(name)}\b", said.text) for name in set(before) - set(now))
