"""Changes as a unified diff that `git apply` and `patch` take."""

from __future__ import annotations

import difflib
import re

from docgen.visible import UNSAFE

_NO_NEWLINE = "\\ No newline at end of file\n"
_ODD = re.compile(rf"{UNSAFE.pattern}|[\t\n\"\\]")


def patch(name: str, before: str, after: str) -> list[str]:
    r"""Return the lines of a unified diff, each with its line ending.

    Lines end at `\n` alone, as git and patch see it: a form feed or a lone `\r` is part of a line.

    Args:
        name: The file's name, relative to where the patch is applied.
        before: The old text.
        after: The new text.
    """
    found = difflib.unified_diff(_lines(before), _lines(after), _quoted(f"a/{name}"), _quoted(f"b/{name}"))
    return [line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in found]


def _quoted(name: str) -> str:
    """Return a name as git writes it: in quotes where it could be more than a name, one with spaces before a tab."""
    if not _ODD.search(name):
        return f"{name}\t" if " " in name else name
    return '"' + _ODD.sub(lambda odd: "".join(f"\\{byte:03o}" for byte in odd[0].encode()), name) + '"'


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)
