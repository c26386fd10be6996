"""Markdown: one page for each module and an index, for code hosts and MkDocs Material alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from docgen.records import Module
from docgen.render.files import distinct_stems
from docgen.render.markdown.escape import code
from docgen.render.markdown.links import Links
from docgen.render.markdown.page import Page, legend
from docgen.render.markdown.prose import first_paragraph, inline
from docgen.render.markdown.sources import SourceLinks

INDEX = "index.md"


def pages(modules: Sequence[Module], folder: Path, project: Path, source_url: str = "") -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of each module's page, then of the index.

    Args:
        modules: The modules with their descriptions.
        folder: Where the pages will lie, for links from them to the code.
        project: The folder from which the modules' files are named.
        source_url: As for `SourceLinks`.
    """
    stems = distinct_stems([(module.path, module.filepath) for module in modules], reserved=("index",))
    named = [(module, f"{stem}.md") for module, stem in zip(modules, stems, strict=True)]
    links, sources = Links(named), SourceLinks(folder, project, source_url)
    templates = _templates()
    for module, file in named:
        page = Page(module, file, links, sources)
        yield file, _tidy(templates.get_template("module.md.j2").render(page=page))
    provenances = [module.description.provenance for module in modules if module.description]
    index = templates.get_template("index.md.j2").render(packages=_packages(named), legend=legend(provenances))
    yield INDEX, _tidy(index)


class _Row(NamedTuple):
    package: str
    path: str
    title: str
    href: str
    summary: str


def _packages(named: Sequence[tuple[Module, str]]) -> list[tuple[str, list[_Row]]]:
    rows = sorted(_row(module, file) for module, file in named)
    return [(code(package), list(group)) for package, group in groupby(rows, key=lambda row: row.package)]


def _row(module: Module, file: str) -> _Row:
    is_package = Path(module.filepath).stem == "__init__"
    package = module.path if is_package else module.path.rpartition(".")[0]
    said = module.description
    summary = inline(first_paragraph(said.text)) if said else ""
    mark = f" <sup>{said.provenance.source}</sup>" if said and summary and said.provenance.source != "source" else ""
    return _Row(package, module.path, code(module.path), quote(file), summary + mark)


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("docgen.render.markdown"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
    )


def _tidy(page: str) -> str:
    return page.rstrip() + "\n"
