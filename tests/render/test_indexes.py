"""What leads to the pages: the index over several runs, `objects.inv`, `llms.txt`."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from sphinx.util.inventory import InventoryFile
from sphobjinv import Inventory

from docgen.records import Module
from docgen.render import Format, render
from docgen.render.llms import files
from docgen.render.shelf import shelve

FORMATS: tuple[Format, ...] = ("json", "md", "html", "llms")
INDEXES = {"markdown": "index.md", "html": "index.html", "llms": "llms.txt"}


@pytest.fixture
def project(tmp_path: Path, frames: Module, codec: Module) -> Path:
    for module in (frames, codec):
        (tmp_path / module.filepath).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / module.filepath).touch()
    return tmp_path


def write(project: Path, *modules: Module) -> None:
    list(render(modules, FORMATS, project / "out", project=project))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_module_by_module_gives_the_same_indexes_as_all_at_once(project: Path, frames: Module, codec: Module) -> None:
    write(project, frames)
    write(project, codec)
    apart = contents(project / "out")
    write(project, frames, codec)
    together = contents(project / "out")
    for folder, index in INDEXES.items():
        assert apart[f"{folder}/{index}"] == together[f"{folder}/{index}"]
        assert b"frames.codec" in apart[f"{folder}/{index}"]
    assert apart["markdown/objects.inv"] == together["markdown/objects.inv"]
    assert apart["llms/llms-full.txt"] == together["llms/llms-full.txt"]


def test_a_later_run_links_to_the_pages_of_an_earlier_one(project: Path, frames: Module, codec: Module) -> None:
    write(project, codec)
    write(project, frames)
    page = (project / "out/markdown/frames.md").read_text(encoding="utf-8")
    assert "[`frames.codec.decode`](frames.codec.md#frames.codec.decode)" in page


def test_a_module_whose_source_is_gone_is_not_listed(project: Path, frames: Module, codec: Module) -> None:
    write(project, frames, codec)
    (project / codec.filepath).unlink()
    write(project, frames)
    for folder, index in INDEXES.items():
        assert not re.search(
            r"frames\.codec\.(?:md|html)", (project / "out" / folder / index).read_text(encoding="utf-8")
        )


def test_a_record_that_cannot_be_read_is_passed_over(project: Path, frames: Module, codec: Module) -> None:
    write(project, codec)
    (project / "out/json/frames.codec.json").write_text("{", encoding="utf-8")
    write(project, frames)
    assert "frames.codec" not in (project / "out/markdown/index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("folder", "suffix"), [("markdown", ".md"), ("html", ".html")])
def test_the_inventory_leads_to_places_that_exist(
    project: Path, frames: Module, codec: Module, folder: str, suffix: str
) -> None:
    write(project, frames, codec)
    inventory = Inventory(str(project / "out" / folder / "objects.inv"))
    assert inventory.project == "frames"
    assert len(inventory.objects) > 10
    for item in inventory.objects:
        file, _, fragment = item.uri_expanded.partition("#")
        page = (project / "out" / folder / unquote(file)).read_text(encoding="utf-8")
        assert file.endswith(suffix)
        assert not fragment or f'id="{unquote(fragment)}"' in page


def test_sphinx_reads_the_inventory(project: Path, frames: Module, codec: Module) -> None:
    write(project, frames, codec)
    with (project / "out/html/objects.inv").open("rb") as stream:
        loaded = InventoryFile.load(stream, "https://x.org", posixpath.join)
    # Plain dictionaries of tuples in Sphinx 8, classes since.
    read = getattr(loaded, "data", loaded)
    assert {role: sorted(names) for role, names in read.items()} == {
        "py:module": ["frames", "frames.codec"],
        "py:data": ["frames.LIMIT"],
        "py:class": ["frames.Frame"],
        "py:function": ["frames.codec.decode", "frames.shift"],
        "py:method": ["frames.Frame.__init__", "frames.Frame.get", "frames.Frame.read"],
        "py:property": ["frames.Frame.size"],
        "py:attribute": ["frames.Frame.limit", "frames.Frame.path"],
    }
    item = read["py:method"]["frames.Frame.get"]
    assert (item[2] if isinstance(item, tuple) else item.uri) == "https://x.org/frames.html#frames.Frame.get"


def test_an_element_is_found_under_every_name_that_it_is_exported_by(project: Path, codec: Module) -> None:
    exported = codec.members[0].model_copy(update={"public_paths": ("frames.decode",)})
    write(project, codec.model_copy(update={"members": (exported,)}))
    inventory = Inventory(str(project / "out/html/objects.inv"))
    uris = {item.name: item.uri_expanded for item in inventory.objects if item.role == "function"}
    assert uris["frames.decode"] == uris["frames.codec.decode"] == "frames.codec.html#frames.codec.decode"


def test_llms_txt_has_a_title_a_summary_and_lists_of_links_with_notes(
    project: Path, frames: Module, codec: Module
) -> None:
    write(project, frames, codec)
    assert (project / "out/llms/llms.txt").read_text(encoding="utf-8") == (
        "# frames\n\n> Frames of a film.\n\n## Modules\n\n- [frames](frames.md): Frames of a film.\n"
        "\n## `frames`\n\n- [frames.codec](frames.codec.md): Codecs.\n"
    )


@pytest.mark.parametrize("address", ["https://docs.example.org/api", "https://docs.example.org/api/"])
def test_llms_txt_has_whole_addresses_where_the_site_has_one(
    project: Path, frames: Module, codec: Module, address: str
) -> None:
    list(render((frames, codec), ("llms",), project / "out", project=project, site_url=address))
    index = (project / "out/llms/llms.txt").read_text(encoding="utf-8")
    addresses = re.findall(r"\]\((.*?)\)", index)
    assert addresses == [f"https://docs.example.org/api/{name}" for name in ("frames.md", "frames.codec.md")]
    folder = project / "out" / "llms"
    shelf = shelve((frames, codec), ".md", folder, folder, project)
    full = dict(files(shelf, folder, address, longest=1000))["llms-full.txt"]
    assert full.endswith("- [frames](https://docs.example.org/api/frames.md): Frames of a film.\n")


def test_a_plain_page_says_the_same_without_places_and_links(project: Path, frames: Module, codec: Module) -> None:
    write(project, frames, codec)
    page = (project / "out/llms/frames.md").read_text(encoding="utf-8")
    assert "<a id" not in page
    assert not re.search(r"\]\([\w.#]", page)
    assert "**Contents**" not in page
    assert "-   `by` (`int | None`) – Steps. (default: `None`) <sup>model</sup>" in page
    assert [*re.findall(r"^#+ (.*)$", page, re.MULTILINE)][:3] == ["`frames`", "`shift`", "class `Frame`"]


def test_all_pages_in_one_have_a_limit_and_name_what_they_leave_out(
    project: Path, frames: Module, codec: Module
) -> None:
    folder = project / "out" / "llms"
    shelf = shelve((frames, codec), ".md", folder, folder, project)
    full = dict(files(shelf, folder, longest=1000))["llms-full.txt"]
    assert "# `frames.codec`" in full
    assert "# `frames`\n" not in full
    assert full.endswith("## Left out for their size\n\n- [frames](frames.md): Frames of a film.\n")
    assert len(dict(files(shelf, folder))["llms-full.txt"]) > len(full)
