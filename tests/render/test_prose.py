from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from docgen.render.markdown.escape import code, fenced, indented, starting_line, text
from docgen.render.markdown.prose import first_paragraph, inline, prose
from docgen.visible import visible

CODE_HOST = MarkdownIt("gfm-like", {"html": True, "linkify": False})
OURS = {"<br>", "<code>", "</code>"}

WORDS = r"""
*args **kwargs __init__ _x_ <T> <b> </b> <!-- --> <script> | a|b [x](y) ![i](u) [x]: [^1] &amp; &lt; &#42; $x$ $$
{{ x }} {% x %} {: .c } http://a.b www.a.b <http://a.b> a@b.c # - + 1. 2) >
--- === *** ~~~ ~~x~~ \ \* !!! ??? ::: /// --8<--
^a^ ==m== ++k++ :smile: a_b_c f(x) list[int] é 数
""".split()
GAPS = [
    "  ",
    "\n",
    "\n\n",
    "\n    ",
    "\t",
    "\n- ",
    "\n# ",
    "\n> ",
    "\n1. ",
    "\n===\n",
    "\n---\n",
    "\n|a|b|\n|-|-|\n",
    "\u00a0",
]
CONTROLS = ["\x1b[31m", "\u202e", "\x00", "\r"]
PIECES = st.sampled_from([*WORDS, *GAPS, *CONTROLS]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="`"), max_size=6
)
HOSTILE = st.lists(PIECES, max_size=12).map("".join)
NOT_PROSE = re.compile(r">>> |~~~|::\s*$|^\s*\.\. |^\s*(?:[+|].*[+|]|=+(?:\s+=+)+|\|.*)\s*$", re.MULTILINE)
PLAIN = HOSTILE.filter(lambda value: not NOT_PROSE.search(value))
LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | HOSTILE


def flat(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in [token, *flat(token.children or [])]]


def shown(markdown: str) -> str:
    """The text that a reader sees, on one line."""
    parts = []
    for token in flat(CODE_HOST.parse(markdown)):
        if token.type in ("text", "text_special", "code_inline", "fence", "code_block"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak", "paragraph_close") or token.content == "<br>":
            parts.append(" ")
    return words("".join(parts))


def words(value: str) -> str:
    return " ".join(value.split())


def kinds(markdown: str) -> set[str]:
    """Whatever a parser makes of it that is more than text in paragraphs."""
    tokens = flat(CODE_HOST.parse(markdown))
    html = {token.content for token in tokens if token.type.startswith("html")} - OURS
    return {token.type for token in tokens if not token.type.startswith("html")} | html


@given(LINES.filter(lambda value: "`" not in value))
@example("1986\\. A great year")
@example("&nbsp;")
def test_a_line_of_text_shows_itself_and_nothing_else(value: str) -> None:
    markdown = starting_line(text(value))
    assert shown(markdown) == words(visible(value))
    assert kinds(markdown) <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}


@given(LINES)
def test_text_with_backticks_shows_itself_too(value: str) -> None:
    markdown = starting_line(text(value))
    assert shown(markdown) == words(visible(value))


@given(LINES)
def test_inline_code_shows_itself_and_nothing_else(value: str) -> None:
    markdown = f"x {code(value)} y"
    assert shown(markdown) == words(f"x {visible(value)} y")
    assert kinds(markdown) <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close", "code_inline"}


@given(PLAIN)
def test_a_description_shows_its_words_and_nothing_else(value: str) -> None:
    markdown = prose(value)
    assert shown(markdown) == words(visible(value))
    assert kinds(markdown) <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}


@given(PLAIN)
def test_a_description_in_a_list_item_stays_in_it(value: str) -> None:
    markdown = indented(f"`x` – {prose(value)}", "-   ")
    assert shown(markdown) == words(f"x – {visible(value)}")
    assert kinds(markdown) <= {
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
        "paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline",
    }  # fmt: skip


@given(st.lists(st.tuples(PLAIN.map(words), st.from_regex(r"[\w.()*<>\[\]&|{}%$#]{1,12}", fullmatch=True)), max_size=4))
def test_code_in_backticks_stays_code_between_text_that_stays_text(pieces: list[tuple[str, str]]) -> None:
    markdown = prose("x " + " x ".join(f"{plain} `{span}`" for plain, span in pieces))
    assert shown(markdown) == words(visible("x " + " x ".join(f"{plain} {span}" for plain, span in pieces)))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_at_all_loses_no_word_and_lets_no_html_through(value: str) -> None:
    markdown = prose(value)
    tokens = flat(CODE_HOST.parse(markdown))
    assert {token.content for token in tokens if token.type.startswith("html")} <= OURS
    assert not {token.type for token in tokens} & {
        "heading_open",
        "bullet_list_open",
        "link_open",
        "image",
        "em_open",
        "hr",
        "table_open",
    }
    for word in re.findall(r"[^\W_]{3,}", visible(value)):
        assert word in shown(markdown)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="`~\n"), min_size=1),
    st.sampled_from(["", "python"]),
)
def test_a_block_of_code_is_never_left(value: str, language: str) -> None:
    tokens = CODE_HOST.parse(f"{fenced(value, language)}\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == visible(value) + "\n"


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("Return `x` and ``y``.", "Return `x` and `y`."),
        ("See :class:`~torch.nn.Module` and :py:meth:`run <a.B.run>`.", "See `torch.nn.Module` and `run`."),
        ("Use *args, __init__, <T>, a_b.", r"Use \*args, \_\_init\_\_, &lt;T&gt;, a_b."),
        ("# Title", r"\# Title"),
        ("- one\n- two\n  more", r"\- one<br>- two more"),
        ("One.\ntwo.\n\nThree.", "One. two.\n\nThree."),
        ("Try:\n\n>>> f(*a)\n3\n\nDone.", "Try:\n\n```pycon\n>>> f(*a)\n3\n```\n\nDone."),
        (">>> a\n\n>>> b", "```pycon\n>>> a\n\n>>> b\n```"),
        ("Like this::\n\n    x = 1\n\n    y = 2\n\nDone.", "Like this:\n\n```python\nx = 1\n\ny = 2\n```\n\nDone."),
        (".. code-block:: bash\n\n    ls *\n", "```bash\nls *\n```"),
        (".. note::\n    Mind <this>.", ".. note::<br>&nbsp;&nbsp;&nbsp;&nbsp;Mind &lt;this&gt;."),
        ("```py\n# x\n```\nafter", "```py\n# x\n```\n\nafter"),
        ("```\nnever closed", "&#96;&#96;&#96; never closed"),
        ("+---+\n| a |\n+---+", "```text\n+---+\n| a |\n+---+\n```"),
        ("Either::", "Either::"),
        ("Title\n-----\n\nText.", "Title<br>-----\n\nText."),
        ("", ""),
    ],
)  # fmt: skip
def test_what_authors_write_reads_well(source: str, markdown: str) -> None:
    assert prose(source) == markdown


def test_an_ending_follows_the_last_paragraph_even_where_code_is_last() -> None:
    assert prose("One.\n\n>>> x", ending=" <sup>model</sup>") == "One. <sup>model</sup>\n\n```pycon\n>>> x\n```"
    assert prose(">>> x", ending=" <sup>model</sup>") == "```pycon\n>>> x\n```\n\n<sup>model</sup>"


def test_the_first_paragraph_is_the_summary() -> None:
    assert first_paragraph("One\ntwo.\n\nThree.") == "One two."
    assert first_paragraph(">>> x") == ""


@pytest.mark.parametrize(
    "source",
    [
        "(?<![\\\\w])",
        "<?x",
        "<script>",
        "</b",
        "&#1",
        "&lt",
        "{{ x }}",
        "{% x %}",
        "--8<-- 'f'",
        "#!python x",
        ":::py x",
        "a`b",
    ],
)
def test_code_that_some_dialect_would_read_into_is_spelt_in_references(source: str) -> None:
    """Python-Markdown and its extensions look into code spans: `<![` stops it, `<script>` swallows the page."""
    assert code(source).startswith("<code>")
    assert shown(code(source)) == source


@given(HOSTILE)
def test_inline_text_is_one_line(value: str) -> None:
    assert "\n" not in inline(value)
