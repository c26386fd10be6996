"""Fetching a file over HTTP in one or many goes, and the errors of doing so in words."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path

import httpx

from docgen import __version__
from docgen.errors import BackendUnavailable

BytesSeen = Callable[[int], None]

ATTEMPTS = 4
OFFLINE = (
    "Check the network and run this again: it goes on where it stopped. "
    "A model file that is at hand works as `--model ./file.gguf`."
)


def http_client() -> httpx.AsyncClient:
    """Return a client that is quick to give up on a host that is not there, and follows redirects."""
    return httpx.AsyncClient(
        follow_redirects=True,
        timeout=httpx.Timeout(30.0, connect=5.0),
        headers={"User-Agent": f"docgen/{__version__}", "Accept-Encoding": "identity"},
    )


async def fetch(client: httpx.AsyncClient, url: str, target: Path, size: int, seen: BytesSeen) -> None:
    """Fetch a file of known size into `target`, going on behind the bytes that `target` already has.

    A transfer that breaks off is taken up again a few times; a host that cannot be reached is not tried twice.

    Args:
        client: Who fetches.
        url: Where the file is.
        target: Where it goes. It keeps what arrived if this fails.
        size: Bytes of the whole file.
        seen: Told the bytes that `target` has, again and again.

    Raises:
        BackendUnavailable: The host cannot be reached, does not have the file, or the disk is full.
    """
    failures, before = 0, -1
    while True:
        try:
            return await _fetch_rest(client, url, target, size, seen)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise BackendUnavailable(f"{_host(url)} cannot be reached: {_words(error)}", OFFLINE) from error
        except httpx.HTTPStatusError as error:
            raise BackendUnavailable(f"{url} answered {error.response.status_code}") from error
        except httpx.HTTPError as error:
            have = target.stat().st_size if target.exists() else 0
            failures, before = (failures + 1 if have <= before else 1), have
            if failures == ATTEMPTS:
                raise BackendUnavailable(
                    f"the transfer from {_host(url)} broke off: {_words(error)}", OFFLINE
                ) from error
            await asyncio.sleep(0.5 * failures)
        except OSError as error:
            raise disk_error(error, target) from error


async def _fetch_rest(client: httpx.AsyncClient, url: str, target: Path, size: int, seen: BytesSeen) -> None:
    have = target.stat().st_size if target.exists() else 0
    if have > size:
        target.unlink()
        have = 0
    seen(have)
    if have == size:
        return
    async with client.stream("GET", url, headers={"Range": f"bytes={have}-"} if have else {}) as response:
        response.raise_for_status()
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT and response.headers.get(
            "Content-Range", ""
        ).startswith(f"bytes {have}-")
        have = have if resumed else 0
        with target.open("ab" if resumed else "wb") as file:
            async for chunk in response.aiter_raw():
                have += len(chunk)
                if have > size:
                    raise httpx.RemoteProtocolError(f"more than the {size} bytes it should have")
                file.write(chunk)
                seen(have)
    if have < size:
        raise httpx.RemoteProtocolError(f"it ended after {have} of {size} bytes")


def disk_error(error: OSError, path: Path) -> BackendUnavailable:
    """Say that a file could not be written, and what to do about it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        message = f"no room left on the disk for {path}"
        hint = "Free some space or set DOCGEN_MODELS to a folder on a larger disk; it goes on where it stopped."
    else:
        message = f"{path} cannot be written: {error.strerror or error}"
        hint = "Set DOCGEN_MODELS to a folder that you may write to."
    return BackendUnavailable(message, hint)


def _host(url: str) -> str:
    return httpx.URL(url).host


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
