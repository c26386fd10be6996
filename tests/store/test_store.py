"""The store keeps what it is given, whatever happens around it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from docgen.errors import StoreError
from docgen.store import Objection, find_store, open_store
from docgen.store.migrations import MIGRATIONS
from docgen.store.opening import _prepared
from tests.store.conftest import EntryOf


def test_what_is_kept_is_read_back_in_order(tmp_path: Path, entry_of: EntryOf) -> None:
    first = entry_of(text="Says “[/blue]”\nand \x1b[31m.")._replace(
        findings=(Objection(code="vague", message="It says nothing.", text="The f."),)
    )
    second = entry_of(code="c2")
    with open_store(tmp_path / "s.db") as store:
        store.keep([first, second])
    with open_store(tmp_path / "s.db") as store:
        assert list(store.entries()) == [first, second]


def test_the_same_key_again_replaces_and_becomes_the_latest(tmp_path: Path, entry_of: EntryOf) -> None:
    with open_store(tmp_path / "s.db") as store:
        store.keep([entry_of(text="Old."), entry_of(code="c2")])
        before = store.state()
        store.keep([entry_of(text="New.")])
        assert [entry.description.text for entry in store.entries()] == ["Adds one.", "New."]
        assert store.state() > before


def test_a_model_never_replaces_what_a_person_wrote(tmp_path: Path, entry_of: EntryOf) -> None:
    with open_store(tmp_path / "s.db") as store:
        store.keep([entry_of(text="Mine.", source="edited")])
        store.keep([entry_of(text="Its.")])
        assert [entry.description.text for entry in store.entries()] == ["Mine.", "Its."]


def test_the_store_is_found_from_below_like_git_and_is_ignored_by_git(tmp_path: Path) -> None:
    below = tmp_path / "src" / "package"
    below.mkdir(parents=True)
    assert find_store(below) == below / ".docgen" / "docgen.db"
    (tmp_path / "pyproject.toml").touch()
    assert find_store(below) == tmp_path / ".docgen" / "docgen.db"
    open_store(tmp_path / "src" / ".docgen" / "docgen.db").close()
    assert find_store(below) == tmp_path / "src" / ".docgen" / "docgen.db"
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    shown = subprocess.run(
        ["git", "status", "--short", "-uall"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "?? pyproject.toml\n"


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
def test_a_store_of_any_older_version_is_migrated_and_keeps_its_descriptions(
    tmp_path: Path, version: int, entry_of: EntryOf
) -> None:
    path = tmp_path / "s.db"
    database = _prepared(sqlite3.connect(path, isolation_level=None), MIGRATIONS[:version])
    if version:
        database.execute(
            "INSERT INTO descriptions (element, kind, part, code, evidence, prompt, model, body, source, description,"
            " findings, file, run) VALUES ('m.f', 'function', '', 'c1', 'e', 'p', 'tiny', 'b', 'model',"
            """ '{"text": "Adds one.", "provenance": {"source": "model", "model": "tiny"}}', '[]', 'm.py', 'r1')"""
        )
    database.close()
    with open_store(path) as store:
        assert list(store.entries()) == ([entry_of()] if version else [])
        store.keep_receipt("inputs", "receipt")
        assert store.receipt("inputs") == "receipt"


def test_a_store_as_an_older_docgen_left_it_keeps_all_that_it_has(tmp_path: Path, entry_of: EntryOf) -> None:
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((Path(__file__).parent / "old" / "version-4.sql").read_text(encoding="utf-8"))
    with open_store(path, rebuild=lambda project: pytest.fail("it is not empty")) as store:
        assert list(store.entries()) == [entry_of()]
        assert store.runs() == [("20261121-080000-0000", "2026-11-21T08:00:00+00:00", "done")]
        assert list(store.events("20261121-080000-0000")) == ["{}"]
        assert store.record("m.py") == ("h", "{}")
        store.keep([entry_of()._replace(checked="mark")])
        assert [entry.checked for entry in store.entries()] == ["mark"]


def test_a_store_of_a_newer_docgen_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer"):
        open_store(path)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (99,)
    assert len(path.read_bytes()) == len(before)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(path)
    assert path.read_bytes() == before


def test_what_was_kept_is_on_the_disk_when_keep_returns(tmp_path: Path, entry_of: EntryOf) -> None:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        [[mode]] = store._database.execute("PRAGMA journal_mode").fetchall()
        [[synchronous]] = store._database.execute("PRAGMA synchronous").fetchall()
        assert (mode, synchronous) == ("wal", 2), "each commit waits for the disk"
        store.keep([entry_of()])
        # What a loss of power would leave: the files as they are, and nobody who closes them.
        for name in ("s.db", "s.db-wal"):
            (tmp_path / f"after-{name}").write_bytes((tmp_path / name).read_bytes())
    with open_store(tmp_path / "after-s.db") as store:
        assert list(store.entries()) == [entry_of()]


@pytest.mark.parametrize("damage", ["overwritten", "garbage", "cut"])
def test_a_damaged_store_is_set_aside_and_begun_anew_with_a_warning(
    tmp_path: Path, entry_of: EntryOf, damage: str
) -> None:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        store.keep(entry_of(element=f"m.f{n}", text="Adds one. " * 20) for n in range(200))
    whole = path.read_bytes()
    damaged = {
        "overwritten": whole[:8192] + os.urandom(len(whole) - 12288) + whole[-4096:],
        "garbage": b"<html>" * 1000,
        "cut": whole[: len(whole) // 2],
    }[damage]
    path.write_bytes(damaged)
    told: list[str] = []
    with open_store(path, rebuild=lambda project: [entry_of()], notify=told.append) as store:
        assert list(store.entries()) == [entry_of()]
    [aside] = tmp_path.glob("s.db.damaged-*[0-9]")
    assert aside.read_bytes() == damaged
    assert len(told) == 1
    assert str(aside) in told[0]


def test_a_store_that_was_made_but_never_filled_is_filled(tmp_path: Path, entry_of: EntryOf) -> None:
    open_store(tmp_path / "s.db").close()
    with open_store(tmp_path / "s.db", rebuild=lambda project: [entry_of()]) as store:
        assert list(store.entries()) == [entry_of()]
    with open_store(tmp_path / "s.db", rebuild=lambda project: [entry_of(element="other")]) as store:
        assert list(store.entries()) == [entry_of()]


def test_a_store_that_is_not_made_forgets(tmp_path: Path, entry_of: EntryOf) -> None:
    with open_store(tmp_path / "s.db", create=False) as store:
        store.keep([entry_of()])
        assert list(store.entries()) == [entry_of()]
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Cannot make the store") as caught:
        open_store(tmp_path / "file" / "s.db")
    assert "--store" in caught.value.hint
    with pytest.raises(StoreError, match="Cannot use the store"):
        open_store(tmp_path)
    for create in (True, False):
        with pytest.raises(StoreError, match=r"Cannot use the store .* name too long"):
            open_store(tmp_path / ("x" * 300), create=create)


WRITE = """
import sys
from pathlib import Path
from docgen.records import Description, Provenance, Subject
from docgen.store import Entry, Key, open_store
with open_store(Path(sys.argv[1])) as store:
    for n in range(60):
        said = Description(text=f"{n}", provenance=Provenance(source="model"))
        store.keep([Entry(Subject(element=f"{sys.argv[2]}.f{n}", kind="function"), Key("c"), said, "m.py")])
"""


def test_processes_that_open_and_write_one_store_at_once_lose_nothing(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d"]
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path / "s.db"), name]) for name in names]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * len(names)
    with open_store(tmp_path / "s.db") as store:
        assert len({entry.subject for entry in store.entries()}) == 60 * len(names)


def test_processes_that_meet_one_damaged_store_at_once_set_it_aside_once_and_lose_nothing(
    tmp_path: Path, entry_of: EntryOf
) -> None:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        store.keep(entry_of(element=f"m.f{n}", text="Adds one. " * 20) for n in range(200))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(len(whole) - 12288) + whole[-4096:])
    names = ["a", "b", "c", "d"]
    go = tmp_path / "go"
    waiting = WRITE.replace(
        "with open_store", "import time\nwhile not Path(sys.argv[3]).exists(): time.sleep(0.001)\nwith open_store", 1
    )
    writers = [subprocess.Popen([sys.executable, "-c", waiting, str(path), name, str(go)]) for name in names]
    time.sleep(2)
    go.touch()
    assert [writer.wait(timeout=120) for writer in writers] == [0] * len(names)
    assert len(list(tmp_path.glob("s.db.damaged-*[0-9]"))) == 1
    with open_store(path) as store:
        assert len({entry.subject for entry in store.entries()}) == 60 * len(names)


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_is_a_clear_error_and_what_was_kept_before_stays(tmp_path: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n" + WRITE.replace(
        'text=f"{n}"', 'text=f"{n}" * 20_000'
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, str(tmp_path / "s.db"), "a"], capture_output=True, text=True, check=False
    )
    assert "StoreError: Cannot use the store" in done.stderr
    with open_store(tmp_path / "s.db") as store:
        kept = [entry.description.text for entry in store.entries()]
    assert kept
    assert kept == [f"{n}" * 20_000 for n in range(len(kept))]
