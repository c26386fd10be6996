from collections.abc import Callable

from docgen.evidence.subjects import subjects_of, with_owners
from docgen.generate.attach import descriptions_in, with_descriptions
from docgen.records import Description, Module, Provenance

SOURCE = '''
    from dataclasses import dataclass

    LIMIT = 3
    """How many."""

    @dataclass
    class Point:
        x: int

        class Inner:
            def f(self, a, *, b=1):
                if a:
                    raise ValueError
                return b

    def walk():
        yield 1
'''


def test_every_description_put_into_the_records_comes_out_again(module_of: Callable[[str], Module]) -> None:
    module = module_of(SOURCE)
    provenance = Provenance(source="model", model="m")
    given = {
        subject: Description(text=f"{subject.kind} {subject.name}", provenance=provenance)
        for element, owner in with_owners(module)
        for subject in subjects_of(module, element, owner)
    }
    assert {subject.kind for subject in given} == {
        "module", "class", "overview", "function", "parameter", "returns", "yields", "raises", "attribute",
    }  # fmt: skip
    described = with_descriptions(module, given)
    assert descriptions_in(described) == given
    assert descriptions_in(with_descriptions(described, {})) == {}
