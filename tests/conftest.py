"""Fixtures that several folders of tests use: the tiny model, an Ollama server with it, and a browser."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says more of what else the machine does.
settings.register_profile("docgen", deadline=None)
settings.load_profile("docgen")

TINY = "smollm2:135m"


def _load(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """The file of `smollm2:135m`, fetched once into the ordinary folder of models (98 MB)."""
    from docgen.llm.models import pull

    return asyncio.run(pull(TINY))


@pytest.fixture(scope="session")
def _ollama_server(tiny_model: Path) -> Iterator[Any]:
    module = _load("ollama_server", Path(__file__).parent / "llm" / "ollama_server.py")
    server = module.OllamaServer(TINY, tiny_model)
    yield server
    server.close()


@pytest.fixture
def ollama_server(_ollama_server: Any) -> Any:
    """A server that speaks Ollama's API over HTTP (`tests/llm/ollama_server.py`), backed by the tiny model."""
    _ollama_server.reset()
    return _ollama_server


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium (`tests/browser.py`).

    For a module at most: while it is open, the thread has an event loop of its own, and `asyncio.run` refuses.
    """
    from tests.browser import IS_THERE, launched

    if not IS_THERE:
        pytest.skip("there is no Chromium, or no Playwright to drive it")
    with launched() as found:
        yield found
