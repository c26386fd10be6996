"""What is not parsed does not matter: the record is the same as if everything had been."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable

import libcst as cst
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docgen.errors import SourceError
from docgen.extract.elements import ModuleWalk
from docgen.extract.layout import block_ends, logical_lines
from docgen.extract.normal import hash_forms
from docgen.extract.outline import HIDDEN, Outline, everything, outline_of
from docgen.extract.parsing import parse_shown, parse_whole
from docgen.extract.places import LineCursor
from docgen.records import Class, Docstring, Function, Member, Module

SIMPLE = [
    "raise ValueError('x')", "raise err", "raise err from None", "raise", "raise (err)", "err = KeyError(1)",
    "a, err = 1, OSError()", "err: Exception = TypeError()", "self.a = 1", "self.b: int = 2", "self.c, self.d = 1, 2",
    "(self.e) = 3", "[self.f, x] = y", "x = self.g = 0", "self . h = 4", "if x: self.i = 5", "x = 1; self.j = 2",
    "f(self.a, b=1)", "self.a.b = 1", "self.a == 1", "self[0] = 1", "yield 1", "x = yield", "await g()", "return x",
    "'text'", '"""raise the class"""', "f'raise {x}'", "pass", "g(lambda: (yield))", "x = [self.a,\n     self.b]",
    "import err", "del self.a", "x = '''\nraise err\n'''", "case = 1", "match = self.k",
]  # fmt: skip
HEADERS = [
    ["if x is None:"], ["if x:", "elif y:", "else:"], ["if x:", "else:"], ["for x in self.a:"],
    ["for x in y:", "else:"], ["while self.z:"], ["with g() as err:"],
    ["try:", "except ValueError as err:"], ["try:", "finally:"],
    ["try:", "except (KeyError, OSError):", "except Exception:", "else:", "finally:"], ["match x:"],
    ["def inner(self, err):"], ["@d\ndef inner(*, a=1):"], ["async def inner():"], ["class Inner(B):"],
]  # fmt: skip


def _block(statements: Iterable[str]) -> str:
    return textwrap.indent("\n".join(statements), "    ")


def _compound(headers: list[str], blocks: list[list[str]]) -> str:
    parts = []
    for header, block in zip(headers, blocks, strict=False):
        if header == "match x:":
            parts += [header, _block(["case 1:", _block(block), "case [y, *_] if y:", _block(block)])]
        else:
            parts += [header, _block(block)]
    return "\n".join(parts)


def _compounds(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(st.lists(inner, min_size=1, max_size=3), min_size=5, max_size=5)
    return st.builds(_compound, st.sampled_from(HEADERS), blocks)


STATEMENTS = st.recursive(st.sampled_from(SIMPLE), _compounds, max_leaves=8)
BODIES = st.lists(STATEMENTS, min_size=1, max_size=5).map(_block)
OPENINGS = [
    "def f(self, x):",
    "def f(\n    self, x\n):",
    "async def f(x, *y):",
    "def f(*self):",
    "def f(  # c\n self):",
]


def _read(
    text: str, outline: Outline, parts: Iterable[cst.Module]
) -> tuple[tuple[Member, ...], Docstring | None, object]:
    cursor = LineCursor(text, outline, hash_forms(text, outline.lines))
    walk = ModuleWalk("m", False, text, cursor, None)
    members = walk.members(part.body for part in parts)
    cursor.finish()
    return members, walk.docstring, walk.imports


@settings(max_examples=400, deadline=None)
@example("def f(self, x):", "    raise\n    err = KeyError(1)\n    raise err", False, False)
@given(st.sampled_from(OPENINGS), BODIES, st.booleans(), st.booleans())
def test_an_outline_gives_the_record_that_the_whole_gives(
    opening: str, body: str, in_class: bool, in_condition: bool
) -> None:
    text = f"{opening}\n{body}\n# end\nX = 1\n"
    text = f"if a:\n{textwrap.indent(text, '    ')}" if in_condition else text
    text = f"class C:\n{textwrap.indent(text, '    ')}" if in_class else text
    lines = logical_lines(text)
    ends = block_ends(lines)
    outline = outline_of(text, lines, ends)
    shown = _read(text, outline, parse_shown(text, outline, [], "m.py"))
    assert shown == _read(text, everything(lines, ends), parse_whole(text, lines, [], "m.py"))


def test_most_of_a_function_is_hidden() -> None:
    text = (
        "def f(x):\n    'F.'\n    y = x + 1\n    for z in y:\n        g(z)\n    if y:\n        raise E\n    return y\n"
    )
    lines = logical_lines(text)
    marks = outline_of(text, lines, block_ends(lines)).marks
    hidden = [text[line.start : line.end] for line, mark in zip(lines, marks, strict=True) if mark == HIDDEN]
    assert hidden == ["y = x + 1", "for z in y:", "g(z)", "return y"]


def test_what_is_wrong_in_a_hidden_line_is_reported_with_its_place(read: Callable[..., Module]) -> None:
    with pytest.raises(SourceError) as caught:
        read("def f():\n    y = = 2")
    assert caught.value.lineno == 2


def test_a_hidden_line_may_be_newer_than_the_interpreter(read: Callable[..., Module]) -> None:
    module = read('def f(x):\n    """F."""\n    type Pair[T = int] = tuple[T, T]\n    y = t"{x}"\n    return y\n')
    [function] = module.members
    assert isinstance(function, Function)
    assert function.docstring
    assert function.docstring.text == "F."


def test_a_string_in_a_block_is_no_docstring_of_what_holds_the_block(read: Callable[..., Module]) -> None:
    module = read("class C:\n    if x:\n        'not C'\n\n    def f(self):\n        with x:\n            'not f'\n")
    [holder] = module.members
    assert isinstance(holder, Class)
    assert [holder.docstring, holder.members[0].docstring] == [None, None]
