import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.evidence.implied import fields_of, implied
from docgen.evidence.words import is_grounded, plain_words, stem, stems, words


def test_identifiers_fall_into_their_words() -> None:
    assert words("maxItems of HTTPServer in max_items") == [
        "max", "items", "of", "http", "server", "in", "max", "items",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "forms",
    [["parse", "parses", "parsed", "parser", "parsing"], ["create", "creates", "creating", "creation", "creator"]],
)
def test_forms_of_a_word_have_one_stem(forms: list[str]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_a_word_has_a_ground_in_its_other_forms_and_in_what_abbreviates_it() -> None:
    ground = stems("env.parse(msg)")
    assert all(is_grounded(word, ground) for word in ("environment", "parser", "message"))
    assert not is_grounded("video", ground)


def test_a_name_implies_what_every_programmer_takes_it_for() -> None:
    assert stem("reproducible") in implied("set_seed")
    assert implied("frobnicate") == frozenset()


def test_subject_matters_are_no_plain_words() -> None:
    assert not {stem(word) for word in ("video", "agent", "network", "database", "image")} & plain_words()
    assert {stem(word) for word in ("returns", "whether", "initialize")} <= plain_words()


@given(st.text(alphabet=st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=15))
def test_a_stem_is_never_empty_and_every_word_grounds_itself(word: str) -> None:
    assert stem(word)
    assert is_grounded(word, stems(word))


def test_a_file_is_not_what_is_filled_and_a_user_is_in_a_username() -> None:
    assert stem("files") == stem("file") != stem("fills") == stem("fill")
    assert is_grounded("user", stems("username"))
    assert not is_grounded("page", stems("pagoda"))


def test_imports_say_what_a_module_deals_with() -> None:
    assert is_grounded("database", fields_of(["sqlite3", "frobnicate.core"]))
    assert fields_of(["frobnicate"]) == frozenset()
