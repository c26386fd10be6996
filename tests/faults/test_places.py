"""A disk that is full, and places that cannot be written: a clear error, and nothing that was generated is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from docgen.runlog.events import CallFinished

from .author_server import AuthorServer
from .running import events, start, undescribed, write_package

ODD_NAMES = ("...py", "..\\up.py", "a b.py", "a\nb.py", "-rf.py", "con.py", "\x1b[31mred.py", "x" * 200 + ".py")
AUTHOR = ("--model", "author", "--backend", "ollama")


def run(folder: Path, server: AuthorServer, *options: str) -> tuple[int, str]:
    process = start(folder, "run", "package", *AUTHOR, *options, host=server.url)
    _, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    return process.returncode, errors


def limit_files_to_90_kb() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))


def asked_in_each_run(folder: Path) -> list[set[str]]:
    return [{event.name for event in run if isinstance(event, CallFinished)} for run in events(folder)]


@pytest.mark.parametrize("jobs", [1, 4])
def test_a_full_disk_under_the_store_ends_the_run_and_what_was_kept_stays(
    tmp_path: Path, small_disk: Path, author: AuthorServer, jobs: int
) -> None:
    write_package(tmp_path, modules=3, classes=30)
    store = small_disk / "docgen.db"
    code, errors = run(tmp_path, author, "--jobs", str(jobs), "--store", str(store))
    assert code == 1
    assert "Cannot use the store" in errors
    assert "hint:" in errors
    elsewhere = tmp_path / "moved.db"
    for path in small_disk.iterdir():
        (tmp_path / path.name.replace("docgen", "moved")).write_bytes(path.read_bytes())
    code, errors = run(tmp_path, author, "--store", str(elsewhere))
    assert code == 0, errors
    first, second = asked_in_each_run(tmp_path)
    assert len(first) > 10
    assert len(first & second) <= jobs, "at most the answers that did not fit are asked for again"
    assert undescribed(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_files_that_may_not_grow_end_the_run_with_an_error(tmp_path: Path, author: AuthorServer) -> None:
    write_package(tmp_path, modules=3, classes=30)
    process = start(tmp_path, "run", "package", *AUTHOR, host=author.url, before=limit_files_to_90_kb)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "error: Cannot" in errors
    assert "Traceback" not in errors
    code, _ = run(tmp_path, author)
    assert code == 0
    assert undescribed(tmp_path) == []


def test_a_full_disk_under_the_output_loses_no_answer(tmp_path: Path, small_disk: Path, author: AuthorServer) -> None:
    write_package(tmp_path, modules=2, classes=30)
    (small_disk / "ballast").write_bytes(b"0" * 1_400_000)
    code, errors = run(tmp_path, author, "--out", str(small_disk))
    assert code == 1
    assert "Cannot write" in errors
    assert "No space left" in errors
    asked = len(author.chats())
    code, _ = run(tmp_path, author)
    assert code == 0
    assert len(author.chats()) == asked, "the second run asks nothing"
    assert undescribed(tmp_path) == []


@pytest.mark.parametrize("obstacle", ["out", "out/json", "out/markdown", ".docgen"])
def test_a_place_that_cannot_be_written_is_an_error_before_the_first_call(
    tmp_path: Path, author: AuthorServer, obstacle: str
) -> None:
    write_package(tmp_path, modules=1, classes=2)
    (tmp_path / obstacle).parent.mkdir(exist_ok=True)
    (tmp_path / obstacle).write_text("in the way", encoding="utf-8")
    code, errors = run(tmp_path, author)
    assert code == 1
    assert "error: Cannot" in errors
    assert "hint:" in errors
    assert author.chats() == []
    assert (tmp_path / obstacle).read_text(encoding="utf-8") == "in the way"


@pytest.mark.parametrize("place", ["out", "store"])
def test_a_read_only_place_is_an_error_before_the_first_call(
    tmp_path: Path, small_disk: Path, author: AuthorServer, place: str
) -> None:
    write_package(tmp_path, modules=1, classes=2)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    path = str(small_disk / "docgen.db") if place == "store" else str(small_disk)
    code, errors = run(tmp_path, author, f"--{place}", path)
    assert code == 1
    assert "Cannot" in errors
    assert f"--{place}" in errors
    assert author.chats() == []


@pytest.mark.skipif(sys.platform == "win32", reason="has symbolic links")
@pytest.mark.parametrize("folder", ["json", "markdown", "logs"])
def test_a_link_in_the_output_that_leads_elsewhere_is_not_followed(
    tmp_path: Path, author: AuthorServer, folder: str
) -> None:
    write_package(tmp_path, modules=1, classes=1)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / folder).symlink_to("../elsewhere")
    code, errors = run(tmp_path, author)
    assert code == 1
    assert "leads out of" in errors
    assert author.chats() == []
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="has symbolic links and odd names")
def test_odd_names_and_loops_stay_inside_the_output(tmp_path: Path, author: AuthorServer) -> None:
    project = tmp_path / "project"
    write_package(project, modules=1, classes=1)
    package = project / "package"
    for name in ODD_NAMES:
        (package / name).write_text("def f(x):\n    return x\n", encoding="utf-8")
    (package / "loop").symlink_to("..")
    (package / "self").symlink_to("self")
    (package / "there.py").symlink_to("gone.py")
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(project / "out")}
    code, errors = run(project, author)
    assert code == 0, errors
    assert "\x1b" not in errors
    after = {path for path in tmp_path.rglob("*") if not path.is_relative_to(project / "out")}
    assert {path.relative_to(project).parts[0] for path in after - before} == {".docgen"}
    assert all(path.parent.name in ("json", "markdown", "logs") for path in (project / "out").rglob("*.*"))
    assert len(list((project / "out/json").glob("*.json"))) == 10
