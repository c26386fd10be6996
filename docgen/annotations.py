"""GitHub's workflow commands: lines of a log that are shown beside the code."""

from __future__ import annotations

import re
from typing import Literal

from docgen.visible import visible

Level = Literal["error", "warning", "notice"]


def annotation(level: Level, message: str, *, title: str, file: str = "", lineno: int = 0) -> str:
    """Return the command that shows a message.

    Args:
        level: How it is shown.
        message: What is shown; it may have several lines.
        title: The heading of the message.
        file: The file that it is about, from the root of the repository; empty for none.
        lineno: The line in that file.
    """
    place = f"file={_property(file)},line={lineno}," if file else ""
    return f"::{level} {place}title={_property(title)}::{_data(message)}"


def inert(text: str) -> str:
    """Return text for a log in which GitHub sees no command, whoever wrote it."""
    # White space at a line's beginning is nothing to GitHub; a command of the older form may stand anywhere in a line.
    return _COMMAND.sub(r"\1\\x3a", text).replace("##[", r"#\x23[")


_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
