from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from docgen.errors import BackendError, BackendTimeout, BackendUnavailable, BadAnswer, ContextOverflow
from docgen.llm.answers import parse_answer
from docgen.llm.backend import Completion, Message, Sampling
from docgen.llm.connect import connect
from docgen.llm.faults import PassingFault
from docgen.llm.ollama import OllamaBackend, was_truncated

T = TypeVar("T")

TINY = "smollm2:135m"
SCHEMA = {
    "type": "object",
    "properties": {"summary": {"type": "string", "minLength": 1, "maxLength": 60}},
    "required": ["summary"],
    "additionalProperties": False,
}
SAMPLING = Sampling(max_tokens=80, seed=7)
CAR = [Message(role="system", content="You describe things in JSON."), Message(role="user", content="A car.")]
LONG = [Message(role="user", content="The quick brown fox jumps over the lazy dog. " * 40)]


def with_backend(backend: OllamaBackend, use: Callable[[OllamaBackend], Awaitable[T]]) -> T:
    async def session() -> T:
        try:
            return await use(backend)
        finally:
            await backend.close()

    return asyncio.run(session())


def complete(server: Any, messages: list[Message] = CAR, sampling: Sampling = SAMPLING, **settings: Any) -> Completion:
    backend = OllamaBackend(TINY, server.url, **settings)
    return with_backend(backend, lambda backend: backend.complete(messages, SCHEMA, sampling))


def test_an_answer_is_of_the_schema_with_counts_and_times(ollama_server: Any) -> None:
    answer = complete(ollama_server)
    assert parse_answer(answer.text, SCHEMA)["summary"]
    assert answer.prompt_tokens > 10
    assert 3 < answer.completion_tokens <= 80
    assert answer.completion_seconds > 0


def test_the_server_is_asked_for_one_window_a_cap_a_seed_and_no_cutting(ollama_server: Any) -> None:
    complete(ollama_server, context_window=4096)
    (request,) = ollama_server.chats()
    assert request["options"] == {"num_ctx": 4096, "num_predict": 80, "temperature": 0.0, "seed": 7}
    assert request["format"] == SCHEMA
    assert (request["stream"], request["truncate"], request["shift"]) == (False, False, False)
    assert request["keep_alive"]
    assert "think" not in request


def test_a_thinking_model_is_told_not_to_think(ollama_server: Any) -> None:
    ollama_server.capabilities = ["completion", "thinking"]
    complete(ollama_server)
    assert ollama_server.chats()[0]["think"] is False


def test_the_window_is_no_larger_than_the_model_was_trained_for(ollama_server: Any) -> None:
    ollama_server.context_length = 2048
    backend = OllamaBackend(TINY, ollama_server.url, context_window=8192)
    with_backend(backend, lambda backend: backend.open())
    assert backend.context_window == 2048


def test_a_shared_beginning_is_reported_as_cached(ollama_server: Any) -> None:
    complete(ollama_server)
    assert complete(ollama_server).cached_tokens > 10


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("500", PassingFault, "failed: model runner has unexpectedly stopped"),
        ("reset", PassingFault, "broke off"),
        ("garbage", BadAnswer, "does not speak Ollama's API"),
        ("not-ollama", BadAnswer, "does not speak Ollama's API"),
        ("length", BadAnswer, "within 80 tokens"),
    ],
)
def test_a_fault_of_the_server_is_an_error_that_may_be_retried(
    ollama_server: Any, fault: str, error: type[BackendError], words: str
) -> None:
    ollama_server.fail_next(fault)
    with pytest.raises(error, match=words) as caught:
        complete(ollama_server)
    assert caught.value.retryable


def test_a_stalled_server_is_left_at_the_time_limit(ollama_server: Any) -> None:
    ollama_server.fail_next("stall")
    begun = time.monotonic()
    with pytest.raises(BackendTimeout, match="no answer within"):
        complete(ollama_server, timeout=0.5)
    assert time.monotonic() - begun < 3


def test_a_prompt_that_the_server_refuses_as_too_long_overflows(ollama_server: Any) -> None:
    with pytest.raises(ContextOverflow, match="longer than the context length"):
        complete(ollama_server, LONG, context_window=256)


def test_a_prompt_that_was_cut_in_silence_overflows(ollama_server: Any) -> None:
    ollama_server.fail_next("cut-prompt")
    with pytest.raises(ContextOverflow, match="read only 40 tokens"):
        complete(ollama_server, LONG, context_window=512)


@pytest.mark.parametrize("version", ["no-counts", "uncached-counts"])
def test_a_server_that_does_not_count_cached_tokens_is_believed_all_the_same(ollama_server: Any, version: str) -> None:
    complete(ollama_server)
    ollama_server.fail_next(version)
    assert json.loads(complete(ollama_server).text)["summary"]


@pytest.mark.parametrize(
    ("size", "counted", "window", "cut"),
    [
        (30_000, 8_000, 8192, False),
        (60_000, 8_191, 8192, True),
        (60_000, 4_098, 8192, True),
        (60_000, 0, 8192, False),
        (2_000, 1, 8192, False),
    ],
)
def test_a_count_means_a_cut_prompt_only_where_nothing_else_explains_it(
    size: int, counted: int, window: int, cut: bool
) -> None:
    assert was_truncated(size, counted, window) is cut


def test_an_unknown_model_is_told_with_the_command_that_fetches_it(ollama_server: Any) -> None:
    backend = OllamaBackend("qwen9:1b", ollama_server.url)
    with pytest.raises(BackendUnavailable, match="does not have qwen9:1b") as caught:
        with_backend(backend, lambda backend: backend.complete(CAR, SCHEMA, SAMPLING))
    assert "ollama pull qwen9:1b" in caught.value.hint
    assert not caught.value.retryable


def test_a_refused_connection_is_told_with_the_command_that_starts_the_server() -> None:
    backend = OllamaBackend(TINY, free_address())
    with pytest.raises(BackendUnavailable, match="no Ollama answers at") as caught:
        with_backend(backend, lambda backend: backend.complete(CAR, SCHEMA, SAMPLING))
    assert "ollama serve" in caught.value.hint
    assert caught.value.retryable


def test_auto_takes_ollama_where_it_has_the_model(ollama_server: Any) -> None:
    assert connect_to("auto", TINY, ollama_server.url) == ("ollama", f"Ollama answers and has {TINY}")


def test_auto_takes_the_embedded_model_where_ollama_lacks_it(ollama_server: Any) -> None:
    ollama_server.model = "another"
    try:
        name, reason = connect_to("auto", TINY, ollama_server.url)
    finally:
        ollama_server.model = TINY
    assert name == "embedded"
    assert f"does not have {TINY}" in reason


def test_auto_takes_the_embedded_model_where_no_ollama_answers(tiny_model: Any) -> None:
    address = free_address()
    assert connect_to("auto", TINY, address) == ("embedded", f"no Ollama answers at {address}")


def test_auto_takes_a_model_file_without_asking_ollama(ollama_server: Any, tiny_model: Any) -> None:
    assert connect_to("auto", str(tiny_model), ollama_server.url)[0] == "embedded"
    assert ollama_server.requests == []


def test_ollama_host_is_honoured(ollama_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.url)
    assert connect_to("ollama", TINY, "")[0] == "ollama"


def connect_to(backend: str, model: str, host: str) -> tuple[str, str]:
    async def session() -> tuple[str, str]:
        connection = await connect(backend, model, hosts=[host] if host else [])
        await connection.backend.close()
        return connection.backend.name, connection.reason

    return asyncio.run(session())


def free_address() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
