"""Which elements the model is asked about, by name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from docgen.errors import UsageError
from docgen.records import Element


class Selection:
    """Tells which elements are meant, and remembers what was there, for when nothing was.

    Args:
        patterns: Names with wildcards. One matches an element's whole path or the end of it, and with an element all
            that it holds. No pattern at all selects everything.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(patterns)
        self._matched: set[str] = set()
        self._seen: list[str] = []

    def __call__(self, element: Element) -> bool:
        """Whether an element is meant."""
        if not self._patterns:
            return True
        if len(self._matched) < len(set(self._patterns)):
            self._seen.append(element.path)
        matched = {pattern for pattern in self._patterns if matches(element.path, pattern)}
        self._matched |= matched
        return bool(matched)

    def require_matches(self) -> None:
        """Refuse patterns that matched nothing.

        Raises:
            UsageError: There is such a pattern.
        """
        for pattern in self._patterns:
            if pattern not in self._matched:
                names = {path.rpartition(".")[2]: path for path in self._seen}
                near = difflib.get_close_matches(pattern.rpartition(".")[2], names, n=3)
                hint = (
                    f"Did you mean {' or '.join(names[name] for name in near)}?"
                    if near
                    else "`docgen extract` lists them."
                )
                raise UsageError(f"nothing to document is called {pattern}", hint)


def matches(path: str, pattern: str) -> bool:
    """Whether a pattern means the element at a path, or one that holds it."""
    parts = path.split(".")
    holders = (".".join(parts[: end + 1]) for end in range(len(parts)))
    return any(fnmatchcase(holder, pattern) or fnmatchcase(holder, f"*.{pattern}") for holder in holders)
