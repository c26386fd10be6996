"""The facts about the elements of many modules, with those of a few modules held ready."""

from __future__ import annotations

from docgen.evidence.ancestry import Library
from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.records import Module

MAX_FINDERS = 32
"""Modules about which facts are held ready; each takes several times its source's memory."""


class Finders:
    """Makes a finder for each module, and forgets those that were made first.

    Args:
        library: Finds base classes; None to look at each module alone.
    """

    def __init__(self, library: Library | None = None) -> None:
        self._library = library
        self._held: dict[tuple[str, str], FactFinder] = {}

    def of(self, module: Module) -> FactFinder:
        """Return the finder of a module's facts."""
        # Two files may claim one name.
        key = module.id, module.filepath
        if key not in self._held:
            while len(self._held) >= MAX_FINDERS:
                del self._held[next(iter(self._held))]
            self._held[key] = FactFinder(Surroundings(module, self._library))
        return self._held[key]
