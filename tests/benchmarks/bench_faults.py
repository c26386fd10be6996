"""The faults that docgen claims to survive, in numbers: `python -m tests.benchmarks.bench_faults [KIND…]`.

Kinds: stdlib, packages, backend, kills. Whatever is not as it must be is printed as it is found, and the exit code is
then 1; the figures come at the end, in one table.
"""

from __future__ import annotations

import random
import sys
import sysconfig
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from docgen.extract import SourceFile, find_sources
from docgen.records import Class, Function, walk
from docgen.runlog.events import BackendChosen, CallFailed, CallFinished, Described, Event
from tests.benchmarks.packages import NAMES, fetch
from tests.extract.against_ast import differences
from tests.faults.author_server import AuthorServer
from tests.faults.running import asked_again, events, half_files, start, store_check, undescribed, write_package

KILLS = 50
ELEMENTS = 500
TINY = ("--model", "smollm2:135m", "--backend", "embedded")
STALL = 30.0
AUTHOR = ("--model", "author", "--backend", "ollama", "--jobs", "8", "--timeout", "10", "--repairs", "0")


class Figures(list[tuple[str, int | str]]):
    """The rows of a part's table."""

    def row(self, name: str, value: int | str) -> None:
        """Add one."""
        self.append((name, value))


def kills(figures: Figures) -> Iterator[str]:
    """Kill runs of the tiny model at random moments, each followed by another, to the end."""
    dice = random.Random(0)
    survived = at_work = projects = answers = 0
    while survived < KILLS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            projects += 1
            write_package(folder, modules=2, classes=2)
            while survived < KILLS:
                process = start(folder, "run", "package", *TINY)
                try:
                    process.communicate(timeout=dice.uniform(0.5, 25))
                    break
                except Exception:
                    process.kill()
                    process.communicate()
                survived += 1
                at_work += any(isinstance(event, BackendChosen) for event in _last_run(folder))
                if any(path.suffix == ".json" for path in half_files(folder)):
                    yield f"kill {survived}: half a file in the output"
                if (folder / ".docgen/docgen.db").exists() and (said := store_check(folder)) != "ok":
                    yield f"kill {survived}: the store is damaged: {said}"
            process = start(folder, "run", "package", *TINY)
            _, errors = process.communicate()
            if process.returncode:
                yield f"the run after the last kill ended with {process.returncode}: {errors}"
            yield from (f"asked again: {again}" for again in asked_again(folder))
            yield from (f"not described: {subject.name}" for subject in undescribed(folder))
            yield from (f"left behind: {path}" for path in half_files(folder))
            answers += sum(isinstance(event, CallFinished) for run in events(folder) for event in run)
    figures.row("kills survived", survived)
    figures.row("  of them while the model was at work", at_work)
    figures.row("projects completed after them", projects)
    figures.row("answers of the model, none twice", answers)


def _last_run(folder: Path) -> list[Event]:
    return ([], *events(folder))[-1]


def backend(figures: Figures) -> Iterator[str]:
    """Let one call in three fail, in every way, over many elements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_package(folder, modules=5, classes=ELEMENTS // 20)
        server = AuthorServer()
        server.stall_seconds = STALL
        server.fail_at_random(1 / 3, 10 * ELEMENTS, seed=0)
        planned = len(server.faults)
        process = start(folder, "run", "package", *AUTHOR, host=server.url)
        _, errors = process.communicate(timeout=3600)
        served = list(server.faults)
        server.close()
        [run] = events(folder)
        failed = [event for event in run if isinstance(event, CallFailed)]
        described = Counter((event.kind, event.name) for event in run if isinstance(event, Described))
        composed = sum(e.description.provenance.source == "composed" for e in run if isinstance(e, Described))
        if process.returncode:
            yield f"the run ended with {process.returncode}: {errors[-500:]}"
        yield from (f"described {number} times: {name}" for name, number in described.items() if number > 1)
        yield from (f"not described: {subject.name}" for subject in undescribed(folder))
        reasons = Counter(_reason(event.error) for event in failed)
        figures.row("faults served", len(failed))
        for reason, number in reasons.most_common():
            figures.row(f"  {reason}", number)
        figures.row("calls that reached the server", planned - len(served))
        figures.row("elements described", len({name for kind, name in described if kind in ("class", "function")}))
        figures.row("descriptions", len(described))
        figures.row("of them composed", composed)


def _reason(error: str) -> str:
    """Return what kind of fault an error speaks of."""
    says = {
        "no Ollama answers": "refused",
        "no answer within": "timed out",
        "failed: model runner": "internal errors",
        "broke off": "connection lost",
        "did not end its answer": "answers cut by length",
        "does not speak": "answers that are not Ollama's",
    }
    return next((reason for words, reason in says.items() if words in error), "answers of another schema or cut off")


def stdlib(figures: Figures) -> Iterator[str]:
    """Compare every file of the standard library with what `ast` says."""
    library = Path(sysconfig.get_path("stdlib"))
    files = find_sources([str(library)], cwd=library, include_tests=True)
    yield from compare(figures, [file for file in files if "site-packages" not in file.path.parts])


def packages(figures: Figures) -> Iterator[str]:
    """Compare popular packages with what `ast` says."""
    folders = fetch(NAMES)
    files = find_sources([str(folder) for folder in folders], cwd=Path.cwd(), include_tests=True)
    figures.row("packages", len(folders))
    yield from compare(figures, files)


def compare(figures: Figures, files: Sequence[SourceFile]) -> Iterator[str]:
    """Compare files with `ast` and say how many elements were compared."""
    elements = mismatches = 0
    with ProcessPoolExecutor(2) as pool:
        for number, found in pool.map(compared, files, chunksize=4):
            elements += number
            mismatches += len(found)
            yield from found
    figures.row("files tried", len(files))
    figures.row("elements compared", elements)
    figures.row("mismatches", mismatches)


def compared(file: SourceFile) -> tuple[int, list[str]]:
    """Return how many elements a file has, and what is said otherwise of them."""
    from docgen.errors import SourceError
    from docgen.extract import read_module

    try:
        found = differences(file)
        module = read_module(file)
    except SourceError:
        return 0, []
    except Exception:
        return 0, [f"{file.display}: {traceback.format_exc(limit=-2)}"]
    return sum(isinstance(element, Class | Function) for element in walk(module)), found


KINDS: dict[str, Callable[[Figures], Iterator[str]]] = {
    "stdlib": stdlib,
    "packages": packages,
    "backend": backend,
    "kills": kills,
}


def main(kinds: Sequence[str]) -> int:
    """Do what was asked for, all of it by default; return 1 if anything was not as it must be."""
    wrong = 0
    table: list[tuple[str, str, int | str]] = []
    for number, kind in enumerate(kinds, 1):
        print(f"{number} of {len(kinds)}: {kind}", flush=True)
        figures, began = Figures(), time.monotonic()
        for line in KINDS[kind](figures):
            wrong += 1
            print(f"WRONG  {line}", flush=True)
        figures.row("minutes", f"{(time.monotonic() - began) / 60:.1f}")
        table += [(kind, name, value) for name, value in figures]
    table.append(("all", "wrong", wrong))
    for kind, name, value in table:
        shown = f"{value:,}" if isinstance(value, int) else value
        print(f"{kind:<10}{name:<40}{shown:>12}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(KINDS)))
