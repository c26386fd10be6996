"""Real source keeps every byte but its docstrings: a short form of `make bench-apply`."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from docgen.extract import SourceFile
from docgen.render.docstrings.applying import Manner
from docgen.render.docstrings.styles import STYLES
from tests.render.docstrings.rounds import go_round

NAMES = (
    "abc __future__ bisect calendar cmd code codecs colorsys contextlib copy dataclasses dis enum fnmatch fractions "
    "functools getpass glob graphlib gzip heapq hmac keyword linecache numbers operator pprint queue sched secrets "
    "shlex signal statistics string textwrap timeit token types warnings weakref json/decoder email/message"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_the_standard_library_changes_in_its_docstrings_alone_and_but_once(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib"), f"{name}.py")
    style = list(STYLES)[len(name) % len(STYLES)]
    found = go_round(path.read_bytes(), SourceFile(path, "m", name), Manner(style=style))
    assert (found.mismatches, found.refused) == ((), "")
    assert found.written
