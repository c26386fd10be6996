import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.generate.text import tidy

LIMIT = 60


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("seconds to wait", "Seconds to wait."),
        ("  Seconds\n to wait. ", "Seconds to wait."),
        ("`x` is doubled", "`x` is doubled."),
        ("max_len bounds the line", "max_len bounds the line."),
        ("The `put` method adds an item.", "Adds an item."),
        ("The method `put` adds an item.", "Adds an item."),
        ("This function returns `x`.", "Returns `x`."),
        ("One call returns the next item.", "Returns the next item."),
        ("A call is counted.", "A call is counted."),
        ("The `get` method takes an item.", "The `get` method takes an item."),
        ("The `put` method is idle.", "The `put` method is idle."),
        ("The function that runs last.", "The function that runs last."),
        ("a list of items", "A list of items."),
        ("a is sorted", "a is sorted."),
        ("Is it true?", "Is it true?"),
        ("", ""),
    ],
)
def test_an_answer_becomes_one_line_of_whole_sentences(answer: str, text: str) -> None:
    assert tidy(answer, LIMIT, "put") == text


def test_an_answer_cut_at_the_bound_is_trimmed_to_its_last_whole_sentence() -> None:
    assert (
        tidy("Waits for an item, e.g. a task. Then it removes the item fro", LIMIT) == "Waits for an item, e.g. a task."
    )


def test_an_answer_cut_within_its_first_sentence_is_none() -> None:
    assert tidy("Waits for an item and then it removes the item from the que", LIMIT) == ""


@given(st.text(max_size=LIMIT))
def test_tidying_twice_changes_nothing(answer: str) -> None:
    once = tidy(answer, LIMIT)
    assert tidy(once, LIMIT + 10) == once
