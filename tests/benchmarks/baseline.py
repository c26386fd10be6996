"""The way docgen replaces: one free-text call for each description, with the whole function in every prompt.

`python -m tests.benchmarks.baseline ORDER SAMPLE TARGET…` asks about every so-many-th description of the targets, so
that there are SAMPLE calls, and prints the seconds of each as JSON. With the ORDER `code-first`, calls about one
function share what the backend has read of it; with `question-first` each reads all of it again.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from docgen.evidence.ancestry import Library, library_of
from docgen.evidence.context import dedented, fenced
from docgen.evidence.subjects import subjects_of, with_owners
from docgen.extract import find_sources, read_modules
from docgen.generate.plan import Unit, plan_module
from docgen.llm.backend import Backend, Message, Sampling
from docgen.llm.connect import connect
from docgen.records import Class, Function, Module, Subject

MODEL = "qwen2.5-coder:1.5b"
SYSTEM = "You write documentation for Python code."
FREE_TEXT = {"type": "string", "maxLength": 600}


def main(order: str, sample: int, targets: list[str]) -> None:
    """Ask about a sample of what a run over the targets would describe, and print seconds and tokens of each call."""
    files = find_sources(targets, cwd=Path.cwd())
    modules = [module for module in read_modules(files) if isinstance(module, Module)]
    library = library_of(modules)
    asked = [pair for module in modules for pair in _everything(module, library)]
    step = max(1, len(asked) // sample)
    print(json.dumps({"descriptions": len(asked), "calls": asyncio.run(_ask_all(order, asked[::step][:sample]))}))


def _everything(module: Module, library: Library) -> list[tuple[Unit, Subject]]:
    """Return each description that the author has not given, whoever gives it in a run of docgen."""
    plan = plan_module(module, library=library)
    told = {subject for subject, said in plan.known.items() if said.provenance.source == "composed"}
    open_subjects = told | {subject for unit in plan.units for subject in unit.asked}
    return [
        (Unit(module, owner, element, (subject,)), subject)
        for element, owner in with_owners(module)
        if isinstance(element, Class | Function | Module)
        for subject in subjects_of(module, element, owner)
        if subject in open_subjects
    ]


async def _ask_all(order: str, pairs: list[tuple[Unit, Subject]]) -> list[dict[str, float]]:
    backend = (await connect("embedded", MODEL)).backend
    try:
        await backend.complete([Message(role="user", content="Hello.")], FREE_TEXT, Sampling(max_tokens=200))
        return [await _ask(backend, order, unit, subject) for unit, subject in pairs]
    finally:
        await backend.close()


async def _ask(backend: Backend, order: str, unit: Unit, subject: Subject) -> dict[str, float]:
    element = unit.element
    code = fenced(dedented(unit.module, element)) if isinstance(element, Class | Function) else f"module {element.path}"
    what = f"the {subject.kind} `{subject.part}` of `{element.name}`" if subject.part else f"`{element.name}`"
    parts = [code, f"Describe {what} for the API documentation."]
    question = "\n\n".join(parts if order == "code-first" else reversed(parts))
    messages = [Message(role="system", content=SYSTEM), Message(role="user", content=question)]
    began = time.perf_counter()
    try:
        answer = await backend.complete(messages, FREE_TEXT, Sampling(max_tokens=400))
    except Exception as error:  # A prompt too long, a text without end: the old pipeline paid for these, too.
        print(f"{subject.name}: {error}", file=sys.stderr)
        return {"seconds": time.perf_counter() - began, "prompt": 0, "cached": 0, "written": 0}
    return {
        "seconds": time.perf_counter() - began,
        "prompt": answer.prompt_tokens,
        "cached": answer.cached_tokens,
        "written": answer.completion_tokens,
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
