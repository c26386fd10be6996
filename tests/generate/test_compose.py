from collections.abc import Callable

import pytest

from docgen.evidence.facts import facts_of
from docgen.evidence.subjects import with_owners
from docgen.generate.compose import compose
from docgen.records import Module, Subject, SubjectKind

ModuleOf = Callable[[str], Module]

SOURCE = """
    class Tap(Base):
        def __init__(self, pipe, valve=None, *rest, unused=0, **options):
            self.pipe = pipe
            connect(valve, to=pipe, **options)
            for item in rest:
                item.check()

        @property
        def flow(self):
            return self._flow

        def close(self):
            return super().close()

        def drip(self, often):
            if often:
                return None
            return self
"""


@pytest.mark.parametrize(
    ("name", "kind", "part", "sentence"),
    [
        ("__init__", "parameter", "pipe", "Stored as the attribute `pipe` and passed to `connect` as `to`."),
        ("__init__", "parameter", "valve", "Passed to `connect`."),
        ("__init__", "parameter", "rest", "Further positional arguments, iterated over."),
        ("__init__", "parameter", "options", "Further keyword arguments, passed to `connect`."),
        ("__init__", "parameter", "unused", "Accepted, but not used by `Tap.__init__`."),
        ("__init__", "function", "", "Sets the attribute `pipe` and calls `connect`, `item.check`."),
        ("flow", "function", "", "The value of `self._flow`."),
        ("close", "function", "", "Does what `close` of the parent class does."),
        ("close", "returns", "", "What `close` of the parent class returns."),
        ("drip", "returns", "", "`None` or `self`."),
    ],
)
def test_a_composed_sentence_says_what_the_body_shows(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, sentence: str
) -> None:
    module = module_of(SOURCE)
    element, owner = next((e, o) for e, o in with_owners(module) if e.name == name)
    assert compose(facts_of(module, element, owner, Subject(element=element.id, kind=kind, part=part))) == sentence
