"""Several servers share the work: the slow one does not hold up the rest, and a dead one costs nothing but itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.llm.backend import Message, Sampling
from docgen.llm.connect import connect
from docgen.runlog.events import BackendChosen, CallFinished, Notice, RunFinished

from .author_server import AuthorServer
from .running import events, start, undescribed, write_package


@pytest.fixture
def other() -> Iterator[AuthorServer]:
    server = AuthorServer()
    yield server
    server.close()


def document(folder: Path, *servers: AuthorServer, jobs: str = "1") -> tuple[int, str]:
    """Document a package with some servers, and return exit code and error output."""
    hosts = ",".join(server.url for server in servers)
    options = ("--model", "author", "--backend", "ollama", "--host", hosts, "--jobs", jobs, "--repairs", "0")
    process = start(folder, "run", "package", *options)
    return process.wait(timeout=300), process.communicate()[1]


def warnings(folder: Path) -> list[str]:
    [run] = events(folder)
    return [event.message for event in run if isinstance(event, Notice) and event.level == "warning"]


def test_a_slow_server_gets_few_calls_and_does_not_hold_up_the_rest(
    tmp_path: Path, author: AuthorServer, other: AuthorServer
) -> None:
    write_package(tmp_path, modules=4, classes=4)
    other.seconds = 4.0
    assert document(tmp_path, author, other)[0] == 0
    assert undescribed(tmp_path) == []
    slow, fast = len(other.chats()), len(author.chats())
    assert slow >= 1
    assert slow * 4 <= fast


def test_servers_that_are_equally_fast_share_the_work(
    tmp_path: Path, author: AuthorServer, other: AuthorServer
) -> None:
    write_package(tmp_path, modules=4, classes=4)
    author.seconds = other.seconds = 0.3
    assert document(tmp_path, author, other)[0] == 0
    shares = sorted([len(author.chats()), len(other.chats())])
    assert shares[0] * 3 >= shares[1]
    [run] = events(tmp_path)
    text = " ".join(event.message for event in run if isinstance(event, Notice))
    assert author.url in text
    assert other.url in text


@pytest.mark.parametrize("death", ["nothing listens", "500"])
def test_a_server_that_dies_is_dropped_and_every_element_is_described(
    tmp_path: Path, author: AuthorServer, other: AuthorServer, death: str
) -> None:
    write_package(tmp_path, modules=4, classes=4)
    author.seconds = other.seconds = 0.1
    if death == "500":
        other.faults.extend(["", "", *["500"] * 1000])
    else:
        other.gone_after = 2
    assert document(tmp_path, author, other)[0] == 0
    assert undescribed(tmp_path) == []
    [run] = events(tmp_path)
    finished = run[-1]
    assert isinstance(finished, RunFinished)
    assert "composed" not in finished.described
    assert any(other.url in text and "given up" in text for text in warnings(tmp_path))
    assert len(other.chats()) <= 6


def test_a_fault_that_passes_does_not_cost_the_server(
    tmp_path: Path, author: AuthorServer, other: AuthorServer
) -> None:
    write_package(tmp_path, modules=4, classes=4)
    author.seconds = other.seconds = 0.1
    other.fail_next("500")
    assert document(tmp_path, author, other)[0] == 0
    assert not any("given up" in text for text in warnings(tmp_path))
    assert len(other.chats()) > 4


def test_a_server_that_is_not_there_at_the_start_is_left_out(
    tmp_path: Path, author: AuthorServer, other: AuthorServer
) -> None:
    write_package(tmp_path, modules=1, classes=2)
    other.stop_listening()
    assert document(tmp_path, author, other)[0] == 0
    assert undescribed(tmp_path) == []
    [text] = warnings(tmp_path)
    assert other.url in text


def test_where_all_servers_are_dead_the_run_ends_with_an_error(
    tmp_path: Path, author: AuthorServer, other: AuthorServer
) -> None:
    write_package(tmp_path, modules=1, classes=10)
    author.faults.extend(["", "", *["500"] * 1000])
    other.faults.extend(["", "", *["500"] * 1000])
    code, errors = document(tmp_path, author, other)
    assert code == 1
    assert "failed: model runner" in errors
    assert "Traceback" not in errors
    [run] = events(tmp_path)
    assert any(isinstance(event, BackendChosen) for event in run)
    assert len({event.name for event in run if isinstance(event, CallFinished)}) >= 2


def ask_as_many_as_it_rewards(server: AuthorServer, calls: int) -> int:
    """Ask as a run does, and return how many calls are made at once in the end."""
    schema = {"type": "object", "properties": {"summary": {"type": "string"}}, "required": ["summary"]}
    messages = [Message(role="user", content="What is it?" * 10)]

    async def session() -> int:
        backend = (await connect("ollama", "author", hosts=[server.url])).backend
        running: set[asyncio.Task[object]] = set()
        left = calls
        while left or running:
            while left and len(running) < backend.slots:
                left -= 1
                running.add(asyncio.create_task(backend.complete(messages, schema, Sampling(max_tokens=50))))
            _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        await backend.close()
        return backend.slots

    return asyncio.run(session())


def test_a_server_that_answers_in_parallel_gets_many_calls_at_once(author: AuthorServer) -> None:
    author.seconds = 0.5
    ask_as_many_as_it_rewards(author, 60)
    assert author.most >= 4


def test_a_server_that_answers_one_call_after_the_other_is_not_flooded(author: AuthorServer) -> None:
    author.seconds, author.room = 0.1, threading.Semaphore(1)
    ask_as_many_as_it_rewards(author, 80)
    assert author.most <= 4
