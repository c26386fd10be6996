from docgen.generate.cutting import cut_claims
from docgen.verify import Finding


def findings_of(text: str) -> list[Finding]:
    bad = [word for word in ("video", "speed", "guess") if word in text]
    return [Finding(code="ungrounded-term", message=word) for word in bad]


def test_a_later_claim_is_cut_and_the_others_stay() -> None:
    text = "Appends an item. It makes a video. It wakes a waiter."
    assert cut_claims(text, findings_of) == "Appends an item. It wakes a waiter."


def test_a_guessed_purpose_is_cut_from_a_sentence() -> None:
    assert cut_claims("Appends an item, ensuring speed.", findings_of) == "Appends an item."


def test_a_text_whose_first_claim_fails_is_given_up() -> None:
    assert cut_claims("Makes a video. It wakes a waiter.", findings_of) == ""


def test_a_trailing_clause_that_is_objected_to_is_cut() -> None:
    def findings(text: str) -> list[Finding]:
        return [Finding(code="no-body", message="")] if "releasing" in text else []

    assert cut_claims("Closes the tap, releasing the pipe.", findings) == "Closes the tap."
