"""A docstring finds its place in every layout that Python allows, and every other byte stays."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from docgen.extract import SourceFile
from docgen.records import Description, Provenance, Subject, walk
from docgen.render.docstrings.applying import Manner, apply_descriptions
from tests.render.docstrings.rounds import describe, differences, go_round, read

FILE = SourceFile(Path("m.py"), "m", "m.py")


def applied(source: str | bytes, manner: Manner | None = None, **texts: str) -> bytes:
    """Write texts as the summaries of the elements that end in these names; `m` is the module."""
    raw = source if isinstance(source, bytes) else source.encode()
    module = read(raw, FILE)
    provenance = Provenance(source="model", model="x")
    said = {
        Subject(element=element.id, kind=element.kind): Description(text=texts[element.name], provenance=provenance)
        for element in walk(module)
        if element.name in texts and element.kind != "attribute"  # type: ignore[attr-defined]
    }
    after = apply_descriptions(raw, module, said, manner or Manner()).after
    assert list(differences(raw, after)) == []
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("def f():\n    return 1\n", 'def f():\n    """Do."""\n    return 1\n', id="a block"),
        pytest.param(
            "def f(): return 1\n", 'def f():\n    """Do."""\n    return 1\n', id="a body on the header's line"
        ),
        pytest.param("def f():return 1", 'def f():\n    """Do."""\n    return 1', id="no newline at the end"),
        pytest.param(
            "def f(x=lambda: {1: 2}) -> lambda: 0: return x[1:2]; y = 1  # why\n",
            'def f(x=lambda: {1: 2}) -> lambda: 0:\n    """Do."""\n    return x[1:2]; y = 1  # why\n',
            id="colons before the body",
        ),
        pytest.param("def f(): \\\n  return 1\n", 'def f():\n    """Do."""\n    return 1\n', id="a continued header"),
        pytest.param(
            "if 1:\n  def f(): (yield)\n  x = 1\n",
            'if 1:\n  def f():\n    """Do."""\n    (yield)\n  x = 1\n',
            id="a body on the header's line, within a block",
        ),
        pytest.param(
            "@a\n@b(\n  1\n)\n# c\nasync def f(\n    x, /, *, y\n) -> int:  # d\n    # e\n\n    return 1\n",
            "@a\n@b(\n  1\n)\n# c\nasync def f(\n    x, /, *, y\n) -> int:  # d\n"
            '    """Do."""\n    # e\n\n    return 1\n',
            id="decorators, comments and a signature of several lines",
        ),
        pytest.param("def f():\n\treturn 1\n", 'def f():\n\t"""Do."""\n\treturn 1\n', id="tabs"),
        pytest.param(
            "class A:\n\tdef f(self): pass\n", 'class A:\n\tdef f(self):\n\t\t"""Do."""\n\t\tpass\n', id="tabs, in line"
        ),
        pytest.param("def f():\r\n    return 1\r\n", 'def f():\r\n    """Do."""\r\n    return 1\r\n', id="CRLF"),
        pytest.param("def f():\r    return 1\r", 'def f():\r    """Do."""\r    return 1\r', id="lone CR"),
        pytest.param(
            "x = 1\n\f\ndef f():\n\f    return 1\n",
            'x = 1\n\f\ndef f():\n    """Do."""\n\f    return 1\n',
            id="form feeds",
        ),
        pytest.param(
            "def f():\n    def g(): pass\n    return g\n",
            'def f():\n    """Do."""\n\n    def g(): pass\n    return g\n',
            id="a definition comes first",
        ),
        pytest.param(
            "def f():\n    b'x'\n    f'y'\n",
            'def f():\n    """Do."""\n    b\'x\'\n    f\'y\'\n',
            id="strings of other kinds",
        ),
        pytest.param('def f():\n    ""\n    x = 1\n', 'def f():\n    """Do."""\n    x = 1\n', id="an empty docstring"),
        pytest.param('def f(): ""; x = 1\n', 'def f(): """Do."""; x = 1\n', id="an empty docstring, in line"),
        pytest.param(
            "def f():\n    '''One.'''\ndef g(): pass\ndef h():\n    '''Two.'''\nclass f: pass\n",
            "def f():\n    '''One.'''\ndef g(): pass\ndef h():\n    '''Two.'''\nclass f:\n    '''Do.'''\n\n    pass\n",
            id="the quotes of the file",
        ),
    ],
)
def test_a_function_gets_its_docstring(before: str, after: str) -> None:
    assert applied(before, f="Do.").decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("class A: pass\n", 'class A:\n    """Be."""\n\n    pass\n', id="in line"),
        pytest.param("class A:\n  x = 1\n", 'class A:\n  """Be."""\n\n  x = 1\n', id="a block"),
        pytest.param("class A(B):\n\n  x = 1\n", 'class A(B):\n  """Be."""\n\n  x = 1\n', id="a blank line"),
        pytest.param(
            "class A[T: (int, str) = int](B[lambda: 1], k={1: 2}): x: int = 1\n",
            'class A[T: (int, str) = int](B[lambda: 1], k={1: 2}):\n    """Be."""\n\n    x: int = 1\n',
            id="type parameters",
            marks=pytest.mark.skipif("sys.version_info < (3, 13)", reason="the proof needs a Python that reads it"),
        ),
        pytest.param(
            "class B:\n    class A:\n        pass\n",
            'class B:\n    class A:\n        """Be."""\n\n        pass\n',
            id="a class in a class",
        ),
    ],
)
def test_a_class_gets_its_docstring(before: str, after: str) -> None:
    assert applied(before, A="Be.").decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", '"""Have."""\n', id="nothing"),
        pytest.param("x = 1", '"""Have."""\n\nx = 1', id="no newline at the end"),
        pytest.param("# c", '# c\n"""Have."""\n', id="a comment alone"),
        pytest.param(
            "#!/bin/python\n# -*- coding: utf-8 -*-\nfrom __future__ import annotations\n",
            '#!/bin/python\n# -*- coding: utf-8 -*-\n"""Have."""\n\nfrom __future__ import annotations\n',
            id="shebang, encoding, future",
        ),
        pytest.param(
            "# Copyright\n\n# about x\nx = 1\n", '# Copyright\n\n"""Have."""\n\n# about x\nx = 1\n', id="own comment"
        ),
        pytest.param("\n# coding: latin-1\nx = 1\n", '\n# coding: latin-1\n"""Have."""\n\nx = 1\n', id="late encoding"),
        pytest.param("# c\n\nx = 1\n", '# c\n\n"""Have."""\n\nx = 1\n', id="a comment and a blank line"),
        pytest.param("# c\r\nx = 1\r\n", '# c\r\n"""Have."""\r\n\r\nx = 1\r\n', id="CRLF"),
        pytest.param("\f\nx = 1\n", '\f\n"""Have."""\n\nx = 1\n', id="a form feed"),
        pytest.param("\ufeffx = 1\n", '\ufeff"""Have."""\n\nx = 1\n', id="a byte order mark"),
        pytest.param("b'x'\n", '"""Have."""\n\nb\'x\'\n', id="bytes"),
    ],
)
def test_a_module_gets_its_docstring(before: str, after: str) -> None:
    assert applied(before, m="Have.").decode() == after


def test_overload_stubs_and_accessors_get_none() -> None:
    source = (
        "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\n"
        "def f(x):\n    return x\nclass A:\n    @property\n    def p(self): return 1\n"
        "    @p.setter\n    def p(self, x): pass\n"
    )
    after = applied(source, f="Do.", p="Get.").decode()
    assert after.count('"""Do."""') == 1
    assert 'def f(x):\n    """Do."""\n' in after
    assert after.count('"""Get."""') == 1


def test_stub_files_get_docstrings_where_they_stand() -> None:
    after = applied("def f(x: int) -> int: ...\nclass A: ...\n", f="Do.", A="Be.").decode()
    assert after == 'def f(x: int) -> int:\n    """Do."""\n    ...\nclass A:\n    """Be."""\n\n    ...\n'


def test_what_the_encoding_lacks_is_escaped() -> None:
    source = "# coding: latin-1\ndef f():\n    return 'ä'\n".encode("latin-1")
    after = applied(source, f="Gibt ä und → und \\ zurück.")
    assert 'def f():\n    """Gibt ä und \\u2192 und \\\\ zurück."""\n'.encode("latin-1") in after
    assert ast.get_docstring(ast.parse(after).body[0]) == "Gibt ä und → und \\ zurück."  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"Match \d+ and \n.", '    r"""Match \\d+ and \\n."""\n'),
        ('Say """ and \\.', '    """Say \\"\\"\\" and \\\\."""\n'),
        ('Say "no"', '    """Say "no"."""\n'),
        ("End in \\", '    r"""End in \\."""\n'),
        ("Ring \x07 and \u202e.", '    """Ring \\x07 and \\u202e."""\n'),
        ("Half \ud83d a pair.", '    """Half \\ud83d a pair."""\n'),
        ("Say ''' too.", '    """Say \'\'\' too."""\n'),
    ],
)
def test_a_text_means_the_same_in_quotes(text: str, written: str) -> None:
    after = applied("def f():\n    return 1\n", f=text)
    assert written in after.decode()
    assert ast.get_docstring(ast.parse(after).body[0]) == text.rstrip(".") + "."  # type: ignore[arg-type]


def test_sections_in_a_file_with_tabs_are_indented_by_tabs() -> None:
    raw = b"class A:\n\tdef f(self, x):\n\t\treturn x\n"
    module = read(raw, FILE)
    after = apply_descriptions(raw, module, describe(module, (r"Match \d.",)), Manner()).after.decode()
    assert '\t\tr"""Match \\d.\n\n\t\tArgs:\n\t\t\tx: Match \\d.\n' in after
    after = apply_descriptions(raw, module, describe(module, ("Do.",)), Manner(style="numpy")).after.decode()
    assert "\t\tDo.\n\n\t\tParameters\n\t\t----------\n\t\tx\n\t\t\tDo.\n" in after
    assert "\\x09" not in after


@pytest.mark.parametrize("style", ["google", "numpy", "sphinx"])
@pytest.mark.parametrize("name", sorted(path.name for path in (Path(__file__).parents[2] / "extract/corpus").iterdir()))
def test_odd_files_are_written_right_or_left_alone(name: str, style: str) -> None:
    raw = (Path(__file__).parents[2] / "extract/corpus" / name).read_bytes()
    assert go_round(raw, FILE, Manner(style=style)).mismatches == ()  # type: ignore[arg-type]
