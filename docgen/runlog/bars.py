"""Progress bars for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from docgen.runlog.events import Planned


class _Rate(ProgressColumn):
    """Descriptions a second, or seconds for each where that reads better."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("…", style="dim")
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s each", style="dim")


class DescriptionBar:
    """How many descriptions are settled, at the foot of the terminal: count, rate and time left."""

    def __init__(self, console: Console, plan: Planned) -> None:
        self._progress = Progress(
            BarColumn(bar_width=None), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), "left",
            console=console, transient=True, expand=True, refresh_per_second=4,
        )  # fmt: skip
        self._task: TaskID = self._progress.add_task("", total=plan.fields, completed=min(plan.known, plan.fields))
        self._progress.start()

    def advance(self) -> None:
        """Count one more description."""
        task = self._progress.tasks[0]
        if task.total is None or task.completed < task.total:
            self._progress.advance(self._task)

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()


class DownloadBar:
    """How much of a model has arrived; goes away when all has."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            "fetching the model", BarColumn(bar_width=None), DownloadColumn(), TransferSpeedColumn(),
            TimeRemainingColumn(), console=console, transient=True, expand=True, refresh_per_second=4,
        )  # fmt: skip
        self._task: TaskID = self._progress.add_task("")
        self._progress.start()

    def update(self, done: int, total: int) -> None:
        """Show how many of all bytes have arrived."""
        self._progress.update(self._task, completed=done, total=total)

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()
