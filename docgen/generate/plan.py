"""What has to be said, in which order, and what of it needs no model.

A unit is an element with what the model is asked about it. Units that share a class (or none) form a chain: they run
one after the other, so that the backend reads what they share once, the class itself last, from what was written of
its methods. The module follows its chains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from docgen.evidence.ancestry import Ancestor, Library, Method, overridden
from docgen.evidence.behaviour import behaviour_of
from docgen.evidence.docstrings import first_sentence
from docgen.evidence.facts import Facts
from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import author_descriptions, described_by, subjects_of, with_owners
from docgen.generate.compose import conclusive, sufficient
from docgen.records import Class, Description, Element, Function, Module, Provenance, Subject

MAX_ASKED = 14
"""Subjects in one call; a longer signature is cut into calls that share their prefix."""


@dataclass(frozen=True)
class Unit:
    """An element and what the model is asked about it.

    Attributes:
        module: The module that holds the element.
        owner: For a method, its class; for a class, the class itself: whose code is shown.
        element: What is described.
        asked: The subjects to describe.
        overridden: For a method, what the nearest documented method that it overrides says; else empty.
    """

    module: Module
    owner: Class | None
    element: Class | Function | Module
    asked: tuple[Subject, ...]
    overridden: str = ""

    def calls(self) -> Iterable[tuple[Subject, ...]]:
        """Yield the subjects of each model call."""
        for start in range(0, len(self.asked), MAX_ASKED):
            yield self.asked[start : start + MAX_ASKED]


@dataclass(frozen=True)
class ModulePlan:
    """All that is to do for a module.

    Attributes:
        module: The module.
        known: The descriptions that there are already.
        chains: Units in order; different chains may run at once.
        last: The module's own unit, to run after the chains; None where nothing is asked of it.
    """

    module: Module
    known: Mapping[Subject, Description]
    chains: tuple[tuple[Unit, ...], ...]
    last: Unit | None

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units, in the order of their chains."""
        return (*(unit for chain in self.chains for unit in chain), *((self.last,) if self.last else ()))

    @property
    def elements(self) -> tuple[Element, ...]:
        """The elements that have a description or are asked about, in source order."""
        described = {subject.element for subject in self.known} | {unit.element.id for unit in self.units}
        return tuple(element for element, _ in with_owners(self.module) if element.id in described)


def plan_module(
    module: Module,
    *,
    rewrite: bool = False,
    library: Library | None = None,
    ask_all: bool = False,
) -> ModulePlan:
    """Plan the documentation of a module.

    Args:
        module: The module's records.
        rewrite: Whether the author's words are ignored.
        library: Finds base classes, whose words a method that only delegates to them inherits; None for none.
        ask_all: Whether the model is asked about all that it could add something to, where it is better than a small
            one.
    """
    tell = conclusive if ask_all else sufficient
    known: dict[Subject, Description] = {}
    units: list[Unit] = []
    finder = FactFinder(Surroundings(module, library))
    for element, owner in with_owners(module):
        subjects = subjects_of(module, element, owner)
        said = {} if rewrite else author_descriptions(element, owner, subjects)
        bases = _documented_bases(module, element, owner, library)
        if isinstance(element, Function) and not rewrite:
            said = {**_inherited(module, element, bases, subjects), **said}
            if owner is not None and library is not None:
                parents = library.ancestors(module, owner)
                said = {**_handed_on(finder, element, parents, subjects), **said}
        said = {**_told(finder, element, owner, subjects, said, tell), **said}
        known.update(said)
        asked = tuple(
            subject for subject in subjects if subject not in said and (ask_all or subject.kind != "overview")
        )
        if asked and _is_documented(element) and isinstance(element, Class | Function | Module):
            units.append(
                Unit(module, element if isinstance(element, Class) else owner, element, asked, _said_by(bases))
            )
    return ModulePlan(
        module=module,
        known=known,
        chains=_chains([unit for unit in units if unit.element is not module]),
        last=next((unit for unit in units if unit.element is module), None),
    )


def _documented_bases(
    module: Module, element: Element, owner: Class | None, library: Library | None
) -> tuple[Method, ...]:
    """Return the documented methods that a method without docstring overrides, nearest first."""
    if library is None or owner is None or not isinstance(element, Function) or element.docstring:
        return ()
    return tuple(method for method in overridden(element, library.ancestors(module, owner)) if method.docstring)


def _inherited(
    module: Module, function: Function, bases: Sequence[Method], subjects: Sequence[Subject]
) -> dict[Subject, Description]:
    """Return the base's words on a method that leaves all to it."""
    does = behaviour_of(module, function) if bases else None
    if does is None or does.delegates_to != function.name:
        return {}
    provenance = Provenance(source="inherited", base=bases[0].path)
    texts = described_by(bases[0].docstring, subjects)
    return {subject: Description(text=text, provenance=provenance) for subject, text in texts.items()}


def _handed_on(
    finder: FactFinder, function: Function, parents: Sequence[Ancestor], subjects: Sequence[Subject]
) -> dict[Subject, Description]:
    """Return what the nearest base that has the method says of parameters that it is handed and nothing else gets."""
    parent = next((ancestor for ancestor in parents if function.name in ancestor.methods), None)
    does = finder.behaviour(function)
    if parent is None or does is None:
        return {}
    called = f"super().{function.name}"
    handed = [
        subject
        for subject in subjects
        if subject.kind == "parameter"
        and (uses := does.uses.get(subject.part, ()))
        and all(use.kind == "passed" and (use.target, use.keyword) == (called, subject.part) for use in uses)
    ]
    method = parent.methods[function.name]
    texts = described_by(parent.docstring, handed) if function.name == "__init__" else {}
    provenance = Provenance(source="inherited", base=method.path)
    said = {**texts, **described_by(method.docstring, handed)}
    return {subject: Description(text=text, provenance=provenance) for subject, text in said.items()}


def _told(
    finder: FactFinder,
    element: Element,
    owner: Class | None,
    subjects: Sequence[Subject],
    said: Mapping[Subject, Description],
    tell: Callable[[Facts], str],
) -> dict[Subject, Description]:
    """Return what the facts alone say of an element, where that is as good as what a model says."""
    if not _is_documented(element):
        return {}
    texts = {
        subject: tell(finder.facts(element, owner, subject, with_scope=False))
        for subject in subjects
        if subject not in said
    }
    provenance = Provenance(source="composed")
    return {
        subject: Description(text=text, verdict="faithful", provenance=provenance)
        for subject, text in texts.items()
        if text
    }


def _said_by(bases: Sequence[Method]) -> str:
    return first_sentence(bases[0].docstring) if bases else ""


def _is_documented(element: Element) -> bool:
    return element.is_public or isinstance(element, Module)


def _chains(units: Sequence[Unit]) -> tuple[tuple[Unit, ...], ...]:
    by_owner: dict[str, list[Unit]] = {}
    for unit in units:
        by_owner.setdefault(unit.owner.id if unit.owner else "", []).append(unit)
    return tuple(tuple(sorted(chain, key=lambda unit: isinstance(unit.element, Class))) for chain in by_owner.values())
