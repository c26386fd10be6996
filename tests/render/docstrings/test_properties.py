"""Any text into any layout: the code stays, the text can be read back, and a second time changes nothing."""

from __future__ import annotations

import ast
from itertools import cycle
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.extract import SourceFile
from docgen.records import Description, Provenance
from docgen.render.docstrings.applying import Manner, apply_descriptions
from docgen.render.docstrings.literal import literal, read_literal
from docgen.render.docstrings.mood import as_command
from docgen.render.docstrings.wrapping import columns, fill
from tests.render.docstrings.rounds import describe, differences, lost_words, read

FILE = SourceFile(Path("m.py"), "m", "m.py")
MARKUP = ("Args:", "Returns:", ":param x:", "----", '"""', "'''", "\\", ">>>", "- a", "\n\n", "x: y", "Raises", "é→")
WORDS = st.one_of(st.sampled_from(MARKUP), st.text(min_size=1, max_size=8), st.sampled_from(("the", "item", "returns")))
TEXT = st.lists(WORDS, min_size=1, max_size=30).map(" ".join).filter(lambda text: bool(text.strip()))
LINE = st.text(st.characters(blacklist_characters="\n\r"), min_size=1, max_size=40)

NEWLINES = st.sampled_from(("\n", "\r\n", "\r"))
INDENTS = st.sampled_from((" ", "  ", "    ", "\t", "        "))
BODIES = st.sampled_from(
    (
        ": return 1",
        ":return 1; x = 2",
        ": \\\n    return 1",
        ":\n>return 1",
        ":  # why\n># because\n\n>return 1",
        ":\n>b'bytes'\n>return 1",
        ":\n>def g(): pass\n>return g",
        ':\n>"One."\n>return 1',
        ":\n>'''One.\n\n>Args:\n>  x: Mine.\n>'''\n>raise ValueError(x)",
        ':\n>r"""One \\d.\n\n>Parameters\n>----------\n>x : int\n>  Mine.\n>"""',
        ':\n>u"""One.\n\n>:param x: Mine.\n\n>Text."""; return 1',
        ':\n>("One."\n>  "Two.")\n>return 1',
        ':\n>"""\n>"""\n>yield 1',
        ':\n\n\f>"""One."""  # why\n\n>return 1',
    )
)
HEADERS = st.sampled_from(
    (
        "def f(x, *y, z: 'int' = 1)",
        "async def f(x: dict[str, int], /) -> lambda: 0",
        "@d(1)\n\n# c\n@e\ndef f(x)",
        "class C(B)",
    )
)
TOPS = st.sampled_from(
    (
        "",
        "#!/bin/sh\n",
        "# coding: utf-8\n\n# c\n",
        "\f\n",
        '"""M."""\n',
        "from __future__ import annotations\n",
        "\n\n",
    )
)


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    """Return a module of a few definitions, laid out in an odd way."""
    indent = draw(INDENTS)
    parts = [draw(TOPS)]
    for _ in range(draw(st.integers(1, 3))):
        is_method = draw(st.booleans())
        text = draw(HEADERS) + draw(BODIES).replace(">", indent)
        if is_method:
            text = "class A:\n" + "\n".join(
                line if "\\" in previous else indent + line if line.strip(" \t\f") else line
                for previous, line in zip(["", *text.split("\n")], text.split("\n"), strict=False)
            )
        parts.append(text + "\n")
    text = "".join(parts)
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    mark = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    return mark + text.replace("\n", draw(NEWLINES)).encode()


@settings(max_examples=150, deadline=None)
@given(sources(), st.lists(TEXT, min_size=1, max_size=6), st.data())
def test_only_docstrings_change_and_only_once(raw: bytes, texts: list[str], data: st.DataObject) -> None:
    try:
        ast.parse(raw)
    except SyntaxError:
        return
    mode = data.draw(st.sampled_from(("missing-only", "complete", "replace")))
    style = data.draw(st.sampled_from(("google", "numpy", "sphinx")))
    manner = Manner(mode, style, data.draw(st.integers(40, 120)))
    module = read(raw, FILE)
    said = describe(module, tuple(texts))
    applied = apply_descriptions(raw, module, said, manner)
    assert list(differences(raw, applied.after)) == []
    if mode == "complete":
        assert list(lost_words(raw, applied.after)) == []
    again = apply_descriptions(applied.after, read(applied.after, FILE), said, manner)
    assert again.after == applied.after


@given(st.lists(LINE, min_size=1, max_size=4), st.sampled_from(('"""', "'''")), st.booleans(), st.booleans())
def test_a_literal_says_what_its_lines_say(lines: list[str], quotes: str, below: bool, ascii_only: bool) -> None:
    def encodable(character: str) -> bool:
        return character.isascii() if ascii_only else not "\ud800" <= character <= "\udfff"

    source = literal(lines, indent="    ", newline="\n", quotes=quotes, encodable=encodable, below=below)
    assert source.isascii() or not ascii_only
    value = ast.literal_eval(source)
    found = [line.removeprefix("    ") for line in value.split("\n")]
    if len(lines) > 1:
        found = found[1:] if below else [value.split("\n")[0], *found[1:]]
        assert found.pop() == ""
    assert found == lines
    read_back = read_literal(source)
    assert read_back is not None
    assert [line.text for line in read_back.lines] == value.split("\n")


@given(TEXT, st.integers(20, 100))
def test_filled_lines_have_every_word_in_order_and_are_no_longer_than_they_may_be(text: str, width: int) -> None:
    lines = fill(text, width, "  x: ", "    ")
    assert " ".join(lines).split() == ["x:", *text.split()]
    for line in lines:
        assert columns(line) <= width or not any(c in line.strip().removeprefix("x: ") for c in " ") or _is_glued(line)


def _is_glued(line: str) -> bool:
    """Whether a line that is too long holds a word that may not begin one."""
    return len(line.split()) > 1


@given(st.text(max_size=60))
def test_a_command_differs_from_its_sentence_in_the_verb_alone(text: str) -> None:
    said = as_command(text)
    assert said == text or len(said.split()) == len(text.split())


def test_provenance_of_an_author_is_never_written_over() -> None:
    raw = b'def f():\n    """Mine."""\n    return 1\n'
    module = read(raw, FILE)
    own = cycle([Provenance(source="source"), Provenance(source="inherited", base="b.f")])
    said = {s: Description(text="Other.", provenance=next(own)) for s in describe(module) if s.kind == "function"}
    assert apply_descriptions(raw, module, said, Manner("replace")).after == raw
