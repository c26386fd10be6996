from docgen.evidence.facts import Facts
from docgen.records import Subject
from docgen.verify import leakage_check, sentences_of

TEXTS = [
    ("timeout", "Whether the cold start is skipped."),
    ("cold_start", "Whether the cold start is skipped."),
    ("room", "How many jobs have room at once."),
]


def codes(name: str, text: str) -> list[str]:
    facts = Facts(subject=Subject(element="m.f", kind="parameter", part=name), name=name, role="parameter", element="f")
    return [finding.code for finding in leakage_check(sentences_of(TEXTS))(text, facts)]


def test_a_sentence_said_of_several_names_is_left_to_the_one_that_it_names() -> None:
    assert codes("timeout", TEXTS[0][1]) == ["said-elsewhere"]
    assert codes("cold_start", TEXTS[1][1]) == []
    assert codes("room", TEXTS[2][1]) == []


def test_markup_and_defaults_do_not_hide_a_repetition() -> None:
    assert codes("timeout", "(bool) - Whether the cold start is skipped. (default: False)") == ["said-elsewhere"]
