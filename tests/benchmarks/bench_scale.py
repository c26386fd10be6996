"""What a run costs as a package grows: `python -m tests.benchmarks.bench_scale [OPTION…] [MODULES…]`. Asserts nothing.

Made-up packages are extracted, planned, described, kept and rendered by a whole run of docgen, with a simulator in
place of the model. For every stage it prints seconds, processor seconds, of these the milliseconds for each module
(the same in every size where the cost is linear), and the peak memory of docgen and its worker processes, pages that
they share counted for each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil

from docgen.config import Settings
from docgen.extract import find_sources, read_modules
from docgen.generate.prompts import Prompts
from docgen.llm.connect import Connection
from docgen.pipeline import Run
from docgen.project import open_project
from docgen.records import Module
from docgen.render import render
from docgen.runlog import RunLog
from docgen.runlog.events import Event, RunFinished, SourceRead
from docgen.runlog.files import FileSink
from docgen.runlog.kept import StoreSink
from docgen.spool import Spool
from tests.benchmarks.bench_extract import cpu_seconds, resident
from tests.benchmarks.recorded_latency import RecordedLatencySimulator, recorded_latency
from tests.benchmarks.synthetic import write_package

SIZES = [1000, 3000, 10_000]
RECORDINGS = Path(__file__).parents[2] / "out" / "logs"
SAMPLED_EVERY = 0.1


class Stages:
    """Seconds and peak memory of each stage of a run, told by its events.

    Args:
        files: How many source files there are: after the last one, the extraction is over.
    """

    def __init__(self, files: int) -> None:
        self.seconds: dict[str, tuple[float, float]] = {}
        self.peaks: Counter[str] = Counter()
        self.finished: RunFinished | None = None
        self._files = files
        self._stage = "look for changes"
        self._began = time.perf_counter(), processor_seconds()
        self._ended = threading.Event()
        threading.Thread(target=self._sample, daemon=True).start()

    def __call__(self, event: Event) -> None:
        """Count the event."""
        if isinstance(event, SourceRead):
            self._files -= 1
            if self._files == 0:
                self.begin("plan")
        if isinstance(event, RunFinished):
            self.finished = event
            self.begin("finish")

    def begin(self, stage: str) -> None:
        """End the stage and begin another one."""
        now, (wall, cpu) = (time.perf_counter(), processor_seconds()), self._began
        self.seconds[self._stage] = now[0] - wall, now[1] - cpu
        self._stage, self._began = stage, now

    def close(self) -> None:
        """End the last stage."""
        if not self._ended.is_set():
            self.begin("")
        self._ended.set()

    def report(self, modules: int) -> None:
        """Print what each stage has cost."""
        for stage, (wall, cpu) in self.seconds.items():
            each, memory = 1000 * cpu / modules, self.peaks[stage] / 1e6
            print(
                f"{stage:<24}{wall:>9.1f} s{cpu:>9.1f} s CPU{each:>9.2f} ms CPU a module{memory:>7.0f} MB", flush=True
            )

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLED_EVERY):
            self.peaks[self._stage] = max(self.peaks[self._stage], resident(os.getpid()))


def processor_seconds() -> float:
    """Return the processor time of this process and its children, those that still run included."""
    running = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return cpu_seconds() + sum(times.user + times.system for times in running)


def main() -> None:
    """Measure every size in a process of its own, or be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", type=int, default=SIZES)
    parser.add_argument("--repeat", action="store_true", help="also run again, unchanged and with one module changed")
    parser.add_argument("--plan-only", action="store_true", help="stop before the first call")
    parser.add_argument("--render-only", action="store_true", help="only extract, and render what that tells")
    parser.add_argument("--here", action="store_true", help="document the current folder: what each process does")
    options = parser.parse_args()
    if options.here and options.render_only:
        render_undescribed()
        return
    if options.here:
        document(plan_only=options.plan_only)
        return
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "tests.benchmarks.bench_scale", "--here"]
    command += ["--plan-only"] * options.plan_only + ["--render-only"] * options.render_only
    for modules in options.modules:
        with tempfile.TemporaryDirectory() as folder:
            package = write_package(Path(folder), modules)
            print(f"\n{modules:,} modules", flush=True)
            subprocess.run(command, cwd=folder, env=environment, check=True)
            if options.repeat:
                print(f"{modules:,} modules again, unchanged", flush=True)
                subprocess.run(command, cwd=folder, env=environment, check=True)
                changed = package / "part000" / "module00001.py"
                changed.write_text(changed.read_text("utf-8").replace("range(LIMIT)", "range(LIMIT + 1)"), "utf-8")
                print(f"{modules:,} modules again, one of them changed", flush=True)
                subprocess.run(command, cwd=folder, env=environment, check=True)


def document(*, plan_only: bool) -> None:
    """Document the current folder and print what it cost."""
    settings = Settings(model=RecordedLatencySimulator.model, repairs=0)
    files = find_sources(["synthetic"], cwd=Path.cwd())
    simulator = RecordedLatencySimulator(recorded_latency(max(RECORDINGS.glob("*.jsonl"))))
    with open_project(settings, print) as store:
        stages, log_files = Stages(len(files)), FileSink(settings.out / "logs")

        async def connect() -> Connection:
            stages.begin("generate, check, keep")
            return Connection(simulator, "this is a measurement")

        simulator.closed = lambda: stages.begin("render")
        with RunLog([stages, log_files, StoreSink(store, log_files.run)]) as log:
            run = Run(settings, log, Prompts(), store)
            run.start(log_files.run, [])
            if plan_only or run.repeat(files) is None:
                stages.begin("extract")
                plans = run.plan(files)
                if not plan_only:
                    run.execute(plans, connect)
    stages.report(len(files))
    if stages.finished:
        report(stages.finished, simulator)


def render_undescribed() -> None:
    """Extract the current folder and render it without descriptions, and print what it cost."""
    settings = Settings()
    files = find_sources(["synthetic"], cwd=Path.cwd())
    stages = Stages(len(files))
    stages.begin("extract")
    modules = Spool(read for read in read_modules(files) if isinstance(read, Module))
    stages.begin("render")
    written = sum(1 for _ in render(modules, settings.formats, settings.out))
    stages.close()
    stages.report(len(files))
    print(f"{written:,} files written", flush=True)


def report(done: RunFinished, simulator: RecordedLatencySimulator) -> None:
    """Print what the run brought, and what the real model would have taken."""
    print(f"{done.elements:,} elements, {done.calls:,} calls, descriptions: {done.described}")
    if done.calls:
        read = done.prompt_tokens - done.cached_tokens
        print(f"a call: {read / done.calls:.0f} tokens read, {done.completion_tokens / done.calls:.0f} written")
        print(f"virtual time of the model: {simulator.seconds / 3600:.1f} h", flush=True)


if __name__ == "__main__":
    main()
