"""`docgen status`: which descriptions there are, and which the code has left behind. No model is asked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_source_options, add_store_option

if TYPE_CHECKING:
    from docgen.generate.status import Standing

_COLUMNS = 10


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("status", help="say what is documented, stale or missing", description=__doc__)
    add_source_options(parser)
    add_store_option(parser)
    parser.add_argument("--model", metavar="NAME", help="the model that runs use (default: qwen2.5-coder:1.5b)")
    parser.add_argument("--prompts", type=Path, metavar="DIR", help="the folder of templates that runs use")
    parser.add_argument("--all", action="store_true", help="list what is documented too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the counts and a list; exit code 1 where a file cannot be read."""
    from docgen.config import load_settings
    from docgen.errors import SourceError
    from docgen.evidence.ancestry import Library
    from docgen.extract import find_sources
    from docgen.extract.installed import search_path
    from docgen.extract.kept import read_kept
    from docgen.generate.plan import plan_module
    from docgen.generate.prompts import Prompts
    from docgen.generate.reuse import Maker
    from docgen.generate.status import standings
    from docgen.project import memory_of, open_project
    from docgen.records import Module
    from docgen.runlog.visible import visible_line

    settings = load_settings(vars(options))
    maker = Maker(Prompts(settings.prompts).hash, settings.model)
    files = find_sources(options.targets, cwd=Path.cwd(), exclude=settings.exclude, include_tests=options.include_tests)
    failures = 0
    modules: list[Module] = []
    with open_project(settings, lambda text: print(text, file=sys.stderr), create=False) as store:
        for read in read_kept(files, store):
            if isinstance(read, SourceError):
                failures += 1
                print(f"error: {visible_line(str(read))}", file=sys.stderr)
            else:
                modules.append(read)
        memory = memory_of(store, modules)
        library = Library(modules, search_path())
        plans = [plan_module(module, library=library) for module in modules]
        found = [standing for plan in plans for standing in standings(plan, memory, maker)]
    _print(found, everything=options.all)
    return 1 if failures else 0


def _print(found: list[Standing], *, everything: bool) -> None:
    from docgen.generate.status import count
    from docgen.runlog.visible import visible_line

    for standing in found:
        if everything or standing.state != "documented":
            edited = ", edited" if standing.is_edited and standing.state == "stale" else ""
            name = visible_line(standing.subject.name)
            print(f"{standing.state:<{_COLUMNS}}  {standing.subject.kind} {name}{edited}")
    print(", ".join(f"{number} {state}" for state, number in count(found).items()))
