"""HTML: one page for each module and an index that searches, complete in one folder: nothing is loaded from elsewhere.

The pages are made of the same Markdown as the others, whose escaping keeps all text text. Two more walls stand behind
that: only the tags that docgen writes itself are let through, and the pages' policy lets no other script or style run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from docgen.records import Description, Module
from docgen.render.entries import Entry, entries
from docgen.render.html.markup import block, code_styles, line
from docgen.render.markdown.escape import code
from docgen.render.markdown.links import Links
from docgen.render.markdown.page import Page, legend
from docgen.render.markdown.prose import first_paragraph, inline
from docgen.render.markdown.sources import SourceLinks
from docgen.render.shelf import Shelf, package_of

INDEX = "index.html"
_LONGEST_SUMMARY = 160


def pages(shelf: Shelf, folder: Path, project: Path, source_url: str = "") -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of each module's page, then of the index.

    Args:
        shelf: The modules with their descriptions.
        folder: Where the pages will lie, for links from them to the code.
        project: The folder from which the modules' files are named.
        source_url: As for `SourceLinks`.
    """
    links, sources = Links(shelf.all), SourceLinks(folder, project, source_url)
    environment = _environment(shelf)
    template = environment.get_template("module.html.j2")
    for module, file in shelf.written:
        page = Page(module, file, links, sources)
        beside = _beside(module, shelf)
        yield file, template.render(page=page, name=module.path, beside=beside, package=package_of(module))
    provenances = [module.description.provenance for module, _ in shelf.all if module.description]
    yield (
        INDEX,
        environment.get_template("index.html.j2").render(
            packages=[(code(package), [_row(*placed) for placed in group]) for package, group in shelf.packages()],
            legend=legend(provenances),
            index=_index(shelf),
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


def _beside(module: Module, shelf: Shelf) -> list[dict[str, Any]]:
    """Return the modules of the same package, and those within this one: as many as a reader can look over."""
    package = package_of(module)
    near = {package, package.rpartition(".")[0] if package == module.path else package}
    return [
        {"name": other.path, "href": quote(file), "is_here": other is module}
        for other, file in shelf.all
        if package_of(other) in near or package_of(other).rpartition(".")[0] == module.path
    ]


def _row(module: Module, file: str) -> dict[str, str]:
    said = module.description
    summary = inline(first_paragraph(said.text)) if said else ""
    mark = said.provenance.source if said and summary and said.provenance.source != "source" else ""
    return {"title": code(module.path), "href": quote(file), "summary": summary, "mark": mark}


def _index(shelf: Shelf) -> Markup:
    """Return what the search looks through, as JSON that no HTML parser finds a tag in."""
    rows = [[entry.name, entry.role, entry.href, _summary(entry)] for entry in entries(shelf.all)]
    data = json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
    return Markup(data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _summary(entry: Entry) -> str:
    text = _first(entry.description)
    return text if len(text) <= _LONGEST_SUMMARY else f"{text[:_LONGEST_SUMMARY].rsplit(' ', 1)[0]} …"


def _first(said: Description | None) -> str:
    return first_paragraph(said.text).replace("`", "") if said else ""


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
