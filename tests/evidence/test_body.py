from __future__ import annotations

from pathlib import Path

import pytest

from docgen.evidence.body import returns_value
from docgen.extract import SourceFile, parse_module
from docgen.records import Function

FILE = SourceFile(Path("m.py"), "m", "m.py")


@pytest.mark.parametrize(
    ("body", "gives"),
    [
        ("def f(x): return 1", True),
        ("def f(x): \\\n    return 1", True),
        ("def f(\n    x,\n): return x", True),
        ("def f(x):\n    y = 1; return y", True),
        ("def f(x):\n    if x: return (\n        x\n    )", True),
        ("def f(x): return", False),
        ("def f(x):\n    return None", False),
        ('def f(x):\n    """Note: return early.\n\n    Result: return it.\n    """', False),
        ("def f(x):\n    y: returned = x", False),
        ("def f(x):\n    def g(): return 1", False),
    ],
)
def test_whether_a_function_returns_a_value_however_it_is_laid_out(body: str, gives: bool) -> None:
    module = parse_module(f"{body}\n", FILE)
    [function] = module.members
    assert isinstance(function, Function)
    assert returns_value(module, function) is gives
