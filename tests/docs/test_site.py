"""The site builds without a warning, its links lead somewhere, and it shows what docgen wrote."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from docgen.records import Module, walk

pytest.importorskip("material")
ROOT = Path(__file__).parents[2]


def test_each_internal_link_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    pages = {page: page.read_text("utf-8") for page in site.rglob("index.html")}
    ids = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in pages.items()}
    broken = []
    for page, text in pages.items():
        for link in map(urlsplit, re.findall(r'<a\b[^>]*\bhref="([^"]+)"', text)):
            if link.scheme or link.netloc:
                continue
            target = (page.parent / unquote(link.path)).resolve() if link.path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (link.fragment and unquote(link.fragment) not in ids.get(target, ())):
                broken.append((page.relative_to(site).as_posix(), link.geturl()))
    assert not broken


def test_the_page_of_the_collectors_shows_what_was_written_of_them(site: Path) -> None:
    page = (site / "api" / "collectors_ref" / "index.html").read_text("utf-8")
    published = Module.model_validate_json(
        (ROOT / "out" / "json" / "collectors_ref.collectors.json").read_text("utf-8")
    )
    written = [
        element.description.text
        for element in walk(published)
        if element.is_public and element.description and element.description.provenance.source == "composed"
    ]
    plain = [text for text in written if re.fullmatch(r"[\w ,.`;]+", text)]
    assert plain
    shown = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert [text for text in plain if text.replace("`", "") not in shown] == []
    assert re.search(r'<sup class="docgen"[^>]*>composed</sup>', page)
