"""Descriptions to files: JSON, the flat export and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from docgen.records import Module
from docgen.render.files import distinct_stems, sweep, write_whole

Format = Literal["json", "md", "flat"]
FOLDERS: dict[Format, str] = {"json": "json", "md": "markdown", "flat": "flat"}


def render(
    modules: Sequence[Module],
    formats: Iterable[Format],
    out: Path,
    *,
    project: Path | None = None,
    source_url: str = "",
) -> Iterator[Path]:
    """Write modules and yield the path of each file when it is complete.

    Args:
        modules: The modules with their descriptions.
        formats: What to write.
        out: The folder in which each format has one of its own (`FOLDERS`).
        project: The folder from which the modules' files are named; the current one where None.
        source_url: Template of links to the code, with `{path}`, `{start}` and `{end}`; empty for relative links.

    Raises:
        DocgenError: A file cannot be written; what was yielded before is complete.
    """
    for format_ in formats:
        folder = out / FOLDERS[format_]
        sweep(folder)
        for name, text in _texts(modules, format_, folder, project or Path.cwd(), source_url):
            write_whole(folder / name, text)
            yield folder / name


def _texts(
    modules: Sequence[Module], format_: Format, folder: Path, project: Path, source_url: str
) -> Iterator[tuple[str, str]]:
    if format_ == "md":
        from docgen.render.markdown import pages

        yield from pages(modules, folder, project, source_url)
        return
    from docgen.render.json import module_json, to_json

    stems = distinct_stems([(module.path, module.filepath) for module in modules])
    for module, stem in zip(modules, stems, strict=True):
        if format_ == "json":
            yield f"{stem}.json", module_json(module)
        else:
            from docgen.extract import flat

            yield f"{stem}.json", to_json(flat([module]))
