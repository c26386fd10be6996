"""The command line: finds the command, runs it, and turns what it raises into messages and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from docgen import __version__
from docgen.errors import DocgenError

COMMANDS = ("run", "status", "edit", "apply", "check", "extract", "schema", "model", "log")
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The command line without the program's name; `sys.argv` where None.

    Returns:
        The exit code: 0 done, 1 the work found problems, 2 the command was wrong, 130 interrupted.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.run is None:
        parser.print_help()
        return 0
    try:
        code: int = options.run(options)
    except DocgenError as error:
        if options.debug:
            raise
        _show(error)
        return error.exit_code
    except KeyboardInterrupt:
        if options.debug:
            raise
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`docgen log | head`); Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="docgen",
        description="API documentation for Python code, written by a local language model.",
        epilog="`docgen COMMAND --help` tells of a command.",
    )
    parser.add_argument("--version", action="version", version=f"docgen {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.set_defaults(run=None)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"docgen.cli.{name}").add_parser(subparsers)
    return parser


def _show(error: DocgenError) -> None:
    from docgen.visible import visible

    red, dim, plain = ("\033[1;31m", "\033[2m", "\033[0m") if _is_coloured() else ("", "", "")
    print(f"{red}error:{plain} {visible(str(error))}", file=sys.stderr)
    if error.hint:
        print(f"{dim} hint:{plain} {visible(error.hint)}", file=sys.stderr)


def _is_coloured() -> bool:
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ


if __name__ == "__main__":
    sys.exit(main())
