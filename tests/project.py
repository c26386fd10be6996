"""A project in a folder that is documented by a backend of the test's own: runs without a model, in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docgen.config import Settings
from docgen.extract import find_sources
from docgen.generate.attach import descriptions_in
from docgen.generate.prompts import Prompts
from docgen.llm.backend import Completion, Message, Sampling, Schema
from docgen.llm.connect import Connection
from docgen.pipeline import Run
from docgen.project import open_project
from docgen.records import Description
from docgen.render.json import load
from docgen.runlog import RunLog
from docgen.runlog.events import CallFinished, Event

# Short and plain enough to be kept of every element: it passes all checks.
SAY = "Kept as given."


class Author:
    """A backend that says the same of everything, or what `say` returns for a prompt."""

    name = "test"
    context_window = 8192
    slots = 1

    def __init__(self, say: Callable[[str], str] = lambda prompt: SAY) -> None:
        self.model = "m"
        self.say = say
        self.prompts: list[str] = []

    async def complete(self, messages: Sequence[Message], schema: Schema, sampling: Sampling) -> Completion:
        """Answer in the schema."""
        self.prompts.append(messages[-1].content)
        answer = fill(schema, self.say(messages[-1].content))
        return Completion(text=json.dumps(answer), prompt_tokens=1, completion_tokens=1)

    async def close(self) -> None:
        """Nothing is held."""


def fill(schema: Mapping[str, Any], text: str) -> Any:
    """Return an answer of a schema that says one text everywhere."""
    if schema["type"] == "string":
        return text
    return {name: fill(part, text) for name, part in schema["properties"].items()}


class Project:
    """The current folder as a project.

    Attributes:
        events: The events of the last run.
        code: Its exit code.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.code = 0

    def run(
        self,
        *targets: str,
        backend: Any = None,
        model: str = "m",
        only: Sequence[str] = (),
        fresh: bool = False,
        prompts: Path | None = None,
    ) -> list[str]:
        """Document and return the ids of the elements about which the backend answered."""
        settings = Settings(model=model, repairs=0, prompts=prompts, ask_all=True)
        files = find_sources(targets or ["."], cwd=Path.cwd())
        self.events = []

        async def connect() -> Connection:
            return Connection(backend or Author(), "it is a test")

        class Sink:
            def __call__(_, event: Event) -> None:  # noqa: N805
                self.events.append(event)

            def close(_) -> None:  # noqa: N805
                return

        warnings: list[str] = []
        with open_project(settings, warnings.append) as store, RunLog([Sink()]) as log:
            run = Run(settings, log, Prompts(prompts), store, fresh=fresh)
            run.start("r", [])
            for warning in warnings:
                run.notify(warning, "warning")
            if not only and (code := run.repeat(files)) is not None:
                self.code = code
                return []
            self.code = run.execute(run.plan(files, only=only), connect)
        return [event.name for event in self.events if isinstance(event, CallFinished)]

    def said(self, name: str) -> Description | None:
        """Return what the written JSON says of an element or part, by the end of its qualified name and its kind."""
        for path in Path("out/json").glob("*.json"):
            for subject, description in descriptions_in(load(path)).items():
                if f"{subject.kind} {subject.name}".endswith(name) and subject.kind != "overview":
                    return description
        return None
