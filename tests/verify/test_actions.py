from collections.abc import Callable

import pytest

FindingCodes = Callable[..., set[str]]

SHELF = '''
    """Keeps books."""

    class Shelf:
        def __init__(self, books, cover=None):
            self.books = books
            self.cover = cover

        def lend(self, book, until=None):
            self.books.remove(book)
            return book.due(until)

        def arrange(self, order):
            self.books = order_by(self.books, order)

        def counts(self):
            found = {"books": len(self.books)}
            for number, board in enumerate(self.boards):
                found[f"board{number}"] = board.size
            return found

        def total(self):
            return dict(self.counts(), books=1)

    class Cupboard(Shelf):
        def counts(self):
            return super().counts()

        def total(self):
            return super().total()
'''


@pytest.mark.parametrize(
    ("name", "part", "text", "code"),
    [
        ("Shelf.lend", "", "Sorts the books and removes one.", "unsupported-action"),
        ("Shelf.lend", "until", "The date that is used for book selection.", "unsupported-action"),
        ("Shelf.counts", "", "Counts the books, where the keys are the names of the readers.", "wrong-keys"),
        ("Cupboard.counts", "", "Counts the books. The keys are the parameters and the rest is left.", "wrong-keys"),
    ],
)
def test_what_nothing_in_the_code_does_is_found(
    found: FindingCodes, name: str, part: str, text: str, code: str
) -> None:
    assert code in found(SHELF, name, text, part)


@pytest.mark.parametrize(
    ("name", "part", "text"),
    [
        ("Shelf.lend", "", "Deletes a book from the books."),
        ("Shelf.arrange", "", "Sorts the books in an order."),
        ("Shelf.__init__", "cover", "The cover that the books are wrapped in."),
        ("Shelf.counts", "", "Counts the books; the keys are the names of the boards, and `books`."),
        ("Cupboard.counts", "", "Counts the books, where the keys are boards."),
        ("Cupboard.total", "", "Counts the books, where the keys are the names of the boards."),
    ],
)
def test_what_goes_by_another_name_or_happens_elsewhere_passes(
    found: FindingCodes, name: str, part: str, text: str
) -> None:
    assert not {"unsupported-action", "wrong-keys"} & found(SHELF, name, text, part)
