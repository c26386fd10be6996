"""The prompts: Jinja2 templates filled with an element's context and with what is asked about it.

The templates stand in the top-level `prompts/` folder and travel inside the package; a user's folder replaces any of
them by name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError

import docgen
from docgen.errors import UsageError
from docgen.evidence.context import Context, function_code
from docgen.evidence.docstrings import first_sentence
from docgen.evidence.facts import role_of
from docgen.generate.plan import Unit
from docgen.generate.schema import KEYS, answer_schema, write_answer
from docgen.llm.backend import Message, Schema
from docgen.records import Class, Description, Function, Module, Raises, Subject
from docgen.verify import Finding

MAX_RAISED_WHERE = 400
REPAIR_TEMPERATURE = 0.7
"""At 0 a model that is asked again mostly writes the same again."""

_PRIMING = frozenset({"ungrounded-term", "ungrounded-purpose"})
"""Findings that name what should not be spoken of, which makes a small model speak of it."""

# Chat templates end turns with tokens spelt like this; source that has one would end ours.
_CONTROL_TOKEN = re.compile(r"<\|(\w+)\|>")
TEMPLATES = ("system", "context", "keys", "function", "class", "module", "more", "repair")


@dataclass(frozen=True)
class Prompt:
    """One question to the model.

    Attributes:
        messages: The chat so far.
        schema: The schema of the answer.
        asked: The subjects that the answer describes.
        temperature: How freely the answer is sampled.
        attempt: How often the same was asked before.
    """

    messages: tuple[Message, ...]
    schema: Schema
    asked: tuple[Subject, ...]
    temperature: float = 0.0
    attempt: int = 0

    @property
    def hash(self) -> str:
        """A short hash of all that the answer depends on, but for model and sampling."""
        content = json.dumps([[m.model_dump() for m in self.messages], self.schema], sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Prompts:
    """Fills the templates.

    Args:
        folder: A user's folder whose templates replace those of the same name; None for docgen's own.

    Raises:
        UsageError: The folder does not exist, or a template in it is broken.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise UsageError(f"no folder of templates at {folder}", hint="Give --prompts a folder with *.j2 files.")
        folders = [*([folder] if folder else []), _shipped_folder()]
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(path) for path in folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        try:
            self._templates = {name: self._environment.get_template(f"{name}.j2") for name in TEMPLATES}
            sources = [self._environment.loader.get_source(self._environment, f"{n}.j2")[0] for n in TEMPLATES]  # type: ignore[union-attr]
        except TemplateError as error:
            raise UsageError(f"template {error}", hint="Mend the template, or run without --prompts.") from error
        self.hash = hashlib.sha256(json.dumps(sources).encode()).hexdigest()[:16]
        self.instructions = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " | ", "\n".join(sources))

    def ask(
        self, unit: Unit, context: Context, asked: Sequence[Subject], settled: Mapping[Subject, Description]
    ) -> Prompt:
        """Return the question about some subjects of a unit.

        Args:
            unit: What is described.
            context: What is shown around it.
            asked: The subjects to describe in one answer.
            settled: The descriptions that there are; a class or module is described from its members'.
        """
        element = unit.element
        values = {
            **_asked_values(unit, asked),
            "module": unit.module.path,
            "introduction": context.introduction,
            "owner": context.owner.name if context.owner else "",
            "owner_code": context.code,
            "code": "",
            "written": [],
            "overridden": unit.overridden,
        }
        if isinstance(element, Function):
            # By the unit, so that a call about some of its subjects begins as the one about all of them did.
            of_parts = any(subject.part for subject in unit.asked)
            shown = "" if context.complete else function_code(unit.module, element, for_parameters=of_parts)
            values["code"] = shown
        else:
            values["written"] = _written(element, settled)
        messages = (
            Message(role="system", content=self._fill("system", {})),
            Message(role="user", content=self._fill(element.kind, values)),
        )
        return Prompt(messages, answer_schema(asked), tuple(asked))

    def ask_more(self, prompt: Prompt, texts: Mapping[Subject, str], unit: Unit, asked: Sequence[Subject]) -> Prompt:
        """Return the question about more subjects of a unit, as the next turn of the chat about the first ones."""
        question = self._fill("more", _asked_values(unit, asked))
        return Prompt(_with_turn(prompt, texts, question), answer_schema(asked), tuple(asked))

    def ask_again(self, prompt: Prompt, findings: Mapping[Subject, Sequence[Finding]], attempt: int) -> Prompt:
        """Return a question about texts that were rejected, with the reasons.

        What was rejected is not shown: a small model that sees its own answer writes it again, or about it.

        Args:
            prompt: The question as it was first put, about just these texts.
            findings: What was found wrong with each.
            attempt: The how-manieth time this is, from 1; each is sampled differently.
        """
        reasons = [(_key(s), [f.message for f in findings[s] if f.code not in _PRIMING]) for s in prompt.asked]
        rejected = [(key, messages) for key, messages in reasons if messages]
        *before, question = prompt.messages
        if rejected:
            said = self._fill("repair", {"rejected": rejected})
            question = Message(role=question.role, content=f"{question.content}\n\n{said}")
        return replace(prompt, messages=(*before, question), temperature=REPAIR_TEMPERATURE, attempt=attempt)

    def _fill(self, template: str, values: Mapping[str, Any]) -> str:
        try:
            filled = self._templates[template].render(values)
        # An expression in a user's template can raise anything.
        except Exception as error:
            raise UsageError(
                f"template {template}.j2: {error}", hint="Mend the template, or run without --prompts."
            ) from error
        return _CONTROL_TOKEN.sub(r"< |\1| >", re.sub(r"\n{3,}", "\n\n", filled).strip())


def _shipped_folder() -> Path:
    package = Path(docgen.__file__).parent
    installed = package / "prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


def _asked_parts(asked: Sequence[Subject], key: str) -> list[str]:
    """Return what a template is told of a key: its parts in quotes, or the key itself where it has none."""
    return [quoted(s.part) if s.part else key for s in asked if KEYS[s.kind] == key]


def quoted(part: str) -> str:
    """Return the name of a part as a JSON key."""
    return json.dumps(part, ensure_ascii=False)


def _raised_where(raised: Raises) -> str:
    """Return the messages and conditions of an exception, as far as they are short enough to be of use."""
    said = ", ".join(" ".join(message.split()) for message in raised.messages)
    where = " or ".join(f"`{' '.join(condition.split())}`" for condition in raised.conditions)
    facts = [said and f"saying {said}", where and f"where {where}"]
    while facts and len("; ".join(filter(None, facts))) > MAX_RAISED_WHERE:
        facts.pop()
    return "; ".join(filter(None, facts))


def _with_turn(prompt: Prompt, texts: Mapping[Subject, str], question: str) -> tuple[Message, ...]:
    """Return the chat with an answer and the next question: what the backend has in its cache stays in front."""
    answer = json.dumps(write_answer(texts), ensure_ascii=False)
    return (*prompt.messages, Message(role="assistant", content=answer), Message(role="user", content=question))


def _asked_values(unit: Unit, asked: Sequence[Subject]) -> dict[str, Any]:
    """Return what the templates are told of the keys that are asked for."""
    element = unit.element
    raises = element.raises if isinstance(element, Function) else ()
    return {
        "name": element.path if isinstance(element, Module) else element.name,
        "kind": element.kind,
        "role": role_of(element, unit.owner),
        **{key: _asked_parts(asked, key) for key in KEYS.values()},
        "raised_where": {quoted(raised.exception): _raised_where(raised) for raised in raises},
    }


def _key(subject: Subject) -> str:
    key = KEYS[subject.kind]
    return f"{key}.{subject.part}" if subject.part else key


def _written(element: Class | Module, settled: Mapping[Subject, Description]) -> list[tuple[str, str]]:
    members = [member for member in element.members if member.is_public and isinstance(member, Class | Function)]
    sentences: dict[str, str] = {}
    for member in members:
        said = settled.get(Subject(element=member.id, kind=member.kind))
        sentences.setdefault(member.name, first_sentence(said.text) if said else "")
    return list(sentences.items())
