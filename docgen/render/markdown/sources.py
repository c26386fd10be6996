"""Links from a page to the lines of the code."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from docgen.records import Element, Module
from docgen.render.markdown.escape import text

_KEPT_IN_URLS = "/:?#@!$&'*+,;=%~"


class SourceLinks:
    """Where the code of elements lies.

    Args:
        pages: The folder of the pages.
        project: The folder from which the modules' files are named.
        url: Template with `{path}`, `{start}` and `{end}` (`https://host/org/repo/blob/main/{path}#L{start}-L{end}`);
            empty for links relative to the pages.
    """

    def __init__(self, pages: Path, project: Path, url: str = "") -> None:
        self._pages = pages.resolve()
        self._project = project.resolve()
        self._url = url

    def lines(self, module: Module, element: Element) -> str:
        """Return a link to an element's lines, or file and line as text where the file is not in the project."""
        href = self._href(module, element.lineno, element.endlineno)
        return f"[source]({href})" if href else text(f"{PurePosixPath(module.filepath).name}:{element.lineno}")

    def whole(self, module: Module) -> str:
        """Return a link to a module's file, or its name as text where it is not in the project."""
        name = text(PurePosixPath(module.filepath).name)
        href = self._href(module, 1, max(module.endlineno, 1))
        return f"[{name}]({href.partition('#')[0]})" if href else name

    def _href(self, module: Module, start: int, end: int) -> str:
        path = PurePosixPath(module.filepath)
        if path.is_absolute() or ".." in path.parts:
            return ""
        if self._url:
            url = self._url.replace("{path}", str(path)).replace("{start}", str(start)).replace("{end}", str(end))
            return quote(url, safe=_KEPT_IN_URLS)
        if not self._pages.is_relative_to(self._project):
            return ""
        relative = PurePosixPath(Path(os.path.relpath(self._project / path, self._pages)))
        return f"{quote(str(relative))}#L{start}-L{end}"
