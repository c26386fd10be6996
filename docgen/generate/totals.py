"""What plans come to, all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from docgen.generate.plan import ModulePlan


@dataclass
class Totals:
    """Sums over plans.

    Attributes:
        modules: Modules that are documented.
        asked: Descriptions that the model is asked for.
        calls: Calls in which it is.
        elements: Elements of which something is known already.
        sources: The descriptions that there are already by who wrote them.
    """

    modules: int = 0
    asked: int = 0
    calls: int = 0
    elements: int = 0
    sources: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> int:
        """Descriptions that there are already."""
        return self.sources.total()


def totals_of(plans: Iterable[ModulePlan]) -> Totals:
    """Return the sums over some plans, each of which is taken once."""
    totals = Totals()
    for plan in plans:
        totals.modules += 1
        totals.asked += sum(len(unit.asked) for unit in plan.units)
        totals.calls += sum(1 for unit in plan.units for _ in unit.calls())
        totals.elements += len({subject.element for subject in plan.known})
        totals.sources.update(description.provenance.source for description in plan.known.values())
    return totals
