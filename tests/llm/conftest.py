"""A web server for files and a package index, which fails as real ones do."""

from __future__ import annotations

import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class FileServer:
    """Serves `files` over HTTP, and those of them below /wheels/ in a package index.

    Attributes:
        url: Its address.
        files: Path and content of each file.
        requests: Path and Range header of each GET that came.
        ranges: Whether it can serve a part of a file.
        cut_after: Bytes after which the next answers break off, one each.
        bytes_a_second: How fast it is; 0 is as fast as it can.
        sizes: Whether the index tells the sizes of its files.
        served: Bytes of files that it has sent.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.ranges = True
        self.cut_after: list[int] = []
        self.bytes_a_second = 0
        self.sizes = True
        self.served = 0
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_of_files": self}))
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def add_wheel(self, project: str, version: str, member: str, content: bytes) -> None:
        """Put a wheel with one member into the index."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, content)
        self.files[f"/wheels/{project.replace('-', '_')}-{version}-py3-none-any.whl"] = buffer.getvalue()

    def page(self, project: str) -> bytes:
        """Return the index's page of a project, or nothing if there is none."""
        start = f"/wheels/{project.replace('-', '_')}-"
        files = [
            {"filename": path.rpartition("/")[2], "url": f"../..{path}", "hashes": {}}
            | ({"size": len(content)} if self.sizes else {})
            for path, content in self.files.items()
            if path.startswith(start)
        ]
        return json.dumps({"files": files, "name": project}).encode() if files else b""

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_of_files: FileServer
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        content = self.server_of_files.files[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()

    def do_GET(self) -> None:
        server = self.server_of_files
        asked = self.headers.get("Range", "")
        server.requests.append((self.path, asked))
        if project := re.fullmatch(r"/simple/([\w-]+)/", self.path):
            content = server.page(project[1])
        else:
            content = server.files.get(self.path, b"")
        if not content:
            self.send_error(404)
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and server.ranges else 0  # type: ignore[index]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if self.path.startswith("/simple/"):
            self.wfile.write(content)
        else:
            self.send_file(content[start:])

    def send_file(self, content: bytes) -> None:
        server = self.server_of_files
        if server.cut_after:
            content = content[: server.cut_after.pop(0)]
            self.close_connection = True
        step = 1 << 16
        for start in range(0, len(content), step):
            chunk = content[start : start + step]
            try:
                self.wfile.write(chunk)
            except OSError:
                return
            server.served += len(chunk)
            if server.bytes_a_second:
                time.sleep(len(chunk) / server.bytes_a_second)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the tests' output clean."""


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    """A web server for files and a package index, on the loopback address."""
    server = FileServer()
    yield server
    server.close()
