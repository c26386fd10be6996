"""Records docgen in a terminal, as the pictures of the README: `python docs/recording.py`.

Its commands are typed into a real terminal beside a module of the standard library that has few docstrings, and asked
of the default model. Nothing is cut or put right afterwards: a picture shows what came.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sysconfig
import tempfile
import termios
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).with_name("pictures")
SOURCE = Path(sysconfig.get_path("stdlib")) / "colorsys.py"
COMMANDS: Mapping[str, str] = {
    "run": "docgen run colorsys.py",
    "apply": "docgen apply colorsys.py --only rgb_to_hsv",
}
COLUMNS = 100
_CONTROL = re.compile(r"(\n|\x1b\[2K|\x1b\[1?A|\x1b\[\?25[lh]|\r)")


def main() -> None:
    """Make the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SOURCE, folder)
        for name, command in COMMANDS.items():
            prompt = Text.assemble(("$ ", "green"), (command, "bold"))
            shown = AnsiDecoder().decode("\n".join(terminal_lines(typed(command, Path(folder)))))
            (PICTURES / f"{name}.svg").write_text(picture([prompt, *shown]), encoding="utf-8")


def typed(command: str, folder: Path) -> str:
    """Return all that a command wrote to a terminal, colours and movements included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "GIT_PAGER": "cat"}
    process = subprocess.Popen(
        command, shell=True, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = bytearray()
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:
            # How Linux says that the other side has closed.
            break
        if not read:
            break
        written += read
    os.close(ours)
    if process.wait() not in (0, 1):
        raise SystemExit(f"{command}: exit code {process.returncode}\n{written.decode()}")
    return written.decode()


def terminal_lines(written: str) -> list[str]:
    """Return the lines that are left when a progress bar has come and gone; the colours stay in them."""
    lines, row = [""], 0
    for piece in _CONTROL.split(written):
        if piece == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif piece == "\x1b[2K":
            lines[row] = ""
        elif piece.endswith("A") and piece.startswith("\x1b"):
            row = max(0, row - 1)
        elif not piece.startswith(("\r", "\x1b[?25")):
            lines[row] += piece
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def picture(lines: Iterable[Text]) -> str:
    """Return a terminal with these lines, as an SVG that loads nothing from elsewhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        for line in lines:
            console.print(line)
        return console.export_svg(title="docgen", code_format=_FORMAT, unique_id="terminal")


_FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
  font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


if __name__ == "__main__":
    main()
