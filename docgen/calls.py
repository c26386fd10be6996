"""A run's calls to the model: made, counted and told to the log."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.errors import BackendError, BackendTimeout, BackendUnavailable, DocgenError
from docgen.generate.describe import Answer
from docgen.generate.plan import Unit
from docgen.generate.prompts import Prompt
from docgen.generate.schema import token_limit
from docgen.llm.backend import Backend, Sampling
from docgen.llm.faults import PassingFault
from docgen.llm.retry import complete_with_retries
from docgen.runlog import RunLog
from docgen.runlog.events import CallFailed, CallFinished

GIVE_UP_AFTER = 4
"""Elements in succession of which no call gets through before the backend counts as gone."""


@dataclass
class Tally:
    """What a run has cost so far."""

    calls: int = 0
    failures: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


class Calls:
    """Asks a backend about units.

    Args:
        log: Is told of each call.
        seed: Sampling seed of the first try.

    Attributes:
        tally: What all calls have cost.
        unreached: Ids of the elements about which a call did not get through, as often as it was tried.
    """

    def __init__(self, log: RunLog, seed: int) -> None:
        self.tally = Tally()
        self.unreached: set[str] = set()
        self._log = log
        self._seed = seed
        self._in_succession = 0

    async def ask(self, backend: Backend, unit: Unit, prompt: Prompt) -> Answer:
        """Put a prompt about a unit to a backend.

        Raises:
            BackendUnavailable: The backend is gone.
            BackendError: There is no usable answer to this prompt.
        """
        name = unit.element.id
        sampling = Sampling(
            max_tokens=token_limit(prompt.asked), temperature=prompt.temperature, seed=self._seed + prompt.attempt
        )
        began = self._log.stamp().elapsed

        def failed(error: BackendError, again: bool) -> None:
            self.tally.calls += 1
            self.tally.failures += 1
            self._log.emit(CallFailed(stamp=self._log.stamp(), name=name, error=with_hint(error), again=again))

        try:
            answer = await complete_with_retries(backend, prompt.messages, prompt.schema, sampling, failed=failed)
        except (PassingFault, BackendTimeout) as error:
            self.unreached.add(name)
            self._in_succession += 1
            if self._in_succession >= GIVE_UP_AFTER:
                raise BackendUnavailable(error.message, error.hint) from error
            raise BackendError(error.message, error.hint) from error
        self._in_succession = 0
        cost = answer.completion
        self.tally.calls += 1
        self.tally.prompt_tokens += cost.prompt_tokens
        self.tally.cached_tokens += cost.cached_tokens
        self.tally.completion_tokens += cost.completion_tokens
        stamp = self._log.stamp()
        self._log.emit(
            CallFinished(
                stamp=stamp,
                name=name,
                prompt_tokens=cost.prompt_tokens,
                cached_tokens=cost.cached_tokens,
                completion_tokens=cost.completion_tokens,
                seconds=stamp.elapsed - began,
                prompt_seconds=cost.prompt_seconds,
                completion_seconds=cost.completion_seconds,
            )
        )
        return Answer(answer.data, answer.sampling.seed)


def with_hint(error: DocgenError) -> str:
    """Return an error and what to do about it, as one text."""
    return " ".join(filter(None, [str(error), error.hint]))
