"""Nothing is written of which it cannot be shown that docstrings alone change."""

from __future__ import annotations

import pytest

from docgen.render.splice import Edit, Unproven, splice

SOURCE = 'def f():\n    """Do."""\n    # why\n    return 1\n'


def edited(source: str, *edits: Edit, encoding: str = "utf-8") -> bytes:
    return splice(source.encode(encoding), source, encoding, edits, "m.py")


def test_a_docstring_is_replaced() -> None:
    assert edited(SOURCE, Edit(13, 22, "'New.'")).decode() == SOURCE.replace('"""Do."""', "'New.'")


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Edit(13, 22, '"""New."""; x = 1'), "more than docstrings would change"),
        (Edit(13, 22, "x = 1"), "more than docstrings would change"),
        (Edit(13, 22, '"""New."'), "would not be Python any more"),
        (Edit(27, 32, ""), "more than a docstring would be replaced"),
        (Edit(41, 49, '"x"'), "more than a docstring would be replaced"),
        (Edit(0, 0, "# coding: latin-1\n"), "the file's encoding"),
        (Edit(13, 22, '"""\u2192"""'), "cannot be written in latin-1"),
    ],
)
def test_what_changes_anything_else_is_refused(edit: Edit, reason: str) -> None:
    with pytest.raises(Unproven, match=reason):
        edited(SOURCE, edit, encoding="latin-1" if "\u2192" in edit.text else "utf-8")


def test_edits_of_one_place_are_refused() -> None:
    with pytest.raises(Unproven, match="same place"):
        edited(SOURCE, Edit(13, 22, '"A"'), Edit(13, 22, '"B"'))


def test_a_file_that_this_python_cannot_read_is_refused_with_a_hint() -> None:
    with pytest.raises(Unproven, match="is not Python") as caught:
        edited("print 'x'\n", Edit(0, 0, '"""A."""\n'))
    assert "newer Python" in caught.value.hint


def test_bytes_that_are_not_what_their_text_encodes_to_are_refused() -> None:
    raw = b"# coding: utf-7\nx = '+AGE-'\n"
    with pytest.raises(Unproven, match="not what its text is"):
        splice(raw, raw.decode("utf-7"), "utf-7", [Edit(16, 16, '"""A."""\n')], "m.py")
