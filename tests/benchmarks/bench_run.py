"""What a run costs: `python -m tests.benchmarks.bench_run [TARGET…] [--baseline SAMPLE]`.

Measures and prints; asserts nothing. Without a target, TorchRL's two collectors modules without their docstrings are
documented, into a fresh store. The floor is what the run's calls would have taken if no prompt token had been
read twice, no text been asked for again and none been thrown away. The baseline (see `baseline.py`) answers a sample
of the same descriptions with one call each; its seconds are those of a call times the number of descriptions.

Each measurement is a process of its own, and its peak memory is its own: that of the model's process is left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.adversarial import undocumented
from tests.benchmarks.bench_faithfulness import MODULES, fetch_source

FILES_FOR_MEMORY = 200
SAMPLE = 20
CHARACTERS_PER_TOKEN = 4.4
"""Of English prose with code words in it, by the default model's tokenizer."""


MEASURED = """
import resource, sys
from docgen.cli.main import main
code = main(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(f"{peak / 1e6:.0f}")
sys.exit(code)
"""


class Cost(NamedTuple):
    """Wall seconds, peak resident memory in MB, and what was printed."""

    seconds: float
    peak_mb: str
    output: str


def main() -> None:
    """Measure start, extraction of a large package, a run with the default model and the baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--baseline", type=int, default=SAMPLE, metavar="SAMPLE", help="calls to the baseline; 0: none")
    parser.add_argument("--only-run", action="store_true", help="leave out what needs no model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not options.only_run:
            measure_start()
            measure_large_package(Path(folder))
        targets = options.targets or undocumented_collectors(Path(folder) / "source")
        seconds = measure_run(targets, Path(folder))
        if options.baseline:
            measure_baseline(targets, options.baseline, seconds)


def undocumented_collectors(folder: Path) -> list[str]:
    """Write TorchRL's collectors modules without docstrings and comments, and return their paths."""
    source = fetch_source()
    for name in MODULES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(undocumented((source / name).read_text("utf-8")), "utf-8")
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
    return [str(folder / name) for name in MODULES]


def measure_start() -> None:
    """Print how long the import and the help take, the best of five."""
    for title, command in {
        "python -c 'import docgen'": ["-c", "import docgen"],
        "docgen --help": ["-m", "docgen", "--help"],
    }.items():
        row(title, f"{min(seconds_of(command) for _ in range(5)):.3f} s")


def measure_large_package(folder: Path) -> None:
    """Print time and memory of everything but the model on 200 files of the standard library."""
    library = Path(sysconfig.get_paths()["stdlib"])
    files = sorted(path for path in library.rglob("*.py") if not {"test", "tests", "site-packages"} & set(path.parts))
    chosen = [str(path) for path in files[:: max(1, len(files) // FILES_FOR_MEMORY)][:FILES_FOR_MEMORY]]
    cost = cost_of("run", *chosen, "--dry-run", "--quiet")
    row(f"plan of {len(chosen)} files, no model", f"{cost.seconds:.1f} s, peak {cost.peak_mb} MB")
    row("", cost.output.splitlines()[-1])


def measure_run(targets: list[str], folder: Path) -> float:
    """Print what a run over the targets costs with the default model and what it brings; return its seconds."""
    out, store = folder / "out", folder / "docgen.db"
    cost = cost_of("run", *targets, "--quiet", "--out", str(out), "--store", str(store), "--backend", "embedded")
    [log] = (out / "logs").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    finished = events[-1]
    calls = [event for event in events if event["event"] == "call-finished"]
    started = next(event["stamp"]["elapsed"] for event in events if event["event"] == "planned")
    first = next((event["stamp"]["elapsed"] for event in events if event["event"] == "described"), 0.0)
    read = finished["prompt_tokens"] - finished["cached_tokens"]
    row(f"run {' '.join(Path(target).name for target in targets)}", finished["outcome"])
    row("elements", finished["elements"])
    row("descriptions", finished["described"])
    row("calls", f"{finished['calls']}, {finished['failures']} failed")
    row(
        "prompt tokens", f"{finished['prompt_tokens']}, {read} of them read, {finished['cached_tokens']} from the cache"
    )
    row("written tokens", finished["completion_tokens"])
    row("seconds", f"{finished['seconds']:.1f}, of them in calls {sum(call['seconds'] for call in calls):.1f}")
    row("first description after", f"{first:.1f} s, plan after {started:.1f} s")
    row("seconds an element", f"{finished['seconds'] / max(1, finished['elements']):.2f}")
    row("peak memory of docgen", f"{cost.peak_mb} MB (the model's process left out)")
    print_floor(calls, events, finished["seconds"])
    return float(finished["seconds"])


def print_floor(calls: list[dict[str, Any]], events: list[dict[str, Any]], seconds: float) -> None:
    """Print what the run could not have done without, at the rates that it had itself."""
    read = sum(call["prompt_tokens"] - call["cached_tokens"] for call in calls)
    written = sum(call["completion_tokens"] for call in calls)
    prompt_rate = read / sum(call["prompt_seconds"] for call in calls)
    writing_rate = written / sum(call["completion_seconds"] for call in calls)
    first = {call["name"]: call for call in reversed(calls)}.values()
    needed = sum(call["prompt_tokens"] - call["cached_tokens"] for call in first)
    kept = [
        event["description"]["text"]
        for event in events
        if event["event"] == "described" and event["description"]["provenance"]["source"] == "model"
    ]
    tokens = sum(map(len, kept)) / CHARACTERS_PER_TOKEN
    floor = needed / prompt_rate + tokens / writing_rate
    row("tokens a second", f"{prompt_rate:.0f} read, {writing_rate:.1f} written")
    row("floor", f"{floor:.1f} s: {needed} prompt tokens, {tokens:.0f} written tokens that were kept")
    row("actual / floor", f"{seconds / floor:.2f}")


def measure_baseline(targets: list[str], sample: int, seconds: float) -> None:
    """Print what one call for each description costs with the same model, and how a run compares."""
    for order in ("code-first", "question-first"):
        command = [sys.executable, "-m", "tests.benchmarks.baseline", order, str(sample), *targets]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        calls = told["calls"]
        each = sum(call["seconds"] for call in calls) / len(calls)
        whole = each * told["descriptions"]
        row(f"baseline, {order}", f"{each:.1f} s a description ({len(calls)} calls), {whole:.0f} s for all")
        row("baseline / docgen", f"{whole / seconds:.1f}")


def seconds_of(arguments: list[str]) -> float:
    """Return how long Python takes with these arguments."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def cost_of(*arguments: str) -> Cost:
    """Run a command of docgen and return what it cost."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURED, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"docgen {' '.join(arguments)} ended with exit code {done.returncode}")
    *output, peak = done.stdout.splitlines()
    return Cost(time.perf_counter() - began, peak, "\n".join(output))


def row(name: str, value: object) -> None:
    """Print one figure."""
    print(f"{name:<36}{value}", flush=True)


if __name__ == "__main__":
    main()
