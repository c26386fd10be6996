"""What a run costs: `python -m tests.benchmarks.bench_run [TARGET…]`. Measures and prints; asserts nothing.

Each measurement is a process of its own, and its peak memory is its own: that of the model's process is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

DEFAULT_TARGETS = ["textwrap"]
FILES_FOR_MEMORY = 200


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


def main(targets: list[str]) -> None:
    """Measure start, extraction of a large package, and a run with the default model, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        measure_start()
        measure_large_package(Path(folder))
        measure_run(targets or DEFAULT_TARGETS, Path(folder) / "out")


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


def measure_run(targets: list[str], out: Path) -> None:
    """Print what a run over the targets costs with the default model, and what it brings."""
    cost = cost_of("run", *targets, "--quiet", "--out", str(out), "--backend", "embedded")
    [log] = (out / "logs").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    finished = events[-1]
    calls = [event for event in events if event["event"] == "call-finished"]
    started = next(event["stamp"]["elapsed"] for event in events if event["event"] == "planned")
    first = next((event["stamp"]["elapsed"] for event in events if event["event"] == "described"), 0.0)
    read = finished["prompt_tokens"] - finished["cached_tokens"]
    row(f"run {' '.join(targets)}", finished["outcome"])
    row("elements", finished["elements"])
    row("descriptions", finished["described"])
    row("calls", f"{finished['calls']}, {finished['failures']} failed")
    row(
        "prompt tokens", f"{finished['prompt_tokens']}, {read} of them read, {finished['cached_tokens']} from the cache"
    )
    row("written tokens", finished["completion_tokens"])
    row("seconds", f"{finished['seconds']:.1f}, of them in calls {sum(call['seconds'] for call in calls):.1f}")
    row("first description after", f"{first:.1f} s, plan after {started:.1f} s")
    row("peak memory of docgen", f"{cost.peak_mb} MB (the model's process left out)")


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
    main(sys.argv[1:])
