from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import DocgenError
from docgen.render.files import distinct_stems, file_stem, output_path, require_writable, sweep, write_whole

NAMES = st.text(st.characters(exclude_categories=()), max_size=300) | st.sampled_from(
    [
        "",
        ".",
        "..",
        "...",
        "../../etc/passwd",
        "/etc/passwd",
        "a\\..\\b",
        "con",
        "NUL.x",
        "COM1",
        "a\0b",
        "a" * 5000,
        "~",
        "C:x",
    ]
)


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b.md", "Größe\n")
    assert (tmp_path / "a" / "b.md").read_bytes() == "Größe\n".encode()
    assert os.listdir(tmp_path / "a") == ["b.md"]


def test_a_new_file_has_the_permissions_of_the_umask_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    write_whole(tmp_path / "new", "x")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    plain.chmod(0o640)
    write_whole(plain, "x")
    assert stat.S_IMODE(plain.stat().st_mode) == 0o640


def test_a_link_is_replaced_and_what_it_points_to_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "page.md").symlink_to(target)
    write_whole(tmp_path / "page.md", "new")
    assert target.read_text() == "precious"
    assert (tmp_path / "page.md").read_text() == "new"


def test_a_reader_sees_the_old_text_or_the_new_one_never_a_part(tmp_path: Path) -> None:
    path, texts, seen = tmp_path / "page.md", ("a" * 500_000, "b" * 400_000), set()
    write_whole(path, texts[0])
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(20):
        write_whole(path, texts[number % 2])
    stop.set()
    reader.join()
    assert seen <= set(texts)


def test_a_disk_that_gives_out_midway_leaves_the_old_file_and_nothing_half_written(tmp_path: Path) -> None:
    """The limit on the size of files stands in for the disk: the write fails after its first megabyte."""
    (tmp_path / "page.md").write_text("old")
    program = f"""
import resource
from pathlib import Path
from docgen.errors import DocgenError
from docgen.render.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    write_whole(Path({str(tmp_path)!r}) / "page.md", "n" * 3_000_000)
except DocgenError as error:
    print(error.message, error.hint)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "page.md: File too large." in done.stdout
    assert "--out" in done.stdout
    assert (tmp_path / "page.md").read_text() == "old"
    assert os.listdir(tmp_path) == ["page.md"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DocgenError) as caught:
        write_whole(tmp_path / "page.md", "x")
    assert "writable" in caught.value.hint
    assert os.listdir(tmp_path) == []


def test_a_folder_in_the_place_of_a_file_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "page.md").mkdir()
    with pytest.raises(DocgenError) as caught:
        write_whole(tmp_path / "page.md", "x")
    assert caught.value.hint
    assert os.listdir(tmp_path) == ["page.md"]


def test_a_file_in_the_place_of_a_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(DocgenError) as caught:
        write_whole(tmp_path / "out" / "page.md", "x")
    assert "--out" in caught.value.hint


def test_a_text_with_lone_surrogates_is_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "page.md", "a\ud800b")
    assert (tmp_path / "page.md").read_bytes() == rb"a\ud800b"


@given(NAMES)
def test_no_module_name_escapes_the_folder(name: str) -> None:
    root = Path("/out/json")
    path = output_path(root, name, ".json")
    assert path.parent == root
    assert Path(os.path.normpath(path)).parent == root
    assert path.suffix == ".json"
    assert len(path.name.encode()) <= 255
    assert not path.name.startswith((".", "-")) or name.startswith("-")
    assert "\0" not in path.name


@given(st.from_regex(r"[a-z_][a-zA-Z0-9_]{0,20}(\.[a-z_]{4}[a-zA-Z0-9_]{0,20}){0,4}", fullmatch=True))
def test_an_ordinary_module_name_is_its_own_file_name(name: str) -> None:
    if name.split(".")[0].lower() not in {"con", "prn", "aux", "nul"}:
        assert file_stem(name) == name


def test_names_reserved_on_windows_are_not_file_names() -> None:
    assert file_stem("con").startswith("con-")
    assert file_stem("aux.driver").startswith("aux.driver-")
    assert file_stem("console") == "console"


@given(st.lists(st.tuples(NAMES | st.sampled_from(["a", "A", "index", "ß", "SS"]), st.text(max_size=3)), max_size=12))
def test_every_module_gets_a_file_of_its_own_even_where_case_does_not_count(modules: list[tuple[str, str]]) -> None:
    stems = [stem.casefold() for stem in distinct_stems(modules, reserved=("index",))]
    assert len(set(stems) | {"index"}) == len(modules) + 1


def test_what_a_killed_run_left_is_swept_away_and_costs_no_run_beside_it_a_file(tmp_path: Path) -> None:
    (tmp_path / ".a.json.0123abcd.partial").write_text("half", encoding="utf-8")
    sweep(tmp_path)
    assert os.listdir(tmp_path) == []
    ended = threading.Event()

    def sweep_again_and_again() -> None:
        while not ended.wait(0.03):
            sweep(tmp_path)

    thread = threading.Thread(target=sweep_again_and_again)
    thread.start()
    try:
        for number in range(50):
            write_whole(tmp_path / "a.json", f"{number}\n")
            assert (tmp_path / "a.json").read_text(encoding="utf-8") == f"{number}\n"
    finally:
        ended.set()
        thread.join()


def test_a_file_that_has_the_text_already_is_left_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.md", "same\n")
    before = (tmp_path / "a.md").stat()
    write_whole(tmp_path / "a.md", "same\n")
    assert (tmp_path / "a.md").stat() == before


def test_trying_whether_a_folder_can_be_written_leaves_nothing_there(tmp_path: Path) -> None:
    require_writable(tmp_path / "new" / "folder")
    assert not (tmp_path / "new" / "folder").exists()
    (tmp_path / "file").touch()
    with pytest.raises(DocgenError, match="Cannot write"):
        require_writable(tmp_path / "file" / "folder")
