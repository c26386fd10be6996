"""The pages of the reference, made from the code while MkDocs builds the site: what they say cannot be out of date."""

from __future__ import annotations

import argparse
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from docstring_parser import parse
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from docgen import records
from docgen.cli.main import make_parser
from docgen.config import Settings
from docgen.render.json import schema
from docgen.verify.docstrings import LEVELS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXPLAINED = Path(__file__).with_name("checks.toml")
_LEVELS = {
    "contradicts": "The docstring says what the code refutes. `docgen check` ends with exit code 1.",
    "missing": "The docstring leaves out what a reader needs.",
    "vague": "The docstring says nothing that the name does not.",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to the site: MkDocs calls this, as a hook."""
    for name, page in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page()))
    return files


def commands() -> str:
    """Return the page of the commands."""
    os.environ["COLUMNS"] = "100"
    parser = make_parser()
    text = [
        "# Commands",
        "Exit codes: 0 done, 1 the work found problems, 2 the command was wrong, 130 interrupted.",
        "`--debug` stands before the command, and shows the traceback of an error.",
        *_of_command(parser, "", 1),
    ]
    return "\n\n".join(text) + "\n"


def _of_command(parser: argparse.ArgumentParser, summary: str, level: int) -> Iterable[str]:
    if level > 1:
        yield f"{'#' * level} {parser.prog}"
        yield f"{summary[:1].upper()}{summary[1:]}."
        yield f"```text\n{parser.format_help().rstrip()}\n```"
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, below in action.choices.items():
                yield from _of_command(below, said.get(name, name), level + 1)


def settings() -> str:
    """Return the page of the settings."""
    said = _attributes(Settings)
    prefix = Settings.model_config["env_prefix"]
    rows = [
        [
            f"`{name}`",
            said[name],
            f"`{_type(field.annotation)}`",
            _value(field.default),
            f"`{prefix}{name.upper()}`",
        ]
        for name, field in Settings.model_fields.items()
    ]
    return (
        "# Settings\n\nFlags come before the environment, the environment before `[tool.docgen]` in the nearest "
        "`pyproject.toml`, and that before the default. In the environment, lists are written as JSON.\n\n"
        + _table(["setting", "", "type", "default", "environment"], rows)
    )


def checks() -> str:
    """Return the page of what `docgen check` reports of docstrings."""
    explained = tomllib.loads(EXPLAINED.read_text("utf-8"))
    text = [
        "# Checks",
        "What `docgen check` reports of docstrings. `--select` and `--ignore` take these codes and levels, and "
        "`# docgen: ignore[code]` at an element excuses it. Each example is reported under the code above it.",
    ]
    for level in dict.fromkeys(LEVELS.values()):
        text += [f"## {level}", _LEVELS[level]]
        for code in (code for code in LEVELS if LEVELS[code] == level):
            text += [f"### {code}", explained[code]["why"], f"```python\n{explained[code]['example'].strip()}\n```"]
    return "\n\n".join(text) + "\n"


def published_records() -> str:
    """Return the page of the records: what their JSON Schema says, in tables."""
    whole = schema()
    text = [
        "# Records",
        "What stands in `out/json`, and what `docgen extract` prints. `docgen schema` prints the JSON Schema that this "
        f"page sums up: `{whole['$id']}`. A file holds one [Module](#module).",
        *_of_record("Module", whole),
    ]
    for name, definition in whole["$defs"].items():
        text += _of_record(name, definition)
    return "\n\n".join(text) + "\n"


def _of_record(name: str, definition: Mapping[str, Any]) -> Iterable[str]:
    said = _attributes(getattr(records, name))
    required = definition.get("required", ())
    yield f"## {name}"
    yield _joined(parse(definition["description"]).description or "")
    yield _table(
        ["field", "", "type", "default"],
        [
            [
                f"`{field}`",
                said.get(field, ""),
                _schema_type(shape),
                "" if field in required or "default" not in shape else f"`{json.dumps(shape['default'])}`",
            ]
            for field, shape in definition["properties"].items()
        ],
    )


def _schema_type(shape: Mapping[str, Any]) -> str:
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if options := shape.get("anyOf") or shape.get("oneOf"):
        return " or ".join(_schema_type(option) for option in options)
    if "items" in shape:
        return f"list of {_schema_type(shape['items'])}"
    values = shape.get("enum") or ([shape["const"]] if "const" in shape else [])
    return ", ".join(f"`{json.dumps(value)}`" for value in values) or str(shape.get("type", "any"))


def _attributes(described: type) -> dict[str, str]:
    """Return what a class and its bases say of their attributes."""
    return {
        parameter.arg_name: _joined(parameter.description or "")
        for base in reversed(described.__mro__)
        for parameter in parse(inspect.cleandoc(base.__dict__.get("__doc__") or "")).params
    }


def _type(annotation: Any) -> str:
    shown = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    return re.sub(r"\b(?:typing|pathlib(?:\._local)?)\.", "", shown)


def _value(default: Any) -> str:
    """Return a default as it would stand in pyproject.toml."""
    if default is None:
        return ""
    return f"`{json.dumps(str(default) if isinstance(default, Path) else default)}`"


def _joined(text: str) -> str:
    return " ".join(text.split())


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "settings": settings,
    "checks": checks,
    "records": published_records,
}
