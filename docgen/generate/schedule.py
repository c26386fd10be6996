"""The model's part of a run: all units of all modules, as many at once as the backend rewards."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.evidence.context import Context, context_of
from docgen.generate.plan import ModulePlan, Unit
from docgen.records import Class, Description, Subject

Describe = Callable[[Unit, Context, Mapping[Subject, Description]], Awaitable[Mapping[Subject, Description]]]
"""Returns the descriptions that a unit asks for, given those that there are."""


async def describe_all(plans: Iterable[ModulePlan], describe: Describe, slots: Callable[[], int]) -> None:
    """Describe all units of some plans.

    The units of a chain follow each other where there are other chains to begin, since they share the beginning of
    their prompts; where there are none, they are described side by side rather than that a slot stays free. A plan is
    taken when the ones before leave a slot free, and forgotten when it is done.

    A unit that takes several calls is described in as many parts, so that what one call brought is never lost with
    the next.

    Args:
        plans: What is to do, in the order in which it is done.
        describe: Describes one unit.
        slots: Returns how many units are to be described at once from now on.

    Raises:
        BackendError: The model is gone.
    """
    upcoming = iter(plans)
    chains: list[_Chain] = []
    running: set[asyncio.Task[None]] = set()
    done: set[asyncio.Task[None]] = set()
    try:
        while True:
            while len(running) < slots() and (chain := _next_chain(chains, upcoming)):
                running.add(asyncio.create_task(chain.describe(chain.begin(), describe)))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            chains = [chain for chain in chains if not chain.is_done]
    finally:
        for task in running:
            task.cancel()
        # Others may have failed at the same moment: what nobody asked them for, asyncio would print.
        await asyncio.gather(*running, *done, return_exceptions=True)


@dataclass
class _Progress:
    """How far a module is.

    Attributes:
        settled: What is said of the module's elements.
        open_units: Units that are not described, the module's own left out.
    """

    settled: dict[Subject, Description]
    open_units: int


@dataclass(eq=False)
class _Chain:
    """Units that share a class, or the module's own unit.

    Attributes:
        progress: How far the module is.
        context: What their prompts share.
        units: Those that nobody works at.
        is_last: Whether it waits for all others of the module.
        at_work: Units that are being described.
    """

    progress: _Progress
    context: Context
    units: deque[Unit]
    is_last: bool = False
    at_work: int = field(default=0, init=False)

    @property
    def is_ready(self) -> bool:
        """Whether a unit can be begun: a class waits for its methods, a module for all that it holds."""
        if not self.units or (self.is_last and self.progress.open_units):
            return False
        return self.at_work == 0 or not isinstance(self.units[0].element, Class)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not self.units and self.at_work == 0

    def begin(self) -> Unit:
        """Take the next unit."""
        self.at_work += 1
        return self.units.popleft()

    async def describe(self, unit: Unit, describe: Describe) -> None:
        """Describe a unit that was taken."""
        for asked in unit.calls():
            said = await describe(replace(unit, asked=asked), self.context, self.progress.settled)
            self.progress.settled.update(said)
        self.at_work -= 1
        if not self.is_last:
            self.progress.open_units -= 1


def _next_chain(chains: list[_Chain], upcoming: Iterator[ModulePlan]) -> _Chain | None:
    """Return the chain whose next unit is to be begun, if there is one: the first at which nobody works."""
    while True:
        ready = [chain for chain in chains if chain.is_ready]
        if idle := next((chain for chain in ready if chain.at_work == 0), None):
            return idle
        plan = next(upcoming, None)
        if plan is None:
            return max(ready, key=lambda chain: len(chain.units), default=None)
        chains += _chains(plan)


def _chains(plan: ModulePlan) -> Sequence[_Chain]:
    progress = _Progress(dict(plan.known), sum(len(chain) for chain in plan.chains))
    chains = [_Chain(progress, _context_of(chain[0]), deque(chain)) for chain in plan.chains]
    # What is read soonest comes first: somebody waits for the first description.
    chains.sort(key=lambda chain: len(chain.context.code))
    last = [_Chain(progress, _context_of(plan.last), deque([plan.last]), is_last=True)] if plan.last else []
    return [*chains, *last]


def _context_of(unit: Unit) -> Context:
    return context_of(unit.module, unit.owner)
