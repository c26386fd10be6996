"""`docgen run`: document Python code with a local language model."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.cli.sources import add_console_options, add_source_options, add_store_option

if TYPE_CHECKING:
    from docgen.config import Settings
    from docgen.llm.connect import Connection
    from docgen.llm.models import Progress
    from docgen.pipeline import Run


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("run", help="document Python code with a local language model", description=__doc__)
    add_source_options(parser)
    add_console_options(parser)
    _add_output_options(parser)
    _add_model_options(parser)
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only elements of this name (`Queue`, `Queue.put`, `*Error`) and what they hold; may be repeated",
    )
    parser.add_argument("--fresh", action="store_true", help="ask again about all but what people wrote in the store")
    parser.add_argument("--rewrite", action="store_true", help="ignore what the author wrote")
    parser.add_argument("--dry-run", action="store_true", help="say what would be asked of the model, and stop")
    parser.add_argument("--show-prompt", metavar="NAME", help="print the prompt about an element, filled in, and stop")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Document what the options name."""
    from docgen.config import load_settings
    from docgen.extract import find_sources
    from docgen.generate.preview import preview, show_prompts
    from docgen.generate.prompts import Prompts
    from docgen.pipeline import Run
    from docgen.project import open_project, require_within
    from docgen.runlog import RunLog, Sink
    from docgen.runlog.console import ConsoleSink
    from docgen.runlog.files import FileSink
    from docgen.runlog.kept import StoreSink
    from docgen.visible import visible

    settings = load_settings(vars(options))
    prompts = Prompts(settings.prompts)
    require_within(settings.out)
    console = ConsoleSink(color=options.color, verbosity=options.verbosity)
    only_shown = bool(options.dry_run or options.show_prompt)
    warnings: list[str] = []
    with open_project(settings, warnings.append, create=not only_shown) as store:
        file = None if only_shown else FileSink(settings.out / "logs")
        sinks: list[Sink] = [console, file, StoreSink(store, file.run)] if file else [console]
        with RunLog(sinks) as log:
            job = Run(settings, log, prompts, store, fresh=options.fresh)
            if file:
                job.start(file.run, sys.argv[1:])
            for warning in warnings:
                job.notify(warning, "warning")
            try:
                files = find_sources(
                    options.targets, cwd=Path.cwd(), exclude=settings.exclude, include_tests=options.include_tests
                )
                if file and not options.only and (code := job.repeat(files, rewrite=options.rewrite)) is not None:
                    return code
                plans = job.plan(files, only=options.only, rewrite=options.rewrite)
            except KeyboardInterrupt:
                # Nothing is lost by ending at once: nothing was asked yet.
                return job.interrupted()
            if options.show_prompt:
                print(visible(show_prompts(plans, prompts, options.show_prompt)))
            elif options.dry_run:
                print(visible(preview(plans, prompts)))
            else:
                return job.execute(plans, lambda: _connect(settings, job, console.download))
    return 0


async def _connect(settings: Settings, job: Run, progress: Progress) -> Connection:
    from docgen.llm.connect import connect

    return await connect(
        settings.backend,
        settings.model,
        hosts=settings.host,
        context_window=settings.context_window,
        jobs=settings.jobs,
        timeout=settings.timeout,
        notify=job.notify,
        warn=lambda message: job.notify(message, "warning"),
        progress=progress,
    )


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is written")
    group.add_argument("--out", type=Path, metavar="DIR", help="folder for all of it (default: out)")
    add_store_option(group)
    group.add_argument(
        "--format",
        dest="formats",
        action="append",
        metavar="LIST",
        help="of json, md, html, llms, flat, by commas or repeated (default: json,md)",
    )
    group.add_argument(
        "--source-url", metavar="TEMPLATE", help="links to the source: {path}, {start} and {end} in a URL"
    )
    group.add_argument("--site-url", metavar="URL", help="where the folder of llms.txt is published, for its links")


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the model")
    group.add_argument(
        "--model", metavar="NAME", help="in Ollama's naming, or a GGUF file (default: qwen2.5-coder:1.5b)"
    )
    group.add_argument("--backend", metavar="NAME", help="auto, ollama or embedded (default: auto)")
    group.add_argument(
        "--host",
        action="append",
        metavar="URL",
        help="address of an Ollama server; several, by commas or repeated, share the work (default: OLLAMA_HOST)",
    )
    group.add_argument(
        "--jobs", metavar="N", help="calls at once, for each host; auto finds how many it rewards (default: auto)"
    )
    group.add_argument("--timeout", type=float, metavar="SECONDS", help="limit of one call (default: 600)")
    group.add_argument(
        "--context-window", type=int, metavar="TOKENS", help="for a prompt and its answer (default: 8192)"
    )
    group.add_argument("--seed", type=int, metavar="N", help="sampling seed (default: 0)")
    group.add_argument("--repairs", type=int, metavar="N", help="tries to mend a rejected text (default: 2)")
    group.add_argument(
        "--ask-all",
        action=argparse.BooleanOptionalAction,
        help="ask about parameters and results, too, whose use the code tells (default: unless the model is small, as "
        "its name tells, since small ones guess at them)",
    )
    group.add_argument("--prompts", type=Path, metavar="DIR", help="folder whose templates replace docgen's own")
