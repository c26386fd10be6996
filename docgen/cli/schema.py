"""`docgen schema`: the JSON Schema of what `docgen run` and `docgen extract` write."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("schema", help="print the JSON Schema of the records", description=__doc__)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the schema."""
    from docgen.render.json import schema, to_json

    print(to_json(schema()), end="")
    return 0
