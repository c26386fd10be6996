"""The model's part of a run: all chains of all modules, as many at once as the backend takes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.evidence.context import Context, context_of
from docgen.generate.plan import ModulePlan, Unit
from docgen.records import Description, Subject

Describe = Callable[[Unit, Context, Mapping[Subject, Description]], Awaitable[Mapping[Subject, Description]]]
"""Returns the descriptions that a unit asks for, given those that there are."""


@dataclass
class _Progress:
    """How far a module is: its last unit waits for its chains.

    Attributes:
        plan: What is to do.
        settled: What is said of the module's elements.
        open_chains: How many chains are not done.
        chains_done: Set when none is left.
    """

    plan: ModulePlan
    settled: dict[Subject, Description]
    open_chains: int
    chains_done: asyncio.Event = field(default_factory=asyncio.Event)


async def describe_all(
    plans: Sequence[ModulePlan],
    describe: Describe,
    jobs: int,
) -> None:
    """Describe all units of some plans.

    A unit that takes several calls is described in as many parts, so that what one call brought is never lost with
    the next.

    Args:
        plans: What is to do, in the order in which it is done.
        describe: Describes one unit.
        jobs: How many units are described at once.

    Raises:
        BackendError: The model is gone.
    """

    async def describe_chain(chain: Sequence[Unit], settled: dict[Subject, Description]) -> None:
        context = context_of(chain[0].module, chain[0].owner)
        for unit in chain:
            for asked in unit.calls():
                settled.update(await describe(replace(unit, asked=asked), context, settled))

    async def work() -> None:
        while queue:
            progress, chain = queue.popleft()
            if chain:
                await describe_chain(chain, progress.settled)
                progress.open_chains -= 1
                if progress.open_chains == 0:
                    progress.chains_done.set()
                continue
            await progress.chains_done.wait()
            if progress.plan.last:
                await describe_chain((progress.plan.last,), progress.settled)

    queue: deque[tuple[_Progress, Sequence[Unit]]] = deque()
    for plan in plans:
        progress = _Progress(plan, dict(plan.known), len(plan.chains))
        if not plan.chains:
            progress.chains_done.set()
        queue.extend((progress, chain) for chain in plan.chains)
        queue.append((progress, ()))
    workers = [asyncio.create_task(work()) for _ in range(jobs)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
