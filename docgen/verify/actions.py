"""Does it say that something is sorted, merged or compressed, where nothing in the code's reach does such a thing?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import is_grounded, stem, words
from docgen.verify.claims import complete_sentences, split_header
from docgen.verify.finding import Finding

_CODE = re.compile(r"``[^`]*``|`[^`]*`|<[^>]*>|\b\w*_\w*\b")
_EVIDENCE = {
    verb: also.split()
    for verb, also in {
        "abort": "cancel stop kill exit fail break raise",
        "align": "pad just center offset",
        "cache": "memo store lru keep saved age",
        "compress": "zip deflate gzip encode squeeze pack",
        "copy": "clone dup deepcopy new replace evolve from",
        "decode": "decrypt parse unpack loads encoding utf bytes",
        "decrypt": "cipher crypt key",
        "deduplicate": "unique set seen distinct",
        "delete": "edit remove del pop discard clear drop unlink rm purge",
        "encode": "bytes utf dumps pack serialize quote escape",
        "encrypt": "cipher crypt key",
        "exclude": "skip ignore omit init without drop filter not except reject deny blacklist",
        "expand": "extend unpack glob grow full star widen",
        "filter": "select skip exclude match keep only drop ignore where include",
        "flatten": "chain ravel concat reshape join squeeze",
        "group": "by cluster partition bucket together collect",
        "hide": "show visible suppress private mask quiet conceal",
        "indent": "tab pad margin space dent left prefix",
        "interpolate": "linear lerp format fill substitute blend",
        "invert": "not reverse negate inverse flip neg",
        "lock": "acquire mutex release sync atomic",
        "merge": "update combine join concat union extend add mix cat stack append",
        "reload": "load refresh read update import",
        "resize": "size width height scale reshape",
        "retry": "again attempt backoff try repeat max loop while",
        "reverse": "inverse back invert flip desc neg",
        "rotate": "turn angle roll shift cycle",
        "round": "floor ceil int precision decimal digits",
        "select": "choose pick filter chosen choice active",
        "shuffle": "random permute sample",
        "skip": "ignore continue pass exclude omit drop without",
        "sort": "order key rank cmp arrange heap",
        "split": "partition divide separate chunk break part slice segment token",
        "strip": "trim remove replace clean clear",
        "substitute": "edit sub replace format template expand",
        "truncate": "cut limit max trim short slice crop",
        "wrap": "decorat proxy enclos fold inner surround partial wrapper",
    }.items()
}
"""What an action goes by in code, besides its own name."""

_ACTIONS = {stem(verb): frozenset(stem(word) for word in also) for verb, also in _EVIDENCE.items()}


def is_spoken_of(word: str, ground: frozenset[str]) -> bool:
    """Whether there is a word for the same action among these stems."""
    root = stem(word)
    return any(
        (root == action or root in others) and (action in ground or not others.isdisjoint(ground))
        for action, others in _ACTIONS.items()
    )


def check_actions(text: str, facts: Facts) -> Iterator[Finding]:
    """Find specific actions that neither code nor authors name, nor anything that goes with them."""
    # A class is named and described for what others do with it.
    if facts.scope is None or not facts.exists or facts.subject.kind not in ("function", "parameter", "returns"):
        return
    # What is kept for later may be treated elsewhere.
    if facts.stored_as:
        return
    ground = facts.scope.words
    said = _CODE.sub(" ", complete_sentences(split_header(text)[1]))
    for word in words(said):
        evidence = _ACTIONS.get(stem(word))
        if evidence is not None and not is_grounded(word, ground) and evidence.isdisjoint(ground):
            yield Finding(code="unsupported-action", message=f"Nothing in the code speaks of “{word}”.")
            return
