"""What is taken of a small model's summary of a function: what is close to the code, and more than a name."""

from collections.abc import Callable

import pytest

from docgen.evidence.finder import facts_of
from docgen.evidence.subjects import with_owners
from docgen.records import Module, Subject
from docgen.verify import checks
from docgen.verify.closeness import check_closeness

SOURCE = """
    class Shelf:
        def clear_old(self, limit):
            for ware in self.wares:
                if ware.age > limit:
                    self.wares.discard(ware)
"""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Discards each ware whose age is over the limit.", []),
        ("Removes each ware whose age is over the limit.", []),
        ("Discards each expired ware over the limit.", []),
        ("Discards each expired ware that nobody bought.", ["far-from-code"]),
        ("Clears the shelf.", ["restates-name"]),
        ("Clears all old values from the shelf.", ["restates-name"]),
    ],
)
def test_a_summary_keeps_to_the_words_of_the_code_and_says_more_than_the_name(
    module_of: Callable[[str], Module], text: str, codes: list[str]
) -> None:
    module = module_of(SOURCE)
    element, owner = next((e, o) for e, o in with_owners(module) if e.name == "clear_old")
    facts = facts_of(module, element, owner, Subject(element=element.id, kind="function"))
    assert [finding.code for finding in check_closeness(text, facts)] == codes
    parameter = facts_of(module, element, owner, Subject(element=element.id, kind="parameter", part="limit"))
    assert not list(check_closeness(text, parameter))


def test_a_better_model_may_find_words_of_its_own() -> None:
    assert check_closeness in checks("", asks_all=False)
    assert check_closeness not in checks("", asks_all=True)
