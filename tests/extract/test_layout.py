from __future__ import annotations

import ast
import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.extract.layout import LayoutError, block_ends, line_and_column, logical_lines, pieces

PARTS = ["def f():", "x = 1", "\n", "\r\n", "\r", "    ", "\t", "\f", "# c", "(", ")", "[", "]", "'", '"', '"""', "\\\n",  # noqa: E501
         'f"{a!r:>{b}}"', 'f"{d["k"]}"', "rb'\\''", "f'{{'", "\\", "{", "}", ";", ",", "é"]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_lines_are_in_order_and_leave_nothing_but_blanks_and_comments(text: str) -> None:
    try:
        lines = logical_lines(text)
    except LayoutError as error:
        assert 0 <= error.offset < len(text)
        return
    end = 0
    for line in lines:
        between = text[end : line.start]
        parts = re.split(r"\r\n|\r|\n", between)
        assert all(not part.strip(" \t\f\\") or part.lstrip(" \t\f;").startswith("#") for part in parts)
        assert line.start < line.end
        assert line_and_column(text, line.start)[0] == line.lineno
        assert line_and_column(text, line.end)[0] == line.endlineno
        assert (
            "".join(text[piece.start : piece.end] for piece in pieces(text, line.start, line.end))
            == (text[line.start : line.end])
        )
        end = line.end


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_statements_begin_where_python_says(text: str) -> None:
    tree = None
    with contextlib.suppress(SyntaxError, ValueError):
        tree = ast.parse(text)
    if tree is not None:
        starts = {line.lineno for line in logical_lines(text)}
        assert {node.lineno for node in tree.body} <= starts


@pytest.mark.parametrize(
    ("string", "rest"),
    [
        ("f'{a['b']}'", " + 1"),
        ("f\"{x:{'}'}}\"", ""),
        ("f'''{\n1:\n>3}'''", ""),
        (r"rf'\{a}'", " # }'"),
        (r"f'\N{DIGIT ONE}{a}'", ""),
        ("f'{lambda: 1}'", ""),
        ("f'{a!r:%H:%M}'", ""),
        ("f'{ {1: 2}[1] }'", ""),
        ("t'{a}' f'{f'{f'{1}'}'}'", ""),
        (r"b'\'' r'\''", ""),
    ],
)
def test_strings_end_where_they_should(string: str, rest: str) -> None:
    [line] = logical_lines(f"x = {string}{rest}")
    assert line.end == len(f"x = {string}{rest.partition(' #')[0]}")
    [first, *_] = [piece for piece in pieces(f"{string}{rest}") if piece.kind == "string"]
    assert first.start == 0


def test_blocks_end_with_their_indentation() -> None:
    lines = logical_lines("class A:\n  def f(self):\n    x\n  # c\n    # d\n\n  y\nz\n")
    assert block_ends(lines) == [4, 3, 3, 4, 5]


def test_columns_count_tabs_as_eight() -> None:
    assert [line.indent for line in logical_lines("if x:\n \ty\nif x:\n        y\n")] == [0, 8, 0, 8]
