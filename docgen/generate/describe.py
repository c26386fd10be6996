"""One unit's descriptions: asked for, checked, asked for again where a check objects, composed where that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from docgen.errors import BackendError, BackendUnavailable
from docgen.evidence.context import Context
from docgen.evidence.facts import facts_of
from docgen.generate.compose import compose
from docgen.generate.plan import Unit
from docgen.generate.prompts import Prompt, Prompts
from docgen.generate.schema import MAX_CHARACTERS, read_answer
from docgen.generate.text import tidy
from docgen.records import Description, Provenance, Subject
from docgen.verify import Check, Finding, echo_check


class Answer(NamedTuple):
    """An answer of the schema that was asked for, and the seed that brought it."""

    data: Mapping[str, Any]
    seed: int


Ask = Callable[[Unit, Prompt], Awaitable[Answer]]
"""Puts a prompt to the model and returns its answer; raises BackendError where none can be had."""

Report = Callable[[Subject, str, Finding], None]
"""Is told of each text that a check rejected."""


@dataclass(frozen=True)
class Writer:
    """Describes units.

    Attributes:
        prompts: The filled templates.
        checks: What every text must pass.
        ask: The model.
        report: Is told of rejected texts.
        model: The model's name, for the provenance.
        repairs: How often the model is asked again.
    """

    prompts: Prompts
    checks: Sequence[Check]
    ask: Ask
    report: Report
    model: str
    repairs: int

    async def describe(
        self, unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> dict[Subject, Description]:
        """Return a description of every subject that the unit asks about.

        An overview that the model cannot give is left out: a composed one would say nothing that the summary does not.

        Raises:
            BackendUnavailable: The model is gone; there is no point in going on.
        """
        first, *rest = unit.calls()
        prompt = self.prompts.ask(unit, context, first, settled)
        written = await self._answer(unit, prompt)
        for asked in rest:
            texts = {subject: written[subject].text for subject in prompt.asked if subject in written}
            prompt = self.prompts.ask_more(prompt, texts, unit, asked)
            written |= await self._answer(unit, prompt)
        return written

    async def _answer(self, unit: Unit, prompt: Prompt) -> dict[Subject, Description]:
        written: dict[Subject, Description] = {}
        question = prompt
        checks = self.checks
        repairs = 0
        while True:
            try:
                answered = await self.ask(unit, question)
            except BackendUnavailable:
                raise
            except BackendError:
                break
            answer = read_answer(answered.data, question.asked)
            texts = {subject: tidy(text, MAX_CHARACTERS, unit.element.name) for subject, text in answer.items()}
            findings = {
                subject: found for subject in texts if (found := self._check(unit, subject, texts[subject], checks))
            }
            provenance = Provenance(
                source="model", model=self.model, prompt=question.hash, seed=answered.seed, repairs=repairs
            )
            written.update(
                {s: Description(text=text, provenance=provenance) for s, text in texts.items() if s not in findings}
            )
            if not findings or repairs == self.repairs:
                break
            repairs += 1
            question = self.prompts.ask_again(question, answer, findings)
            checks = [*self.checks, echo_check(question.messages[-1].content)]
        return written | _composed(unit, [s for s in prompt.asked if s not in written], repairs)

    def _check(self, unit: Unit, subject: Subject, text: str, checks: Sequence[Check]) -> list[Finding]:
        facts = facts_of(unit.module, unit.element, unit.owner, subject)
        findings = [finding for check in checks for finding in check(text, facts)]
        for finding in findings:
            self.report(subject, text, finding)
        return findings


def _composed(unit: Unit, subjects: Sequence[Subject], repairs: int) -> dict[Subject, Description]:
    return {
        subject: Description(
            text=compose(facts_of(unit.module, unit.element, unit.owner, subject)),
            provenance=Provenance(source="composed", repairs=repairs),
        )
        for subject in subjects
        if subject.kind != "overview"
    }
