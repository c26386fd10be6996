"""The run: extract → plan → generate ⇄ verify → render. The one place that knows every stage.

A package may have any number of modules, so each stage takes one at a time from the stage before and sets it aside on
disk (`docgen.spool`) for the next: records, plans, what is written, records with descriptions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Literal

from docgen import __version__
from docgen.calls import Calls, with_hint
from docgen.config import Settings
from docgen.describer import Describer
from docgen.errors import BackendError, DocgenError, SourceError
from docgen.evidence.ancestry import Library, library_of
from docgen.extract.kept import read_kept
from docgen.extract.public_paths import addressed, addresses_of
from docgen.extract.source_file import SourceFile
from docgen.generate.attach import with_descriptions
from docgen.generate.describe import Writer
from docgen.generate.keys import Maker
from docgen.generate.plan import ModulePlan, plan_module
from docgen.generate.prompts import Prompts
from docgen.generate.recheck import Judge
from docgen.generate.reuse import Memory, resume
from docgen.generate.schedule import describe_all
from docgen.generate.selection import Selection
from docgen.generate.totals import Totals, totals_of
from docgen.generate.written import Written
from docgen.interruption import Interruption
from docgen.llm.connect import Connection
from docgen.project import memory_of
from docgen.receipt import Receipt, Receipts, Unread, hashes_of
from docgen.records import Module, walk
from docgen.render import FOLDERS, render
from docgen.render.files import require_writable
from docgen.runlog import RunLog
from docgen.runlog.events import (
    BackendChosen,
    FileWritten,
    Notice,
    Planned,
    RunFinished,
    RunStarted,
    SourceFailed,
    SourceRead,
)
from docgen.spool import Spool
from docgen.store import Store
from docgen.verify import checks

Connect = Callable[[], Awaitable[Connection]]
Outcome = Literal["done", "problems", "interrupted", "failed"]
EXIT_CODES: Mapping[Outcome, int] = {"done": 0, "problems": 1, "failed": 1, "interrupted": 130}


class Run:
    """One run, from source files to written documentation.

    Args:
        settings: What the run was told.
        log: Where its events go.
        prompts: The filled templates.
        store: What earlier runs said, and where this one keeps what it says.
        fresh: Whether what earlier runs said is ignored, but for what people wrote.
    """

    def __init__(self, settings: Settings, log: RunLog, prompts: Prompts, store: Store, *, fresh: bool = False) -> None:
        self._settings = settings
        self._log = log
        self._prompts = prompts
        self._store = store
        self._fresh = fresh
        self._checks = checks(prompts.instructions, asks_all=settings.asks_all)
        self._maker = Maker(prompts.hash, settings.model)
        self._memory: Memory
        self._run = ""
        self._calls = Calls(log, settings.seed)
        self._written = Written()
        self._totals = Totals()
        self._unread: list[Unread] = []
        self._judge = Judge(self._checks)
        self._library = Library()
        self._rendered: list[Path] = []
        self._receipts = Receipts(store, {"templates": prompts.hash, **settings.model_dump(mode="json")})
        self._inputs_now: Callable[[], str] = str
        self._inputs_before = ""

    def start(self, run: str, arguments: Sequence[str]) -> None:
        """Emit the first event."""
        self._run = run
        self._log.emit(RunStarted(stamp=self._log.stamp(), run=run, version=__version__, arguments=tuple(arguments)))

    def repeat(self, files: Sequence[SourceFile], *, rewrite: bool = False) -> int | None:
        """Sum up an earlier run that was told the same, read the same and left nothing to do.

        Args:
            files: The source files.
            rewrite: Whether the author's words are ignored.

        Returns:
            The exit code; None where there is no such run.

        Raises:
            StoreError: The store cannot be used.
        """
        receipt = None if self._fresh else self._receipts.find(self._receipts.inputs(files, rewrite=rewrite))
        if receipt is None:
            return None
        for unread in receipt.unread:
            self._report_unread(unread)
        self._log.emit(
            Planned(
                stamp=self._log.stamp(), modules=receipt.modules, fields=receipt.fields, known=receipt.fields, calls=0
            )
        )
        self.notify("Nothing has changed.")
        outcome = self._outcome
        self._log.emit(self._finished(outcome, receipt.elements, receipt.described))
        return EXIT_CODES[outcome]

    def plan(
        self, files: Sequence[SourceFile], *, only: Sequence[str] = (), rewrite: bool = False
    ) -> Sequence[ModulePlan]:
        """Read the sources and plan what has to be said. A file that cannot be read is reported and left out.

        Args:
            files: The source files.
            only: Names of the elements to document, as patterns; empty for all.
            rewrite: Whether the author's words are ignored.

        Raises:
            UsageError: Nothing has one of the names in `only`.
            StoreError: The store cannot be used.
        """
        for notice in dict.fromkeys(file.notice for file in files if file.notice):
            self.notify(notice)
        self._inputs_now = lambda: "" if only else self._receipts.inputs(files, rewrite=rewrite)
        self._inputs_before = self._inputs_now()
        modules = Spool(self._read(files))
        addresses = addresses_of(modules)
        self._library = library_of(modules)
        self._judge = Judge(self._checks, self._library)
        self._memory = memory_of(self._store, modules, only_edited=self._fresh)
        ask_all = self._settings.asks_all
        plans: Iterable[ModulePlan] = (
            plan_module(addressed(module, addresses), rewrite=rewrite, library=self._library, ask_all=ask_all)
            for module in modules
        )
        selection = Selection(only)
        if only:
            plans = Spool(plan for plan in plans if [e for e in plan.elements if selection(e)])
            selection.require_matches()
        return Spool(self._resumed(plan, selection) for plan in plans)

    def execute(self, plans: Sequence[ModulePlan], connect: Connect) -> int:
        """Describe what is planned, write it, and return the exit code.

        Ctrl-C ends the model's work, and so does a model that is gone; what was described until then is written. A
        second Ctrl-C ends everything at once.

        Raises:
            DocgenError: No backend can be had, or the documentation or the store cannot be written.
        """
        self._totals = totals_of(plans)
        with Interruption() as interruption:
            outcome = self._outcome
            try:
                for format_ in self._settings.formats:
                    require_writable(self._settings.out / FOLDERS[format_])
                try:
                    interruption.run(self._generate(plans, connect))
                except BackendError as error:
                    if not self._written:
                        raise
                    self.notify(with_hint(error), "error")
                    outcome = "failed"
                if interruption.requested:
                    outcome = "interrupted"
                self._render(plans, everything=outcome in ("done", "problems"))
            except DocgenError:
                self._finish("failed")
                raise
            if interruption.requested:
                outcome = "interrupted"
            self._finish(outcome)
            if outcome in ("done", "problems"):
                self._keep_receipt()
            return EXIT_CODES[outcome]

    @property
    def _outcome(self) -> Outcome:
        return "problems" if self._unread else "done"

    def interrupted(self) -> int:
        """Sum up a run that was interrupted before it was planned, and return the exit code."""
        self._finish("interrupted")
        return EXIT_CODES["interrupted"]

    def notify(self, message: str, level: Literal["info", "warning", "error"] = "info") -> None:
        """Tell the user something."""
        self._log.emit(Notice(stamp=self._log.stamp(), level=level, message=message))

    def _read(self, files: Sequence[SourceFile]) -> Iterator[Module]:
        for read in read_kept(files, self._store):
            if isinstance(read, SourceError):
                unread = Unread(file=read.file, lineno=read.lineno, column=read.column, message=read.message)
                self._report_unread(unread)
                continue
            elements = sum(1 for _ in walk(read))
            self._log.emit(SourceRead(stamp=self._log.stamp(), file=read.filepath, module=read.path, elements=elements))
            yield read

    def _resumed(self, plan: ModulePlan, selection: Selection) -> ModulePlan:
        """Return what is left of a plan."""
        left, anew = resume(plan, self._memory, self._maker, self._judge, selected=selection)
        if self._run:
            self._store.keep(anew)
            if len(left.units) == len(plan.units) > 0:
                self._show_told(left)
        return left

    def _show_told(self, plan: ModulePlan) -> None:
        """Show what functions are told to do by the facts alone, before the model is there, of a module that is new."""
        for subject, description in plan.known.items():
            if subject.kind == "function" and description.provenance.source == "composed":
                self._log.described(subject, description)

    async def _generate(self, plans: Sequence[ModulePlan], connect: Connect) -> None:
        if not self._totals.calls:
            self._announce()
            return
        backend, reason = await connect()
        try:
            self._log.emit(
                BackendChosen(stamp=self._log.stamp(), backend=backend.name, model=backend.model, reason=reason)
            )
            self._announce()
            describer = Describer(
                log=self._log,
                store=self._store,
                run=self._run,
                memory=self._memory,
                maker=self._maker,
                judge=self._judge,
                unreached=self._calls.unreached,
                written=self._written,
            )
            writer = Writer(
                prompts=self._prompts,
                checks=self._checks,
                ask=lambda unit, prompt: self._calls.ask(backend, unit, prompt),
                report=describer.reject,
                model=backend.model,
                repairs=self._settings.repairs,
                library=self._library,
            )
            await describe_all(plans, partial(describer.describe, writer), lambda: backend.slots)
        finally:
            await backend.close()

    def _render(self, plans: Sequence[ModulePlan], *, everything: bool) -> None:
        """Write the plans' modules; of an unfinished run only those of which something was written."""
        said = ((plan, self._written.of(plan.module)) for plan in plans)
        modules = Spool(
            with_descriptions(plan.module, {**plan.known, **written}) for plan, written in said if everything or written
        )
        told = self._settings
        for path in render(modules, told.formats, told.out, source_url=told.source_url, site_url=told.site_url):
            self._rendered.append(path)
            self._log.emit(FileWritten(stamp=self._log.stamp(), path=str(path)))

    def _announce(self) -> None:
        totals = self._totals
        self._log.emit(
            Planned(
                stamp=self._log.stamp(),
                modules=totals.modules,
                fields=totals.known + totals.asked,
                known=totals.known,
                calls=totals.calls,
            )
        )

    def _sums(self) -> tuple[int, dict[str, int]]:
        """Return how many elements have a description, and how many descriptions there are by who wrote them."""
        return self._totals.elements + self._written.elements, dict(self._totals.sources + self._written.sources)

    def _finish(self, outcome: Outcome) -> None:
        self._log.emit(self._finished(outcome, *self._sums()))

    def _finished(self, outcome: Outcome, elements: int, described: Mapping[str, int]) -> RunFinished:
        stamp = self._log.stamp()
        return RunFinished(
            stamp=stamp,
            outcome=outcome,
            elements=elements,
            described=dict(described),
            seconds=stamp.elapsed,
            **asdict(self._calls.tally),
        )

    def _keep_receipt(self) -> None:
        """Note that the same run again would have nothing to do, unless the sources changed meanwhile."""
        inputs = self._inputs_now()
        # An error without a place is not about the text: another time, the file may be read.
        is_final = not self._calls.unreached and all(unread.lineno for unread in self._unread)
        if not inputs or inputs != self._inputs_before or not is_final:
            return
        elements, described = self._sums()
        receipt = Receipt(
            outputs=hashes_of(self._rendered),
            modules=self._totals.modules,
            fields=sum(described.values()),
            elements=elements,
            described=described,
            unread=tuple(self._unread),
        )
        self._receipts.keep(inputs, receipt)

    def _report_unread(self, unread: Unread) -> None:
        self._unread.append(unread)
        self._log.emit(SourceFailed(stamp=self._log.stamp(), **unread.model_dump()))
