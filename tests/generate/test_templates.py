"""The text of a message that is filled in with `%` or `str.format`."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.generate.compose.templates import filled

PIECES = st.lists(
    st.tuples(st.text("ab '\"%", max_size=4), st.sampled_from(["a", "b.imag", "c[0]", "a + 1"])), max_size=4
)
VALUES = {"a": 7, "b": 2j, "c": [5]}


def text_of(source: str) -> str:
    return filled(ast.parse(source, mode="eval").body)


@given(PIECES, st.sampled_from(["%s", "{}"]))
def test_a_filled_in_message_is_told_as_the_f_string_that_makes_it(pieces: list[tuple[str, str]], place: str) -> None:
    written = "".join(text.replace("%", "%%" if place == "%s" else "%") + place for text, _ in pieces) + "."
    values = ", ".join(value for _, value in pieces)
    source = f"{written!r} % ({values},)" if pieces and place == "%s" else f"{written!r}.format({values})"
    assert eval(f"f{text_of(source)!r}", VALUES) == eval(source, VALUES)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("'bad kind %r' % (kind,)", "bad kind {kind!r}"),
        ("'no more than %d%%' % self.most", "no more than {self.most}%"),
        ("'%(name)s is gone' % {'name': node.name}", "{node.name} is gone"),
        ("'{0} is in {place!r}'.format(item, place=where)", "{item} is in {where!r}"),
    ],
)
def test_each_value_stands_where_it_is_filled_in(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "'%s and %s' % pair",
        "'%(name)s' % vars()",
        "'%*d' % (width, number)",
        "'100%' % done",
        "'{} and {}'.format(*pair)",
        "'{name}'.format(**names)",
        "'{:{width}}'.format(number, width=3)",
        "'{0.name}'.format(node)",
        "'{'.format(node)",
        "text % name",
        "text.format(name)",
        "'a' + name",
    ],
)
def test_a_message_of_which_not_all_is_told_is_not_quoted(source: str) -> None:
    assert text_of(source) == ""
