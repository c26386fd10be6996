"""One unit's descriptions: asked for, checked, asked for again where a check objects, composed where that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

from docgen.errors import BackendError, BackendUnavailable
from docgen.evidence.ancestry import Library
from docgen.evidence.context import Context
from docgen.evidence.facts import Facts
from docgen.evidence.finders import Finders
from docgen.evidence.subjects import subjects_of
from docgen.generate.compose import compose, informative
from docgen.generate.cutting import cut_claims, first_clause
from docgen.generate.plan import Unit
from docgen.generate.prompts import Prompt, Prompts
from docgen.generate.schema import MAX_CHARACTERS, read_answer
from docgen.generate.text import tidy
from docgen.records import Description, Provenance, Subject
from docgen.verify import Check, Finding, echo_check, leakage_check, sentences_of, verdict_of
from docgen.verify.claims import sentences

MIN_WORDS = 3
"""Of a text that says too little and is still better than none."""

_SUMMARIES = ("module", "class", "function")


class Answer(NamedTuple):
    """An answer of the schema that was asked for, and the seed that brought it."""

    data: Mapping[str, Any]
    seed: int


class Turn(NamedTuple):
    """A question as it was first put, which the backend has in its cache, and what was kept of the answers to it."""

    question: Prompt
    said: Mapping[Subject, str]


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
        library: Finds base classes, whose words are a ground for a method's text; None to look at the module alone.
    """

    prompts: Prompts
    checks: Sequence[Check]
    ask: Ask
    report: Report
    model: str
    repairs: int
    library: Library | None = None

    async def describe(
        self, unit: Unit, context: Context, settled: Mapping[Subject, Description]
    ) -> dict[Subject, Description]:
        """Return a description of every subject that the unit asks about.

        An overview that the model cannot give is left out: a composed one would say nothing that the summary does not.

        Raises:
            BackendUnavailable: The model is gone; there is no point in going on.
        """
        written: dict[Subject, Description] = {}
        chat = None
        if said := _by_model(settled, subjects_of(unit.module, unit.element, unit.owner)):
            chat = Turn(self.prompts.ask(unit, context, tuple(said), settled), said)
        for asked in unit.calls():
            question_about = partial(self._prompt, unit, context, settled, chat)
            answered = await self._answer(unit, asked, question_about)
            written |= answered
            if said := _by_model(answered, asked):
                chat = Turn(question_about(asked), said)
        return written

    def _prompt(
        self,
        unit: Unit,
        context: Context,
        settled: Mapping[Subject, Description],
        chat: Turn | None,
        asked: Sequence[Subject],
    ) -> Prompt:
        """Return the question about some subjects: the next one in the chat, where the model spoke of others before."""
        if chat is None:
            return self.prompts.ask(unit, context, asked, settled)
        return self.prompts.ask_more(chat.question, chat.said, unit, asked)

    async def _answer(
        self, unit: Unit, asked: Sequence[Subject], question_about: Callable[[Sequence[Subject]], Prompt]
    ) -> dict[Subject, Description]:
        written: dict[Subject, Description] = {}
        vague: dict[Subject, Description] = {}
        question = question_about(asked)
        rejected: set[tuple[Subject, str]] = set()
        extra: tuple[Check, ...] = ()
        repairs = 0
        while True:
            try:
                answered = await self.ask(unit, question)
            except BackendUnavailable:
                raise
            except BackendError:
                break
            answer = read_answer(answered.data, question.asked)
            texts = _shortened(
                {subject: tidy(text, MAX_CHARACTERS, unit.element.name) for subject, text in answer.items()}
            )
            said = sentences_of((subject.part or unit.element.name, text) for subject, text in texts.items())
            checks = (*self.checks, leakage_check(said), *extra)
            provenance = Provenance(
                source="model", model=self.model, prompt=question.hash, seed=answered.seed, repairs=repairs
            )
            failed: dict[Subject, list[Finding]] = {}
            for subject, text in texts.items():
                kept, findings = self._judge(unit, subject, text, checks)
                if kept:
                    written[subject] = Description(text=kept, verdict="faithful", provenance=provenance)
                else:
                    failed[subject] = findings
                    is_prose = len(text.split()) >= MIN_WORDS and not any(
                        f.severity in ("form", "doubt") for f in findings
                    )
                    if verdict_of(findings) == "vague" and is_prose:
                        vague[subject] = Description(text=text, verdict="vague", provenance=provenance)
            failed = {subject: found for subject, found in failed.items() if self._is_worth_a_try(unit, subject)}
            again = {(subject, texts[subject]) for subject in failed}
            if not failed or repairs == self.repairs or again <= rejected:
                break
            rejected |= again
            repairs += 1
            question = self.prompts.ask_again(question_about(tuple(failed)), failed, repairs)
            extra = (echo_check(" ".join(finding.message for found in failed.values() for finding in found)),)
        open_subjects = [subject for subject in asked if subject not in written]
        return written | self._settle(unit, open_subjects, vague, repairs)

    def _judge(self, unit: Unit, subject: Subject, text: str, checks: Sequence[Check]) -> tuple[str, list[Finding]]:
        """Return what of a text can be kept, and what was found wrong with all of it."""
        facts = self._facts(unit, subject)

        def findings_of(text: str) -> list[Finding]:
            return [finding for check in checks for finding in check(text, facts)]

        findings = findings_of(text)
        for finding in findings:
            self.report(subject, text, finding)
        if not findings:
            return text, []
        return cut_claims(text, findings_of) if text else "", findings

    def _is_worth_a_try(self, unit: Unit, subject: Subject) -> bool:
        """Whether another answer could be better than what is said without one.

        Where facts can be told, a model that is asked until no check objects tells less, or something else; where there
        is no body, it has nothing to go by; and an overview can be left out.
        """
        facts = self._facts(unit, subject)
        has_no_body = facts.behaviour is not None and facts.behaviour.is_abstract
        return subject.kind != "overview" and not has_no_body and not informative(facts)

    def _settle(
        self, unit: Unit, subjects: Sequence[Subject], vague: Mapping[Subject, Description], repairs: int
    ) -> dict[Subject, Description]:
        """Describe what the model could not: from facts where they tell more than a text that was merely vague."""
        settled: dict[Subject, Description] = {}
        for subject in subjects:
            facts = self._facts(unit, subject)
            if (known := informative(facts)) or (subject not in vague and subject.kind != "overview"):
                settled[subject] = Description(
                    text=known or compose(facts),
                    verdict="faithful" if known else "vague",
                    provenance=Provenance(source="composed", repairs=repairs),
                )
            elif subject in vague:
                settled[subject] = vague[subject]
        return settled

    def _facts(self, unit: Unit, subject: Subject) -> Facts:
        return self._finders.of(unit.module).facts(unit.element, unit.owner, subject)

    @cached_property
    def _finders(self) -> Finders:
        return Finders(self.library)


def _by_model(descriptions: Mapping[Subject, Description], subjects: Sequence[Subject]) -> dict[Subject, str]:
    """Return the model's own texts, in the order of the subjects."""
    return {
        subject: descriptions[subject].text
        for subject in subjects
        if subject in descriptions and descriptions[subject].provenance.source == "model"
    }


def _shortened(texts: Mapping[Subject, str]) -> dict[Subject, str]:
    """Return texts whose summaries are one clause, which the overview does not say again, or there is none.

    A small model's second sentence of a summary is padding at best, and what it appends to the first a guess.
    """
    cut = {
        subject: first_clause(next(iter(sentences(text)), "")) if subject.kind in _SUMMARIES else text
        for subject, text in texts.items()
    }
    summaries = {text for subject, text in cut.items() if subject.kind == "class"}
    for subject in [subject for subject in cut if subject.kind == "overview"]:
        said = " ".join(sentence for sentence in sentences(cut.pop(subject)) if sentence not in summaries)
        cut |= {subject: said} if said else {}
    return cut
