"""The content hash: the same for the same code however it is laid out, another for any other program."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.extract import SourceFile, parse_module
from docgen.extract.layout import logical_lines
from docgen.extract.normal import hash_forms
from docgen.records import walk

FILE = SourceFile(Path("m.py"), "m", "m.py")
BASE = 'class C(B):\n    def f(self, a, b=1):\n        if a:\n            g(a, "x # y")\n            h()\n        return [a, b]\n'  # noqa: E501
SAME = {
    "comments": "# c\nclass C(B):  # d\n    # e\n    def f(self, a, b=1):\n        if a:  # g\n"
    '            g(a, "x # y")\n            h()\n        return [a, b]\n        # end\n',
    "docstrings": '"""M."""\nclass C(B):\n    """C."""\n    def f(self, a, b=1):\n        r"""F\n  f."""\n        if a:\n'  # noqa: E501
    '            g(a, "x # y")\n            h()\n        return [a, b]\n',
    "blank lines": BASE.replace("\n", "\n\n \n"),
    "width of indentation": BASE.replace("    ", " "),
    "tabs": BASE.replace("    ", "\t"),
    "line endings": BASE.replace("\n", "\r\n"),
    "breaks in brackets": BASE.replace("(a, ", "(\n a,\n\n# c\n").replace("[a, b]", "[\n  a, b  # c\n]"),
    "continuations": BASE.replace("return ", "return \\\n   "),
    "spaces": BASE.replace("b=1", "b  = 1").replace("[a, b]", "[ a,b ]"),
}
OTHER = {
    "a dedent out of the if": BASE.replace("            h()", "        h()"),
    "an operator": BASE.replace("b=1", "b=-1"),
    "a string's blanks": BASE.replace("x # y", "x  # y"),
    "a comma that makes a tuple": BASE.replace("g(a,", "g((a,),"),
    "a decorator": "@d\n" + BASE,
    "an annotation": BASE.replace("b=1", "b: int=1"),
    "async": BASE.replace("def f", "async def f"),
    "an f-string": BASE.replace('"x # y"', 'f"x # y"'),
}


def _hashes(source: str) -> list[str]:
    return [item.hash for item in walk(parse_module(source, FILE))]


@pytest.mark.parametrize("change", SAME)
def test_layout_comments_and_docstrings_do_not_change_a_hash(change: str) -> None:
    assert _hashes(SAME[change]) == _hashes(BASE)


@pytest.mark.parametrize("change", OTHER)
def test_every_other_change_changes_the_hashes_of_all_that_contain_it(change: str) -> None:
    assert _hashes(OTHER[change])[0] != _hashes(BASE)[0]
    assert _hashes(OTHER[change])[1] != _hashes(BASE)[1]


def test_a_one_line_class_body_that_ends_in_a_string_annotation_counts() -> None:
    assert _hashes("class A: x: 'T'\n") != _hashes("class A: x: 'S'\n")
    assert _hashes("def f(): 'doc'\n") == _hashes("def f(): 'other'\n")


def test_a_float_is_not_an_attribute_of_an_integer() -> None:
    assert _hashes("x = 1 .e5\n") != _hashes("x = 1.e5\n")


@pytest.mark.parametrize("module", ["argparse", "dataclasses", "typing", "textwrap", "enum", "tokenize", "logging"])
def test_the_hashed_form_is_the_same_program(module: str) -> None:
    import importlib.util

    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text("utf-8")
    assert _dump(_program_of_forms(text)) == _dump(text)


_TOKENS = ["a", "b1", "1", "1.", ".5", "0x1f", "'s'", 'f"{a}"', "(", ")", "[", "]", ",", ".", "+", "-", "*", "**", "<",
           "=", "==", ":", ":=", " ", "  ", "\\\n", "not ", "if ", " else ", "lambda ", " in ", "# c\n", "\n", "e5", "j"]  # fmt: skip  # noqa: E501


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(_TOKENS), max_size=14).map("".join))
def test_the_hashed_form_of_any_line_is_the_same_program(code: str) -> None:
    text = f"x = ({code})\n"
    try:
        expected = _dump(text)
    except (SyntaxError, ValueError):
        return
    assert _dump(_program_of_forms(text)) == expected


def _program_of_forms(text: str) -> str:
    """Write the hash forms out as a program again."""
    program: list[str] = []
    depth = -1
    forms = [form for form in hash_forms(text, logical_lines(text)) if form]
    for form, following in zip(forms, [*forms[1:], ""], strict=True):
        line = form.lstrip("<>")
        depth += form.count(">", 0, len(form) - len(line)) - form.count("<", 0, len(form) - len(line))
        program.append(" " * depth + line)
        if line.endswith(":") and not following.startswith(">"):
            program.append(" " * (depth + 1) + "pass")
    return "\n".join(program) + "\n"


class _WithoutStrings(ast.NodeTransformer):
    """Drops statements that are nothing but a string, in every block."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                setattr(node, name, [item for item in block if not _is_string(item)] or [ast.Pass()])
        return node


def _is_string(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _dump(text: str) -> str:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(_WithoutStrings().visit(ast.parse(text)))
