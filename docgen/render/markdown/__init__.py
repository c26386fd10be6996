"""Markdown: one page for each module and an index, for code hosts and MkDocs Material alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from docgen.render.markdown.escape import code
from docgen.render.markdown.links import Links
from docgen.render.markdown.page import Page, legend
from docgen.render.markdown.prose import first_paragraph, inline
from docgen.render.markdown.sources import SourceLinks

if TYPE_CHECKING:
    from docgen.render.shelf import Listed, Shelf

INDEX = "index.md"


def pages(shelf: Shelf, folder: Path, project: Path, source_url: str = "") -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of each module's page, then of the index.

    Args:
        shelf: The modules with their descriptions.
        folder: Where the pages will lie, for links from them to the code.
        project: The folder from which the modules' files are named.
        source_url: As for `SourceLinks`.
    """
    links = Links(shelf.catalogue)
    sources = SourceLinks(folder, project, source_url)
    templates = environment()
    for module, file in shelf.written:
        page = Page(module, file, links, sources)
        yield file, tidy(templates.get_template("module.md.j2").render(page=page))
    provenances = [listed.description.provenance for listed in shelf.all if listed.description]
    packages = [(code(package), [_row(listed) for listed in group]) for package, group in shelf.packages()]
    yield INDEX, tidy(templates.get_template("index.md.j2").render(packages=packages, legend=legend(provenances)))


class _Row(NamedTuple):
    title: str
    href: str
    summary: str


def _row(listed: Listed) -> _Row:
    said = listed.description
    summary = inline(first_paragraph(said.text)) if said else ""
    mark = f" <sup>{said.provenance.source}</sup>" if said and summary and said.provenance.source != "source" else ""
    return _Row(code(listed.path), quote(listed.file), summary + mark)


def environment() -> Environment:
    """Return the templates of Markdown pages."""
    return Environment(
        loader=PackageLoader("docgen.render.markdown"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
    )


def tidy(page: str) -> str:
    """Return a page that ends with one newline."""
    return page.rstrip() + "\n"
