"""Pages in a real browser: Chromium, where there is one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, Literal

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
IS_THERE = CHROMIUM is not None and find_spec("playwright") is not None
Width = Literal["desktop", "phone"]
Scheme = Literal["light", "dark"]
_SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


class Browser:
    """A headless Chromium that has nothing but the pages of one server to load.

    Args:
        chromium: The browser of Playwright.
    """

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def window(self, address: str, width: Width = "desktop", scheme: Scheme = "light") -> Iterator[Any]:
        """Open a window, and see when it is closed that its pages asked nobody else and complained of nothing.

        Args:
            address: Where the pages are: `http://…` or `file://…`.
            width: How wide the window is.
            scheme: The colours that its user prefers.
        """
        complaints: list[str] = []
        context = self._chromium.new_context(viewport=_SIZES[width], color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda request: None if _is_own(request.url, address) else complaints.append(request.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        yield page
        context.close()
        assert complaints == []


def _is_own(url: str, address: str) -> bool:
    return url.startswith((address[: address.index("/", 8)], "data:", "blob:"))


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield Browser(playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said: object) -> None:
        """Say nothing."""


def overflow(page: Any) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def brightness(page: Any) -> float:
    """Return how bright the background of a page is, from 0 to 255."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = map(float, re.findall(r"[\d.]+", color)[:3])
    return (red + green + blue) / 3
