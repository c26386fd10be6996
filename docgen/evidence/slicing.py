"""Code within a token budget: the statements that matter are kept whole, the others give way to a mark.

Nothing is cut off blindly: every logical line is kept or left out, a kept line keeps the headers that enclose it, and a
mark stands wherever something is missing, so that the reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from docgen.extract.layout import LayoutError, LogicalLine, block_ends, logical_lines

GAP = "..."
CHARACTERS_PER_TOKEN = 3.0
"""Fewer than code really has (3.3 to 3.8 with the tokenizers of Qwen and Llama): estimates err on the safe side."""

_STRING = re.compile(r"[rRbBuU]{0,2}(\"\"\"|'''|\"|')")

Rank = Callable[[str], int]
"""How much a statement matters, from its text; 0 is kept first."""


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has, rather too many than too few."""
    return int(len(text.encode("utf-8", "replace")) / CHARACTERS_PER_TOKEN) + 1


def slice_code(code: str, budget: int, rank: Rank) -> str:
    """Return code that has at most about `budget` tokens.

    Args:
        code: One definition, or a whole module.
        budget: Tokens that the result may have. The definition's own header is kept whatever it costs.
        rank: Tells how much a statement matters; of equals the earlier is kept.

    Returns:
        The code itself where it fits, else its most important statements with a mark for each gap.
    """
    if estimate_tokens(code) <= budget:
        return code
    try:
        lines = logical_lines(code)
    except LayoutError:
        return ""
    texts = [_shortened(code[line.start : line.end], budget // 3) for line in lines]
    parents = _parents(lines)
    kept: set[int] = set()
    spent = 0
    for index in sorted(range(len(lines)), key=lambda i: (rank(texts[i]) if parents[i] is not None else -1, i)):
        needed = [i for i in _with_parents(index, parents) if i not in kept]
        cost = sum(estimate_tokens(texts[i] + GAP + " " * (2 * lines[i].indent + 8)) for i in needed)
        if spent + cost <= budget or parents[index] is None:
            kept.update(needed)
            spent += cost
    return "\n".join(_with_gaps(lines, texts, kept))


def mentions(names: Iterable[str]) -> Callable[[str], bool]:
    """Return a test whether a statement mentions one of these names."""
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in names)})\b") if names else None
    return lambda text: pattern is not None and pattern.search(text) is not None


def _parents(lines: Sequence[LogicalLine]) -> list[int | None]:
    parents: list[int | None] = [None] * len(lines)
    for index, end in enumerate(block_ends(list(lines))):
        for inner in range(index + 1, end):
            parents[inner] = index
    return parents


def _with_parents(index: int, parents: Sequence[int | None]) -> list[int]:
    chain = [index]
    while (parent := parents[chain[-1]]) is not None:
        chain.append(parent)
    return chain


def _shortened(text: str, budget: int) -> str:
    """Cut a docstring that alone would take a third of the budget after its first paragraphs."""
    opening = _STRING.match(text)
    if opening is None or estimate_tokens(text) <= budget:
        return text
    room = int(budget * CHARACTERS_PER_TOKEN)
    end = max(text.rfind("\n\n", 0, room), text.rfind("\n", 0, room) if "\n\n" not in text[:room] else 0)
    return f"{text[: end if end > 0 else room].rstrip()} {GAP}{opening[1]}"


def _with_gaps(lines: Sequence[LogicalLine], texts: Sequence[str], kept: set[int]) -> Iterable[str]:
    in_gap = False
    for index, line in enumerate(lines):
        if index in kept:
            yield " " * line.indent + texts[index]
        elif not in_gap:
            yield " " * line.indent + GAP
        in_gap = index not in kept
