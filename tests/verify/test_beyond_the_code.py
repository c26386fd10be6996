from collections.abc import Callable

import pytest

FindingCodes = Callable[..., set[str]]

SHELF = """
    class Shelf:
        def fill(self, source, size=-1):
            if size == 0:
                return 0
            self.books += source.read(size)
            return len(self.books)

        def update(self, other=None):
            raise TypeError("shelves are immutable")

        def sort_all(self, rooms):
            return sort_room(rooms)

    class Box(Shelf):
        pass

    def sort_room(rooms):
        return [sort_room(room) for room in rooms]
"""


@pytest.mark.parametrize(
    ("name", "part", "text", "code"),
    [
        ("Shelf.update", "", "Updates the shelf with the other one.", "always-raises"),
        ("Shelf.update", "", "Updates the shelf. If no other is provided, it raises a TypeError.", "always-raises"),
        (
            "Shelf.fill",
            "",
            "Fills the shelf. If the shelf is already full, it reads as much as fits.",
            "untested-state",
        ),
        ("Box", "", "Extends the shelf, and provides a method to fill it.", "nothing-defined"),
        ("Shelf.fill", "size", "Size", "only-names"),
        ("Shelf.fill", "source", "source", "only-names"),
    ],
)
def test_what_a_model_made_up_of_code_that_no_rule_was_made_for_is_found(
    found: FindingCodes, name: str, part: str, text: str, code: str
) -> None:
    assert code in found(SHELF, name, text, part)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Shelf.update", "Raises a TypeError, since shelves are immutable."),
        ("Shelf.update", "Prevents a shelf from being updated."),
        ("Shelf.sort_all", "Recursively sorts the rooms."),
        ("Box", "A shelf that is a box."),
    ],
)
def test_what_the_code_bears_out_passes(found: FindingCodes, name: str, text: str) -> None:
    codes = {"always-raises", "untested-state", "nothing-defined", "only-names", "not-recursive"}
    assert found(SHELF, name, text).isdisjoint(codes)
