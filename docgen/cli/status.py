"""`docgen status`: which descriptions there are, and which the code has left behind. No model is asked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from docgen.cli.sources import add_source_options, add_store_option


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("status", help="say what is documented, stale or missing", description=__doc__)
    add_source_options(parser)
    add_store_option(parser)
    parser.add_argument("--model", metavar="NAME", help="the model that runs use (default: qwen2.5-coder:1.5b)")
    parser.add_argument("--prompts", type=Path, metavar="DIR", help="the folder of templates that runs use")
    parser.add_argument("--json", action="store_true", help="short for --output-format json")
    parser.add_argument(
        "--output-format",
        choices=["text", "json", "github"],
        default="text",
        help="text for people (the default), objects and counts, or GitHub's annotations",
    )
    parser.add_argument("--all", action="store_true", help="list what is documented too")
    parser.add_argument(
        "--fail-under",
        type=_percentage,
        default=0.0,
        metavar="PERCENT",
        help="exit code 1 where less than this is described and up to date",
    )
    parser.add_argument("--badge", type=Path, metavar="FILE", help="write the coverage as an SVG badge")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print how descriptions stand; exit code 1 where a file cannot be read or too little is described."""
    from itertools import chain

    from docgen.annotations import annotation
    from docgen.config import load_settings
    from docgen.errors import SourceError
    from docgen.evidence.ancestry import library_of
    from docgen.extract import find_sources
    from docgen.extract.kept import read_kept
    from docgen.generate.keys import Maker
    from docgen.generate.plan import plan_module
    from docgen.generate.prompts import Prompts
    from docgen.generate.recheck import Judge
    from docgen.generate.reports import FORMATS, placed
    from docgen.generate.status import count, coverage, shown, standings
    from docgen.project import memory_of, open_project
    from docgen.records import Module
    from docgen.render.badge import badge
    from docgen.render.files import write_whole
    from docgen.spool import Spool
    from docgen.verify import checks
    from docgen.visible import visible_line

    settings = load_settings(vars(options))
    prompts = Prompts(settings.prompts)
    maker = Maker(prompts.hash, settings.model)
    files = find_sources(options.targets, cwd=Path.cwd(), exclude=settings.exclude, include_tests=options.include_tests)
    failures = 0
    modules: Spool[Module] = Spool()
    with open_project(settings, lambda text: print(text, file=sys.stderr), create=False) as store:
        for read in read_kept(files, store):
            if isinstance(read, SourceError):
                failures += 1
                print(f"error: {visible_line(str(read))}", file=sys.stderr)
            else:
                modules.append(read)
        memory = memory_of(store, modules)
        library = library_of(modules)
        judge = Judge(checks(prompts.instructions, asks_all=settings.asks_all), library)
        plans = (plan_module(module, library=library, ask_all=settings.asks_all) for module in modules)
        found = Spool([*placed(plan.module, standings(plan, memory, maker, judge))] for plan in plans)
    counts = count(p.standing for in_module in found for p in in_module)
    output_format = "json" if options.json else options.output_format
    for text in FORMATS[output_format](chain.from_iterable(found), counts, everything=options.all):
        print(text)
    covered = coverage(counts)
    if options.badge:
        write_whole(options.badge, badge("API docs", covered))
    if covered < options.fail_under:
        told = f"{shown(covered)} is less than the {options.fail_under:g} % asked for"
        command = annotation("error", told, title="coverage")
        print(command if output_format == "github" else f"error: {told}", file=sys.stderr)
        failures += 1
    return 1 if failures else 0


def _percentage(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 100")
    return value
