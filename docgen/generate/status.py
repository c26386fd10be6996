"""How far a module is documented, as of now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import floor
from typing import Literal, NamedTuple, get_args

from docgen.generate.keys import Maker, keys_of
from docgen.generate.plan import ModulePlan
from docgen.generate.recheck import Judge
from docgen.generate.reuse import Memory, recall
from docgen.records import Description, Subject

State = Literal["documented", "stale", "missing", "edited", "composed"]


class Standing(NamedTuple):
    """How one description stands.

    Attributes:
        subject: What it is about.
        state: `documented` by the author or a model, `edited` by a person, `composed` after the model failed; `stale`
            where it was written for other code or today's checks reject it, `missing` where nothing was written.
        is_edited: Whether a person wrote it; such a text stays when it is stale.
    """

    subject: Subject
    state: State
    is_edited: bool = False


def standings(plan: ModulePlan, memory: Memory, maker: Maker, judge: Judge) -> Iterator[Standing]:
    """Yield how each description of a module stands.

    A class or module is compared with what is said of its members, stale or not: that may change when they are.

    Args:
        plan: All that there is to say of the module.
        memory: What earlier runs said.
        maker: What a run would make descriptions with.
        judge: Says whether what they said may be published today.
    """
    settled: dict[Subject, Description] = {**plan.known, **memory.edited(plan.module)}
    asked = {subject for unit in plan.units for subject in unit.asked}
    for subject in plan.known:
        if subject not in asked:
            said = settled[subject]
            yield Standing(subject, _state("current", said), said.provenance.source == "edited")
    for unit in plan.units:
        for subject, key in keys_of(unit, settled, maker).items():
            recalled = recall(unit, subject, key, memory, judge)
            if recalled.description and recalled.description.text:
                settled[subject] = recalled.description
            elif recalled.state == "current":
                continue
            yield Standing(subject, _state(recalled.state, recalled.description), recalled.is_edited)


def count(found: Iterable[Standing]) -> dict[State, int]:
    """Return how many descriptions are in each state."""
    counts: dict[State, int] = dict.fromkeys(get_args(State), 0)
    for standing in found:
        counts[standing.state] += 1
    return counts


def coverage(counts: Mapping[State, int]) -> float:
    """Return how many per cent of the descriptions are there and up to date, whoever wrote them; all of none is 100."""
    total = sum(counts.values())
    return 100 * (total - counts["missing"] - counts["stale"]) / total if total else 100.0


def shown(percentage: float) -> str:
    """Return a percentage for people, rounded down: nothing short of all is shown as 100 %."""
    return f"{floor(percentage * 10) / 10:g} %"


def _state(state: Literal["current", "stale", "missing"], said: Description | None) -> State:
    if state != "current" or said is None:
        return "missing" if state == "missing" else "stale"
    return {"edited": "edited", "composed": "composed"}.get(said.provenance.source, "documented")  # type: ignore[return-value]
