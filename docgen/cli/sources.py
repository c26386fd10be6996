"""The options that say which source files are meant; shared by the commands that read source."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add the paths and what they leave out."""
    parser.add_argument("targets", nargs="+", metavar="PATH", help="a file, a folder or an installed package")
    parser.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="leave files out, as in .gitignore (may be repeated)"
    )
    parser.add_argument("--include-tests", action="store_true", help="do not leave out tests")


def add_store_option(parser: argparse._ActionsContainer) -> None:
    """Add where the store is."""
    parser.add_argument(
        "--store", type=Path, metavar="PATH", help="file of what is known (default: the project's .docgen/docgen.db)"
    )


def add_console_options(parser: argparse.ArgumentParser) -> None:
    """Add what is shown on the terminal."""
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("-q", "--quiet", dest="verbosity", action="store_const", const="quiet", help="only failures")
    shown.add_argument(
        "-v", "--verbose", dest="verbosity", action="store_const", const="verbose", help="calls and findings too"
    )
    parser.set_defaults(verbosity="normal")
    parser.add_argument("--no-color", dest="color", action="store_false", default=None, help="never colour")
