"""What a docstring says, before any style has given it a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Key = Literal["attributes", "parameters", "returns", "yields", "raises"]
"""A section of a docstring."""


class Part(NamedTuple):
    """An entry of a section.

    Attributes:
        name: Of the parameter (with its stars), attribute or exception; empty for what is returned or yielded.
        type: Its annotation as written, empty where it has none.
        text: What is said of it.
        is_authors: Whether the author has said it already, here or elsewhere.
    """

    name: str
    type: str
    text: str
    is_authors: bool = False


@dataclass(frozen=True)
class Content:
    """All that a docstring says.

    Attributes:
        text: What the element is: a first sentence, and what follows it.
        sections: Entries by section; a section that is not there has nothing to say.
        is_function: Whether it is about a function that is called, whose first sentence may be put as a command.
        may_rephrase: Whether that first sentence is docgen's own, and so may be put as one.
    """

    text: str
    sections: dict[Key, tuple[Part, ...]]
    is_function: bool = False
    may_rephrase: bool = False


class Shape(NamedTuple):
    """The form that the file gives to a docstring.

    Attributes:
        width: Columns from the docstring's left edge to the line length.
        unit: One step of indentation.
        types: Whether types are repeated from the annotations.
    """

    width: int
    unit: str
    types: bool = True
