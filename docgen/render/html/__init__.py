"""HTML: one page for each module and an index that searches, complete in one folder: nothing is loaded from elsewhere.

The pages are made of the same Markdown as the others, whose escaping keeps all text text. Two more walls stand behind
that: only the tags that docgen writes itself are let through, and the pages' policy lets no other script or style run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from docgen.render.entries import Entry
from docgen.render.html.markup import block, code_styles, line
from docgen.render.markdown.escape import code
from docgen.render.markdown.links import Links
from docgen.render.markdown.page import Page, legend
from docgen.render.markdown.prose import first_paragraph, inline
from docgen.render.markdown.sources import SourceLinks
from docgen.render.shelf import Listed, Shelf, package_of

INDEX = "index.html"


def pages(shelf: Shelf, folder: Path, project: Path, source_url: str = "") -> Iterator[tuple[str, str | Iterator[str]]]:
    """Yield the file name and the text of each module's page, then of the index, bit by bit.

    Args:
        shelf: The modules with their descriptions.
        folder: Where the pages will lie, for links from them to the code.
        project: The folder from which the modules' files are named.
        source_url: As for `SourceLinks`.
    """
    links = Links(shelf.catalogue)
    sources = SourceLinks(folder, project, source_url)
    environment = _environment(shelf)
    template = environment.get_template("module.html.j2")
    for module, file in shelf.written:
        page = Page(module, file, links, sources)
        beside = [
            {"name": other.path, "href": quote(other.file), "is_here": other.file == file}
            for other in shelf.beside(module)
        ]
        yield file, template.render(page=page, name=module.path, beside=beside, package=package_of(module))
    provenances = [listed.description.provenance for listed in shelf.all if listed.description]
    yield (
        INDEX,
        environment.get_template("index.html.j2").generate(
            packages=[(code(package), [_row(listed) for listed in group]) for package, group in shelf.packages()],
            legend=legend(provenances),
            index=_index(shelf.catalogue.entries()),
        ),
    )


def _environment(shelf: Shelf) -> Environment:
    environment = Environment(
        loader=PackageLoader("docgen.render.html"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=True,
    )
    environment.filters.update(block=block, line=line, quote=quote)
    style, script = _style(), _script()
    environment.globals.update(
        site=shelf.title, style=Markup(style), script=Markup(script), style_hash=_hash(style), script_hash=_hash(script)
    )
    return environment


def _row(listed: Listed) -> dict[str, str]:
    said = listed.description
    summary = inline(first_paragraph(said.text)) if said else ""
    mark = said.provenance.source if said and summary and said.provenance.source != "source" else ""
    return {"title": code(listed.path), "href": quote(listed.file), "summary": summary, "mark": mark}


def _index(entries: Iterable[Entry]) -> Iterator[Markup]:
    """Yield what the search looks through, bit by bit: JSON that no HTML parser finds a tag in."""
    separator = "["
    for entry in entries:
        row = json.dumps(entry, ensure_ascii=True, separators=(",", ":"))
        yield Markup(separator + row.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
        separator = ","
    yield Markup("[]" if separator == "[" else "]")


@cache
def _style() -> str:
    return _resource("style.css") + code_styles()


@cache
def _script() -> str:
    return _resource("search.js")


def _resource(name: str) -> str:
    return resources("docgen.render.html").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
