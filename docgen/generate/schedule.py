"""The model's part of a run: all chains of all modules, as many at once as the backend takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from docgen.evidence.context import context_of
from docgen.generate.describe import Writer
from docgen.generate.plan import ModulePlan, Unit
from docgen.records import Description, Subject

Settle = Callable[[Mapping[Subject, Description]], None]
"""Is given a unit's descriptions as soon as they are there."""


@dataclass
class _Progress:
    """How far a module is: its last unit waits for its chains."""

    plan: ModulePlan
    open_chains: int
    chains_done: asyncio.Event = field(default_factory=asyncio.Event)


async def describe_all(
    plans: Sequence[ModulePlan],
    writer: Writer,
    jobs: int,
    settle: Settle,
) -> None:
    """Describe all units of some plans.

    Args:
        plans: What is to do, in the order in which it is done.
        writer: Describes one unit.
        jobs: How many units are described at once.
        settle: Is given each unit's descriptions.

    Raises:
        BackendError: The model is gone. What was described until then has been given to `settle`.
    """
    settled: dict[Subject, Description] = {}

    async def describe(chain: Sequence[Unit]) -> None:
        context = context_of(chain[0].module, chain[0].owner)
        for unit in chain:
            written = await writer.describe(unit, context, settled)
            settled.update(written)
            settle(written)

    async def work() -> None:
        while queue:
            progress, chain = queue.pop(0)
            if chain:
                await describe(chain)
                progress.open_chains -= 1
                if progress.open_chains == 0:
                    progress.chains_done.set()
                continue
            await progress.chains_done.wait()
            if progress.plan.last:
                await describe((progress.plan.last,))

    queue: list[tuple[_Progress, Sequence[Unit]]] = []
    for plan in plans:
        settled.update(plan.known)
        progress = _Progress(plan, len(plan.chains))
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
