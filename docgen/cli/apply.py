"""`docgen apply`: what is said of the code, as docstrings in the source. Nothing else in it changes."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_source_options, add_store_option

if TYPE_CHECKING:
    from docgen.extract import SourceFile
    from docgen.generate.selection import Selection
    from docgen.records import Module
    from docgen.render.docstrings.applying import Applied, Manner

_EXPLAINED = """
Writes the descriptions that `docgen run` and `docgen edit` have stored. One that was made for other code is left out
until the next run, and so is an element whose summary was composed from facts (--composed), since nothing would tell
it from its author's words. Prints the changes as a patch; --write makes them.
"""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "apply", help="write descriptions as docstrings into the source", description=__doc__
    )
    parser.epilog = _EXPLAINED
    add_source_options(parser)
    add_store_option(parser)
    mode = parser.add_mutually_exclusive_group()
    for name, says in _MODES.items():
        mode.add_argument(f"--{name}", dest="mode", action="store_const", const=name, help=says)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--diff", dest="write", action="store_false", help="print what would change (the default)")
    action.add_argument("--write", action="store_true", help="change the files")
    parser.add_argument("--force", action="store_true", help="also files with changes that are not committed to git")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="only elements of this name")
    parser.add_argument("--composed", action="store_true", help="also where the summary was composed from facts")
    parser.add_argument("--style", dest="docstring_style", choices=["google", "numpy", "sphinx"], help=_STYLE)
    parser.add_argument("--line-length", type=int, metavar="N", help="columns (default: what ruff or black are told)")
    parser.add_argument("--model", metavar="NAME", help="the model that runs use (default: qwen2.5-coder:1.5b)")
    parser.add_argument("--prompts", type=Path, metavar="DIR", help="the folder of templates that runs use")
    parser.add_argument("--no-color", dest="color", action="store_false", default=None, help="never colour")
    parser.set_defaults(run=run, mode="missing-only", write=False)


_STYLE = "of docstrings (default: what ruff's pydocstyle is told, else google)"
_MODES = {
    "missing-only": "where there is no docstring (the default)",
    "complete": "also add what a docstring lacks, and keep every word of it",
    "replace": "also replace docstrings, where a text of another than the author is stored",
}


def run(options: argparse.Namespace) -> int:
    """Print or make the changes; exit code 1 where a file is left out."""
    from docgen.config import load_settings
    from docgen.errors import DocgenError, SourceError
    from docgen.evidence.ancestry import library_of
    from docgen.extract import find_sources
    from docgen.extract.kept import read_kept
    from docgen.formatting import formatting
    from docgen.generate.fresh import fresh_descriptions
    from docgen.generate.keys import Maker
    from docgen.generate.prompts import Prompts
    from docgen.generate.recheck import Judge
    from docgen.generate.selection import Selection
    from docgen.project import memory_of, open_project
    from docgen.render.docstrings.applying import Manner
    from docgen.spool import Spool
    from docgen.verify import checks

    settings = load_settings(vars(options))
    prompts = Prompts(settings.prompts)
    maker = Maker(prompts.hash, settings.model)
    length, style = formatting(settings, Path.cwd())
    manner = Manner(options.mode, style, length, settings.docstring_types, options.composed)
    files = find_sources(options.targets, cwd=Path.cwd(), exclude=settings.exclude, include_tests=options.include_tests)
    failures = 0
    modules: Spool[Module] = Spool()
    sources: list[SourceFile] = []
    outcome: Counter[str] = Counter()
    with open_project(settings, lambda text: print(text, file=sys.stderr), create=False) as store:
        for file, found in zip(files, read_kept(files, store), strict=True):
            if isinstance(found, SourceError):
                failures += 1
                _complain(found)
            else:
                modules.append(found)
                sources.append(file)
        memory = memory_of(store, modules)
        judge = Judge(checks(prompts.instructions, asks_all=settings.asks_all), library_of(modules))
        selection = Selection(options.only)
        if options.only:
            for module in modules:
                _selected(module, selection)
            selection.require_matches()
        for file, module in zip(sources, modules, strict=True):
            meant = _selected(module, selection)
            fresh = fresh_descriptions(
                module, memory, maker, judge, over_author=options.mode == "replace", ask_all=settings.asks_all
            )
            try:
                outcome += _one_file(file, module, fresh.said, manner, meant, options)
            except (DocgenError, OSError) as error:
                failures += 1
                _complain(error)
            outcome["stale"] += sum(meant.get(subject.element, False) for subject in fresh.stale)
    _conclude(outcome, written=options.write)
    return 1 if failures else 0


def _selected(module: Module, selection: Selection) -> dict[str, bool]:
    from docgen.records import walk

    return {element.id: selection(element) for element in walk(module)}


def _one_file(
    file: SourceFile,
    module: Module,
    said: Mapping[Any, Any],
    manner: Manner,
    selected: Mapping[str, bool],
    options: argparse.Namespace,
) -> Counter[str]:
    """Print or make the changes to a file and return how many there are.

    Raises:
        DocgenError: The file is left out.
    """
    from docgen.errors import DocgenError
    from docgen.extract.decoding import decode
    from docgen.render.docstrings.applying import apply_descriptions

    # Through a link, the file itself is what changes.
    path = file.path.resolve()
    raw = path.read_bytes()
    if decode(raw, file.display) != module.source:
        raise DocgenError(f"{file.display} changed while it was read", "Run the command again.")
    applied = apply_descriptions(raw, module, said, manner, selected=selected)
    found = Counter({"docstrings": len(applied.written), "files": 1 if applied.written else 0})
    found.update(applied.left.values())
    if applied.written and options.write:
        _write(path, file.display, raw, applied, options)
    elif applied.written:
        _show(file.display, module.source, decode(applied.after, file.display), options)
    return found


def _write(path: Path, name: str, raw: bytes, applied: Applied, options: argparse.Namespace) -> None:
    from docgen.errors import DocgenError
    from docgen.render.files import write_whole
    from docgen.uncommitted import is_uncommitted

    if not options.force and is_uncommitted(path):
        raise DocgenError(f"{name} has changes that are not committed", "Commit them, or add --force.")
    if path.read_bytes() != raw:
        raise DocgenError(f"{name} changed while it was read", "Run the command again.")
    write_whole(path, applied.after, "Make the file and its folder writable.")


def _show(name: str, before: str, after: str, options: argparse.Namespace) -> None:
    from rich.text import Text

    from docgen.render.patch import patch
    from docgen.runlog.console import terminal
    from docgen.visible import visible

    lines = patch(name, before, after)
    if not sys.stdout.isatty():
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace", newline="")
        sys.stdout.write("".join(lines))
        return
    console = terminal(sys.stdout, options.color)
    for line in lines:
        tone = next((tone for mark, tone in _TONES.items() if line.startswith(mark)), "")
        console.print(Text(visible(line.rstrip("\r\n")), tone), soft_wrap=True)


_TONES = {"+++": "bold", "---": "bold", "@@": "cyan", "+": "green", "-": "red"}


def _conclude(outcome: Counter[str], *, written: bool) -> None:
    """Say on the error stream what was done, so that the output is a patch and nothing else."""
    from docgen.wording import counted

    done = f"{counted(outcome['docstrings'], 'docstring')} in {counted(outcome['files'], 'file')}"
    left = {
        "stale": "descriptions are stale",
        "nothing is known of it": "elements have no description to write",
        "there is no safe place in it": "docstrings cannot be added to by position",
    }
    said = [f"{outcome[reason]} {words}" for reason, words in left.items() if outcome[reason]]
    hint = "" if written or not outcome["docstrings"] else " (--write makes these changes)"
    print("; ".join([done + hint, *said]), file=sys.stderr)


def _complain(error: Exception) -> None:
    from docgen.visible import visible_line

    hint = getattr(error, "hint", "")
    print(f"error: {visible_line(str(error))}{f' ({hint})' if hint else ''}", file=sys.stderr)
