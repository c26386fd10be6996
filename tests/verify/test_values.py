"""What is said of returned values and of bodies that are not there."""

from collections.abc import Callable

import pytest

from docgen.evidence.facts import facts_of
from docgen.evidence.subjects import with_owners
from docgen.records import Module, Subject, SubjectKind
from docgen.verify import CHECKS

ModuleOf = Callable[[str], Module]

SOURCE = """
    class Tap:
        def drops(self, count) -> Drop:
            return self.pipe.take(count)

        def level(self) -> int:
            return self.pipe.level

        def close(self):
            raise NotImplementedError

        def shutdown(self):
            self.pipe.close()
"""


def codes(module: Module, name: str, kind: SubjectKind, text: str, part: str = "") -> set[str]:
    element, owner = next((e, o) for e, o in with_owners(module) if e.name == name)
    facts = facts_of(module, element, owner, Subject(element=element.id, kind=kind, part=part))
    return {finding.code for check in CHECKS for finding in check(text, facts)}


@pytest.mark.parametrize(
    ("name", "kind", "text", "code"),
    [
        ("drops", "returns", "A list of `Drop` objects from the pipe.", "wrong-type"),
        ("level", "returns", "A string with the level of the pipe.", "wrong-type"),
        ("level", "returns", "None.", "wrong-type"),
        ("level", "returns", "Updates the level of the pipe.", "not-a-value"),
        ("close", "function", "Closes the tap, releasing the pipe.", "no-body"),
        ("level", "function", "The code does not define a level.", "about-the-task"),
        ("level", "returns", "The level of the pipe, otherwise `None`.", "never-none"),
        ("level", "returns", "The level of the pipe, or an exception if there is none.", "not-a-value"),
        ("level", "function", "Reads the level of the pipe. This is useful for testing.", "guessed-use"),
        ("level", "function", "Reads the level of the pipe to ensure that it holds.", "guessed-use"),
        ("drops", "returns", "max_count, pipe_level.", "only-names"),
    ],
)
def test_a_claim_that_the_code_does_not_bear_out_is_found(
    module_of: ModuleOf, name: str, kind: SubjectKind, text: str, code: str
) -> None:
    assert code in codes(module_of(SOURCE), name, kind, text)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("drops", "returns", "The drop that the pipe gives for the count."),
        ("level", "returns", "The integer level that the pipe has."),
        ("close", "function", "Closes the tap."),
        ("shutdown", "function", "Shuts the pipe by calling its `close`."),
    ],
)
def test_a_true_claim_is_left_alone(module_of: ModuleOf, name: str, kind: SubjectKind, text: str) -> None:
    found = codes(module_of(SOURCE), name, kind, text)
    assert not found & {"wrong-type", "not-a-value", "no-body", "about-the-task", "only-names", "ungrounded-term"}
