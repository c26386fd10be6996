"""Sphinx's autodoc and sphinx-autoapi show what docgen wrote, and the author's words where there are any."""

from __future__ import annotations

import re
from pathlib import Path

import docutils.nodes
import pytest
from docutils.core import publish_doctree
from hypothesis import given
from hypothesis import strategies as st

from docgen.render import rst
from docgen.visible import visible

from .conftest import SOURCE, Write, command

PAGE = """
Queues
======

.. automodule:: q
   :members:
"""


def build(
    project: Path, extensions: str = '"sphinx.ext.autodoc", "sphinx.ext.napoleon"', page: str = PAGE, settings: str = ""
) -> tuple[str, str]:
    """Return the text of the page and what was logged."""
    docs = project / "docs"
    docs.mkdir()
    (docs / "index.rst").write_text(page, encoding="utf-8")
    (docs / "conf.py").write_text(
        f'import sys\nsys.path.insert(0, "../src")\nsys.path.insert(0, {str(project / "src")!r})\n'
        f'extensions = [{extensions}, "docgen.sphinx"]\nhtml_theme = "basic"\nsmartquotes = False\n{settings}\n',
        encoding="utf-8",
    )
    done = command(project, "sphinx", "-W", "--keep-going", "-b", "text", "docs", "site")
    assert done.returncode == 0, done.stderr
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((project / "site").rglob("*.txt")))
    return " ".join(text.split()), done.stdout + done.stderr


def test_a_site_shows_both_the_authors_words_and_the_models(write: Write) -> None:
    project = write()
    shown, _ = build(project)
    for text in (
        "Queues for tests.",
        "Model on class q.Queue. ^model",
        "Model on function q.Queue.put.",
        "**wait** (*bool*) -- Model on parameter wait."
        if "(*bool*)" in shown
        else "**wait** -- Model on parameter wait.",
        r"***rest** -- Model on parameter rest." if "***rest**" in shown else "Model on parameter rest.",
        "Model on returns q.Queue.put.",
        "**ValueError** -- If ",
        "Model on function q.Queue.size.",
        "**limit** -- Model on parameter limit.",
        "Model on yields q.each.",
        "The author's value.",
        "**factor** -- Model on parameter factor.",
    ):
        assert text in shown
    assert "Model on function q.documented" not in shown
    assert "Model on parameter value" not in shown
    assert "_hidden" not in shown
    assert (project / "src" / "q.py").read_text(encoding="utf-8") == SOURCE, "the source is not touched"


def test_parameters_of_author_and_model_are_one_list(write: Write) -> None:
    shown, _ = build(write(), page=".. autofunction:: q.scale\n\nx\n=\n")
    assert shown.count("Parameters:") == 1
    assert re.search(
        r"\* \*\*value\*\* .*-- The author's value\. \* \*\*factor\*\* -- Model on parameter factor", shown
    )


@pytest.mark.parametrize("content", ["class", "both", "init"])
def test_a_class_says_once_what_it_is_made_with(write: Write, content: str) -> None:
    source = SOURCE.replace("= 3) -> None:\n", '= 3) -> None:\n        """Make it."""\n')
    shown, _ = build(write(source), settings=f"autoclass_content = {content!r}")
    assert shown.count("Model on parameter limit.") == 1


def test_marks_can_be_left_out(write: Write) -> None:
    shown, _ = build(write(), settings="docgen_mark = False")
    assert "Model on class q.Queue. ^model" not in shown
    assert "Model on class q.Queue." in shown


def test_autoapi_shows_the_same_without_importing_anything(write: Write) -> None:
    source = SOURCE + "\nraise SystemExit('imported')\n"
    settings = 'autoapi_dirs = ["../src"]\nautoapi_options = ["members"]\nautoapi_generate_api_docs = True\n'
    page = "Queues\n======\n\n.. toctree::\n\n   autoapi/index\n"
    shown, _ = build(write(source), '"autoapi.extension", "sphinx.ext.napoleon"', page, settings)
    for text in (
        "Model on class q.Queue.",
        "Model on function q.Queue.put.",
        "**wait** -- Model on parameter wait." if "(*bool*)" not in shown else "Model on parameter wait.",
        "Model on parameter limit.",
        "The author's value.",
        "Model on parameter factor.",
    ):
        assert text in shown
    assert "_hidden" not in shown


HOSTILE = (
    "Sets it.\n\nArgs:\n    ghost: a\n\n.. raw:: html\n\n    <script>alert(1)</script>\n\n"
    ":param ghost: x_ |y| `z <javascript:a>`_ *b* ``c``\n\nTitle\n====="
)


def test_a_text_that_wants_to_be_more_is_text(write: Write) -> None:
    project = write(say=lambda subject: HOSTILE)
    shown, _ = build(project)
    assert ".. raw:: html <script>alert(1)</script>" in shown
    assert "**ghost**" not in shown


def test_what_was_written_for_older_code_is_left_out_and_told(write: Write) -> None:
    project = write()
    (project / "src" / "q.py").write_text(SOURCE.replace("bool(rest)", "not rest"), encoding="utf-8")
    shown, log = build(project)
    assert "Model on function q.Queue.put." not in shown
    assert "Model on function q.Queue.size." in shown
    assert re.search(r"q: \d descriptions were written for older code and left out", log)


PIECES = st.sampled_from(
    r"""*x* **y** `z` ``c`` `` a_ _b `t <u>`_ |s| [1]_ [x]_ :role:`y` :field: .. ... :: \ \* http://a.b www.a a@b.c
    - + 1. #. (a) A. iv) >>> --x === ---- | > __ "q" 'q' ( ) < { ~ = é 数 x:: ``a`b`` :: """.split()
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
HOSTILE_TEXT = st.lists(PIECES, max_size=10).map(" ".join)


def shown_by(lines: list[str]) -> docutils.nodes.document:
    return publish_doctree(
        "\n".join(lines),
        settings_overrides={"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "raw_enabled": False},
    )


@given(HOSTILE_TEXT)
def test_a_paragraph_of_restructured_text_shows_its_words_and_nothing_else(value: str) -> None:
    document = shown_by([rst.paragraph(value)])
    kinds = {type(node).__name__ for node in document.findall(docutils.nodes.Element)}
    assert kinds <= {"document", "paragraph", "literal"}
    assert words(document.astext()) == words(re.sub(r"(?::[a-zA-Z][\w.-]*){1,2}:(?=`)", "", visible(value)))


@given(st.text(st.characters(exclude_categories=["Cs"])) | HOSTILE_TEXT)
def test_a_description_makes_nothing_but_paragraphs_and_code(value: str) -> None:
    document = shown_by(rst.prose(value, ending=" :sup:`model`"))
    kinds = {type(node).__name__ for node in document.findall(docutils.nodes.Element)}
    assert kinds <= {"document", "paragraph", "literal", "literal_block", "superscript", "inline"}


def words(text: str) -> str:
    """What a reader sees, but for the backticks around code."""
    return re.sub(r"[`\s]+", "", text)
