"""Whether a text that was kept would be kept today: docgen's checks grow, and what a text may name can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from docgen.evidence.ancestry import Library
from docgen.evidence.finders import Finders
from docgen.fingerprint import fingerprint
from docgen.generate.plan import Unit
from docgen.records import Description, Module, Subject
from docgen.verify import Check


@dataclass(frozen=True)
class Judge:
    """Puts kept texts to the checks.

    Attributes:
        checks: What every text must pass.
        library: Finds base classes, as when the texts were written.
    """

    checks: Sequence[Check]
    library: Library | None = None

    def mark(self, module: Module) -> str:
        """Return what a text is marked with that passed: the same until the checks or the module's source change."""
        return f"{fingerprint('verify', 'evidence')[:16]}-{len(self.checks)}-{module.hash[:16]}"

    def accepts(self, unit: Unit, subject: Subject, said: Description) -> bool:
        """Whether the checks find nothing in a model's text that was not known of it when it was kept."""
        if said.provenance.source != "model" or not said.text:
            return True
        facts = self._finders.of(unit.module).facts(unit.element, unit.owner, subject)
        findings = [finding for check in self.checks for finding in check(said.text, facts)]
        return not findings or (said.verdict == "vague" and {finding.severity for finding in findings} == {"vague"})

    @cached_property
    def _finders(self) -> Finders:
        return Finders(self.library)
