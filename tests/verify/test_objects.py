from collections.abc import Callable

import pytest

FindingCodes = Callable[..., set[str]]

PRESS = '''
    """Prints books."""
    from collections.abc import Iterator, Sequence

    class AsyncPress:
        """Prints books in the background.

        Args:
            clean_after_run: Whether the rollers are cleaned.
        """

        def __init__(self, clean_after_run: bool = False):
            super().__init__(clean_after_run=clean_after_run)

        @property
        def pages(self) -> int:
            return self._pages

        def books(self) -> Iterator[Book]:
            return iter(self.shelf)

        def mark(self, which: Sequence[bool]):
            self.shelf.mark(which)
'''


@pytest.mark.parametrize(
    ("name", "part", "text", "code"),
    [
        ("AsyncPress.__init__", "clean_after_run", "Whether to clean the desk after each run.", "wrong-object"),
        ("AsyncPress.__init__", "clean_after_run", "Whether the desk should be cleaned.", "wrong-object"),
        ("AsyncPress", "", "Synchronizes the printing of books.", "wrong-manner"),
        ("AsyncPress.pages", "", "The pages so far. It allows you to set the pages.", "read-only"),
        ("AsyncPress.books", "", "Makes an iterator over a Book.", "wrong-type"),
        ("AsyncPress.mark", "which", "Marks the shelf. When set to True, the shelf is marked.", "wrong-type"),
    ],
)
def test_what_is_said_of_the_wrong_thing_is_found(
    found: FindingCodes, name: str, part: str, text: str, code: str
) -> None:
    assert code in found(PRESS, name, text, part)


@pytest.mark.parametrize(
    ("name", "part", "text"),
    [
        ("AsyncPress.__init__", "clean_after_run", "Whether to clean the rollers after each run of the press."),
        ("AsyncPress", "", "Prints books asynchronously, in the background."),
        ("AsyncPress.pages", "", "How many pages there are so far in the books."),
        ("AsyncPress.books", "", "Makes an iterator over the books on the shelf."),
        ("AsyncPress.mark", "which", "For each of the books, True where the shelf should mark it."),
    ],
)
def test_what_is_said_of_the_right_thing_passes(found: FindingCodes, name: str, part: str, text: str) -> None:
    assert found(PRESS, name, text, part) == set()
