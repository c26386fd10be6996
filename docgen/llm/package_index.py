"""Finding a wheel on a Python package index.

The index speaks the JSON form of the simple repository API,
https://packaging.python.org/en/latest/specifications/simple-repository-api/.
"""

from __future__ import annotations

import os
from typing import NamedTuple

import httpx

from docgen.errors import BackendUnavailable

PYPI = "https://pypi.org/simple"
ACCEPT = "application/vnd.pypi.simple.v1+json"


class FoundWheel(NamedTuple):
    """A wheel on the index: its name, address and bytes."""

    filename: str
    url: str
    size: int


def index_url() -> str:
    """Return the index that pip or uv is told to use, or PyPI."""
    names = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    given = (os.environ.get(name, "") for name in names)
    return next((url.rstrip("/") for url in given if url.startswith("http")), PYPI)


async def find_wheel(client: httpx.AsyncClient, project: str, version: str) -> FoundWheel:
    """Find the wheel of a project's version.

    Raises:
        BackendUnavailable: The index cannot be reached or has no such wheel.
    """
    index = index_url()
    page = f"{index}/{project}/"
    hint = "Check the network, and PIP_INDEX_URL where that is set; what has arrived so far is kept."
    try:
        response = await client.get(page, headers={"Accept": ACCEPT})
        response.raise_for_status()
        files = response.json()["files"]
    except httpx.HTTPStatusError as error:
        raise BackendUnavailable(f"{page} answered {error.response.status_code}", hint) from error
    except httpx.HTTPError as error:
        raise BackendUnavailable(f"{index} cannot be reached: {error or type(error).__name__}", hint) from error
    except (ValueError, KeyError) as error:
        raise BackendUnavailable(f"{index} does not speak the JSON form of the simple API", hint) from error
    start = f"{project.replace('-', '_')}-{version}-"
    for file in files:
        if file["filename"].startswith(start) and file["filename"].endswith(".whl"):
            url = str(response.url.join(file["url"]))
            return FoundWheel(file["filename"], url, file.get("size") or await _size_of(client, url))
    raise BackendUnavailable(f"{index} has no wheel of {project} {version}", hint)


async def _size_of(client: httpx.AsyncClient, url: str) -> int:
    # Indexes older than version 1.1 of the API do not say the size.
    try:
        response = await client.head(url)
        return int(response.raise_for_status().headers["Content-Length"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise BackendUnavailable(f"{url} does not say its size: {error}") from error
