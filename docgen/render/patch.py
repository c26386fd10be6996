"""Changes as a unified diff that `git apply` and `patch` take."""

from __future__ import annotations

import difflib
import re

_NO_NEWLINE = "\\ No newline at end of file\n"


def patch(name: str, before: str, after: str) -> list[str]:
    r"""Return the lines of a unified diff, each with its line ending.

    Lines end at `\n` alone, as git and patch see it: a form feed or a lone `\r` is part of a line.

    Args:
        name: The file's name, relative to where the patch is applied.
        before: The old text.
        after: The new text.
    """
    found = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    return [line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in found]


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)
