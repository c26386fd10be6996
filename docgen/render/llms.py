"""`llms.txt` and what it leads to: the same pages as plain Markdown, for programs that read with a language model.

The form is that of https://llmstxt.org: a title, a summary, and lists of links with a note on each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from docgen.render.catalogue import Catalogue
from docgen.render.markdown import environment, tidy
from docgen.render.markdown.escape import code, text
from docgen.render.markdown.links import Links
from docgen.render.markdown.page import Page
from docgen.render.markdown.prose import first_paragraph, inline
from docgen.render.markdown.sources import SourceLinks
from docgen.render.shelf import Listed, Shelf
from docgen.spool import Spool

INDEX = "llms.txt"
FULL = "llms-full.txt"
LONGEST_FULL = 1_000_000
"""Characters of all pages in one file; more is no use to a reader with a context window."""


def files(shelf: Shelf, folder: Path, site_url: str = "", longest: int = LONGEST_FULL) -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of each module's page, of the index, and of all pages in one.

    Args:
        shelf: The modules with their descriptions.
        folder: Where the files will lie, with the pages of earlier runs.
        site_url: Address at which the folder is published, for links to the pages; empty for relative ones.
        longest: Characters that all pages in one may have; pages that do not fit are named.
    """
    template = environment().get_template("plain.md.j2")
    # Without anchors there is nowhere to link to, and without a project no source that a reader could follow.
    nowhere, no_sources = Links(Catalogue()), SourceLinks(folder, folder)
    texts: Spool[str] = Spool()
    numbers: dict[str, int] = {}
    for module, file in shelf.written:
        page = tidy(template.render(page=Page(module, file, nowhere, no_sources, anchored=False)))
        numbers[file] = len(texts)
        texts.append(page)
        yield file, page
    head = _head(shelf)
    base = f"{site_url.rstrip('/')}/" if site_url else ""
    yield INDEX, head + "".join(_section(package, group, base) for package, group in shelf.packages())

    def text_of(file: str) -> str:
        if file in numbers:
            return texts[numbers[file]]
        return (folder / file).read_text(encoding="utf-8", errors="replace")

    yield FULL, _full(head, ((listed, text_of(listed.file)) for listed in shelf.all), base, longest)


def _head(shelf: Shelf) -> str:
    said = shelf.summary
    summary = inline(first_paragraph(said.text)) if said else ""
    what = "a Python module" if len(shelf.all) == 1 else f"{len(shelf.all)} Python modules"
    return f"# {text(shelf.title)}\n\n> {summary or f'Reference of {what}.'}\n"


def _section(package: str, group: list[Listed], base: str) -> str:
    return f"\n## {code(package) or 'Modules'}\n\n" + "".join(f"- {_link(listed, base)}\n" for listed in group)


def _link(listed: Listed, base: str) -> str:
    note = inline(first_paragraph(listed.description.text)) if listed.description else ""
    return f"[{text(listed.path)}]({base}{quote(listed.file)})" + (f": {note}" if note else "")


def _full(head: str, pages: Iterable[tuple[Listed, str]], base: str, longest: int) -> str:
    parts, length, left_out = [head], len(head), []
    for listed, page in pages:
        if length + len(page) + 1 > longest:
            left_out.append(f"- {_link(listed, base)}\n")
        else:
            parts.append(f"\n{page}")
            length += len(page) + 1
    if left_out:
        parts.append("\n## Left out for their size\n\n" + "".join(left_out))
    return "".join(parts)
