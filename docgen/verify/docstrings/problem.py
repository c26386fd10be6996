"""What is wrong with a docstring, before it is known where that stands."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """Something that a docstring gets wrong or lacks.

    Attributes:
        code: Stable name of the rule.
        word: The word in the docstring that it is about; empty where it is about the whole.
        message: One sentence.
    """

    code: str
    word: str
    message: str
