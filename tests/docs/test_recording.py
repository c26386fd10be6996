"""The pictures of the README are recordings, and load nothing from elsewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from docgen.cli.main import make_parser

pytest.importorskip("pty")
DOCS = Path(__file__).parents[2] / "docs"
PICTURES = sorted((DOCS / "pictures").glob("*.svg"))


@pytest.fixture(scope="module")
def recording() -> Any:
    spec = importlib.util.spec_from_file_location("recording", DOCS / "recording.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_bar_that_came_and_went_leaves_no_trace_and_colours_stay(recording: Any, tmp_path: Path) -> None:
    program = (
        "from rich.console import Console; from rich.progress import Progress\n"
        "console = Console()\n"
        "with Progress(console=console, transient=True) as bar:\n"
        "    bar.add_task('working'); console.print('[red]one[/]'); bar.refresh(); console.print('two')\n"
        "console.print('three')\n"
    )
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    written = recording.typed(f"{shlex.quote(sys.executable)} program.py", tmp_path)
    assert "working" in written
    assert recording.terminal_lines(written) == ["\x1b[31mone\x1b[0m", "two", "three"]


def test_there_is_a_picture_of_each_command_and_the_command_is_one(recording: Any) -> None:
    assert [picture.stem for picture in PICTURES] == sorted(recording.COMMANDS)
    for name, command in recording.COMMANDS.items():
        assert make_parser().parse_args(shlex.split(command)[1:]).run
        text = re.sub(r"<[^>]+>", "", (DOCS / "pictures" / f"{name}.svg").read_text("utf-8"))
        assert command.replace(" ", "&#160;") in text


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_loads_nothing_from_elsewhere(picture: Path) -> None:
    text = picture.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"@import|@font-face|<image|<script|href=|url\((?!#)", text)
