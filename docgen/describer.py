"""A run's units described one by one: what is known is taken, the rest asked for, and all of it kept."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from docgen.evidence.context import Context
from docgen.generate.describe import Writer
from docgen.generate.keys import Maker, keys_of
from docgen.generate.plan import Unit
from docgen.generate.recheck import Judge
from docgen.generate.reuse import Memory, current, published, unanswered
from docgen.generate.written import Written
from docgen.project import file_in
from docgen.records import Description, Subject
from docgen.runlog import RunLog
from docgen.runlog.events import FindingMade
from docgen.store import Entry, Objection, Store
from docgen.verify import Finding


@dataclass(frozen=True)
class Describer:
    """Has units described, and keeps what is said of them before anybody hears of it.

    Attributes:
        log: Is told of each description and finding.
        store: Where they are kept.
        run: Under which run.
        memory: What earlier runs said.
        maker: What texts are made with.
        judge: Says whether a text that was kept would be kept today.
        unreached: Ids of the elements about which a call did not get through.
        written: Gets what is said.
    """

    log: RunLog
    store: Store
    run: str
    memory: Memory
    maker: Maker
    judge: Judge
    unreached: Set[str]
    written: Written
    _rejected: dict[Subject, list[Objection]] = field(default_factory=dict, init=False)

    async def describe(
        self, writer: Writer, unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> Mapping[Subject, Description]:
        """Return what is said of a unit now.

        Args:
            writer: Is asked about what is not known.
            unit: What is described.
            context: What the model is shown of it.
            settled: What is said already of it and of others.
        """
        held = current(unit, self.memory, settled, self.maker, self.judge)
        asked = tuple(subject for subject in unit.asked if subject not in held.said)
        left = replace(unit, asked=asked)
        keys = keys_of(left, settled, self.maker)
        written = await writer.describe(left, context, {**settled, **published(held.said)}) if asked else {}
        file, mark = file_in(self.store, unit.module), self.judge.mark(unit.module)
        answers = [
            Entry(subject, keys[subject], said, file, tuple(self._rejected.pop(subject, ())), self.run, mark)
            for subject, said in {**written, **unanswered(asked, written)}.items()
            # What was composed because no call got through is no answer: the next run asks again.
            if not (said.provenance.source == "composed" and unit.element.id in self.unreached)
        ]
        self.store.keep([*held.anew, *answers])
        told = {**published(held.said), **written}
        is_first = not any(subject.element == unit.element.id for subject in settled)
        self.written.add(unit.module, told, is_first=is_first)
        for subject, description in told.items():
            self.log.described(subject, description)
        return told

    def reject(self, subject: Subject, text: str, finding: Finding) -> None:
        """Note what a check finds in a text."""
        objection = Objection(code=finding.code, message=finding.message, text=text)
        self._rejected.setdefault(subject, []).append(objection)
        self.log.emit(
            FindingMade(
                stamp=self.log.stamp(),
                kind=subject.kind,
                name=subject.name,
                code=finding.code,
                message=finding.message,
                text=text,
            )
        )
