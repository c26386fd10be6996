"""`docgen extract`: the records of Python code as JSON; no model is asked, and no code is run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from docgen.cli.sources import add_source_options


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("extract", help="print the records of Python code as JSON", description=__doc__)
    add_source_options(parser)
    parser.add_argument("--format", choices=["full", "flat"], default="full", help="all, or the flat export")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file instead of the terminal")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the records of every file that can be read; each other one costs a line and the exit code 1."""
    from docgen.config import load_settings
    from docgen.errors import SourceError
    from docgen.extract import find_sources, flat, read_modules, with_public_paths
    from docgen.records import Module
    from docgen.render.files import write_whole
    from docgen.render.json import to_json
    from docgen.visible import visible_line

    settings = load_settings({"exclude": options.exclude})
    files = find_sources(options.targets, cwd=Path.cwd(), exclude=settings.exclude, include_tests=options.include_tests)
    for notice in dict.fromkeys(file.notice for file in files if file.notice):
        print(visible_line(notice), file=sys.stderr)
    modules: list[Module] = []
    failures = 0
    for read in read_modules(files):
        if isinstance(read, SourceError):
            failures += 1
            print(visible_line(f"error: {read}{f' ({read.hint})' if read.hint else ''}"), file=sys.stderr)
        else:
            modules.append(read)
    if options.format == "flat":
        text = to_json(flat(modules))
    else:
        text = to_json([module.model_dump(mode="json") for module in with_public_paths(modules)])
    if options.output:
        write_whole(options.output, text)
    else:
        sys.stdout.write(text)
    return 1 if failures else 0
