"""The protocol between docgen and a language model: messages and a JSON schema in, text and counts out.

A backend is one class in one file beside this one; `docgen.llm.connect` picks it by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from docgen.records import Record

Schema = Mapping[str, Any]


class Message(Record):
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class Sampling(Record):
    """How an answer is sampled. The defaults make it reproducible."""

    max_tokens: int
    temperature: float = 0.0
    seed: int = 0


class Completion(Record):
    """A model's answer.

    Attributes:
        text: The answer, JSON of the schema that was asked for.
        prompt_tokens: Tokens of the whole prompt.
        cached_tokens: Those of them that the backend had in its cache and did not read again; 0 if it does not say.
        completion_tokens: Tokens written.
        prompt_seconds: Time spent reading the prompt.
        completion_seconds: Time spent writing the answer.
    """

    text: str
    prompt_tokens: int
    cached_tokens: int = 0
    completion_tokens: int
    prompt_seconds: float = 0.0
    completion_seconds: float = 0.0


class Backend(Protocol):
    """A language model that answers in a JSON schema.

    Attributes:
        name: The backend's name, as in `--backend`.
        model: The model's name.
        context_window: Tokens that a prompt and its answer may have together.
    """

    name: str
    model: str
    context_window: int

    @property
    def slots(self) -> int:
        """Calls that are worth making at once, as far as is known by now; more wait for their turn."""
        ...

    async def complete(self, messages: Sequence[Message], schema: Schema, sampling: Sampling) -> Completion:
        """Ask once.

        Raises:
            BackendUnavailable: Nothing answers, or the model is not there.
            BackendTimeout: No answer within the backend's time limit.
            ContextOverflow: The prompt and `max_tokens` do not fit the context window, or the prompt was truncated.
            BadAnswer: The answer ended by length, or is not JSON.
        """
        ...

    async def close(self) -> None:
        """Release the model and its connections."""
        ...
