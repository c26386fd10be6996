"""The descriptions that hold as of now, whoever wrote them: what may be written into the source."""

from __future__ import annotations

from typing import NamedTuple

from docgen.generate.keys import Maker, keys_of
from docgen.generate.plan import ModulePlan, plan_module
from docgen.generate.recheck import Judge
from docgen.generate.reuse import Memory, recall
from docgen.records import Description, Module, Subject


class Fresh(NamedTuple):
    """What is known of a module.

    Attributes:
        said: The author's words, and descriptions that were made from the code as it is.
        stale: What was described for other code, or does not pass the checks of today.
    """

    said: dict[Subject, Description]
    stale: frozenset[Subject]


def fresh_descriptions(
    module: Module, memory: Memory, maker: Maker, judge: Judge, *, over_author: bool, ask_all: bool
) -> Fresh:
    """Return what holds of a module.

    Args:
        module: The module.
        memory: What earlier runs said.
        maker: What a run would make descriptions with.
        judge: Puts kept texts to today's checks.
        over_author: Whether what was said of subjects that the author has described comes before the author's words.
        ask_all: Whether a run asks the model about all that it could add something to.
    """
    plan = plan_module(module, library=judge.library, ask_all=ask_all)
    held, stale = _held(plan, memory, maker, judge)
    said = {**plan.known, **held}
    if over_author:
        anew = plan_module(module, rewrite=True, library=judge.library, ask_all=ask_all)
        held_anyway, _ = _held(anew, memory, maker, judge)
        said = {**plan.known, **held_anyway, **held}
    return Fresh(said, frozenset(stale - said.keys()))


def _held(
    plan: ModulePlan, memory: Memory, maker: Maker, judge: Judge
) -> tuple[dict[Subject, Description], set[Subject]]:
    # A class is compared with what is said of its members, stale or not, as `docgen status` does.
    settled: dict[Subject, Description] = {**plan.known, **memory.edited(plan.module)}
    held: dict[Subject, Description] = {}
    stale: set[Subject] = set()
    for unit in plan.units:
        for subject, key in keys_of(unit, settled, maker).items():
            recalled = recall(unit, subject, key, memory, judge)
            if recalled.description is None or not recalled.description.text:
                continue
            settled[subject] = recalled.description
            if recalled.state == "current" and not (recalled.moved and not recalled.is_edited):
                held[subject] = recalled.description
            else:
                stale.add(subject)
    return held, stale
