"""What a run has said, on disk until it is rendered."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping

from docgen.records import Description, Module, Subject
from docgen.spool import Spool


class Written:
    """The descriptions that a run has brought, by module.

    Attributes:
        elements: Elements of which nothing was said before.
        sources: How many descriptions there are by who wrote them.
    """

    def __init__(self) -> None:
        self.elements = 0
        self.sources: Counter[str] = Counter()
        self._parts: Spool[Mapping[Subject, Description]] = Spool()
        self._parts_of: defaultdict[str, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, module: Module, said: Mapping[Subject, Description], *, is_first: bool) -> None:
        """Add what was said of one of a module's elements, and whether it is the first."""
        if said:
            self.elements += is_first
            self._parts_of[module.filepath].append(len(self._parts))
            self._parts.append(dict(said))
            self.sources.update(description.provenance.source for description in said.values())

    def of(self, module: Module) -> dict[Subject, Description]:
        """Return all that was said of a module's elements."""
        parts = self._parts_of.get(module.filepath, ())
        return {subject: said for part in parts for subject, said in self._parts[part].items()}

    def __bool__(self) -> bool:
        return bool(self._parts)
