from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from docgen.errors import DocgenError
from docgen.records import Class, Description, Function, Module, Parameter, Provenance, Raises, Returns, Span
from docgen.render import render
from docgen.render.markdown import pages
from docgen.render.markdown.signature import function_signature
from docgen.render.shelf import shelve

SNAPSHOT = Path(__file__).parent / "snapshots"
CODE_HOST = MarkdownIt("gfm-like", {"html": True, "linkify": False})
OURS = re.compile(r'</?(?:sub|sup|code)>|<br>|<a id="[\w.@]+">|</a>')


def written(*modules: Module, source_url: str = "", out: str = "out/markdown") -> dict[str, str]:
    project = Path("/project")
    folder = project / out
    return dict(pages(shelve(modules, ".md", folder, folder, project), folder, project, source_url))


@pytest.mark.parametrize("name", ["frames.md", "frames.codec.md", "index.md"])
def test_a_page_reads_as_it_did(name: str, frames: Module, codec: Module) -> None:
    """`UPDATE_SNAPSHOTS=1 pytest tests/runlog tests/render` accepts what is written now."""
    text = written(frames, codec)[name]
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.mkdir(exist_ok=True)
        (SNAPSHOT / name).write_text(text, encoding="utf-8")
    assert text == (SNAPSHOT / name).read_text(encoding="utf-8")


def test_a_parameter_line_is_name_type_what_it_does_and_default(frames: Module) -> None:
    page = written(frames)["frames.md"]
    assert "\n-   `by` (`int | None`) – Steps. (default: `None`) <sup>model</sup>\n" in page
    assert "\n-   `*rest` (`T`) – More, as `*rest`. <sup>model</sup>\n" in page
    assert "`self` (" not in page


def test_private_members_are_not_shown(frames: Module) -> None:
    assert "_hidden" not in written(frames)["frames.md"]
    assert "Nobody sees this" not in written(frames)["frames.md"]


def test_elements_stand_in_source_order(frames: Module) -> None:
    page = written(frames)["frames.md"]
    headings = re.findall(r"^#+ .*`(\w+)`$", page, re.MULTILINE)
    assert headings == ["frames", "shift", "Frame", "__init__", "read", "get", "size"]


def test_every_link_within_the_pages_leads_to_a_place_that_exists(frames: Module, codec: Module) -> None:
    files = written(frames, codec)
    places = {name: set(re.findall(r'<a id="([^"]+)">', text)) for name, text in files.items()}
    followed = 0
    for name, text in files.items():
        for href in re.findall(r"\]\(([^)\s]+)\)", text):
            if "src/" in href:
                continue
            file, _, fragment = href.partition("#")
            assert (unquote(file) or name) in files
            assert not fragment or unquote(fragment) in places[unquote(file) or name]
            followed += 1
    assert followed > 15


def test_an_identifier_that_means_a_documented_element_is_a_link(frames: Module, codec: Module) -> None:
    files = written(frames, codec)
    assert "[`frames.codec.decode`](frames.codec.md#frames.codec.decode)" in files["frames.md"]
    assert "See [`Frame.read`](#frames.Frame.read) and `shift`." in files["frames.md"]
    assert "the module [`frames.codec`](frames.codec.md)" in files["frames.md"]


def test_a_parameter_is_not_linked_to_an_element_of_the_same_name(frames: Module) -> None:
    shadow = Function(
        id="frames.use", path="frames.use", name="use", labels=("public",), lineno=1, endlineno=2,
        span=Span(start=0, end=0), description=said("Call `shift` with `Frame`."),
        parameters=(Parameter(name="shift", kind="keyword-only"),),
    )  # fmt: skip
    page = written(frames.model_copy(update={"members": (*frames.members, shadow)}))["frames.md"]
    assert "Call `shift` with [`Frame`](#frames.Frame)." in page


def test_an_imported_name_means_what_it_was_imported_from(frames: Module, codec: Module) -> None:
    decode = codec.members[0].model_copy(update={"description": said("Gives a `Frame` or an `Other`.")})
    page = written(frames, codec.model_copy(update={"members": (decode,)}))["frames.codec.md"]
    assert "Gives a [`Frame`](frames.md#frames.Frame) or an `Other`." in page


def test_nothing_generated_is_shown_as_the_authors(frames: Module) -> None:
    page = written(frames)["frames.md"]
    assert "Shift every frame.\n\nSee [`Frame.read`](#frames.Frame.read) and `shift`. <sup>model</sup>" in page
    assert "Return one value.\n" in page
    assert "Its file. <sup>edited</sup>" in page
    assert "Size of the file. <sup>inherited</sup>" in page
    assert "[`Frame.read`](#frames.Frame.read). <sup>composed</sup>" in page
    legend = page.rsplit("---\n", 1)[1]
    assert "Text without a mark is the author's own." in legend
    assert "*model*: written by a language model (`qwen2.5-coder:1.5b`)." in legend
    for word in ("inherited", "composed", "edited"):
        assert f"*{word}*:" in legend


def test_the_legend_explains_only_what_the_page_has(codec: Module) -> None:
    legend = written(codec)["frames.codec.md"].rsplit("---\n", 1)[1]
    assert "composed" not in legend
    assert "edited" not in legend


def test_source_links_are_relative_to_the_page_inside_the_project(frames: Module) -> None:
    page = written(frames)["frames.md"]
    assert "<sub>[source](../../src/frames.py#L12-L16)</sub>" in page
    assert "<sub>[frames.py](../../src/frames.py)</sub>" in page


@pytest.mark.parametrize("file", ["/usr/lib/python3/frames.py", "../elsewhere/frames.py"])
def test_source_outside_the_project_is_named_not_linked(file: str, frames: Module) -> None:
    page = written(frames.model_copy(update={"filepath": file}))["frames.md"]
    assert "<sub>frames.py:12</sub>" in page
    assert "[source]" not in page
    assert "elsewhere" not in page


def test_pages_outside_the_project_do_not_tell_where_it_lies(frames: Module) -> None:
    page = written(frames, out="../other/markdown")["frames.md"]
    assert "<sub>frames.py:12</sub>" in page


def test_source_links_follow_the_template(frames: Module) -> None:
    url = "https://host/org/repo/blob/main/{path}#L{start}-L{end}"
    page = written(frames, source_url=url)["frames.md"]
    assert "[source](https://host/org/repo/blob/main/src/frames.py#L12-L16)" in page
    assert "[frames.py](https://host/org/repo/blob/main/src/frames.py)" in page


def test_the_index_groups_modules_by_package(frames: Module, codec: Module) -> None:
    package = frames.model_copy(update={"filepath": "src/frames/__init__.py"})
    index = written(codec, package)["index.md"]
    assert index.startswith(
        "# Modules\n\n## `frames`\n\n-   [`frames`](frames.md) – Frames of a film.\n"
        "-   [`frames.codec`](frames.codec.md) – Codecs.\n"
    )


def test_two_modules_of_one_name_and_a_module_named_index_have_pages_of_their_own(codec: Module) -> None:
    twins = [codec.model_copy(update={"filepath": f"{folder}/codec.py"}) for folder in "ab"]
    index = codec.model_copy(update={"path": "index", "id": "index"})
    files = written(*twins, index)
    assert len(files) == 4
    assert files["index.md"].startswith("# Modules")


def test_overloads_stand_with_their_implementation(frames: Module) -> None:
    page = written(frames)["frames.md"]
    assert "@overload\ndef get(self, key: int) -> int\n\n@overload\ndef get(self, key: str) -> str\n\ndef get(" in page
    assert page.count("`get`\n") == 1


def test_a_long_signature_has_one_parameter_a_line() -> None:
    long = tuple(Parameter(name=f"parameter_{n}", kind="positional or keyword", annotation="int") for n in range(6))
    text = function_signature(function("f", parameters=long, returns=Returns(annotation="None")))
    assert text.splitlines()[0] == "def f("
    assert text.splitlines()[1] == "    parameter_0: int,"
    assert text.splitlines()[-1] == ") -> None"
    assert len(text.splitlines()) == 8


@pytest.mark.parametrize(
    ("kinds", "signature"),
    [
        ([("a", "positional-only"), ("b", "positional-only")], "def f(a, b, /)"),
        ([("a", "positional-only"), ("b", "positional or keyword")], "def f(a, /, b)"),
        ([("a", "keyword-only"), ("b", "keyword-only")], "def f(*, a, b)"),
        ([("a", "positional-only"), ("b", "keyword-only")], "def f(a, /, *, b)"),
        ([("a", "variadic positional"), ("b", "keyword-only")], "def f(*a, b)"),
        ([("a", "variadic positional"), ("b", "variadic keyword")], "def f(*a, **b)"),
    ],
)
def test_a_signature_parts_its_kinds_of_parameters(kinds: list[tuple[str, str]], signature: str) -> None:
    items = tuple(Parameter.model_validate({"name": name, "kind": kind}) for name, kind in kinds)
    assert function_signature(function("f", parameters=items)) == signature


def test_an_empty_module_has_a_page(codec: Module) -> None:
    empty = codec.model_copy(update={"members": (), "description": None})
    assert written(empty)["frames.codec.md"] == "# `frames.codec`\n\n<sub>[codec.py](../../src/frames/codec.py)</sub>\n"


def test_code_that_opens_a_parameters_description_is_a_block_in_its_item() -> None:
    items = (Parameter(name="a", kind="keyword-only", default="1", description=said(">>> f(a=1)\n\nLike so.")),)
    page = written(make(function("m.f", parameters=items)))["m.md"]
    assert "-   `a`\n\n    ```pycon\n    >>> f(a=1)\n    ```\n\n    Like so. (default: `1`) <sup>model</sup>" in page


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "](javascript:x)",
        "`<b>`",
        "```\n</sub>",
        "# x\n\n- y\n\n<!--",
        "{{ x }}",
        "\n\n    <b>",
        "``` <b>",
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_default_or_annotation_lets_html_or_headings_through(said_: str, default: str, annotation: str) -> None:
    items = (Parameter(name="a", kind="keyword-only", default=default, annotation=annotation, description=said(said_)),)
    element = function(
        "m.f", parameters=items, description=said(said_),
        returns=Returns(annotation=annotation, description=said(said_)),
        raises=(Raises(exception=annotation or "E", description=said(said_)),),
    )  # fmt: skip
    holder = Class(
        id="m.C", path="m.C", name="C", labels=("public",), lineno=1, endlineno=1, span=Span(start=0, end=0),
        bases=(annotation,), description=said(said_), overview=said(said_),
    )  # fmt: skip
    module = make(element, holder).model_copy(update={"description": said(said_)})
    for name, text in written(module).items():
        headings = 1 if name == "index.md" else 3
        blocks = CODE_HOST.parse(text)
        assert sum(block.type == "heading_open" for block in blocks) == headings
        for token in [inner for block in blocks for inner in [block, *(block.children or [])]]:
            if token.type.startswith("html"):
                assert OURS.fullmatch(token.content)
            assert token.type not in ("image", "table_open", "s_open", "blockquote_open", "ordered_list_open")


def test_render_writes_each_format_into_its_folder_and_tells_each_file(
    tmp_path: Path, frames: Module, codec: Module
) -> None:
    paths = list(render([frames, codec], ("json", "md"), tmp_path, project=Path("/project")))
    assert [str(path.relative_to(tmp_path)) for path in paths] == [
        "json/frames.json", "json/frames.codec.json",
        "markdown/frames.md", "markdown/frames.codec.md", "markdown/index.md", "markdown/objects.inv",
    ]  # fmt: skip
    assert all(path.is_file() for path in paths)
    first = {path: path.read_bytes() for path in paths}
    assert {
        path: path.read_bytes() for path in render([frames, codec], ("json", "md"), tmp_path, project=Path("/project"))
    } == first


def test_render_stops_with_a_hint_where_it_cannot_write(tmp_path: Path, frames: Module) -> None:
    (tmp_path / "json").write_text("a file")
    with pytest.raises(DocgenError) as caught:
        list(render([frames], ("json",), tmp_path))
    assert "--out" in caught.value.hint


def said(text: str) -> Description:
    return Description(text=text, provenance=Provenance(source="model", model="qwen2.5-coder:1.5b"))


def function(path: str, **fields: object) -> Function:
    name = path.rpartition(".")[2]
    base = {"id": path, "path": path, "name": name, "labels": ("public",), "lineno": 1, "endlineno": 2}
    return Function.model_validate({**base, "span": Span(start=0, end=0), **fields})


def make(*members: Function | Class) -> Module:
    return Module(
        id="m", path="m", name="m", lineno=1, endlineno=9, span=Span(start=0, end=0), filepath="m.py", members=members
    )
