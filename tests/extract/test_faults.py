"""Files that must give a record or one error with its place, whatever is in them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.errors import SourceError
from docgen.extract import SourceFile, parse_module, read_module
from docgen.extract.decoding import decode
from docgen.records import Attribute, Module

from .fuzzed import kept

FILE = SourceFile(Path("m.py"), "m", "m.py")
CORPUS = Path(__file__).parent / "corpus"
Read = Callable[[str | bytes], Module]


@pytest.mark.parametrize(
    ("source", "place", "says"),
    [
        (b"x = 1\ndef f(:\n", (2, 6), "never closed"),
        (b"x = 1\nclass C:\n    y = = 2\n", (3, 9), "does not parse"),
        (b"x = 1\ny = (1,\n", (2, 5), "never closed"),
        (b"x = 1\n  y = 'abc\n", (2, 7), "never closed"),
        (b"x = 1)\n", (1, 6), "closes nothing"),
        (b"x = 1\n# caf\xe9\n", (2, 6), "not utf-8 text"),
        (b"# coding: klingon\nx = 1\n", (1, 1), "klingon"),
        (b"# coding: rot13\nx = 1\n", (1, 1), "rot13"),
        (b"\xef\xbb\xbf# coding: latin-1\n", (1, 1), "encoding"),
        (b"x = 1\ny = \0\n", (2, 5), "null byte"),
        ("x = 1\n".encode("utf-16"), (1, 1), "not utf-8 text"),
        (b"if x:\n        y\n    z\n", (3, 6), "does not parse"),
        (b"x = f'{a'\n", (1, 9), "never closed"),
        (b"x = 1\n__all__ = ['a', !'b']\n", (2, 17), "does not parse"),
    ],
)
def test_what_cannot_be_read_is_named_with_line_and_column(
    read: Read, source: bytes, place: tuple[int, int], says: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(source)
    assert says in caught.value.message
    assert "\n" not in str(caught.value)
    assert (caught.value.lineno, caught.value.column) == place


@pytest.mark.parametrize("source", [b"", b"\n\n", b"\xef\xbb\xbf", b"\r\r\n\f\n"])
def test_an_empty_file_is_named_but_an_empty_package_is_a_module(tmp_path: Path, source: bytes) -> None:
    path = tmp_path / "empty.py"
    path.write_bytes(source)
    with pytest.raises(SourceError, match=r"empty\.py:1:1: empty"):
        read_module(SourceFile(path, "empty", "empty.py"))
    module = read_module(SourceFile(path, "empty", "empty.py", is_package=True))
    assert module.members == ()
    assert module.docstring is None


def test_a_file_with_a_comment_alone_is_an_empty_module(read: Read) -> None:
    assert read(b"# only a comment").members == ()


def test_a_file_of_5_mb_is_refused_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "table.py"
    path.write_text(f"DATA = {list(range(800_000))}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"table.py:1:1: too large: 6.\d MB"):
        read_module(SourceFile(path, "table", "table.py"))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"# -*- coding: latin-1 -*-\ndef caf\xe9(): ...\n", "café"),
        (b"\xef\xbb\xbfdef f(): ...\n", "f"),
        (b"\r\ndef f():\r\n  pass\r\n", "f"),
        (b"x = 1\rdef f():\r  pass\r", "f"),
        (b"\fdef f():\n\tpass\n\f\n", "f"),
        (b"def f(): pass", "f"),
        (b"@ d\ndef f(a, \\\n  b): pass\n", "f"),
        (b"\\\n\ndef f(): pass\n", "f"),
    ],
)
def test_encodings_line_endings_and_layouts_are_all_read(read: Read, source: bytes, name: str) -> None:
    assert read(source).members[-1].name == name


DEEP = {
    "brackets": lambda n: "[" * n + "]" * n,
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "dictionaries": lambda n: "{1:" * n + "1" + "}" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "subscripts": lambda n: "f[" * n + "1" + "]" * n,
    "walrus": lambda n: "(a:=" * n + "1" + ")" * n,
    "minus": lambda n: "-" * n + "1",
    "not": lambda n: "not " * n + "1",
    "sum": lambda n: "+".join("a" * n),
    "powers": lambda n: "**".join("a" * n),
    "and": lambda n: " and ".join("a" * n),
    "attributes": lambda n: "a" + ".b" * n,
    "method chain": lambda n: "a" + ".b()" * n,
    "subscript chain": lambda n: "a" + "[0]" * n,
    "conditional": lambda n: "a if b else " * n + "c",
    "lambda": lambda n: "lambda: " * n + "c",
    "lambda defaults": lambda n: "lambda x=" * n + "1" + ":1" * n,
    "comprehension": lambda n: "[a " + "for a in b " * n + "]",
    "strings": lambda n: "x = " + " ".join(["'s'"] * n),
    "f-strings": lambda n: "f'{" * n + "1" + "}'" * n,
    "format specifications": lambda n: "f'{a:" + "{a:" * n + "}" * n + "}'",
    "sum in an f-string": lambda n: "f'{" + "+".join("a" * n) + "}'",
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(n)) + " " * n + "pass",
    "elif": lambda n: "if a:\n pass\n" + "elif b:\n pass\n" * n,
    "pattern": lambda n: "match x:\n case " + "{1:" * n + "a" + "}" * n + ":\n  pass",
    "list pattern": lambda n: "match x:\n case " + "[" * n + "a" + "]" * n + ":\n  pass",
    "dots after brackets": lambda n: "(" * (n // 8 % 150) + "a" + ".b" * (n // 2) + ")" * (n // 8 % 150),
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("depth", [95, 190, 980, 3000])
def test_deep_nesting_is_read_or_refused_at_its_place(kind: str, depth: int) -> None:
    started = time.monotonic()
    source = "before = 1\n" + DEEP[kind](depth) + "\n"
    try:
        parse_module(source, FILE)
    except SourceError as error:
        assert error.lineno >= 2
        assert error.column >= 1
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("kind", DEEP)
def test_absurd_nesting_is_refused_or_read_in_no_time(kind: str) -> None:
    source = DEEP[kind](3000 if kind == "blocks" else 30_000) + "\n"
    started = time.monotonic()
    try:
        parse_module(source, FILE)
        assert kind == "comprehension"  # Long enough between its brackets to be taken for data.
    except SourceError as error:
        assert error.lineno >= 1
    assert time.monotonic() - started < 10


def test_deep_nesting_is_survived_on_a_thread_with_a_small_stack() -> None:
    found: list[object] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.append(parse_module("x = " + "-" * 900 + "1\n", FILE)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert isinstance(found[0], Module)


@pytest.mark.parametrize(
    "table",
    [
        "DATA = [\n" + "    (1, 2.5, 'abc'),\n" * 250_000 + "]\n",
        "DATA = {\n" + "    'key': [1, 2, 3],\n" * 200_000 + "}\n",
        "DATA = (" + "'line of text'\n" * 350_000 + ")\n",
        "DATA = " + repr("x" * 5_000_000) + "\n",
        "DATA = f([" + "0x1f, " * 800_000 + "], x=3)\n",
    ],
    ids=["list", "dictionary", "strings", "string", "call"],
)
def test_a_data_table_is_documented_without_its_data(table: str) -> None:
    started = time.process_time()
    module = parse_module(f'"""Data."""\n{table}"""The data."""\n\ndef after(): ...\n', FILE)
    data, after = module.members
    assert isinstance(data, Attribute)
    assert data.value is not None
    assert len(data.value) < 100
    assert data.docstring is not None
    assert data.docstring.text == "The data."
    assert module.source[after.span.start : after.span.end] == "def after(): ..."
    assert time.process_time() - started < 20


def test_data_that_cannot_be_left_out_is_refused_at_its_place() -> None:
    with pytest.raises(SourceError, match="too large") as caught:
        parse_module("x = 1\ny = " + "1, " * 1_000_000 + "\n", FILE)
    assert (caught.value.lineno, caught.value.column) == (2, 1)


@pytest.mark.parametrize("source", [b"x = 1\ny = 'a' b'b'\n", b"x = 1\n__all__ = ['a' b'b']\n"])
def test_what_only_the_syntax_tree_refuses_is_named_with_its_line(read: Read, source: bytes) -> None:
    with pytest.raises(SourceError, match="does not parse") as caught:
        read(source)
    assert caught.value.lineno == 2


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_nasty_files_give_a_record_or_an_error(path: Path) -> None:
    try:
        assert isinstance(read_module(SourceFile(path, "m", path.name)), Module)
    except SourceError as error:
        assert error.lineno >= 1


def test_all_that_a_fuzzer_found_gives_a_record_or_an_error() -> None:
    for number, data in enumerate(kept()):
        began = time.process_time()
        try:
            parse_module(decode(data, FILE.display), FILE)
        except SourceError as error:
            assert error.message
        assert time.process_time() - began < 10, f"{number} of tests/extract/fuzzed.tar.xz takes for ever"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    source=st.one_of(st.binary(max_size=200), st.text("()[]{}'\"\\#:=,.\n\t fr\0é1+-x@", max_size=80).map(str.encode))
)
def test_arbitrary_bytes_give_a_record_or_an_error(read: Read, source: bytes) -> None:
    try:
        assert isinstance(read(source), Module)
    except SourceError as error:
        assert error.message


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_module(SourceFile(tmp_path / "gone.py", "gone", "gone.py"))
