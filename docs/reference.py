"""The pages of the reference, made from the code while MkDocs builds the site: what they say cannot be out of date."""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from docstring_parser import parse
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from docgen import records
from docgen.cli.main import make_parser
from docgen.config import Settings
from docgen.evidence.ancestry import library_of
from docgen.extract import SourceFile, parse_module
from docgen.render.json import schema
from docgen.verify.docstrings import LEVELS, check_modules
from docgen.verify.reasons import REASONS

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

_GENERATED = (
    "What a model writes, and what `docgen check --descriptions` is given, is held against the code by the checks "
    "above and by these. The log of a run names them, and what became of the text."
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to the site: MkDocs calls this, as a hook."""
    for name, page in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page()))
    return files


def commands() -> str:
    """Return the page of the commands."""
    text = [
        "# Commands",
        "Exit codes: 0 done, 1 the work found problems, 2 the command was wrong, 130 interrupted.",
        "`--debug` stands before the command, and shows the traceback of an error.",
        *_of_command(make_parser(), "", 1),
    ]
    return "\n\n".join(text) + "\n"


def _of_command(parser: argparse.ArgumentParser, summary: str, level: int) -> Iterable[str]:
    if level > 1:
        yield f"{'#' * level} {parser.prog}"
        yield f"{summary[:1].upper()}{summary[1:]}."
        yield f"```text\n{_usage(parser)}\n```"
        for title, rows in _rows(parser).items():
            yield _table([title or "argument", ""], rows)
        yield _joined(parser.epilog or "")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, below in action.choices.items():
                yield from _of_command(below, said.get(name, name), level + 1)


def _usage(parser: argparse.ArgumentParser) -> str:
    """Return how a command is typed; its options stand in the table."""
    options = [action for action in _shown(parser) if action.option_strings]
    usage = argparse.HelpFormatter(parser.prog, width=1000)
    usage.add_usage(None, [action for action in _shown(parser) if not action.option_strings], [], prefix="")
    operands = usage.format_help().strip().removeprefix(parser.prog)
    return f"{parser.prog}{' [options]' if options else ''}{operands}"


def _rows(parser: argparse.ArgumentParser) -> Mapping[str, list[list[str]]]:
    """Return a row for each argument of a command, under the titles of its groups."""
    rows: dict[str, list[list[str]]] = {}
    for group in parser._action_groups:
        title = "" if group.title in ("positional arguments", "options") else group.title or ""
        for action in group._group_actions:
            if action in _shown(parser):
                rows.setdefault(title, []).append([_spelled(action), action.help or ""])
    return rows


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    kinds = argparse._HelpAction | argparse._SubParsersAction
    return [a for a in parser._actions if not isinstance(a, kinds) and a.help != argparse.SUPPRESS]


def _spelled(action: argparse.Action) -> str:
    """Return how an argument is typed, each way in a code of its own, that a narrow table can break between them."""
    given = action.metavar or ("|".join(map(str, action.choices)) if action.choices else "")
    value = f" {given or action.dest.upper()}" if action.nargs != 0 else ""
    return ", ".join(f"`{flag}{value}`" for flag in action.option_strings) or f"`{given or action.dest}`"


def settings() -> str:
    """Return the page of the settings."""
    said = _attributes(Settings)
    prefix = Settings.model_config["env_prefix"]
    rows = [
        [
            f"`{name}`",
            f"{said[name]}<br>*{'; '.join(filter(None, [_type(field.annotation), _default(field.default)]))}* "
            f"`{prefix}{name.upper()}`",
        ]
        for name, field in Settings.model_fields.items()
    ]
    return (
        "# Settings\n\nFlags come before the environment, the environment before `[tool.docgen]` in the nearest "
        "`pyproject.toml`, and that before the default. In the environment, lists are written as JSON, `host` also by "
        "commas.\n\n" + _table(["setting", ""], rows)
    )


def checks() -> str:
    """Return the page of what `docgen check` reports of docstrings."""
    explained = tomllib.loads(EXPLAINED.read_text("utf-8"))
    text = [
        "# Checks",
        "What `docgen check` reports of docstrings. `--select` and `--ignore` take these codes and levels, and "
        "`# docgen: ignore[code]` at an element excuses it. Below each example stands what is said of it.",
    ]
    for level in dict.fromkeys(LEVELS.values()):
        text += [f"## {level}", _LEVELS[level]]
        for code in (code for code in LEVELS if LEVELS[code] == level):
            example = explained[code]["example"].strip()
            text += [f"### {code}", REASONS[code], f"```python\n{example}\n```", f"*{_reported(example)}*"]
    rows = [[f"`{code}`", reason] for code, reason in sorted(REASONS.items()) if code not in LEVELS]
    text += ["## Generated texts", _GENERATED, _table(["code", "why"], rows)]
    return "\n\n".join(text) + "\n"


def _reported(example: str) -> str:
    module = parse_module(f'"""An example."""\n\n\n{example}\n', SourceFile(Path("queues.py"), "queues", "queues.py"))
    return "; ".join(issue.message for issue in check_modules([module], library_of([module])))


def published_records() -> str:
    """Return the page of the records: what their JSON Schema says, in tables."""
    whole = schema()
    text = [
        "# Records",
        "What stands in `out/json`, and what `docgen extract` prints. `docgen schema` prints the JSON Schema that this "
        f"page sums up: `{whole['$id']}`. A file holds one [Module](#module). Its `schema_version` grows "
        "where a program that reads the old form would be misled by the new one.",
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
    rows = []
    for field, shape in definition["properties"].items():
        default = "" if field in required or "default" not in shape else f"; default `{json.dumps(shape['default'])}`"
        rows.append([f"`{field}`", f"{said.get(field, '')}<br>*{_schema_type(shape)}{default}*"])
    yield _table(["field", ""], rows)


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
    """Return a type as a reader of pyproject.toml would say it."""
    options = get_args(annotation)
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{json.dumps(value)}`" for value in options)
    if get_origin(annotation) is tuple:
        return f"list of {_type(options[0])}"
    if options:
        return " or ".join(_type(option) for option in options if option is not type(None))
    return {str: "text", Path: "path", int: "whole number", float: "number", bool: "`true` or `false`"}[annotation]


def _default(default: Any) -> str:
    """Return a default as it would stand in pyproject.toml, nothing for what has none there."""
    if default in (None, "", ()):
        return ""
    return f"default `{json.dumps(str(default) if isinstance(default, Path) else default)}`"


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
