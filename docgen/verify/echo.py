"""Does it repeat what it was asked instead of answering?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.verify.finding import Check, Finding

SHINGLE = 6

_SCHEMA_LEAK = re.compile(
    r'"(?:summary|parameters|returns|yields|raises|overview|attributes)"\s*:|[{,]\s*"\w+"\s*:|=\s*None,\s*\w+\s*='
)


def echo_check(instructions: str) -> Check:
    """Return a check that finds the prompt's fixed text in answers.

    Args:
        instructions: The fixed text of the prompt, without the code that it shows.
    """
    asked = _shingles(instructions)

    def check_echo(text: str, facts: Facts) -> Iterator[Finding]:
        if echoed := _shingles(text) & asked:
            yield Finding(code="prompt-echo", message=f"It repeats the instructions: “{' '.join(min(echoed))}”.")
        if _SCHEMA_LEAK.search(text):
            yield Finding(code="schema-leak", message="It has pieces of the answer's format in it.")

    return check_echo


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)}
