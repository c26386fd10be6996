"""Whatever the backend does, every element ends described or composed, and every error is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from docgen.calls import GIVE_UP_AFTER
from docgen.runlog.events import CallFailed, CallFinished, Described, RunFinished

from .author_server import AuthorServer
from .running import events, start, undescribed, write_package


def document(folder: Path, author: AuthorServer) -> int:
    options = ("--model", "author", "--backend", "ollama", "--jobs", "8", "--timeout", "2", "--repairs", "0")
    process = start(folder, "run", "package", *options, host=author.url)
    process.communicate(timeout=300)
    return process.returncode


def test_one_call_in_three_fails_and_every_element_is_described_or_composed_once(
    tmp_path: Path, author: AuthorServer
) -> None:
    write_package(tmp_path, modules=3, classes=8)
    author.stall_seconds = 6.0
    author.fail_at_random(1 / 3, 150, seed=1)
    assert document(tmp_path, author) == 0
    assert undescribed(tmp_path) == []
    [run] = events(tmp_path)
    described = Counter((event.kind, event.name) for event in run if isinstance(event, Described))
    assert set(described.values()) == {1}
    answered = Counter(event.name for event in run if isinstance(event, CallFinished))
    assert set(answered.values()) == {1}
    failures = [event for event in run if isinstance(event, CallFailed)]
    assert len(failures) > 20
    finished = run[-1]
    assert isinstance(finished, RunFinished)
    assert finished.failures == len(failures)
    assert finished.calls == len(failures) + len(answered)
    refused = [event for event in failures if "no Ollama answers" in event.error]
    timed_out = [event for event in failures if "no answer within 2 s" in event.error]
    assert refused
    assert timed_out
    assert finished.calls - len(refused) >= len(author.chats()) >= finished.calls - len(failures)


def test_an_answer_that_comes_late_is_waited_for_and_used(tmp_path: Path, author: AuthorServer) -> None:
    write_package(tmp_path, modules=1, classes=1)
    author.stall_seconds = 4.0
    author.fail_next("stall")
    process = start(tmp_path, "run", "package", "--model", "author", "--backend", "ollama", host=author.url)
    process.communicate(timeout=120)
    assert process.returncode == 0
    [run] = events(tmp_path)
    assert not any(isinstance(event, CallFailed) for event in run)
    assert undescribed(tmp_path) == []


def test_a_backend_that_answers_nothing_ends_the_run_with_a_clear_error(tmp_path: Path, author: AuthorServer) -> None:
    write_package(tmp_path, modules=1, classes=10)
    author.faults.extend(["stall"] * 1000)
    options = ("--model", "author", "--backend", "ollama", "--timeout", "1")
    process = start(tmp_path, "run", "package", *options, host=author.url)
    _, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    assert "gave no answer within 1 s" in errors
    assert "--timeout" in errors
    assert "Traceback" not in errors
    assert len(author.chats()) <= 2 * GIVE_UP_AFTER


def test_what_no_call_got_through_for_is_composed_now_and_asked_again_next_time(
    tmp_path: Path, author: AuthorServer
) -> None:
    write_package(tmp_path, modules=1, classes=2)
    author.fail_next("500", "500", "500")
    options = ("--model", "author", "--backend", "ollama", "--repairs", "0")
    assert start(tmp_path, "run", "package", *options, host=author.url).communicate(timeout=120)
    assert undescribed(tmp_path) == []
    [first] = events(tmp_path)
    failed = {event.name for event in first if isinstance(event, CallFailed) and not event.again}
    assert len(failed) == 1
    start(tmp_path, "run", "package", *options, host=author.url).communicate(timeout=120)
    _, second = events(tmp_path)
    asked = {event.name for event in second if isinstance(event, CallFinished)}
    assert failed <= asked
    assert len(asked) <= 3, "itself, and its class and module, whose texts are made from its text"


def test_a_backend_that_dies_for_good_ends_the_run_and_keeps_what_it_said(tmp_path: Path, author: AuthorServer) -> None:
    write_package(tmp_path, modules=1, classes=10)
    author.faults.extend(["", "", "", *["500"] * 1000])
    options = ("--model", "author", "--backend", "ollama")
    process = start(tmp_path, "run", "package", *options, host=author.url)
    _, errors = process.communicate(timeout=200)
    assert process.returncode == 1
    assert "Traceback" not in errors
    author.faults.clear()
    process = start(tmp_path, "run", "package", *options, host=author.url)
    process.communicate(timeout=120)
    assert process.returncode == 0
    first, second = events(tmp_path)
    answered = [{event.name for event in run if isinstance(event, CallFinished)} for run in (first, second)]
    assert len(answered[0]) == 3
    assert answered[0] & answered[1] == set()
    assert undescribed(tmp_path) == []
