"""The HTML pages: complete in themselves, searchable, and no place for anybody else's markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from docgen.records import Class, Description, Function, Module, Parameter, Provenance, Raises, Returns, Span
from docgen.render import render
from docgen.render.html import pages
from docgen.render.html.markup import block, line
from docgen.render.shelf import shelve
from tests.browser import CHROMIUM, Browser, Scheme, Width, brightness, overflow

PROJECT = Path("/project")


class Parsed(HTMLParser):
    """A page as a browser reads it: tags with their attributes, and the text in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.texts[self._open] = self.texts.get(self._open, "") + data

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


def written(*modules: Module) -> dict[str, str]:
    folder = PROJECT / "out" / "html"
    shelf = shelve(modules, ".html", folder, folder, PROJECT)
    return {file: "".join(text) for file, text in pages(shelf, folder, PROJECT)}


def test_every_link_leads_to_a_place_that_exists(frames: Module, codec: Module) -> None:
    files = written(frames, codec)
    parsed = {name: Parsed(text) for name, text in files.items()}
    places = {name: set(page.values("id")) for name, page in parsed.items()}
    followed = 0
    for name, page in parsed.items():
        rows = json.loads(re.search(r'id="index">(.*?)</script>', files[name])[1]) if name == "index.html" else []
        for href in [*page.values("href"), *page.values("action"), *(row[2] for row in rows)]:
            if href.startswith("../../src/") or href == "data:,":
                continue
            file, _, fragment = href.partition("#")
            assert (unquote(file) or name) in files
            assert not fragment or unquote(fragment) in places[unquote(file) or name], href
            followed += 1
    assert followed > 40


def test_nothing_is_loaded_from_elsewhere(frames: Module, codec: Module) -> None:
    for text in written(frames, codec).values():
        page = Parsed(text)
        assert not page.values("src")
        assert {tag for tag, _ in page.tags} & {"iframe", "img", "object", "embed", "base"} == set()
        assert [a["href"] for tag, a in page.tags if tag == "link"] == ["data:,"]
        assert not re.search(r"url\(|@import|https?:", page.texts["style"] + page.texts["script"])


def test_the_policy_names_the_one_style_and_script_of_the_page(frames: Module) -> None:
    for text in written(frames).values():
        [policy] = [a["content"] for _, a in Parsed(text).tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert policy is not None
        assert policy.startswith("default-src 'none';")
        for tag in ("style", "script"):
            content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]  # type: ignore[index]
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_search_knows_every_element_once_with_its_summary(frames: Module, codec: Module) -> None:
    rows = search_index(written(frames, codec)["index.html"])
    names = [row[0] for row in rows]
    assert len(names) == len(set(names))
    assert {"frames", "frames.shift", "frames.Frame", "frames.Frame.read", "frames.codec.decode"} <= set(names)
    assert ["frames.shift", "function", "frames.html#frames.shift", "Shift every frame."] in rows
    assert not any("_hidden" in name for name in names)


def search_index(page: str) -> list[list[str]]:
    return json.loads(re.search(r'id="index">(.*?)</script>', page)[1])  # type: ignore[no-any-return, index]


def test_marks_and_their_legend_are_there(frames: Module) -> None:
    page = written(frames)["frames.html"]
    assert "<sup>model</sup>" in page
    assert "<footer>Text without a mark is the author's own." in page.replace("&#39;", "'")


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)',
        "<!--<script>",
        "{{ 7 * 7 }}{% raw %}",
        "[a](javascript:alert(1))",
        '<a id="x" onclick="alert(1)">',
        "```\n</code></pre><script>",
        "`<svg onload=alert(1)>`",
        "<sup onclick=x>",
        "&lt;script&gt;",
        "\u2028<b>",
    ]
)
TAGS = set(
    "html head meta title link style body a header form input div main section nav details summary ul li ol dl dt dd "
    "h1 h2 h3 h4 h5 h6 p pre code span sub sup br footer script em hr".split()
)
ATTRIBUTES = set(
    "lang charset name content http-equiv rel href class action role type placeholder aria-label autocomplete "
    "spellcheck id aria-live hidden aria-current open start".split()
)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_default_or_annotation_becomes_a_tag(said_: str, default: str, annotation: str) -> None:
    # What names the module's own class is a link by right.
    assume(not re.search(r"\bC\b", f"{default} {annotation}"))
    module = hostile_module(said_, default, annotation)
    plain = written(hostile_module("x", "x", "x"))
    for name, text in written(module).items():
        page = Parsed(text)
        assert {tag for tag, _ in page.tags} <= TAGS
        assert {key for _, attributes in page.tags for key in attributes} <= ATTRIBUTES
        for href in page.values("href"):
            assert urlsplit(href).scheme in ("", "data")
            assert href.startswith(("m.html", "index.html", "#", "../../", "data:,"))
        for tag in ("script", "style", "form", "h1", "h2", "a"):
            assert sum(t == tag for t, _ in page.tags) == plain[name].count(f"<{tag} ") + plain[name].count(f"<{tag}>")


def hostile_module(text: str, default: str, annotation: str) -> Module:
    said = Description(text=text, provenance=Provenance(source="model", model=text))
    place = {"labels": ("public",), "lineno": 1, "endlineno": 2, "span": Span(start=0, end=0)}
    item = Parameter(name="a", kind="keyword-only", default=default, annotation=annotation, description=said)
    function = Function(
        id="m.f", path="m.f", name="f", **place,
        parameters=(item,),
        returns=Returns(annotation=annotation, description=said), description=said,
        raises=(Raises(exception=annotation or "E", description=said),),
    )  # fmt: skip
    holder = Class(
        id="m.C", path="m.C", name="C", **place, bases=(annotation,), description=said, overview=said,
        condition=(default,),
    )  # fmt: skip
    return Module(id="m", path="m", name="m", filepath="m.py", members=(function, holder), description=said, **place)


@pytest.mark.parametrize("tag", ["<script>", "<a href='x'>", '<a id="x" onclick="y">', "<sup class=x>", "<img>"])
def test_a_tag_that_docgen_does_not_write_is_text_even_in_its_own_markdown(tag: str) -> None:
    assert "<img" not in line(f"x {tag} y")
    assert not re.search(r"<(?:script|img|a href|sup class)|onclick=\"", block(f"{tag} y\n\n{tag}\n"))


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
class TestInABrowser:
    @pytest.fixture
    def site(self, tmp_path: Path, frames: Module, codec: Module) -> Path:
        hostile = hostile_module("</script><script>document.title='owned'</script>", "<b>", "</style>")
        list(render([frames, codec, hostile], ("html",), tmp_path, project=PROJECT))
        return tmp_path / "html"

    def test_the_search_finds_by_name_and_by_text(self, site: Path) -> None:
        assert found(opened(site / "index.html", "?q=shift"))[0] == ("frames.shift", "frames.html#frames.shift")
        assert found(opened(site / "index.html", "?q=every+frame"))[0][0] == "frames.shift"
        assert found(opened(site / "index.html", "?q=nosuchthing")) == []

    def test_what_the_search_finds_is_shown_as_text(self, site: Path) -> None:
        page = opened(site / "index.html", "?q=m.f")
        assert ("m.f", "m.html#m.f") in found(page)
        assert "<title>owned" not in page
        assert "&lt;/script&gt;&lt;script&gt;document.title='owned'&lt;/script&gt;" in page

    def test_the_policy_lets_the_pages_own_script_run_and_no_other(self, site: Path) -> None:
        smuggled = site / "index.html"
        text = smuggled.read_text(encoding="utf-8")
        smuggled.write_text(text.replace("</body>", "<script>document.title='owned'</script></body>"), encoding="utf-8")
        page = opened(smuggled, "?q=shift")
        assert found(page)
        assert "<title>owned" not in page

    @pytest.mark.parametrize("width", ["desktop", "phone"])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_page_fits_its_window_in_the_colours_that_its_reader_prefers(
        self, browser: Browser, site: Path, width: Width, scheme: Scheme
    ) -> None:
        with browser.window((site / "index.html").as_uri(), width, scheme) as page:
            for file in sorted(site.glob("*.html")):
                page.goto(file.as_uri())
                assert overflow(page) <= 0, file.name
                assert (brightness(page) < 100) == (scheme == "dark"), file.name

    def test_a_reader_types_a_word_and_arrives_at_the_first_thing_found(self, browser: Browser, site: Path) -> None:
        with browser.window((site / "frames.html").as_uri(), "phone") as page:
            page.keyboard.press("/")
            page.keyboard.type("decode")
            page.keyboard.press("Enter")
            page.wait_for_url("**/index.html?q=decode")
            page.locator("ol.found a").first.click()
            page.wait_for_url("**/frames.codec.html#frames.codec.decode")

    def test_what_has_two_public_names_is_found_once(self, browser: Browser, site: Path) -> None:
        module = hostile_module("x", "1", "int")
        renamed = [m.model_copy(update={"public_paths": (m.path, f"api.{m.name}")}) for m in module.members]
        list(render([module.model_copy(update={"members": renamed})], ("html",), site, project=PROJECT))
        home = site / "html" / "index.html"
        assert [row[0] for row in search_index(home.read_text("utf-8")) if row[2] == "m.html#m.f"] == ["m.f", "api.f"]
        with browser.window(home.as_uri()) as page:
            page.locator("input[name=q]").fill("f")
            hrefs = [link.get_attribute("href") for link in page.locator("ol.found a").all()]
            assert hrefs.count("m.html#m.f") == 1


def opened(path: Path, query: str = "") -> str:
    """Return a page as it is after its scripts have run."""
    assert CHROMIUM is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"]
    command = [CHROMIUM, *options, f"--user-data-dir={path.parent / '.chromium'}", path.as_uri() + query]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def found(page: str) -> list[tuple[str, str]]:
    listed = re.search(r'<ol class="found">(.*?)</ol>', page, re.DOTALL)
    assert listed is not None
    return [(name, href) for href, name in re.findall(r'<a href="([^"]+)"><code>([^<]+)</code>', listed[1])]
