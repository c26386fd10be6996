import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.evidence.slicing import GAP, estimate_tokens, mentions, slice_code

FUNCTION = textwrap.dedent('''
    def collect(frames, device):
        """Collect."""
        total = 0
        noise = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
        for step in range(total):
            other = noise[step] + noise[step] + noise[step] + noise[step] + noise[step]
            if frames < 0:
                raise ValueError("frames")
        return noise
''').strip()


def flat(text: str) -> int:
    return 1


def test_code_within_the_budget_is_shown_as_it_stands() -> None:
    assert slice_code(FUNCTION, 1000, flat) == FUNCTION


def test_a_kept_statement_keeps_the_headers_around_it_and_every_gap_is_marked() -> None:
    wanted = mentions(["frames"])
    sliced = slice_code(FUNCTION, 92, lambda text: 0 if wanted(text) or "raise" in text else 9)
    assert (
        sliced
        == textwrap.dedent('''
        def collect(frames, device):
            """Collect."""
            total = 0
            ...
            for step in range(total):
                ...
                if frames < 0:
                    raise ValueError("frames")
            ...
    ''').strip()
    )


def test_a_docstring_that_would_eat_the_budget_is_shortened_between_paragraphs() -> None:
    code = 'def f(x):\n    """First.\n\n    ' + "Second paragraph, long. " * 40 + '\n    """\n    return x\n'
    sliced = slice_code(code, 60, flat)
    assert sliced == f'def f(x):\n    """First. {GAP}"""\n    return x'


@pytest.mark.parametrize("budget", [10, 30, 60, 100])
def test_sliced_code_is_still_python(budget: int) -> None:
    ast.parse(slice_code(FUNCTION, budget, flat))


@given(st.integers(0, 200), st.integers(0, 3))
def test_the_budget_is_kept_but_for_the_header(budget: int, seed: int) -> None:
    sliced = slice_code(FUNCTION, budget, lambda text: (len(text) * 7 + seed) % 3)
    assert estimate_tokens(sliced) <= max(budget, estimate_tokens(f"def collect(frames, device):\n    {GAP}"))
