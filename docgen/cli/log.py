"""`docgen log`: the runs that were made, and what happened in one of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_console_options, add_store_option

if TYPE_CHECKING:
    from docgen.config import Settings
    from docgen.runlog.entries import Verbosity
    from docgen.runlog.events import Event
    from docgen.runlog.files import RunInfo
    from docgen.runlog.kept import KeptRun
    from docgen.store import Store


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("log", help="list the runs, or show one again", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="DIR", help="only the runs that wrote to this folder")
    add_store_option(parser)
    parser.add_argument("--no-color", dest="color", action="store_false", default=None, help="never colour")
    parser.set_defaults(run=run, action="list")
    actions = parser.add_subparsers(metavar="show")
    show = actions.add_parser("show", help="show a run again", description="Show what happened in a run.")
    show.add_argument(
        "name_of_run", nargs="?", default="", metavar="RUN", help="its id, or the beginning (default: the last)"
    )
    show.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only these: function, parameter, call, …"
    )
    show.add_argument("--name", metavar="GLOB", help="only what has such a name: `Queue.put`, `*.shift`")
    for option in ("--out", "--store"):
        show.add_argument(option, type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add_console_options(show)
    show.set_defaults(run=run, action="show")


def run(options: argparse.Namespace) -> int:
    """List the runs or show one."""
    from docgen.config import load_settings
    from docgen.runlog.kept import kept_runs

    settings = load_settings({"out": options.out, "store": options.store})
    with ExitStack() as opened:
        # A folder that is named is meant: the store has the runs that wrote to other folders too.
        is_meant = options.out is None or options.store is not None
        store = opened.enter_context(opening) if is_meant and (opening := _open(settings)) else None
        places = " or ".join([str(settings.out / "logs"), *([str(store.path)] if store else [])])
        found = kept_runs(settings.out / "logs", store)
        return _show(found, places, options) if options.action == "show" else _list(found, places, options.color)


def _open(settings: Settings) -> Store | None:
    """Open the project's store; the log files are there to be read whatever has become of it."""
    from docgen.errors import StoreError
    from docgen.project import open_project

    try:
        return open_project(settings, lambda text: print(text, file=sys.stderr), create=False)
    except StoreError as error:
        print(f"{error} The runs that only it has are not shown.", file=sys.stderr)
        return None


def _list(found: Sequence[KeptRun], places: str, color: bool | None) -> int:
    from rich.table import Table
    from rich.text import Text

    from docgen.runlog.console import terminal
    from docgen.runlog.files import run_info

    if not found:
        print(f"No runs in {places}. `docgen run` makes one; --out names another folder.")
        return 0
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("run", "started", "outcome", "elapsed"):
        table.add_column(title, no_wrap=True)
    for title in ("elements", "calls", "tokens in", "out"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("model", overflow="fold")
    for kept in reversed(found):
        table.add_row(*(Text(cell, style) for cell, style in _cells(run_info(*kept))))
    terminal(sys.stdout, color).print(table)
    return 0


def _cells(info: RunInfo) -> list[tuple[str, str]]:
    from docgen.visible import visible_line
    from docgen.wording import duration

    styles = {"done": "green", "problems": "yellow", "interrupted": "yellow", "failed": "red", "unfinished": "red"}
    return [
        (visible_line(info.run), ""),
        (f"{info.started.astimezone():%Y-%m-%d %H:%M}" if info.started else "?", ""),
        (info.outcome, styles[info.outcome]),
        (duration(info.seconds), ""),
        (f"{info.elements:,}" if info.outcome != "unfinished" else "?", ""),
        (f"{info.calls:,}", ""),
        (f"{info.prompt_tokens:,}", ""),
        (f"{info.completion_tokens:,}", ""),
        (visible_line(info.model), "dim"),
    ]


def _show(found: Sequence[KeptRun], places: str, options: argparse.Namespace) -> int:
    from docgen.config import by_commas
    from docgen.runlog.console import ConsoleSink
    from docgen.runlog.files import events_in

    kinds = by_commas(options.kind)
    kept = _find(found, options.name_of_run, places)
    # Who asks for calls or findings by name wants to see them, though they are details otherwise.
    verbosity: Verbosity = "verbose" if kinds or options.name else options.verbosity
    sink = ConsoleSink(sys.stdout, color=options.color, verbosity=verbosity, progress=False)
    shown = 0
    for event in events_in(kept.lines()):
        if _is_wanted(event, kinds, options.name):
            sink(event)
            shown += 1
    sink.close()
    if not shown:
        print(f"Nothing like that in run {kept.run}.", file=sys.stderr)
    return 0


def _find(found: Sequence[KeptRun], beginning: str, places: str) -> KeptRun:
    from docgen.errors import UsageError

    matches = [kept for kept in found if kept.run.startswith(beginning)]
    exact = [kept for kept in matches if kept.run == beginning]
    if exact or (matches and not beginning):
        return (exact or matches)[-1]
    if not matches:
        said = f"no run that begins with {beginning!r}" if beginning else "no run"
        raise UsageError(f"There is {said} in {places}.", "`docgen log` lists the runs; --out names another folder.")
    if len(matches) > 1:
        raise UsageError(f"{len(matches)} runs begin with {beginning!r}.", f"Say more of it: {_few(matches)}.")
    return matches[0]


def _few(matches: Sequence[KeptRun]) -> str:
    return ", ".join(kept.run for kept in matches[:5]) + (", …" if len(matches) > 5 else "")


def _is_wanted(event: Event, kinds: Sequence[str], name: str | None) -> bool:
    from fnmatch import fnmatchcase

    from docgen.runlog.entries import entry_of

    entry = entry_of(event)
    if kinds and entry.label not in kinds:
        return False
    return name is None or fnmatchcase(entry.name, name) or fnmatchcase(entry.name, f"*.{name}")
