"""What a run would ask, without asking it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from docgen.errors import UsageError
from docgen.evidence.context import context_of
from docgen.evidence.slicing import estimate_tokens
from docgen.generate.plan import ModulePlan, Unit
from docgen.generate.prompts import Prompt, Prompts
from docgen.generate.selection import matches
from docgen.wording import counted


def show_prompts(plans: Sequence[ModulePlan], prompts: Prompts, name: str) -> str:
    """Return the prompts about the elements of a name, filled in, each with the schema of its answer.

    A class's or module's prompt is shown as it is before anything was written of its members.

    Raises:
        UsageError: The model would be asked nothing about an element of that name.
    """
    shown = [
        f"# {unit.element.id}: {message.role}\n{message.content}\n" if message else f"# schema\n{_schema(prompt)}\n"
        for plan in plans
        for unit, prompt in _prompts(plan, prompts)
        if matches(unit.element.path, name) and unit.element.path.endswith(name.rpartition(".")[2])
        for message in (*prompt.messages, None)
    ]
    if not shown:
        raise UsageError(f"the model would be asked nothing about {name}", "`--dry-run` lists what it would be asked.")
    return "\n".join(shown)


def preview(plans: Sequence[ModulePlan], prompts: Prompts) -> str:
    """Return a line for each element that the model would be asked about, and the sums."""
    lines: list[str] = []
    tokens = calls = 0
    for plan in plans:
        before = ""
        for unit, prompt in _prompts(plan, prompts):
            text = "".join(message.content for message in prompt.messages)
            new = estimate_tokens(text[_shared(before, text) :])
            before, tokens, calls = text, tokens + new, calls + 1
            lines.append(
                f"{unit.element.id}: {counted(len(prompt.asked), 'description')}, about {new} new prompt tokens"
            )
    fields = sum(len(unit.asked) for plan in plans for unit in plan.units)
    known = sum(len(plan.known) for plan in plans)
    lines.append(
        f"{counted(calls, 'call')} for {counted(fields, 'description')}, about {tokens:,} prompt tokens; "
        f"{counted(known, 'description')} known without the model"
    )
    return "\n".join(lines)


def _prompts(plan: ModulePlan, prompts: Prompts) -> Iterator[tuple[Unit, Prompt]]:
    for unit in plan.units:
        context = context_of(unit.module, unit.owner)
        for asked in unit.calls():
            yield unit, prompts.ask(unit, context, asked, plan.known)


def _schema(prompt: Prompt) -> str:
    return json.dumps(prompt.schema, ensure_ascii=False)


def _shared(before: str, text: str) -> int:
    """Return how many characters two texts begin with alike: what the backend has in its cache."""
    return next((i for i, (a, b) in enumerate(zip(before, text, strict=False)) if a != b), min(len(before), len(text)))
