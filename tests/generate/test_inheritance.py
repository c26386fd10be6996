from collections.abc import Callable

from docgen.evidence.ancestry import Library
from docgen.generate.plan import ModulePlan, plan_module
from docgen.records import Module

ModuleOf = Callable[[str], Module]

SOURCE = '''
    class Base:
        def pour(self, cup, sugar=0):
            """Pour some tea.

            Args:
                cup: Where it goes.

            Returns:
                The full cup.
            """
            return cup + sugar

    class Polite(Base):
        def pour(self, cup, sugar=0):
            return super().pour(cup, sugar)

    class Rude(Base):
        def pour(self, cup, sugar=0):
            return cup
'''


def plan(module: Module) -> ModulePlan:
    return plan_module(module, library=Library([module]), ask_all=True)


def test_a_method_that_only_delegates_inherits_what_the_base_says(module_of: ModuleOf) -> None:
    known = plan(module_of(SOURCE)).known
    said = {(s.kind, s.part): d for s, d in known.items() if s.element == "sample.Polite.pour"}
    assert said.pop(("parameter", "sugar")).provenance.source == "composed"
    assert {key: d.text for key, d in said.items()} == {
        ("function", ""): "Pour some tea.",
        ("parameter", "cup"): "Where it goes.",
        ("returns", ""): "The full cup.",
    }
    assert {(d.provenance.source, d.provenance.base) for d in said.values()} == {("inherited", "sample.Base.pour")}


def test_a_method_that_does_something_else_is_asked_about_with_the_base_as_evidence(module_of: ModuleOf) -> None:
    units = {unit.element.id: unit for unit in plan(module_of(SOURCE)).units}
    assert units["sample.Rude.pour"].overridden == "Pour some tea."
    assert "sample.Rude.pour" not in {subject.element for subject in plan(module_of(SOURCE)).known}


def test_a_parameter_that_only_the_parent_gets_inherits_what_the_parent_says(module_of: ModuleOf) -> None:
    module = module_of(
        '''
        class Base:
            """A pot.

            Args:
                size: Cups that it holds.
                lid: Whether it has one.
                handle: How it is held.
            """

            def __init__(self, size, lid, handle):
                self.size = size

        class Pot(Base):
            def __init__(self, size, lid, handle, tea):
                super().__init__(size=size, lid=not lid, handle=handle)
                print(handle, tea)
        '''
    )
    said = {s.part: d for s, d in plan(module).known.items() if s.element == "sample.Pot.__init__"}
    assert said["size"].text == "Cups that it holds."
    assert (said["size"].provenance.source, said["size"].provenance.base) == ("inherited", "sample.Base.__init__")
    assert not {"lid", "handle"} & set(said)
