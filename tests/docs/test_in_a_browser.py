"""The site as a reader has it: on a desk and on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser, brightness, overflow, served

pytest.importorskip("material")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as found:
        yield found


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window_in_the_colours_that_its_reader_prefers(
    browser: Browser, address: str, site: Path, width: str, scheme: str
) -> None:
    pages = [page.parent.relative_to(site).as_posix() for page in sorted(site.rglob("index.html"))]
    assert len(pages) > 12
    with browser.window(address, width, scheme) as page:  # type: ignore[arg-type]
        for name in pages:
            page.goto(f"{address}{name}/")
            assert page.locator("h1").inner_text()
            assert overflow(page) <= 0, name
            assert (brightness(page) < 100) == (scheme == "dark"), name


def test_the_search_leads_to_what_docgen_wrote_of_a_method(browser: Browser, address: str) -> None:
    with browser.window(address) as page:
        page.locator("input.md-search__input").click()
        page.locator("input.md-search__input").press_sequentially("MultiaSyncDataCollector")
        page.locator(".md-search-result__link[href$='#collectors_ref.collectors.MultiaSyncDataCollector']").click()
        page.wait_for_url("**/api/collectors_ref/**")
        assert page.locator("[id='collectors_ref.collectors.MultiaSyncDataCollector']").is_visible()
        assert page.locator("sup.docgen").first.is_visible()


def test_a_reader_on_a_phone_gets_from_page_to_page_by_the_menu(browser: Browser, address: str) -> None:
    with browser.window(address, "phone") as page:
        page.locator("label.md-header__button[for=__drawer]").click()
        page.locator("nav.md-nav--primary label", has_text="Guides").first.click()
        page.locator("nav.md-nav--primary a", has_text="Pre-commit and CI").click()
        page.wait_for_url("**/guides/ci/")
        page.locator("article a", has_text="checks").first.click()
        page.wait_for_url("**/reference/checks/")
        page.locator("a.md-footer__link--next").click()
        page.wait_for_url("**/reference/records/")


def test_the_colours_can_be_changed_by_hand(browser: Browser, address: str) -> None:
    with browser.window(address) as page:
        before = brightness(page)
        page.locator("label.md-header__button[title='Dark']").click()
        page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")
        assert brightness(page) < before
