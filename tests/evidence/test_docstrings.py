import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.evidence.docstrings import AuthorText, first_sentence, read_docstring

GOOGLE = """Collect frames.

    A second paragraph.

    Args:
        frames (int, optional): How many frames
            to collect. Defaults to 3.
        *envs: The environments.
        low, high: Bounds.

    Keyword Args:
        device: Where to put them.

    Returns:
        The batch.

    Raises:
        ValueError: If `frames` is negative.
    """

NUMPY = """Collect frames.

    A second paragraph.

    Parameters
    ----------
    frames : int, optional
        How many frames
        to collect. Defaults to 3.
    *envs
        The environments.
    low, high : float
        Bounds.

    Other Parameters
    ----------------
    device : str
        Where to put them.

    Returns
    -------
    Batch
        The batch.

    Raises
    ------
    ValueError
        If `frames` is negative.
    """

SPHINX = """Collect frames.

    A second paragraph.

    :param int frames: How many frames
        to collect. Defaults to 3.
    :param envs: The environments.
    :param low: Bounds.
    :param high: Bounds.
    :param device: Where to put them.
    :type device: str
    :returns: The batch.
    :raises ValueError: If `frames` is negative.
    """

EXPECTED = AuthorText(
    prose="Collect frames.\n\nA second paragraph.",
    parameters={
        "frames": "How many frames to collect. Defaults to 3.",
        "envs": "The environments.",
        "low": "Bounds.",
        "high": "Bounds.",
        "device": "Where to put them.",
    },
    returns="The batch.",
    raises={"ValueError": "If `frames` is negative."},
)


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_the_three_styles_say_the_same(text: str) -> None:
    assert read_docstring(inspect.cleandoc(text)) == EXPECTED


def test_a_generator_yields_and_does_not_return() -> None:
    read = read_docstring("Walk.\n\nYields:\n    Each node.\n")
    assert (read.yields, read.returns) == ("Each node.", "")


def test_attributes_are_not_parameters() -> None:
    read = read_docstring("A point.\n\nAttributes:\n    x: The abscissa.\n")
    assert read.attributes == {"x": "The abscissa."}
    assert read.parameters == {}


@pytest.mark.parametrize(
    "text",
    ["Returns the size: always 3.", "Note: this is `x`.\n\nTodo:\n  * a", ":param", "x: y", "Deprecated: use `y`."],
)
def test_prose_without_sections_is_kept_word_for_word(text: str) -> None:
    assert read_docstring(text) == AuthorText(prose=text)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read_docstring(text)


@given(st.text(alphabet="Args:Returns-=\n `*,().x#>", max_size=80))
def test_any_heap_of_section_marks_can_be_read(text: str) -> None:
    read_docstring(text)


def test_a_first_sentence_ends_at_its_full_stop_and_not_at_an_abbreviation() -> None:
    assert first_sentence("Use e.g. a\nlist. Then more.\n\nMore.") == "Use e.g. a list."
    assert first_sentence("No stop here") == "No stop here"
