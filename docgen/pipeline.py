"""The run: extract → plan → generate ⇄ verify → render. The one place that knows every stage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docgen import __version__
from docgen.config import Settings
from docgen.errors import BackendError, DocgenError, SourceError
from docgen.evidence.ancestry import Library
from docgen.extract import find_sources, read_modules, with_public_paths
from docgen.extract.installed import search_path
from docgen.generate.attach import descriptions_in, with_descriptions
from docgen.generate.describe import Answer, Writer
from docgen.generate.plan import ModulePlan, Unit, plan_module
from docgen.generate.prompts import Prompt, Prompts
from docgen.generate.schedule import describe_all
from docgen.generate.schema import token_limit
from docgen.generate.selection import Selection
from docgen.llm.backend import Backend, Sampling
from docgen.llm.connect import Connection
from docgen.llm.retry import complete_with_retries
from docgen.records import Description, Module, Subject, walk
from docgen.render import FOLDERS, render
from docgen.render.files import output_path
from docgen.render.json import load
from docgen.runlog import RunLog
from docgen.runlog.events import (
    BackendChosen,
    CallFailed,
    CallFinished,
    Described,
    FileWritten,
    FindingMade,
    Notice,
    Planned,
    RunFinished,
    RunStarted,
    SourceFailed,
    SourceRead,
)
from docgen.verify import Finding, checks

Connect = Callable[[], Awaitable[Connection]]
Outcome = Literal["done", "problems", "interrupted", "failed"]
EXIT_CODES: Mapping[Outcome, int] = {"done": 0, "problems": 1, "failed": 1, "interrupted": 130}


@dataclass
class Tally:
    """What a run has cost so far."""

    calls: int = 0
    failures: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


class Run:
    """One run, from source files to written documentation.

    Args:
        settings: What the run was told.
        log: Where its events go.
        prompts: The filled templates.
    """

    def __init__(self, settings: Settings, log: RunLog, prompts: Prompts) -> None:
        self._settings = settings
        self._log = log
        self._prompts = prompts
        self._tally = Tally()
        self._written: dict[Subject, Description] = {}
        self._unread = 0
        self._library = Library()

    def start(self, run: str, arguments: Sequence[str]) -> None:
        """Emit the first event."""
        self._log.emit(RunStarted(stamp=self._log.stamp(), run=run, version=__version__, arguments=tuple(arguments)))

    def plan(
        self, targets: Sequence[str], *, only: Sequence[str] = (), rewrite: bool = False, include_tests: bool = False
    ) -> list[ModulePlan]:
        """Read the sources and plan what has to be said. A file that cannot be read is reported and left out.

        Args:
            targets: Files, folders or installed packages.
            only: Names of the elements to document, as patterns; empty for all.
            rewrite: Whether the author's words are ignored.
            include_tests: Whether tests are documented too.

        Raises:
            UsageError: A target does not exist, or nothing has one of the names in `only`.
        """
        files = find_sources(targets, cwd=Path.cwd(), exclude=self._settings.exclude, include_tests=include_tests)
        for notice in dict.fromkeys(file.notice for file in files if file.notice):
            self.notify(notice)
        selection = Selection(only)
        modules: list[Module] = []
        for read in read_modules(files):
            if isinstance(read, SourceError):
                self._report_unread(read)
                continue
            elements = sum(1 for _ in walk(read))
            self._log.emit(SourceRead(stamp=self._log.stamp(), file=read.filepath, module=read.path, elements=elements))
            modules.append(read)
        modules = with_public_paths(modules)
        self._library = Library(modules, search_path())
        plans = [plan_module(module, selected=selection, rewrite=rewrite, library=self._library) for module in modules]
        selection.require_matches()
        return [plan for plan in plans if plan.units] if only else plans

    def execute(self, plans: Sequence[ModulePlan], connect: Connect) -> int:
        """Describe what is planned, write it, and return the exit code.

        Ctrl-C ends the model's work, and so does a model that is gone; what was described until then is written.

        Raises:
            DocgenError: No backend can be had, or the documentation cannot be written.
        """
        outcome: Outcome = "problems" if self._unread else "done"
        try:
            try:
                asyncio.run(self._generate(plans, connect))
            except KeyboardInterrupt:
                outcome = "interrupted"
            except BackendError as error:
                if not self._written:
                    raise
                self.notify(_with_hint(error), "error")
                outcome = "failed"
            self._render(plans, everything=outcome in ("done", "problems"))
        except DocgenError:
            self._finish("failed", plans)
            raise
        self._finish(outcome, plans)
        return EXIT_CODES[outcome]

    def notify(self, message: str, level: Literal["info", "warning", "error"] = "info") -> None:
        """Tell the user something."""
        self._log.emit(Notice(stamp=self._log.stamp(), level=level, message=message))

    async def _generate(self, plans: Sequence[ModulePlan], connect: Connect) -> None:
        if not any(plan.units for plan in plans):
            self._announce(plans)
            return
        backend, reason = await connect()
        try:
            self._log.emit(
                BackendChosen(stamp=self._log.stamp(), backend=backend.name, model=backend.model, reason=reason)
            )
            self._announce(plans)
            writer = Writer(
                prompts=self._prompts,
                checks=checks(self._prompts.instructions),
                ask=lambda unit, prompt: self._ask(backend, unit, prompt),
                report=self._report_finding,
                model=backend.model,
                repairs=self._settings.repairs,
                library=self._library,
            )
            await describe_all(plans, writer, self._settings.jobs, self._settle)
        finally:
            await backend.close()

    async def _ask(self, backend: Backend, unit: Unit, prompt: Prompt) -> Answer:
        name = unit.element.id
        sampling = Sampling(
            max_tokens=token_limit(prompt.asked), temperature=prompt.temperature, seed=self._settings.seed
        )
        began = self._log.stamp().elapsed

        def failed(error: BackendError, again: bool) -> None:
            self._tally.calls += 1
            self._tally.failures += 1
            self._log.emit(CallFailed(stamp=self._log.stamp(), name=name, error=_with_hint(error), again=again))

        answer = await complete_with_retries(backend, prompt.messages, prompt.schema, sampling, failed=failed)
        cost = answer.completion
        self._tally.calls += 1
        self._tally.prompt_tokens += cost.prompt_tokens
        self._tally.cached_tokens += cost.cached_tokens
        self._tally.completion_tokens += cost.completion_tokens
        stamp = self._log.stamp()
        self._log.emit(
            CallFinished(
                stamp=stamp,
                name=name,
                prompt_tokens=cost.prompt_tokens,
                cached_tokens=cost.cached_tokens,
                completion_tokens=cost.completion_tokens,
                seconds=stamp.elapsed - began,
            )
        )
        return Answer(answer.data, answer.sampling.seed)

    def _settle(self, written: Mapping[Subject, Description]) -> None:
        self._written.update(written)
        for subject, description in written.items():
            self._log.emit(
                Described(stamp=self._log.stamp(), kind=subject.kind, name=subject.name, description=description)
            )

    def _render(self, plans: Sequence[ModulePlan], *, everything: bool) -> None:
        """Write the plans' modules; of an unfinished run only those of which something was written."""
        begun = [plan for plan in plans if everything or any(s in self._written for u in plan.units for s in u.asked)]
        modules = [self._described(plan) for plan in begun]
        formats, out = self._settings.formats, self._settings.out
        for path in render(modules, formats, out, source_url=self._settings.source_url):
            self._log.emit(FileWritten(stamp=self._log.stamp(), path=str(path)))

    def _described(self, plan: ModulePlan) -> Module:
        """Return a module with all that is known: what an earlier run wrote stands where this one did not come to."""
        earlier = _earlier_descriptions(plan.module, self._settings.out / FOLDERS["json"])
        return with_descriptions(plan.module, {**earlier, **plan.known, **self._written})

    def _announce(self, plans: Sequence[ModulePlan]) -> None:
        units = [unit for plan in plans for unit in plan.units]
        known = sum(len(plan.known) for plan in plans)
        self._log.emit(
            Planned(
                stamp=self._log.stamp(),
                modules=len(plans),
                fields=known + sum(len(unit.asked) for unit in units),
                known=known,
                calls=sum(1 for unit in units for _ in unit.calls()),
            )
        )

    def _finish(self, outcome: Outcome, plans: Sequence[ModulePlan]) -> None:
        descriptions = [*(d for plan in plans for d in plan.known.values()), *self._written.values()]
        subjects = [*(s for plan in plans for s in plan.known), *self._written]
        stamp = self._log.stamp()
        self._log.emit(
            RunFinished(
                stamp=stamp,
                outcome=outcome,
                elements=len({subject.element for subject in subjects}),
                described=dict(Counter(description.provenance.source for description in descriptions)),
                calls=self._tally.calls,
                failures=self._tally.failures,
                prompt_tokens=self._tally.prompt_tokens,
                cached_tokens=self._tally.cached_tokens,
                completion_tokens=self._tally.completion_tokens,
                seconds=stamp.elapsed,
            )
        )

    def _report_unread(self, error: SourceError) -> None:
        self._unread += 1
        self._log.emit(
            SourceFailed(
                stamp=self._log.stamp(),
                file=error.file,
                lineno=error.lineno,
                column=error.column,
                message=error.message,
            )
        )

    def _report_finding(self, subject: Subject, text: str, finding: Finding) -> None:
        self._log.emit(
            FindingMade(
                stamp=self._log.stamp(),
                kind=subject.kind,
                name=subject.name,
                code=finding.code,
                message=finding.message,
                text=text,
            )
        )


def _with_hint(error: DocgenError) -> str:
    return " ".join(filter(None, [str(error), error.hint]))


def _earlier_descriptions(module: Module, folder: Path) -> dict[Subject, Description]:
    """Return what an earlier run wrote of the elements whose code is still the same."""
    try:
        earlier = load(output_path(folder, module.path, ".json"))
    except DocgenError:
        return {}
    hashes = {element.id: element.hash for element in walk(earlier)}
    same = {element.id for element in walk(module) if hashes.get(element.id) == element.hash}
    return {
        subject: description
        for subject, description in descriptions_in(earlier).items()
        if subject.element in same and description.provenance.source != "source"
    }
