"""What an author's docstring lacks is added to it; not a word of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.extract import SourceFile
from docgen.render.docstrings.applying import Applied, Manner, apply_descriptions
from tests.render.docstrings.rounds import describe, differences, lost_words, read

FILE = SourceFile(Path("m.py"), "m", "m.py")
HEADER = "def f(a: int, *b: str, c=1) -> int:\n"
BODY = "    if a:\n        raise ValueError(a)\n    return 1\n"


def complete(docstring: str, style: str = "google") -> Applied:
    raw = f"{HEADER}    {docstring}\n{BODY}".encode()
    module = read(raw, FILE)
    manner = Manner("complete", style)  # type: ignore[arg-type]
    said = {subject: text for subject, text in describe(module, ("Be it.",)).items() if subject.kind != "module"}
    applied = apply_descriptions(raw, module, said, manner)
    assert list(differences(raw, applied.after)) == []
    assert list(lost_words(raw, applied.after)) == []
    again = apply_descriptions(applied.after, read(applied.after, FILE), said, manner)
    assert again.after == applied.after
    return applied


def docstring_of(applied: Applied) -> str:
    return applied.after.decode().removeprefix(HEADER).removesuffix(BODY).removeprefix("    ").removesuffix("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            '"""Do it."""',
            '"""Do it.\n\n    Args:\n        a (int): Be it.\n        *b (str): Be it.\n        c: Be it.\n\n'
            '    Returns:\n        int: Be it.\n\n    Raises:\n        ValueError: Be it.\n    """',
            id="a summary alone",
        ),
        pytest.param(
            "'Do \\'it\\'.'  # why",
            "'''Do \\'it\\'.\n\n    Args:\n        a (int): Be it.\n        *b (str): Be it.\n        c: Be it.\n\n"
            "    Returns:\n        int: Be it.\n\n    Raises:\n        ValueError: Be it.\n    '''  # why",
            id="single quotes",
        ),
        pytest.param(
            'r"""Do \\it.\n\n    Args:\n      c: Mine,\n         and mine.\n\n      b: Too.\n\n'
            '    Note:\n        So.\n\n    Raises:\n      OSError: If.\n    """',
            'r"""Do \\it.\n\n    Args:\n      c: Mine,\n         and mine.\n\n      b: Too.\n'
            "      a (int): Be it.\n\n    Returns:\n        int: Be it.\n\n"
            '    Note:\n        So.\n\n    Raises:\n      OSError: If.\n      ValueError: Be it.\n    """',
            id="Google",
        ),
        pytest.param(
            '"""\n    Do it.\n\n    Parameters\n    ----------\n    a, c : int\n        Mine.\n\n'
            '    Examples\n    --------\n    >>> f(1)\n    """',
            '"""\n    Do it.\n\n    Parameters\n    ----------\n    a, c : int\n        Mine.\n'
            "    *b : str\n        Be it.\n\n    Returns\n    -------\n    int\n        Be it.\n\n"
            "    Raises\n    ------\n    ValueError\n        Be it.\n\n"
            '    Examples\n    --------\n    >>> f(1)\n    """',
            id="NumPy",
        ),
        pytest.param(
            '"""Do it.\n\n    :param int a: Mine,\n        and mine.\n    :rtype: int\n    """',
            '"""Do it.\n\n    :param int a: Mine,\n        and mine.\n    :param \\\\*b: Be it.\n'
            "    :type \\\\*b: str\n    :param c: Be it.\n    :rtype: int\n    :returns: Be it.\n"
            '    :raises ValueError: Be it.\n    """',
            id="Sphinx",
        ),
    ],
)
def test_what_is_missing_is_added_in_the_authors_style(before: str, after: str) -> None:
    assert docstring_of(complete(before)) == after


@pytest.mark.parametrize(
    "docstring",
    [
        pytest.param('"""Do it.""" "And more."', id="joined parts"),
        pytest.param('"Do it.\\nAnd more."', id="an escaped line break"),
        pytest.param('"""Do it.\n\n    @param a: Mine.\n    """', id="a style that docgen does not write"),
    ],
)
def test_where_nothing_can_be_added_by_position_it_is_left_and_said(docstring: str) -> None:
    applied = complete(docstring)
    assert docstring_of(applied) == docstring
    assert applied.left["m.f"] == "there is no safe place in it"


def test_a_class_docstring_speaks_for_the_constructor_unless_that_has_its_own() -> None:
    source = 'class A:\n    """Be."""\n\n    def __init__(self, x):\n        {}self.x = x\n'
    for own, expected in (("", "    Args:\n        x: Be it.\n"), ('"""Make."""\n        ', "        Args:\n")):
        raw = source.format(own).encode()
        module = read(raw, FILE)
        after = apply_descriptions(raw, module, describe(module, ("Be it.",)), Manner("complete")).after.decode()
        assert f"\n{expected}" in after
        assert after.count("Args:") == 1


def test_nothing_is_added_while_a_part_is_not_described() -> None:
    raw = b'def f(a, b):\n    """Do it."""\n    return a\n'
    module = read(raw, FILE)
    said = {subject: text for subject, text in describe(module).items() if subject.part != "b"}
    said = {subject: text for subject, text in said.items() if subject.kind != "module"}
    assert apply_descriptions(raw, module, said, Manner("complete")).after == raw
