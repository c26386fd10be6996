"""The order in which units are described, and what is done side by side."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from pathlib import Path

import pytest

from docgen.errors import BackendUnavailable
from docgen.evidence.context import Context
from docgen.extract import find_sources, read_modules
from docgen.generate.plan import ModulePlan, Unit, plan_module
from docgen.generate.schedule import describe_all
from docgen.records import Description, Module, Provenance, Subject

SOURCE = """
class A:
    def one(self, x):
        return x + 1

    def two(self, x):
        return x + 2


class B:
    def three(self, x):
        return x + 3


def four(x):
    return x + 4


def five(x):
    return x + 5
"""
SAID = Description(text="Said.", provenance=Provenance(source="model"))


def plans(folder: Path, modules: int = 1) -> list[ModulePlan]:
    for number in range(modules):
        (folder / f"m{number}.py").write_text(SOURCE, encoding="utf-8")
    read = read_modules(find_sources([str(folder)], cwd=folder))
    return [plan_module(module, ask_all=True) for module in read if isinstance(module, Module)]


class Describer:
    """Describes everything at once, and notes in which order and with how many beside."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.now = self.most = 0

    async def __call__(
        self, unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> Mapping[Subject, Description]:
        self.order.append(unit.element.id)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return dict.fromkeys(unit.asked, SAID)


def described(plans: list[ModulePlan], slots: int) -> Describer:
    describer = Describer()
    asyncio.run(describe_all(plans, describer, lambda: slots))
    return describer


def test_one_after_the_other_a_module_begins_with_what_is_read_soonest(tmp_path: Path) -> None:
    inside = ["four", "five", "B.three", "B", "A.one", "A.two", "A"]
    expected = [name for module in ("m0", "m1") for name in (*(f"{module}.{name}" for name in inside), module)]
    assert described(plans(tmp_path, modules=2), 1).order == expected


@pytest.mark.parametrize("slots", [2, 3, 8, 64])
def test_whatever_runs_side_by_side_a_whole_comes_after_its_parts_and_everything_once(
    tmp_path: Path, slots: int
) -> None:
    planned = plans(tmp_path, modules=4)
    order = described(planned, slots).order
    assert sorted(order) == sorted(unit.element.id for plan in planned for unit in plan.units)
    for module in ("m0", "m1", "m2", "m3"):
        inside = [element for element in order if element.split(".")[0] == module]
        assert inside[-1] == module
        for owner in ("A", "B"):
            methods = [i for i, element in enumerate(inside) if element.startswith(f"{module}.{owner}.")]
            assert methods
            assert inside.index(f"{module}.{owner}") > max(methods)


def test_slots_are_used_also_where_one_module_is_all_there_is(tmp_path: Path) -> None:
    assert described(plans(tmp_path), 5).most == 5


def test_the_number_side_by_side_follows_what_is_asked_for_at_the_time(tmp_path: Path) -> None:
    describer = Describer()
    asyncio.run(describe_all(plans(tmp_path, modules=6), describer, lambda: 1 if len(describer.order) < 10 else 4))
    assert describer.most == 4
    first = Describer()
    asyncio.run(describe_all(plans(tmp_path, modules=6), first, lambda: 1))
    assert describer.order[:10] == first.order[:10]


def test_a_backend_that_is_gone_ends_everything_that_is_under_way(tmp_path: Path) -> None:
    begun: list[str] = []
    ended: list[str] = []

    async def describe(
        unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> Mapping[Subject, Description]:
        begun.append(unit.element.id)
        if len(begun) == 3:
            raise BackendUnavailable("gone")
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(unit.element.id)
        return {}

    with pytest.raises(BackendUnavailable, match="gone"):
        asyncio.run(describe_all(plans(tmp_path), describe, lambda: 3))
    assert sorted(ended) == sorted(begun[:2])


def test_two_that_fail_at_the_same_moment_end_the_run_with_one_error_and_no_traceback(tmp_path: Path) -> None:
    told: list[str] = []

    async def describe(
        unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> Mapping[Subject, Description]:
        raise BackendUnavailable("gone")

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, problem: told.append(problem["message"]))
        with pytest.raises(BackendUnavailable, match="gone"):
            await describe_all(plans(tmp_path), describe, lambda: 3)
        gc.collect()

    asyncio.run(main())
    assert told == []


def test_plans_are_taken_when_they_are_needed(tmp_path: Path) -> None:
    taken: list[str] = []
    ahead: list[int] = []
    done: set[str] = set()

    def upcoming(all_plans: list[ModulePlan]) -> object:
        for plan in all_plans:
            taken.append(plan.module.path)
            yield plan

    async def describe(
        unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> Mapping[Subject, Description]:
        await asyncio.sleep(0)
        if unit.element is unit.module:
            done.add(unit.module.path)
        ahead.append(len(taken) - len(done))
        return dict.fromkeys(unit.asked, SAID)

    asyncio.run(describe_all(upcoming(plans(tmp_path, modules=12)), describe, lambda: 2))  # type: ignore[arg-type]
    assert len(taken) == 12
    assert max(ahead) <= 3
