"""What is said of returned values and of bodies that are not there."""

from collections.abc import Callable

import pytest

from docgen.evidence.finder import facts_of
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

        def parts(self, names):
            found = []
            for name in names:
                found.append(self.pipe.part(name))
            return found

        def hours(self):
            self.unit = "hours"
            return self

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
        ("parts", "function", "Turns a list of names into a single string.", "wrong-type"),
        ("hours", "function", "Returns the number of hours in the tap's day.", "returns-itself"),
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
        ("parts", "function", "Turns a tuple of names into a new list."),
        ("parts", "function", "Adds each name to a dictionary of the pipe and lists the parts."),
        ("hours", "function", "Returns the tap with hours as its unit."),
        ("hours", "function", "Returns the same object for the next call."),
        ("hours", "function", "Counts in hours."),
        ("close", "function", "Closes the tap."),
        ("shutdown", "function", "Shuts the pipe by calling its `close`."),
    ],
)
def test_a_true_claim_is_left_alone(module_of: ModuleOf, name: str, kind: SubjectKind, text: str) -> None:
    found = codes(module_of(SOURCE), name, kind, text)
    assert not found & {
        "wrong-type",
        "not-a-value",
        "no-body",
        "about-the-task",
        "only-names",
        "ungrounded-term",
        "returns-itself",
    }


PAIRS = """
    from functools import wraps
    from itertools import chain


    def pairs(seq):
        return zip(seq, seq[1:])


    def ends(seq):
        if not seq:
            return ()
        return seq[0], seq[-1]


    def joined(*seqs):
        return chain(*seqs)


    def table(seq):
        found = {}
        for item in seq:
            found[item] = found.get(item, 0) + 1
        return found


    def anything(seq):
        return seq or []


    def listed(function):
        @wraps(function)
        def call(*args):
            return list(function(*args))

        return call


    @listed
    def halves(seq):
        return (item / 2 for item in seq)
"""


@pytest.mark.parametrize(
    ("name", "kind", "text", "is_wrong"),
    [
        ("pairs", "returns", "A list of neighbours.", True),
        ("pairs", "function", "Takes a sequence and returns a list of neighbours.", True),
        ("pairs", "function", "Takes a list and returns its neighbours.", False),
        ("pairs", "returns", "An iterator over tuples of neighbours.", False),
        ("pairs", "returns", "The neighbours in the list.", False),
        ("ends", "function", "Returns a list with the first item and the last.", True),
        ("ends", "returns", "A tuple of the first item and the last.", False),
        ("joined", "returns", "A generator that yields the items.", False),
        ("joined", "function", "Returns a new list of all items.", True),
        ("table", "returns", "A dictionary of counts.", False),
        ("table", "returns", "A list of counts.", True),
        ("anything", "returns", "A tuple of the items.", False),
        ("halves", "returns", "A list of halves.", False),
    ],
)
def test_a_container_that_no_return_makes_is_found(
    module_of: ModuleOf, name: str, kind: SubjectKind, text: str, is_wrong: bool
) -> None:
    assert ("wrong-type" in codes(module_of(PAIRS), name, kind, text)) is is_wrong


def test_a_sentence_may_end_with_the_preposition_of_its_infinitive(module_of: ModuleOf) -> None:
    assert "cut-off" not in codes(module_of(PAIRS), "table", "returns", "The sequence to count the items of.")
    assert "cut-off" in codes(module_of(PAIRS), "table", "returns", "The items of.")


NOTHING = """
    from typing import Any


    class NoShelf:
        def wares(self):
            return []

        def add(self, ware):
            self.shelf = {ware}
            return []


    def weigh(ware, scale, *, round_up=False, unit: Any | None = None):
        return round(ware.weight(unit), 0 if round_up else 2)


    def cleaned(ware, brush):
        if brush is None:
            return ware
        result = brush(ware)
        return result
"""


@pytest.mark.parametrize(
    ("name", "kind", "part", "text", "code"),
    [
        ("wares", "function", "", "Returns a list of all wares on the shelf.", "always-empty"),
        ("wares", "returns", "", "All wares on the shelf.", "always-empty"),
        ("wares", "function", "", "Returns an empty list.", None),
        ("wares", "function", "", "Returns `[]`, whatever is on the shelf.", None),
        ("add", "function", "", "Puts a ware on the shelf.", None),
        ("weigh", "parameter", "scale", "The scale that the ware is put on.", "unused-parameter"),
        ("weigh", "parameter", "scale", "Ignored: the ware knows its weight.", None),
        ("weigh", "parameter", "ware", "What is to be weighed.", None),
        ("weigh", "parameter", "round_up", "Rounds the weight up by default.", "wrong-default"),
        ("weigh", "parameter", "round_up", "Rounds nothing by default.", None),
        ("weigh", "parameter", "unit", "Any | None", "only-names"),
        ("weigh", "parameter", "ware", "Optional. What is to be weighed.", "wrong-optionality"),
        ("weigh", "function", "", "Function `weigh` does not take any arguments.", "takes-something"),
        ("wares", "function", "", "Takes no arguments and returns an empty list.", None),
        ("weigh", "function", "", "Weighs the ware and returns it unchanged.", "not-the-given-value"),
        ("cleaned", "function", "", "Without a brush, returns the ware unchanged.", None),
    ],
)
def test_what_comes_of_nothing_is_not_told_as_something(
    module_of: ModuleOf, name: str, kind: SubjectKind, part: str, text: str, code: str | None
) -> None:
    about_it = {"always-empty", "unused-parameter", "wrong-default", "only-names", "wrong-optionality"}
    about_it |= {"takes-something", "not-the-given-value"}
    assert codes(module_of(NOTHING), name, kind, text, part) & about_it == ({code} if code else set())


def test_a_constructor_is_not_said_to_initialize_itself(found: Callable[..., set[str]]) -> None:
    source = "class Tap:\n    def __init__(self, pipe):\n        self.pipe = pipe\n"
    assert "wrong-object" in found(source, "Tap.__init__", "Initializes the `__init__` method with a pipe.")
    assert "wrong-object" not in found(source, "Tap.__init__", "Initializes the tap with a pipe.")
