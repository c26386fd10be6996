"""`docgen edit`: say it yourself. What is edited is never overwritten, only reported stale when the code changes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_store_option

if TYPE_CHECKING:
    from docgen.records import Module
    from docgen.store import Store


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("edit", help="write a description yourself", description=__doc__)
    parser.add_argument("name", metavar="NAME", help="`Queue.put`, its parameter `Queue.put.item`, `Queue.put.returns`")
    parser.add_argument("--text", help="the description (default: open $EDITOR)")
    add_store_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Keep what the user writes."""
    from docgen.config import load_settings
    from docgen.errors import UsageError
    from docgen.generate.editing import edited_entry, find_subject, standing_text
    from docgen.generate.keys import Maker
    from docgen.generate.prompts import Prompts
    from docgen.project import file_in, memory_of, open_project
    from docgen.visible import visible_line

    settings = load_settings(vars(options))
    maker = Maker(Prompts(settings.prompts).hash, settings.model)
    with open_project(settings, lambda text: print(text, file=sys.stderr)) as store:
        modules = _modules(store)
        found = find_subject(options.name, modules)
        before = standing_text(found, memory_of(store, modules), maker)
        text = (options.text if options.text is not None else _edited(before)).strip()
        if not _is_text(text):
            raise UsageError("nothing was written, so nothing is kept", "Give a text of at least one letter.")
        if text == before:
            print(f"{visible_line(found.subject.name)} stays as it is")
            return 0
        store.keep([edited_entry(found, text, maker, file_in(store, found.unit.module))])
    print(f"{visible_line(found.subject.name)} is kept; `docgen run` writes it to {settings.out}")
    return 0


def _modules(store: Store) -> list[Module]:
    """Read the files that runs have read, as they are now."""
    from docgen.errors import SourceError, UsageError
    from docgen.extract import find_sources
    from docgen.extract.kept import read_kept

    paths = [path for name in store.files() if (path := store.project / name).is_file()]
    if not paths:
        raise UsageError("the store knows no source files", "Document something first: `docgen run PATH`.")
    files = find_sources([str(path) for path in paths], cwd=Path.cwd(), include_tests=True)
    return [read for read in read_kept(files, store) if not isinstance(read, SourceError)]


def _edited(text: str) -> str:
    import shlex
    import subprocess
    import tempfile

    from docgen.errors import UsageError

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
        file = Path(folder) / "description.md"
        file.write_text(text + "\n", encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(command), str(file)], check=False)
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot start the editor {command!r}: {error}", "Set EDITOR, or use --text.") from error
        if done.returncode:
            raise UsageError(f"the editor ended with exit code {done.returncode}; nothing is kept")
        return file.read_text(encoding="utf-8", errors="replace")


def _is_text(text: str) -> bool:
    """Whether there is a letter, and no half character that no file can hold."""
    return any(c.isalnum() for c in text) and text.encode("utf-8", "replace").decode() == text
