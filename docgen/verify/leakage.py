"""Is the same said of several elements, so that it can be true of one at most?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from docgen.evidence.facts import Facts
from docgen.evidence.words import stem, words
from docgen.verify.claims import sentences, split_header
from docgen.verify.finding import Check, Finding

MIN_WORDS = 4
"""Shorter sentences may be alike by chance."""

Said = Mapping[str, frozenset[str]]
"""For each sentence, in words, the names of what it is said of."""


def sentences_of(texts: Iterable[tuple[str, str]]) -> Said:
    """Return what is said of which names, from pairs of name and text."""
    said: dict[str, set[str]] = defaultdict(set)
    for name, text in texts:
        for key in _keys(text):
            said[key].add(name)
    return {key: frozenset(names) for key, names in said.items()}


def leakage_check(said: Said) -> Check:
    """Return a check that finds sentences that are said of other names, too, and have nothing of this one's in them."""

    def check_leakage(text: str, facts: Facts) -> Iterator[Finding]:
        own = {stem(word) for word in words(facts.name)}
        for key in _keys(text):
            others = said.get(key, frozenset()) - {facts.name}
            if others and not own & {stem(word) for word in key.split()}:
                yield Finding(code="said-elsewhere", message=f"The same is said of `{min(others)}`.")
                return

    return check_leakage


def _keys(text: str) -> Iterator[str]:
    for sentence in sentences(split_header(text)[1].replace("\n", " ")):
        # A default behind the sentence tells two of the same apart no more than its markup does.
        key = " ".join(words(sentence.split("(default")[0].split("(optional")[0]))
        if len(key.split()) >= MIN_WORDS:
            yield key
