"""mkdocstrings shows what docgen wrote, and the author's words where there are any."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import griffe
import pytest

from docgen.griffe import DocgenExtension

from .conftest import SOURCE, Write, command

CONFIG = """
site_name: x
theme: {name: mkdocs}
plugins:
- mkdocstrings:
    handlers:
      python:
        paths: [src]
        options:
          extensions:
          - EXTENSION
"""


def build(project: Path, extension: str = "docgen.griffe") -> tuple[str, str]:
    """Return the text of the page and what was logged."""
    (project / "docs").mkdir()
    (project / "docs" / "index.md").write_text("::: q\n", encoding="utf-8")
    (project / "mkdocs.yml").write_text(CONFIG.replace("EXTENSION", extension), encoding="utf-8")
    done = command(project, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr
    return (project / "site" / "index.html").read_text(encoding="utf-8"), done.stderr


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_site_shows_both_the_authors_words_and_the_models(write: Write) -> None:
    project = write()
    page, log = build(project)
    shown = text_of(page)
    for text in (
        "Queues for tests.",
        "Model on class q.Queue.",
        "Model on function q.Queue.put.",
        "Model on parameter wait.",
        "Model on parameter rest.",
        "Model on returns q.Queue.put.",
        "not wait",
        "Model on function q.Queue.size.",
        "Model on parameter limit.",
        "Model on yields q.each.",
        "The author's value.",
        "Model on parameter factor.",
        "Model on attribute x.",
    ):
        assert text in shown
    assert '<sup class="docgen" title="m:1b">model</sup>' in page
    assert "Model on function q.documented" not in shown
    assert "Model on parameter value" not in shown
    assert "left out" not in log
    assert (project / "src" / "q.py").read_text(encoding="utf-8") == SOURCE, "the source is not touched"


def test_options_are_given_in_the_configuration(write: Write) -> None:
    page, _ = build(write(), "docgen.griffe:DocgenExtension: {mark: false}")
    assert "Model on function q.Queue.put." in page
    assert "<sup" not in page


@pytest.fixture
def loaded(write: Write, monkeypatch: pytest.MonkeyPatch) -> griffe.Module:
    project = write()
    monkeypatch.chdir(project)
    return load(project)


def load(project: Path, style: griffe.Parser = griffe.Parser.google) -> griffe.Module:
    module = griffe.load(
        "q", search_paths=[project / "src"], extensions=griffe.load_extensions("docgen.griffe"), docstring_parser=style
    )
    assert isinstance(module, griffe.Module)
    return module


def sections(obj: griffe.Object | griffe.Alias) -> dict[str, object]:
    assert obj.docstring is not None
    return {section.kind.value: section.value for section in obj.docstring.parsed}


def test_parameters_keep_the_order_of_the_signature_and_its_types(loaded: griffe.Module) -> None:
    parameters = sections(loaded["scale"])["parameters"]
    assert [(p.name, str(p.annotation), p.default) for p in parameters] == [  # type: ignore[attr-defined]
        ("value", "float", None), ("factor", "float", "2.0"),
    ]  # fmt: skip
    assert [p.name for p in sections(loaded["Queue.put"])["parameters"]] == ["item", "*rest", "wait"]  # type: ignore[attr-defined]


def test_what_a_generator_yields_has_the_type_of_one_item(loaded: griffe.Module) -> None:
    [yielded] = sections(loaded["each"])["yields"]  # type: ignore[misc]
    assert str(yielded.annotation) == "int"


def test_what_is_described_in_full_is_left_alone(loaded: griffe.Module) -> None:
    assert type(loaded["documented"].docstring) is griffe.Docstring


def test_no_private_element_is_described(loaded: griffe.Module) -> None:
    assert loaded["Queue._hidden"].docstring is None


@pytest.mark.parametrize("style", [griffe.Parser.google, griffe.Parser.numpy, griffe.Parser.sphinx])
def test_the_style_of_the_projects_docstrings_does_not_matter(
    write: Write, monkeypatch: pytest.MonkeyPatch, style: griffe.Parser
) -> None:
    project = write()
    monkeypatch.chdir(project)
    assert [*sections(load(project, style)["Queue.put"])] == ["text", "parameters", "returns", "raises"]


HOSTILE = (
    "Sets it.\n\nArgs:\n    ghost: <script>alert(1)</script>\n\n::: q.scale\n\n# Title {: #x } [a](javascript:b) `x`."
)


def test_a_text_that_wants_to_be_more_is_text(write: Write) -> None:
    page, _ = build(write(say=lambda subject: HOSTILE))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript:' not in page
    assert not re.search(r"<h\d[^>]*>\s*Title", page)
    assert "<code>x</code>" in page
    assert page.count('id="q.scale"') == 1


def test_what_was_written_for_older_code_is_left_out_and_told(write: Write) -> None:
    project = write()
    (project / "src" / "q.py").write_text(SOURCE.replace("bool(rest)", "not rest"), encoding="utf-8")
    page, log = build(project)
    assert "Model on function q.Queue.put." not in page
    assert "Model on function q.Queue.size." in page
    assert re.search(r"q: \d descriptions were written for older code and left out", log)


def test_layout_and_comments_make_nothing_old(write: Write) -> None:
    project = write()
    (project / "src" / "q.py").write_text("# A comment.\n" + SOURCE.replace("= 3", "=  3"), encoding="utf-8")
    page, log = build(project)
    assert "Model on function q.Queue.put." in page
    assert "left out" not in log


def test_without_a_run_the_site_is_built_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "q.py").write_text("def f(): ...\n", encoding="utf-8")
    assert load(tmp_path)["f"].docstring is None
    assert "no run of docgen has written to" in caplog.text


def test_records_that_cannot_be_read_are_told_and_ignored(
    write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    project = write()
    monkeypatch.chdir(project)
    (project / "out" / "json" / "q.json").write_text("{", encoding="utf-8")
    with caplog.at_level("INFO"):
        assert load(project)["Queue"].docstring is None
    assert "q.json is not JSON" in caplog.text


def test_records_are_found_from_a_folder_below(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write()
    (project / "docs" / "deep").mkdir(parents=True)
    monkeypatch.chdir(project / "docs" / "deep")
    assert load(project)["Queue"].docstring is not None


def test_the_extension_takes_hooks_of_later_versions() -> None:
    """griffe asks every extension to accept arguments that it does not know."""
    import inspect

    for hook in (DocgenExtension.on_object, DocgenExtension.on_package):
        assert inspect.Parameter.VAR_KEYWORD in {p.kind for p in inspect.signature(hook).parameters.values()}
