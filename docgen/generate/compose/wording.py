"""How names, lists and conditions are put in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

MAX_LISTED = 3
"""Names in one list."""

MAX_EXPRESSION = 80
"""Characters of an expression that is still read at a glance."""

MAX_CONDITION = 80
"""Characters of a condition that is."""

_NONE = re.compile(r"([\w.]+) is (not )?None")


def is_shown(expression: str, limit: int = MAX_EXPRESSION) -> bool:
    """Whether an expression is short and plain enough to stand in a sentence."""
    return 0 < len(expression) <= limit and "..." not in expression and "`" not in expression


def condition(test: str, name: str, it: str = "it") -> str:
    """Return a test as a clause, such as “it is true” for a test of the name itself.

    Args:
        test: The test, as written.
        name: What the sentence is about.
        it: How the sentence calls that.
    """
    if it == "they" and test in (name, f"not {name}"):
        return "there are any" if test == name else "there are none"
    if test == name:
        return f"{it} is true"
    if test == f"not {name}":
        return f"{it} is false"
    if (match := _NONE.fullmatch(test)) and match[1] == name:
        return f"{it} is {match[2] or ''}`None`"
    return f"`{test}`"


def named(names: Sequence[str]) -> str:
    """Return names in a sentence: `a`, `b` and `c`."""
    return joined(list(map(quoted, names)))


def quoted(name: str) -> str:
    """Return a name as code."""
    return f"`{name}`"


def counted(names: Sequence[str], shown: Callable[[str], str] = quoted) -> str:
    """Return the first names of many, and how many more there are."""
    left = len(names) - MAX_LISTED
    return joined([*map(shown, names[:MAX_LISTED]), *([f"{left} more"] if left > 0 else [])])


def function(name: str) -> str:
    """Return the name of a function as it stands in a sentence."""
    of_parent = name.removeprefix("super().")
    return f"`{name}`" if of_parent == name else f"`{of_parent}` of the parent class"


def attributes_of(names: Sequence[str]) -> str:
    """Return names as those of attributes."""
    return f"attribute{'' if len(names) == 1 else 's'} {named(names)}"


def properties_of(names: Sequence[str]) -> str:
    """Return names as those of properties."""
    return f"propert{'y' if len(names) == 1 else 'ies'} {named(names)}"


def joined(parts: Sequence[str]) -> str:
    """Return parts with commas and a final “and”."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence(text: str) -> str:
    """Return a text as a sentence."""
    return f"{text[0].upper()}{text[1:]}." if text else ""


def one_line(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())
