"""`llms.txt` and what it leads to: the same pages as plain Markdown, for programs that read with a language model.

The form is that of https://llmstxt.org: a title, a summary, and lists of links with a note on each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from docgen.records import Module
from docgen.render.markdown import environment, tidy
from docgen.render.markdown.escape import code, text
from docgen.render.markdown.links import Links
from docgen.render.markdown.page import Page
from docgen.render.markdown.prose import first_paragraph, inline
from docgen.render.markdown.sources import SourceLinks
from docgen.render.shelf import Shelf

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
    nowhere, no_sources = Links(()), SourceLinks(folder, folder)
    texts: dict[str, str] = {}
    for module, file in shelf.written:
        page = Page(module, file, nowhere, no_sources, anchored=False)
        texts[file] = tidy(template.render(page=page))
        yield file, texts[file]
    head = _head(shelf)
    base = f"{site_url.rstrip('/')}/" if site_url else ""
    yield INDEX, head + "".join(_section(package, group, base) for package, group in shelf.packages())
    for _, file in shelf.earlier:
        texts[file] = (folder / file).read_text(encoding="utf-8", errors="replace")
    yield FULL, _full(head, [(module, texts[file], file) for module, file in shelf.all], base, longest)


def _head(shelf: Shelf) -> str:
    said = shelf.summary
    summary = inline(first_paragraph(said.text)) if said else ""
    what = "a Python module" if len(shelf.all) == 1 else f"{len(shelf.all)} Python modules"
    return f"# {text(shelf.title)}\n\n> {summary or f'Reference of {what}.'}\n"


def _section(package: str, group: list[tuple[Module, str]], base: str) -> str:
    return f"\n## {code(package) or 'Modules'}\n\n" + "".join(f"- {_link(*placed, base)}\n" for placed in group)


def _link(module: Module, file: str, base: str) -> str:
    note = inline(first_paragraph(module.description.text)) if module.description else ""
    return f"[{text(module.path)}]({base}{quote(file)})" + (f": {note}" if note else "")


def _full(head: str, pages: list[tuple[Module, str, str]], base: str, longest: int) -> str:
    parts, length, left_out = [head], len(head), []
    for module, page, file in pages:
        if length + len(page) + 1 > longest:
            left_out.append(f"- {_link(module, file, base)}\n")
        else:
            parts.append(f"\n{page}")
            length += len(page) + 1
    if left_out:
        parts.append("\n## Left out for their size\n\n" + "".join(left_out))
    return "".join(parts)
