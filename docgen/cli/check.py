"""`docgen check`: whether what is said of the code is true of it. No model is asked, and no code is run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_source_options

if TYPE_CHECKING:
    from docgen.records import Module


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("check", help="check descriptions against the code", description=__doc__)
    add_source_options(parser)
    parser.add_argument(
        "--descriptions", type=Path, metavar="FILE", help="check the texts in a file of JSON lines, not the docstrings"
    )
    parser.add_argument("--json", action="store_true", help="short for --output-format json")
    parser.add_argument(
        "--output-format",
        choices=["text", "json", "sarif", "github"],
        default="text",
        help="text for people (the default), a list of objects, SARIF for code scanning, or GitHub's annotations",
    )
    parser.add_argument(
        "--select", action="append", metavar="CODE", help="only these codes or levels, by commas or repeated"
    )
    parser.add_argument("--ignore", action="append", metavar="CODE", help="all but these, by commas or repeated")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check what the options name; 1 where something contradicts the code."""
    modules, unread = _read(options)
    check = _check_descriptions if options.descriptions else _check_docstrings
    return max(check(options, modules), 1 if unread else 0)


def _read(options: argparse.Namespace) -> tuple[list[Module], int]:
    from docgen.config import load_settings
    from docgen.errors import SourceError
    from docgen.extract import find_sources, read_modules
    from docgen.records import Module
    from docgen.visible import visible_line

    settings = load_settings({"exclude": options.exclude})
    files = find_sources(options.targets, cwd=Path.cwd(), exclude=settings.exclude, include_tests=options.include_tests)
    modules, unread = [], 0
    for read in read_modules(files):
        if isinstance(read, Module):
            modules.append(read)
        elif isinstance(read, SourceError):
            unread += 1
            print(f"error: {visible_line(str(read))}", file=sys.stderr)
    return modules, unread


def _check_descriptions(options: argparse.Namespace, modules: list[Module]) -> int:
    from docgen.evidence.ancestry import library_of
    from docgen.verify.descriptions import judge, read_given, to_json_line
    from docgen.visible import visible_line

    wrong = 0
    for judgement in judge(read_given(options.descriptions), modules, library_of(modules)):
        wrong += judgement.verdict == "wrong"
        if options.json:
            print(to_json_line(judgement))
        elif judgement.findings:
            reasons = "; ".join(f"{finding.message} [{finding.code}]" for finding in judgement.findings)
            print(visible_line(f"{judgement.id}: {judgement.verdict}: {reasons}"))
    return 1 if wrong else 0


def _check_docstrings(options: argparse.Namespace, modules: list[Module]) -> int:
    from docgen.evidence.ancestry import library_of
    from docgen.verify.docstrings import check_modules
    from docgen.verify.reports import FORMATS

    selected, ignored = _codes(options.select), _codes(options.ignore)
    issues = [
        issue
        for issue in check_modules(modules, library_of(modules))
        if (not selected or selected & {issue.code, issue.level}) and not ignored & {issue.code, issue.level}
    ]
    report = FORMATS["json" if options.json else options.output_format](issues)
    if report:
        print(report)
    return 1 if any(issue.level == "contradicts" for issue in issues) else 0


def _codes(given: list[str] | None) -> set[str]:
    """Return the codes and levels named, by commas or one by one.

    Raises:
        UsageError: There is no such code.
    """
    from docgen.config import by_commas
    from docgen.errors import UsageError
    from docgen.verify.docstrings import LEVELS

    codes = set(by_commas(given or ()))
    known = {*LEVELS, *LEVELS.values()}
    if unknown := sorted(codes - known):
        raise UsageError(f"no check is called {unknown[0]}", f"there are {', '.join(sorted(known))}")
    return codes
