from collections.abc import Callable

from docgen.generate.plan import MAX_ASKED, plan_module
from docgen.records import Module, Subject

ModuleOf = Callable[[str], Module]

SOURCE = '''
    """Queues."""

    class Queue:
        """A queue.

        Args:
            size: How many items fit.
        """

        def __init__(self, size=0, name=None):
            self.size = size

        def put(self, item, *rest, block=True, **options) -> None:
            """Put an item.

            Args:
                item: What is put.
            """
            if not block:
                raise ValueError("full")

        @property
        def full(self) -> bool:
            return True

        @full.setter
        def full(self, value): ...

        def items(self):
            yield 1

        def _private(self): ...

        def __len__(self):
            return 3

    def make(size): return Queue(size)
    def _hidden(): ...
'''


def asked(module: Module) -> list[str]:
    return [f"{s.kind} {s.name}" for unit in plan_module(module, ask_all=True).units for s in unit.asked]


def test_each_public_element_is_asked_about_what_its_author_left_out(module_of: ModuleOf) -> None:
    assert asked(module_of(SOURCE)) == [
        "function sample.Queue.__init__",
        "parameter sample.Queue.__init__.name",
        "parameter sample.Queue.put.rest",
        "parameter sample.Queue.put.block",
        "parameter sample.Queue.put.options",
        "function sample.Queue.full",
        "function sample.Queue.items",
        "yields sample.Queue.items",
        "overview sample.Queue",
        "function sample.make",
        "parameter sample.make.size",
        "returns sample.make",
    ]


def test_what_the_author_wrote_is_kept_word_for_word(module_of: ModuleOf) -> None:
    known = plan_module(module_of(SOURCE), ask_all=True).known
    texts = {f"{s.kind} {s.name}": d.text for s, d in known.items() if d.provenance.source == "source"}
    assert texts == {
        "module sample": "Queues.",
        "class sample.Queue": "A queue.",
        "parameter sample.Queue.__init__.size": "How many items fit.",
        "function sample.Queue.put": "Put an item.",
        "parameter sample.Queue.put.item": "What is put.",
    }


def test_rewrite_ignores_the_author(module_of: ModuleOf) -> None:
    plan = plan_module(module_of(SOURCE), rewrite=True, ask_all=True)
    assert "source" not in {description.provenance.source for description in plan.known.values()}
    assert Subject(element="sample.Queue.put", kind="parameter", part="item") in {
        s for u in plan.units for s in u.asked
    }


def test_a_class_follows_its_methods_and_the_module_all_of_them(module_of: ModuleOf) -> None:
    plan = plan_module(module_of(SOURCE), rewrite=True, ask_all=True)
    assert [[unit.element.name for unit in chain] for chain in plan.chains] == [
        ["__init__", "put", "full", "items", "Queue"],
        ["make"],
    ]
    assert plan.last is not None
    assert plan.last.element is plan.module


def test_a_very_long_signature_is_cut_into_calls_that_leave_nothing_out(module_of: ModuleOf) -> None:
    names = [f"p{number}" for number in range(40)]
    [unit] = [
        u
        for u in plan_module(module_of(f"def f({', '.join(names)}): ..."), ask_all=True).units
        if u.element.name == "f"
    ]
    calls = list(unit.calls())
    assert [subject for call in calls for subject in call] == list(unit.asked)
    assert max(map(len, calls)) <= MAX_ASKED


def test_overload_stubs_are_not_asked_about_and_their_implementation_is(module_of: ModuleOf) -> None:
    module = module_of("""
        from typing import overload
        @overload
        def f(x: int) -> int: ...
        @overload
        def f(x: str) -> str: ...
        def f(x): return x
    """)
    assert asked(module) == ["function sample.f", "parameter sample.f.x", "returns sample.f", "module sample"]


def test_fields_of_a_dataclass_are_asked_about_with_their_class(module_of: ModuleOf) -> None:
    module = module_of("""
        from dataclasses import dataclass
        from typing import ClassVar

        @dataclass
        class Point:
            x: int
            #: The ordinate.
            y: int = 0
            origin: ClassVar[int] = 0
            _cache: int = 0
    """)
    assert asked(module) == ["class sample.Point", "overview sample.Point", "attribute sample.Point.x", "module sample"]
    assert Subject(element="sample.Point", kind="attribute", part="y") in plan_module(module, ask_all=True).known


def test_what_the_facts_tell_is_not_asked_of_a_model(module_of: ModuleOf) -> None:
    module = module_of("""
        class Pump(Base):
            def open(self, speed, **options):
                if speed < 0:
                    raise ValueError("a pump cannot run backwards")
                connect(self, **options)
                return self

            def close(self, timeout=None):
                return super().close(timeout)
    """)
    plan = plan_module(module, ask_all=True)
    told = {f"{s.kind} {s.name}": d.text for s, d in plan.known.items()}
    assert told == {
        "parameter sample.Pump.open.options": "Further keyword arguments, passed to `connect`.",
        "returns sample.Pump.open": "The instance itself.",
        "raises sample.Pump.open.ValueError": "If `speed < 0`, with the message `a pump cannot run backwards`.",
        "function sample.Pump.close": "Does what `close` of the parent class does.",
        "parameter sample.Pump.close.timeout": "Passed to `close` of the parent class.",
        "returns sample.Pump.close": "What `close` of the parent class returns.",
    }
    assert {d.provenance.source for d in plan.known.values()} == {"composed"}
    assert not set(told) & set(asked(module))


def test_a_method_that_only_raises_not_implemented_is_not_asked_when(module_of: ModuleOf) -> None:
    module = module_of("""
        class Base:
            def run(self):
                raise NotImplementedError
    """)
    assert "raises sample.Base.run.NotImplementedError" not in asked(module)
