"""`docgen model`: the models of the embedded backend."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to docgen's."""
    parser = subparsers.add_parser("model", help="list and fetch the models of the embedded backend")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | pull NAME | path NAME")
    actions.add_parser("list", help="show the models that docgen knows and those that are here")
    for action, text in (("pull", "fetch a model, going on where an earlier pull stopped"), ("path", "print its file")):
        actions.add_parser(action, help=text).add_argument("name", metavar="NAME")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry the command out and return its exit code."""
    if args.action == "list":
        return _list()
    if args.action == "path":
        return _path(args.name)
    return _pull(args.name)


def _list() -> int:
    from docgen.llm.catalogue import load_catalogue
    from docgen.llm.models import model_path

    rows = [
        (entry.name, f"{entry.size / 1e6:.0f} MB", entry.license, _state(model_path(entry.name)), entry.note)
        for entry in load_catalogue().models
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print(*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4], sep="  ")
    return 0


def _state(path: Any) -> str:
    return "here" if path.is_file() else "begun" if path.with_name(path.name + ".part").is_file() else "not here"


def _path(name: str) -> int:
    from docgen.errors import BackendUnavailable
    from docgen.llm.models import model_path

    path = model_path(name)
    if not path.is_file():
        raise BackendUnavailable(
            f"{name} is not here: there is no {path}", f"Fetch it with `docgen model pull {name}`."
        )
    print(path)
    return 0


def _pull(name: str) -> int:
    import asyncio
    from contextlib import closing

    from docgen.llm.models import pull
    from docgen.runlog.console import ConsoleSink

    with closing(ConsoleSink()) as console:
        path = asyncio.run(pull(name, progress=console.download, notify=lambda text: print(text, file=sys.stderr)))
    print(path)
    return 0
