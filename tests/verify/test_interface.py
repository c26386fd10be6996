from collections.abc import Callable

import pytest

from docgen.evidence.finder import facts_of
from docgen.evidence.subjects import with_owners
from docgen.records import Module, Subject
from docgen.verify.interface import check_interface

ModuleOf = Callable[[str], Module]

SOURCE = """
    class Shop:
        def open(self):
            self.doors.unlock()

        def close(self, window_already_ajar=False):
            self.doors.lock()

        def sells(self, ware):
            if ware in self.shelf:
                return True
            return False
"""


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("open", "Unlocks the doors for the given customer.", ["nothing-given"]),
        ("open", "Unlocks the doors.", []),
        ("open", "Unlocks the provided doors.", []),
        ("close", "Locks the doors, whether or not a window was already ajar.", ["unused-parameter"]),
        ("close", "Locks the doors.", []),
        ("sells", "Looks for a ware and returns the shelf of it.", ["returns-truth"]),
        ("sells", "Returns the result of the look-up.", []),
        ("sells", "Returns whether the shelf has the given ware.", []),
    ],
)
def test_what_is_given_and_given_back_is_as_in_the_code(
    module_of: ModuleOf, name: str, text: str, codes: list[str]
) -> None:
    module = module_of(SOURCE)
    element, owner = next((e, o) for e, o in with_owners(module) if e.name == name)
    facts = facts_of(module, element, owner, Subject(element=element.id, kind="function"))
    assert [finding.code for finding in check_interface(text, facts)] == codes
