from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from docgen.errors import BackendTimeout, BackendUnavailable, BadAnswer, ContextOverflow
from docgen.llm.backend import Message, Sampling
from docgen.llm.embedded import EmbeddedBackend
from docgen.llm.faults import PassingFault

T = TypeVar("T")

SCHEMA = {
    "type": "object",
    "properties": {"summary": {"type": "string", "minLength": 1, "maxLength": 60}},
    "required": ["summary"],
    "additionalProperties": False,
}
SAMPLING = Sampling(max_tokens=80)
LONG = "The quick brown fox jumps over the lazy dog. " * 50


def ask(text: str) -> list[Message]:
    return [Message(role="system", content="You describe things in JSON."), Message(role="user", content=text)]


def with_backend(path: Path, use: Callable[[EmbeddedBackend], Awaitable[T]], **settings: Any) -> T:
    async def session() -> T:
        backend = EmbeddedBackend("tiny", path, **{"context_window": 2048, "timeout": 60, **settings})
        try:
            return await use(backend)
        finally:
            await backend.close()

    return asyncio.run(session())


def test_an_answer_is_compact_json_of_the_schema_with_counts_and_times(tiny_model: Path) -> None:
    answer = with_backend(tiny_model, lambda backend: backend.complete(ask("A car."), SCHEMA, SAMPLING))
    data = json.loads(answer.text)
    assert list(data) == ["summary"]
    assert 1 <= len(data["summary"]) <= 60
    assert answer.text == json.dumps(data, ensure_ascii=False)
    assert answer.prompt_tokens > 10
    assert 3 < answer.completion_tokens <= 80
    assert answer.prompt_seconds > 0
    assert answer.completion_seconds > 0


def test_the_same_call_brings_the_same_answer_in_another_process(tiny_model: Path) -> None:
    texts = {
        with_backend(tiny_model, lambda backend: backend.complete(ask("A boat."), SCHEMA, SAMPLING)).text
        for _ in range(2)
    }
    assert len(texts) == 1


def test_calls_with_a_shared_beginning_read_it_once(tiny_model: Path) -> None:
    async def use(backend: EmbeddedBackend) -> None:
        first = await backend.complete(ask(LONG + "A car."), SCHEMA, SAMPLING)
        second = await backend.complete(ask(LONG + "A boat."), SCHEMA, SAMPLING)
        assert first.cached_tokens == 0
        assert second.cached_tokens > 0.95 * second.prompt_tokens
        assert second.prompt_seconds < first.prompt_seconds / 2

    with_backend(tiny_model, use)


def test_more_calls_than_jobs_are_all_answered(tiny_model: Path) -> None:
    async def use(backend: EmbeddedBackend) -> list[str]:
        calls = (backend.complete(ask(f"A {name}."), SCHEMA, SAMPLING) for name in ("car", "boat", "dog", "tree"))
        return [answer.text for answer in await asyncio.gather(*calls)]

    answers = with_backend(tiny_model, use, jobs=2)
    assert [list(json.loads(answer)) for answer in answers] == [["summary"]] * 4


def test_an_answer_ended_by_length_is_a_bad_answer(tiny_model: Path) -> None:
    with pytest.raises(BadAnswer, match="within 4 tokens"):
        with_backend(tiny_model, lambda backend: backend.complete(ask("A car."), SCHEMA, Sampling(max_tokens=4)))


@pytest.mark.parametrize(("words", "max_tokens"), [(3000, 80), (1900, 500)])
def test_a_prompt_that_leaves_no_room_for_its_answer_overflows_at_once(
    tiny_model: Path, words: int, max_tokens: int
) -> None:
    async def use(backend: EmbeddedBackend) -> None:
        await backend.load()
        begun = time.monotonic()
        with pytest.raises(ContextOverflow, match="context window of 2048"):
            await backend.complete(ask("hello " * words), SCHEMA, Sampling(max_tokens=max_tokens))
        assert time.monotonic() - begun < 2

    with_backend(tiny_model, use)


def test_a_call_over_its_time_limit_ends_then_and_the_next_is_answered(tiny_model: Path) -> None:
    async def use(backend: EmbeddedBackend) -> None:
        await backend.load()
        backend.timeout = 0.05
        begun = time.monotonic()
        with pytest.raises(BackendTimeout):
            await backend.complete(ask(LONG), SCHEMA, SAMPLING)
        assert time.monotonic() - begun < 1
        backend.timeout = 60
        assert (await backend.complete(ask("A car."), SCHEMA, SAMPLING)).text

    with_backend(tiny_model, use)


def test_a_cancelled_call_ends_within_a_second_and_so_does_the_backend(tiny_model: Path) -> None:
    async def use(backend: EmbeddedBackend) -> float:
        await backend.load()
        call = asyncio.create_task(backend.complete(ask(LONG), SCHEMA, Sampling(max_tokens=500)))
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await backend.close()
        return time.monotonic() - begun

    assert with_backend(tiny_model, use) < 1


def test_a_crash_of_llama_cpp_is_an_error_and_the_next_call_loads_again(tiny_model: Path) -> None:
    async def use(backend: EmbeddedBackend) -> None:
        await backend.load()
        call = asyncio.create_task(backend.complete(ask(LONG), SCHEMA, SAMPLING))
        await asyncio.sleep(0.05)
        assert backend.pid is not None
        os.kill(backend.pid, signal.SIGSEGV)
        with pytest.raises(PassingFault, match="signal 11"):
            await call
        assert (await backend.complete(ask("A car."), SCHEMA, SAMPLING)).text

    with_backend(tiny_model, use)


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_a_file_that_is_no_model_is_a_clear_error(tiny_model: Path, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(tiny_model.read_bytes()[:1_000_000] if content is None else content)
    with pytest.raises(BackendUnavailable, match=r"cannot load .*broken\.gguf"):
        with_backend(file, lambda backend: backend.load())


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailable, match="no model file"):
        with_backend(tmp_path / "none.gguf", lambda backend: backend.load())


def test_nothing_is_left_running_when_docgen_is_killed(tiny_model: Path) -> None:
    code = (
        "import asyncio, sys, time; from pathlib import Path; from docgen.llm.embedded import EmbeddedBackend\n"
        "async def main():\n"
        f"    backend = EmbeddedBackend('tiny', Path({str(tiny_model)!r}))\n"
        "    await backend.load(); print(backend.pid, flush=True); time.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as docgen:
        assert docgen.stdout is not None
        worker = int(docgen.stdout.readline())
        docgen.kill()
    deadline = time.monotonic() + 10
    while is_running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_llama_cpp_writes_nothing_to_the_terminal(tiny_model: Path) -> None:
    code = (
        "import asyncio; from pathlib import Path; from docgen.llm.embedded import EmbeddedBackend\n"
        "async def main():\n"
        f"    backend = EmbeddedBackend('tiny', Path({str(tiny_model)!r}))\n"
        "    await backend.load(); await backend.close()\n"
        "asyncio.run(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")


def test_backends_are_imported_only_when_they_are_asked_for() -> None:
    code = (
        "import sys, docgen.llm, docgen.llm.backend, docgen.llm.connect, docgen.llm.retry\n"
        "print({'xllamacpp', 'ollama', 'httpx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
