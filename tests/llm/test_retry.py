from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tenacity.wait import wait_fixed

from docgen.errors import BackendError, BackendTimeout, BackendUnavailable, BadAnswer, ContextOverflow
from docgen.llm.answers import find_violation, parse_answer
from docgen.llm.backend import Message, Sampling
from docgen.llm.ollama import OllamaBackend
from docgen.llm.retry import Answer, complete_with_retries, vary

TINY = "smollm2:135m"
TEXT = {"type": "string", "minLength": 1, "maxLength": 60}
SCHEMA = {"type": "object", "properties": {"summary": TEXT}, "required": ["summary"], "additionalProperties": False}
CAR = [Message(role="system", content="You describe things in JSON."), Message(role="user", content="A car.")]


def retried(
    server: Any, model: str = TINY, messages: list[Message] = CAR, **settings: Any
) -> tuple[Answer | BackendError, list[tuple[str, bool]]]:
    """Ask the server with retries; return the answer or error, and what the callback was told."""
    told: list[tuple[str, bool]] = []

    async def session() -> Answer:
        backend = OllamaBackend(model, server.url, **settings)
        try:
            return await complete_with_retries(
                backend,
                messages,
                SCHEMA,
                Sampling(max_tokens=80),
                failed=lambda error, again: told.append((type(error).__name__, again)),
                wait=wait_fixed(0.05),
            )
        finally:
            await backend.close()

    try:
        return asyncio.run(session()), told
    except BackendError as error:
        return error, told


@pytest.mark.parametrize(
    ("faults", "names"),
    [
        (["500", "reset"], ["PassingFault", "PassingFault"]),
        (["cut", "wrong-schema"], ["BadAnswer", "BadAnswer"]),
        (["garbage", "length"], ["BadAnswer", "BadAnswer"]),
    ],
)
def test_two_failed_calls_still_bring_an_answer_and_both_are_told(
    ollama_server: Any, faults: list[str], names: list[str]
) -> None:
    ollama_server.fail_next(*faults)
    answer, told = retried(ollama_server)
    assert isinstance(answer, Answer)
    assert answer.data["summary"]
    assert told == [(name, True) for name in names]


def test_the_third_failure_is_the_last(ollama_server: Any) -> None:
    ollama_server.fail_next("500", "500", "500")
    error, told = retried(ollama_server)
    assert "unexpectedly stopped" in str(error)
    assert told == [("PassingFault", True), ("PassingFault", True), ("PassingFault", False)]
    assert len(ollama_server.chats()) == 3


def test_after_a_fault_the_same_call_is_made_after_a_bad_answer_another(ollama_server: Any) -> None:
    ollama_server.fail_next("500", "cut")
    answer, _ = retried(ollama_server)
    first, second, third = (chat["options"] for chat in ollama_server.chats())
    assert first == second
    assert (third["seed"], third["num_predict"]) == (1, 160)
    assert third["temperature"] > 0
    assert isinstance(answer, Answer)
    assert answer.sampling.seed == 1


def test_a_time_out_is_tried_once_more_only(ollama_server: Any) -> None:
    ollama_server.fail_next("stall", "stall", "stall")
    begun = time.monotonic()
    error, told = retried(ollama_server, timeout=0.4)
    assert isinstance(error, BackendTimeout)
    assert told == [("BackendTimeout", True), ("BackendTimeout", False)]
    assert time.monotonic() - begun < 4


def test_an_unknown_model_is_not_retried(ollama_server: Any) -> None:
    error, told = retried(ollama_server, model="nope")
    assert isinstance(error, BackendUnavailable)
    assert told == [("BackendUnavailable", False)]


def test_an_overflow_is_not_retried(ollama_server: Any) -> None:
    long = [Message(role="user", content="The quick brown fox jumps over the lazy dog. " * 40)]
    error, told = retried(ollama_server, messages=long, context_window=256)
    assert isinstance(error, ContextOverflow)
    assert told == [("ContextOverflow", False)]


def test_a_varied_call_never_has_less_room() -> None:
    sampling = Sampling(max_tokens=3000)
    assert vary(sampling, 8192).max_tokens == 3000
    assert vary(Sampling(max_tokens=100), 8192).max_tokens == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"summary": "A ca', "not JSON"),
        ("", "not JSON"),
        ("[]", "it is not an object"),
        ('{"summary": 1}', "'summary' is not a string"),
        ('{"summary": ""}', "'summary' is too short"),
        ('{"summary": "%s"}' % ("x" * 61), "'summary' is too long"),
        ("{}", "it has no 'summary'"),
        ('{"summary": "x", "device": "y"}', "it has 'device', which is not asked for"),
        ('{"summary": "\\ud800"}', "half a character"),
    ],
)
def test_an_unusable_answer_is_told_by_what_is_wrong_with_it(text: str, words: str) -> None:
    with pytest.raises(BadAnswer, match=words):
        parse_answer(text, SCHEMA)


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.text("xyz", max_size=4) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
STRINGS = st.builds(
    lambda low, room: {"type": "string", "minLength": low, "maxLength": low + room}, *[st.integers(0, 3)] * 2
)
SCHEMAS = st.recursive(
    STRINGS,
    lambda inner: (
        st.dictionaries(NAMES, inner, max_size=3).map(
            lambda properties: {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        )
        | inner.map(lambda items: {"type": "array", "items": items, "maxItems": 2})
    ),
    max_leaves=4,
)


@given(VALUES, SCHEMAS)
def test_the_check_agrees_with_a_validator_of_the_whole_standard(value: Any, schema: dict[str, Any]) -> None:
    assert (find_violation(value, schema) == "") == Draft202012Validator(schema).is_valid(value)
