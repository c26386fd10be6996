import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.generate.schema import ONE_CLAUSE, answer_schema, read_answer, write_answer
from docgen.records import Subject

NAMES = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), max_size=6, unique=True)


def subjects(parameters: list[str], raises: list[str], returns: bool) -> list[Subject]:
    return [
        Subject(element="m.f", kind="function"),
        *(Subject(element="m.f", kind="parameter", part=name) for name in parameters),
        *([Subject(element="m.f", kind="returns")] if returns else []),
        *(Subject(element="m.f", kind="raises", part=name) for name in raises),
    ]


@given(NAMES, NAMES, st.booleans())
def test_every_subject_can_be_answered_and_read_back(parameters: list[str], raises: list[str], returns: bool) -> None:
    asked = subjects(parameters, raises, returns)
    texts = {subject: f"About {subject.part or 'it'}." for subject in asked}
    answer = write_answer(texts)
    jsonschema.validate(answer, dict(answer_schema(asked)))
    assert read_answer(answer, asked) == texts


def test_parameters_called_like_the_schemas_own_words_do_not_collide() -> None:
    asked = subjects(["summary", "parameters", "type", "properties", "returns"], [], True)
    texts = {subject: f"About {subject.part or 'it'}." for subject in asked}
    jsonschema.validate(write_answer(texts), dict(answer_schema(asked)))
    assert read_answer(write_answer(texts), asked) == texts


@given(NAMES)
def test_a_parameter_that_does_not_exist_cannot_be_answered(parameters: list[str]) -> None:
    schema = answer_schema(subjects(parameters, [], False))
    answer = write_answer(dict.fromkeys(subjects([*parameters, "Nonexistent!"], [], False), "Text."))
    assert not jsonschema.Draft202012Validator(dict(schema)).is_valid(answer)


@given(NAMES.filter(bool))
def test_no_parameter_can_be_forgotten(parameters: list[str]) -> None:
    schema = answer_schema(subjects(parameters, [], False))
    answer = write_answer(dict.fromkeys(subjects(parameters[1:], [], False), "Text."))
    assert not jsonschema.Draft202012Validator(dict(schema)).is_valid(answer)


@pytest.mark.parametrize(
    "summary",
    [
        "Returns the rows.",
        "Tells whether `a, b` or `os.path` is there.",
        "Iterates over the rows.",
        "In turn tries each.",
        "Θέτει την τιμή.",
    ],
)
def test_a_summary_may_be_any_clause(summary: str) -> None:
    assert re.fullmatch(ONE_CLAUSE, summary)


@pytest.mark.parametrize(
    "summary",
    [
        "The function returns the rows.",
        "`rows` returns the rows.",
        "rows returns the rows.",
        "It returns the rows.",
        "Returns the rows. Sorts them.",
        "Returns the rows.Sorts them.",
        "Returns the rows, which are sorted.",
        "Returns the rows; sorts them.",
        'Returns "rows".',
        "Returns the rows (if any).",
        "Returns the .",
        "Returns the rows",
        "Returns the\nrows.",
    ],
)
def test_a_summary_cannot_be_more_than_a_clause(summary: str) -> None:
    assert not re.fullmatch(ONE_CLAUSE, summary)
