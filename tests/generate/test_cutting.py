import pytest

from docgen.generate.cutting import cut_claims, first_clause
from docgen.verify import Finding


def findings_of(text: str) -> list[Finding]:
    bad = [word for word in ("video", "speed", "guess") if word in text]
    return [Finding(code="ungrounded-term", message=word) for word in bad]


def test_a_later_claim_is_cut_and_the_others_stay() -> None:
    text = "Appends an item. It makes a video. It wakes a waiter."
    assert cut_claims(text, findings_of) == "Appends an item. It wakes a waiter."


def test_a_guessed_purpose_is_cut_from_a_sentence() -> None:
    assert cut_claims("Appends an item, ensuring speed.", findings_of) == "Appends an item."


def test_a_purpose_that_is_said_in_a_last_clause_is_cut() -> None:
    def findings(text: str) -> list[Finding]:
        return [Finding(code="guessed-use", message="", severity="form")] if "ensure" in text else []

    text = "Returns the share of each tap, rounded to ensure that all get the same."
    assert cut_claims(text, findings) == "Returns the share of each tap."
    assert cut_claims("Locks the tap to ensure safety.", findings) == "Locks the tap."


def test_a_text_whose_first_claim_fails_is_given_up() -> None:
    assert cut_claims("Makes a video. It wakes a waiter.", findings_of) == ""


def test_a_trailing_clause_that_is_objected_to_is_cut() -> None:
    def findings(text: str) -> list[Finding]:
        return [Finding(code="no-body", message="")] if "releasing" in text else []

    assert cut_claims("Closes the tap, releasing the pipe.", findings) == "Closes the tap."


def test_a_last_phrase_of_place_or_purpose_that_is_objected_to_is_cut() -> None:
    assert (
        cut_claims("Collects items for a queue in a video environment.", findings_of) == "Collects items for a queue."
    )
    assert cut_claims("Whether to keep the item for each video.", findings_of) == "Whether to keep the item."


def test_what_is_said_on_a_condition_is_not_said_without_it() -> None:
    assert cut_claims("Returns the last item if there is one in the video.", findings_of) == ""
    assert cut_claims("Removes only the items in the video.", findings_of) == ""


def test_a_sentence_of_which_little_would_be_left_is_given_up() -> None:
    assert cut_claims("The tap module provides a frame for the making of a lovely video.", findings_of) == ""


def test_no_sentence_is_cut_in_the_middle_of_its_verb() -> None:
    assert cut_claims("The items are all used in a video.", findings_of) == ""


@pytest.mark.parametrize(
    ("summary", "kept"),
    [
        ("Sorts the rows and returns a new table.", "Sorts the rows."),
        ("Sorts the rows, which is needed for the join.", "Sorts the rows."),
        ("Sorts the rows, keeping equal ones in order.", "Sorts the rows."),
        ("Takes the rows and sorts them, returning a new table.", "Takes the rows and sorts them."),
        ("Sorts the rows by comparing their keys.", "Sorts the rows."),
        ("Sorts the rows to allow a fast search.", "Sorts the rows."),
        ("Sorts the rows by key.", "Sorts the rows by key."),
        ("Sort_rows takes the rows and a key.", ""),
        ("Takes the rows to sort them.", "Takes the rows to sort them."),
        ("Takes the rows of a table and returns a new one.", ""),
        ("Returns the sorted rows.", "Returns the sorted rows."),
    ],
)
def test_what_a_summary_appends_is_left_to_the_facts(summary: str, kept: str) -> None:
    assert first_clause(summary) == kept
