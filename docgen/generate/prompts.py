"""The prompts: Jinja2 templates filled with an element's context and with what is asked about it.

The templates stand in the top-level `prompts/` folder and travel inside the package; a user's folder replaces any of
them by name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

# Chat templates end turns with tokens spelt like this; source that has one would end ours.
_CONTROL_TOKEN = re.compile(r"<\|(\w+)\|>")
TEMPLATES = ("system", "context", "function", "class", "module", "repair")


@dataclass(frozen=True)
class Prompt:
    """One question to the model.

    Attributes:
        messages: The chat so far.
        schema: The schema of the answer.
        asked: The subjects that the answer describes.
    """

    messages: tuple[Message, ...]
    schema: Schema
    asked: tuple[Subject, ...]

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
        values: dict[str, Any] = {
            "module": unit.module.path,
            "introduction": context.introduction,
            "owner": context.owner.name if context.owner else "",
            "owner_code": context.code,
            "name": element.path if isinstance(element, Module) else element.name,
            "role": role_of(element, unit.owner),
            "code": "",
            "written": [],
            **{key: _asked_parts(asked, key) for key in KEYS.values()},
            "raised_where": {},
        }
        if isinstance(element, Function):
            template = "function"
            values["raised_where"] = {quoted(r.exception): _raised_where(r) for r in element.raises}
            if not context.complete:
                values["code"] = function_code(unit.module, element)
        else:
            template = "class" if isinstance(element, Class) else "module"
            values["written"] = _written(element, settled)
        messages = (
            Message(role="system", content=self._fill("system", {})),
            Message(role="user", content=self._fill(template, values)),
        )
        return Prompt(messages, answer_schema(asked), tuple(asked))

    def ask_again(
        self, prompt: Prompt, texts: Mapping[Subject, str], findings: Mapping[Subject, Sequence[Finding]]
    ) -> Prompt:
        """Return the question for the rejected texts alone; the chat before it is kept, and so the backend's cache."""
        asked = tuple(subject for subject in prompt.asked if subject in findings)
        rejected = [(_key(subject), [finding.message for finding in findings[subject]]) for subject in asked]
        answer = json.dumps(write_answer(texts), ensure_ascii=False)
        messages = (
            *prompt.messages,
            Message(role="assistant", content=answer),
            Message(role="user", content=self._fill("repair", {"rejected": rejected})),
        )
        return Prompt(messages, answer_schema(asked), asked)

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
    """Return the conditions and messages of an exception, as far as they are short enough to be of use."""
    where = " or ".join(f"`{' '.join(condition.split())}`" for condition in raised.conditions)
    said = ", ".join(" ".join(message.split()) for message in raised.messages)
    facts = "; ".join(filter(None, [where and f"where {where}", said and f"saying {said}"]))
    return facts if len(facts) <= MAX_RAISED_WHERE else ""


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
