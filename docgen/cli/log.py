"""`docgen log`: the runs that were made, and what happened in one of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_console_options

if TYPE_CHECKING:
    from docgen.runlog.entries import Verbosity
    from docgen.runlog.events import Event
    from docgen.runlog.files import RunInfo


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("log", help="list the runs, or show one again", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder that the runs wrote to (default: out)")
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
    show.add_argument("--out", type=Path, metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add_console_options(show)
    show.set_defaults(run=run, action="show")


def run(options: argparse.Namespace) -> int:
    """List the runs or show one."""
    from docgen.config import load_settings

    folder = load_settings({"out": options.out}).out / "logs"
    if options.action == "show":
        return _show(folder, options)
    return _list(folder, options.color)


def _list(folder: Path, color: bool | None) -> int:
    import sys

    from rich.table import Table
    from rich.text import Text

    from docgen.runlog.console import terminal
    from docgen.runlog.files import runs

    found = runs(folder)
    if not found:
        print(f"No runs in {folder}. `docgen run` makes one; --out names another folder.")
        return 0
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("run", "started", "outcome", "elapsed"):
        table.add_column(title, no_wrap=True)
    for title in ("elements", "calls", "tokens in", "out"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("model", overflow="fold")
    for info in reversed(found):
        table.add_row(*(Text(cell, style) for cell, style in _cells(info)))
    terminal(sys.stdout, color).print(table)
    return 0


def _cells(info: RunInfo) -> list[tuple[str, str]]:
    from docgen.runlog.entries import duration
    from docgen.runlog.visible import visible_line

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


def _show(folder: Path, options: argparse.Namespace) -> int:
    import sys

    from docgen.runlog.console import ConsoleSink
    from docgen.runlog.files import read

    kinds = [kind.strip() for kinds in options.kind for kind in kinds.split(",")]
    path = _find(folder, options.name_of_run)
    # Who asks for calls or findings by name wants to see them, though they are details otherwise.
    verbosity: Verbosity = "verbose" if kinds or options.name else options.verbosity
    sink = ConsoleSink(sys.stdout, color=options.color, verbosity=verbosity, progress=False)
    shown = 0
    for event in read(path):
        if _is_wanted(event, kinds, options.name):
            sink(event)
            shown += 1
    sink.close()
    if not shown:
        print(f"Nothing like that in run {path.stem}.", file=sys.stderr)
    return 0


def _find(folder: Path, beginning: str) -> Path:
    from docgen.errors import UsageError

    paths = sorted(path for path in folder.glob("*.jsonl") if path.stem.startswith(beginning))
    exact = [path for path in paths if path.stem == beginning]
    if exact or (paths and not beginning):
        return (exact or paths)[-1]
    if not paths:
        said = f"no run that begins with {beginning!r}" if beginning else "no runs"
        raise UsageError(f"There is {said} in {folder}.", "`docgen log` lists the runs; --out names another folder.")
    if len(paths) > 1:
        raise UsageError(f"{len(paths)} runs begin with {beginning!r}.", f"Say more of it: {_few(paths)}.")
    return paths[0]


def _few(paths: Sequence[Path]) -> str:
    return ", ".join(path.stem for path in paths[:5]) + (", …" if len(paths) > 5 else "")


def _is_wanted(event: Event, kinds: Sequence[str], name: str | None) -> bool:
    from fnmatch import fnmatchcase

    from docgen.runlog.entries import entry_of

    entry = entry_of(event)
    if kinds and entry.label not in kinds:
        return False
    return name is None or fnmatchcase(entry.name, name) or fnmatchcase(entry.name, f"*.{name}")
