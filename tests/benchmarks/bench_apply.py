"""Docstrings into other people's source: `python -m tests.benchmarks.bench_apply [stdlib|packages]…`.

Every file of the standard library and of 50 popular packages is stripped of its docstrings and given others, completed
as it is, and given others in place of its own, each time twice. What else changed is counted as a mismatch.
"""

from __future__ import annotations

import sys
import sysconfig
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from docgen.extract import SourceFile, find_sources
from docgen.render.docstrings.applying import Manner
from docgen.render.docstrings.styles import STYLES
from tests.benchmarks.packages import NAMES, fetch
from tests.render.docstrings.rounds import Round, go_round


def stdlib() -> list[SourceFile]:
    """Return the files of the standard library."""
    library = Path(sysconfig.get_path("stdlib"))
    files = find_sources([str(library)], cwd=library, include_tests=True)
    return [file for file in files if "site-packages" not in file.path.parts]


def packages() -> list[SourceFile]:
    """Return the files of popular packages."""
    return find_sources([str(folder) for folder in fetch(NAMES)], cwd=Path.cwd(), include_tests=True)


def measure(title: str, files: Sequence[SourceFile]) -> int:
    """Write docstrings to copies of files in memory, print the figures, and return the number of mismatches."""
    began = time.monotonic()
    total = refused = wrong = 0
    reasons: dict[str, int] = {}
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(tried, files, (list(STYLES)[number % 3] for number in range(len(files))), chunksize=4):
            total += found.written
            wrong += len(found.mismatches)
            refused += bool(found.refused)
            if found.refused:
                reason = found.refused.split(": ")[1]
                reasons[reason] = reasons.get(reason, 0) + 1
                print(f"left alone  {found.refused[:200]}", flush=True)
            for line in found.mismatches:
                print(f"WRONG  {line}", flush=True)
    row(f"{title}: files", len(files))
    row("docstrings written", total)
    row("files left alone", f"{refused} {reasons or ''}")
    row("mismatches", wrong)
    row("seconds", f"{time.monotonic() - began:.0f}")
    return wrong


def tried(file: SourceFile, style: str) -> Round:
    """Return what became of one file."""
    try:
        return go_round(file.path.read_bytes(), file, Manner(style=style))  # type: ignore[arg-type]
    except Exception:
        return Round(0, (f"{file.display}: {traceback.format_exc(limit=-3)}",))


def row(name: str, value: object) -> None:
    """Print one figure."""
    print(f"{name:<24}{value}", flush=True)


KINDS: dict[str, Callable[[], list[SourceFile]]] = {"stdlib": stdlib, "packages": packages}


def main(kinds: Iterable[str]) -> int:
    """Measure what was asked for, all of it by default; return 1 if anything else than a docstring changed."""
    return 1 if sum(measure(kind, KINDS[kind]()) for kind in kinds) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(KINDS)))
