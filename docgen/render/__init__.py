"""Descriptions to files: JSON, the flat export, Markdown, HTML, and text for language models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from docgen.records import Module
from docgen.render.files import distinct_stems, sweep, write_whole

Format = Literal["json", "md", "html", "llms", "flat"]
FOLDERS: dict[Format, str] = {"json": "json", "md": "markdown", "html": "html", "llms": "llms", "flat": "flat"}


def render(
    modules: Sequence[Module],
    formats: Iterable[Format],
    out: Path,
    *,
    project: Path | None = None,
    source_url: str = "",
    site_url: str = "",
) -> Iterator[Path]:
    """Write modules and yield the path of each file when it is complete.

    Indexes list what earlier runs wrote too.

    Args:
        modules: The modules with their descriptions; each is taken when it is needed, so that they may lie on disk.
        formats: What to write.
        out: The folder in which each format has one of its own (`FOLDERS`).
        project: The folder from which the modules' files are named; the current one where None.
        source_url: Template of links to the code, with `{path}`, `{start}` and `{end}`; empty for relative links.
        site_url: Address at which the folder of `llms.txt` is published; empty for relative links.

    Raises:
        DocgenError: A file cannot be written; what was yielded before is complete.
    """
    for format_ in formats:
        folder = out / FOLDERS[format_]
        sweep(folder)
        for name, content in _contents(modules, format_, out, project or Path.cwd(), source_url, site_url):
            write_whole(folder / name, content)
            yield folder / name


def _contents(
    modules: Sequence[Module], format_: Format, out: Path, project: Path, source_url: str, site_url: str
) -> Iterator[tuple[str, str | bytes | Iterator[str]]]:
    if format_ == "json" or format_ == "flat":
        yield from _records(modules, format_)
        return
    from docgen.render.shelf import shelve

    folder = out / FOLDERS[format_]
    shelf = shelve(modules, ".html" if format_ == "html" else ".md", folder, out / FOLDERS["json"], project)
    if format_ == "llms":
        from docgen.render.llms import files

        yield from files(shelf, folder, site_url)
        return
    from docgen.render.inventory import INVENTORY, inventory

    if format_ == "html":
        from docgen.render.html import pages
    else:
        from docgen.render.markdown import pages
    yield from pages(shelf, folder, project, source_url)
    yield INVENTORY, inventory(shelf.catalogue.entries_by_name(), shelf.title)


def _records(modules: Sequence[Module], format_: Literal["json", "flat"]) -> Iterator[tuple[str, str]]:
    from docgen.extract import flat
    from docgen.render.json import module_json, to_json

    stems = distinct_stems([(module.path, module.filepath) for module in modules])
    for module, stem in zip(modules, stems, strict=True):
        yield f"{stem}.json", module_json(module) if format_ == "json" else to_json(flat([module]))
