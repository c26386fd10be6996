"""What extraction costs beside others: `python -m tests.benchmarks.bench_extract [--rounds N] [PACKAGE…]`.

Packages come from PyPI. Every measurement is a process of its own; the tools take turns, and the best of all rounds is
printed, since other work on the machine only ever adds time. Nothing is asserted.

- `CPU` is the processor time of the process and its children, so time per core used; `wall` is what one waits. Both
  leave the start of the interpreter and the imports out, but not the start of worker processes.
- `memory` is the largest sum of the resident memory of the process and its children, looked up every 20 ms; pages that
  they share count for each of them.
- `libcst` is `parse_module` on every file and nothing else; griffe loads the package with its submodules. docgen's
  `cold` fills an empty store as `docgen run` does, and `warm` finds nothing changed.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import psutil

from docgen.extract import SourceFile, find_sources, read_modules
from docgen.extract.kept import read_kept
from docgen.records import Module
from docgen.store import open_store
from tests.benchmarks.packages import fetch

PACKAGES = ["requests", "torchrl==0.6.0", "django", "sympy"]
SAMPLED_EVERY = 0.02


class Cost(NamedTuple):
    """CPU and wall seconds, and MB of the whole process tree."""

    cpu: float
    wall: float
    memory: float


def main() -> None:
    """Measure what the arguments name, or be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tool", choices=TOOLS)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    if options.tool:
        measure(options.tool, Path(options.packages[0]), options.store)
        return
    for name, folder in zip(options.packages, fetch(options.packages), strict=True):
        package = folder / name.partition("=")[0]
        files = sources(package)
        size = sum(file.path.stat().st_size for file in files)
        print(f"\n{name}: {len(files)} files, {size / 1e6:.1f} MB, best of {options.rounds}")
        print_table(best_costs(package, options.rounds))


def best_costs(package: Path, rounds: int) -> dict[str, Cost]:
    """Let the tools take turns, and return the best figures of each."""
    costs: dict[str, list[Cost]] = {tool: [] for tool in TOOLS}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            for tool in TOOLS:
                costs[tool].append(cost_of(tool, package, Path(folder) / "docgen.db"))
    return {tool: Cost(*(min(figures) for figures in zip(*found, strict=True))) for tool, found in costs.items()}


def cost_of(tool: str, package: Path, store: Path) -> Cost:
    """Measure one tool in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_extract", "--tool", tool, "--store", str(store)]
    process = subprocess.Popen([*command, str(package)], stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(SAMPLED_EVERY)
    output = process.communicate()[0]
    if process.returncode:
        sys.exit(f"{tool} failed on {package}")
    seconds = json.loads(output.splitlines()[-1])
    return Cost(seconds["cpu"], seconds["wall"], peak / 1e6)


def resident(pid: int) -> int:
    """Return the resident memory of a process and all below it."""
    try:
        process = psutil.Process(pid)
        return sum(item.memory_info().rss for item in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def print_table(costs: dict[str, Cost]) -> None:
    """Print the figures and the ratios that they are there for."""
    libcst, griffe = costs["libcst"], costs["griffe"]
    print(f"{'':<22}{'CPU s':>9}{'× libcst':>10}{'÷ griffe':>10}{'wall s':>9}{'× libcst':>10}{'÷ griffe':>10}{'MB':>7}")
    for tool, cost in costs.items():
        print(
            f"{tool:<22}{cost.cpu:>9.3f}{cost.cpu / libcst.cpu:>10.2f}{griffe.cpu / cost.cpu:>10.1f}"
            f"{cost.wall:>9.3f}{cost.wall / libcst.wall:>10.2f}{griffe.wall / cost.wall:>10.1f}{cost.memory:>7.0f}",
            flush=True,
        )


def measure(tool: str, package: Path, store: Path) -> None:
    """Print what one tool takes, as JSON."""
    work = TOOLS[tool](package, store)
    cpu, wall = cpu_seconds(), time.perf_counter()
    work()
    print(json.dumps({"cpu": cpu_seconds() - cpu, "wall": time.perf_counter() - wall}))


def cpu_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def sources(package: Path) -> list[SourceFile]:
    """Return all files of a package."""
    return find_sources([str(package)], cwd=Path.cwd(), include_tests=True)


def with_ast(package: Path, _: Path) -> Callable[[], None]:
    """Parse with the interpreter's own parser."""
    import ast

    warnings.simplefilter("ignore")

    def work() -> None:
        for text in texts(package):
            ast.parse(text)

    return work


def with_libcst(package: Path, _: Path) -> Callable[[], None]:
    """Parse with libcst, with the garbage collector as Python has it."""
    import libcst

    def work() -> None:
        for text in texts(package):
            libcst.parse_module(text)

    return work


def with_libcst_uncollected(package: Path, store: Path) -> Callable[[], None]:
    """Parse with libcst, with the garbage collector off, as docgen has it while it parses."""
    gc.disable()
    return with_libcst(package, store)


def with_griffe(package: Path, _: Path) -> Callable[[], None]:
    """Load with griffe."""
    import griffe

    return lambda: griffe.GriffeLoader(search_paths=[str(package.parent)]).load(package.name) and None


def with_docgen(package: Path, _: Path) -> Callable[[], None]:
    """Extract in one process, and keep nothing."""
    import_module("docgen.extract.module")
    return lambda: drain(read_modules(sources(package), jobs=1))


def with_docgen_cold(package: Path, store: Path) -> Callable[[], None]:
    """Extract what an empty store does not have, in as many processes as docgen would take."""
    import_module("docgen.extract.module")
    return with_docgen_warm(package, store)


def with_docgen_warm(package: Path, store: Path) -> Callable[[], None]:
    """Take over what the store has."""

    def work() -> None:
        with open_store(store, rebuild=lambda project: (), notify=print) as opened:
            drain(read_kept(sources(package), opened))

    return work


def texts(package: Path) -> Iterator[bytes]:
    """Yield the content of every file of a package."""
    for file in sources(package):
        yield file.path.read_bytes()


def drain(results: Iterator[object]) -> None:
    """Take all results, and keep none."""
    for result in results:
        if not isinstance(result, Module):
            print(result)


TOOLS: dict[str, Callable[[Path, Path], Callable[[], None]]] = {
    "ast": with_ast,
    "libcst": with_libcst,
    "libcst, collector off": with_libcst_uncollected,
    "griffe": with_griffe,
    "docgen, one process": with_docgen,
    "docgen, cold": with_docgen_cold,
    "docgen, warm": with_docgen_warm,
}


if __name__ == "__main__":
    main()
