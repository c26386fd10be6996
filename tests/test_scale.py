"""docgen holds a few modules at a time, however many there are, and the names in none of them."""

import gc
import os
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from docgen.cli.main import main
from docgen.config import Settings
from docgen.errors import DocgenError
from docgen.extract import find_sources
from docgen.generate.prompts import Prompts
from docgen.llm.connect import Connection
from docgen.pipeline import Run
from docgen.project import open_project
from docgen.records import Module
from docgen.render.catalogue import Catalogue, Shown
from docgen.render.entries import Entry
from docgen.render.files import write_whole
from docgen.render.inventory import inventory
from docgen.render.markdown.links import Place
from docgen.runlog import RunLog
from docgen.runlog.events import Event
from docgen.spool import Spool
from tests.project import Author

MODULES = 300
MOST = 150
"""Modules that may be alive: 64 records and 32 finders held ready, and the few that are at work."""

SOURCE = '''"""Module {number} of the package."""

from package.module{before:03} import Store{before:03}


class Store{number:03}(Store{before:03}):
    def keep(self, item: int) -> int:
        if item < {number}:
            raise ValueError("too small")
        return super().keep(item) + 1
'''


class Census:
    """Counts the modules that are alive, at some events of each kind."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        """Count them at every fiftieth event."""
        self.seen[event.event] += 1
        if self.seen[event.event] % 50 == 0:
            self.most[event.event] = max(self.most[event.event], modules_alive())

    def close(self) -> None:
        """Nothing is held."""


class Output(StringIO):
    """Where a command prints, which counts the modules that are alive."""

    most = 0

    def write(self, text: str) -> int:
        """Count them at some of the writes."""
        if self.tell() % 50 == 0:
            self.most = max(self.most, modules_alive())
        return super().write(text)


def modules_alive() -> int:
    """Return how many modules' records are in memory."""
    return len({thing.filepath for thing in gc.get_objects() if isinstance(thing, Module)})


def peak_of(work: Callable[[], object]) -> int:
    """Return the bytes that Python takes for some work beside what it had."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a package of many modules, whose classes inherit from each other; it is in the current folder."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("from package.module001 import Store001\n", "utf-8")
    for number in range(1, MODULES):
        text = SOURCE.format(number=number, before=number // 2)
        (folder / f"module{number:03}.py").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def document() -> Census:
    """Document the current folder and return how many modules were alive."""
    settings = Settings(model="m", repairs=0, ask_all=True, formats=("json", "md", "html", "llms", "flat"))
    census = Census()

    async def connect() -> Connection:
        return Connection(Author(), "it is a test")

    with open_project(settings, print) as store, RunLog([census]) as log:
        run = Run(settings, log, Prompts(), store)
        run.start("r", [])
        assert run.execute(run.plan(find_sources(["package"], cwd=Path.cwd())), connect) == 0
    return census


@pytest.fixture
def only_new_objects() -> Iterator[None]:
    """Let the garbage collector see what a test makes only.

    It puts off looking at what lives long, the more there is of that: after a thousand tests, garbage would be counted.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("package", "only_new_objects")
def test_no_command_holds_more_than_some_modules_of_a_large_package() -> None:
    first, second = document(), document()
    assert first.seen["call-finished"] > MODULES
    assert not second.seen["call-finished"]
    assert {"source-read", "call-finished", "described", "file-written"} <= first.most.keys()
    assert max([*first.most.values(), *second.most.values()]) < MOST, (first.most, second.most)
    for command in ["status", "--all"], ["apply"]:
        with redirect_stdout(Output()) as output:
            assert main([*command, "package", "--model", "m"]) == 0
        assert 0 < output.most < MOST, (command, output.most)


def test_the_names_on_pages_are_looked_up_and_sorted_without_being_held() -> None:
    names = [f"package.module{number % 100:02}.name{number}" for number in range(20_000)]

    def pages() -> Iterator[tuple[Shown, str]]:
        for name in names:
            yield (
                Shown((Place(name, name, (f"{name}_too",)),), (Entry(name, "function", f"#{name}", "Said of it."),)),
                "p",
            )

    catalogues: list[Catalogue] = []
    assert peak_of(lambda: catalogues.append(Catalogue(pages()))) < 1_000_000
    [catalogue] = catalogues
    assert catalogue.place(names[1]) == ("p", names[1])
    assert catalogue.home(f"{names[2]}_too") == names[2]
    assert catalogue.place("elsewhere") is None
    assert [entry.name for entry in catalogue.entries()] == names
    assert [entry.name for entry in catalogue.entries_by_name()] == sorted(names)
    assert peak_of(lambda: inventory(catalogue.entries_by_name(), "package")) < 1_000_000


def test_a_file_that_comes_in_parts_is_not_held(tmp_path: Path) -> None:
    path, parts = tmp_path / "index.html", 4000
    assert peak_of(lambda: write_whole(path, ("ä" * 10_000 for _ in range(parts)))) < 10_000_000
    assert path.read_text("utf-8") == "ä" * 10_000 * parts


def test_a_sequence_on_disk_gives_back_what_it_was_given_and_holds_none_of_it(tmp_path: Path) -> None:
    items = [[number, "\udc80 text"] for number in range(5)]
    spool = Spool(items[:3])
    assert (len(spool), spool[0], spool[-1], spool[1:]) == (3, items[0], items[2], items[1:3])
    reading = iter(spool)
    assert next(reading) == items[0]
    spool.append(items[3])
    assert [*reading] == items[1:4]
    assert spool[0] is not spool[0]


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file grow beyond 100 kB, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_set_aside_is_told_with_what_to_do(small_files: None) -> None:
    entries = tuple(Entry(f"name{number}", "function", "#", "x" * 100) for number in range(50_000))
    for work in (
        lambda: Catalogue([(Shown((), entries), "page")]),
        lambda: Spool(os.urandom(1000) for _ in range(500)),
    ):
        with pytest.raises(DocgenError, match=r"Cannot set work aside in a temporary file: \w") as caught:
            work()
        assert "TMPDIR" in caught.value.hint
