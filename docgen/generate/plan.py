"""What has to be said, in which order, and what of it needs no model.

A unit is an element with what the model is asked about it. Units that share a class (or none) form a chain: they run
one after the other, so that the backend reads what they share once, the class itself last, from what was written of
its methods. The module follows its chains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from docgen.evidence.subjects import author_descriptions, subjects_of, with_owners
from docgen.records import Class, Description, Element, Function, Module, Subject

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
    """

    module: Module
    owner: Class | None
    element: Class | Function | Module
    asked: tuple[Subject, ...]

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


def plan_module(
    module: Module,
    *,
    selected: Callable[[Element], bool] = lambda element: True,
    rewrite: bool = False,
) -> ModulePlan:
    """Plan the documentation of a module.

    Args:
        module: The module's records.
        selected: Which elements the model may be asked about; the author's words are read for all.
        rewrite: Whether the author's words are ignored.
    """
    known: dict[Subject, Description] = {}
    units: list[Unit] = []
    for element, owner in with_owners(module):
        subjects = subjects_of(module, element, owner)
        said = {} if rewrite else author_descriptions(element, owner, subjects)
        known.update(said)
        asked = tuple(subject for subject in subjects if subject not in said)
        if asked and selected(element) and _is_documented(element) and isinstance(element, Class | Function | Module):
            units.append(Unit(module, element if isinstance(element, Class) else owner, element, asked))
    return ModulePlan(
        module=module,
        known=known,
        chains=_chains([unit for unit in units if unit.element is not module]),
        last=next((unit for unit in units if unit.element is module), None),
    )


def _is_documented(element: Element) -> bool:
    return element.is_public or isinstance(element, Module)


def _chains(units: Sequence[Unit]) -> tuple[tuple[Unit, ...], ...]:
    by_owner: dict[str, list[Unit]] = {}
    for unit in units:
        by_owner.setdefault(unit.owner.id if unit.owner else "", []).append(unit)
    return tuple(tuple(sorted(chain, key=lambda unit: isinstance(unit.element, Class))) for chain in by_owner.values())
