"""Asking until there is a usable answer, where asking again can help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base, wait_random_exponential

from docgen.errors import BackendError, BackendTimeout, BadAnswer
from docgen.llm.answers import parse_answer
from docgen.llm.backend import Backend, Completion, Message, Sampling, Schema

Failed = Callable[[BackendError, bool], None]

ATTEMPTS = 3
TIMEOUT_ATTEMPTS = 2


class Answer(NamedTuple):
    """A usable answer.

    Attributes:
        data: What the model said, of the schema.
        completion: The call that brought it.
        sampling: The sampling that brought it, which differs from what was asked if calls failed before.
    """

    data: dict[str, Any]
    completion: Completion
    sampling: Sampling


async def complete_with_retries(
    backend: Backend,
    messages: Sequence[Message],
    schema: Schema,
    sampling: Sampling,
    *,
    failed: Failed = lambda error, again: None,
    attempts: int = ATTEMPTS,
    wait: wait_base | None = None,
) -> Answer:
    """Ask a backend, and again if that can help, and return the answer as data of the schema.

    A fault of the connection or the server is waited out and the same call made again, a time-out once. After an
    answer that cannot be used the call is varied, since the same call would bring the same answer: other seed, some
    temperature, more tokens. An unknown model and a prompt that does not fit are raised at once.

    Args:
        backend: Who is asked.
        messages: The prompt.
        schema: The schema of the answer.
        sampling: How the first answer is sampled.
        failed: Told of each call that failed, and whether another is made.
        attempts: Calls at most.
        wait: How long to wait after a fault; up to two, then four seconds if None.

    Raises:
        BackendError: The last call's error.
    """
    pause = _Pause(wait or wait_random_exponential(multiplier=2, max=30))
    retrying = AsyncRetrying(
        retry=retry_if_exception(_is_retryable), stop=stop_after_attempt(attempts), wait=pause, reraise=True
    )
    timeouts = 0
    async for attempt in retrying:
        number = attempt.retry_state.attempt_number
        with attempt:
            try:
                completion = await backend.complete(messages, schema, sampling)
                return Answer(parse_answer(completion.text, schema), completion, sampling)
            except BackendError as error:
                timeouts += isinstance(error, BackendTimeout)
                if timeouts == TIMEOUT_ATTEMPTS:
                    error.retryable = False
                failed(error, error.retryable and number < attempts)
                if isinstance(error, BadAnswer):
                    sampling = vary(sampling, backend.context_window)
                raise
    raise AssertionError("tenacity either returns an attempt or raises")


def vary(sampling: Sampling, context_window: int) -> Sampling:
    """Return a sampling that brings another answer than `sampling` did, with more room for it."""
    return sampling.model_copy(
        update={
            "seed": sampling.seed + 1,
            "temperature": min(sampling.temperature + 0.3, 0.9),
            "max_tokens": max(sampling.max_tokens, min(2 * sampling.max_tokens, context_window // 4)),
        }
    )


class _Pause(wait_base):
    """Waits after faults, but not after a bad answer: the next call is another one."""

    def __init__(self, after_fault: wait_base) -> None:
        self.after_fault = after_fault

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome and retry_state.outcome.exception()
        return 0.0 if isinstance(error, BadAnswer) else self.after_fault(retry_state)


def _is_retryable(error: BaseException) -> bool:
    return isinstance(error, BackendError) and error.retryable
