"""Does what a parameter's name says is done, happen to what the text says, and in the way that it says?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.evidence.facts import Facts
from docgen.evidence.words import is_grounded, stem, stems, words
from docgen.verify.claims import sentences, split_header
from docgen.verify.finding import Finding

_STOP = r"(?:at|of|in|on|for|to|from|with|by|as|when|if|after|before|during|into|and|or|is|are|that|which|not)\b"
_ACTIVE = r"\b{verb}(?:s|es|ed|ing)? (?:the|an?|its|all|each|every) (?P<things>(?:(?!{stop})[\w`-]+ ?){{1,3}})"
_PASSIVE = (
    r"\b(?:the|an?|all|each|every) (?P<things>(?:(?!{stop})[\w`-]+ ){{1,3}}?)"
    r"(?:should|will|must|can|is|are|to|has|have)(?: to)?(?: be| been)? {verb}(?:ed|d|t)?\b"
)
_OF_ANY_KIND = frozenset(
    stem(word)
    for word in "object instance value item element thing result data state one parameter flag time times".split()
)
_LETTERS_OF_A_VERB = 4
_SYNC = re.compile(r"(?<![a-z])(?:synchron(?:ous(?:ly)?|i[sz]\w+)|sync)(?![a-z])", re.IGNORECASE)
_ASYNC = re.compile(r"\basync(?:hron\w+)?\b", re.IGNORECASE)


def check_objects(text: str, facts: Facts) -> Iterator[Finding]:
    """Find texts that let a parameter's action befall another thing than code and authors say."""
    yield from _manner(text, facts)
    if facts.subject.kind != "parameter" or not facts.exists:
        return
    ground = _acted_on(facts)
    if not ground:
        return
    for things in _objects(split_header(text)[1], facts.name):
        if not any(stem(thing) in _OF_ANY_KIND or is_grounded(thing, ground) for thing in things):
            message = f"Neither code nor authors say that this is done to “{things[-1]}”: name what it is done to."
            yield Finding(code="wrong-object", message=message)
            return


def _objects(said: str, name: str) -> Iterator[list[str]]:
    """Yield the things that a text says are acted on, each in its words, by the verbs that the parameter's name has."""
    for verb in words(name):
        if len(verb) < _LETTERS_OF_A_VERB:
            continue
        for pattern in (_ACTIVE, _PASSIVE):
            for match in re.finditer(pattern.format(verb=verb, stop=_STOP), said, re.IGNORECASE):
                if named := words(match["things"]):
                    yield named


def _acted_on(facts: Facts) -> frozenset[str]:
    """Return the stems of what the code and the authors name; empty where neither says anything of the action."""
    mentions = [*facts.mentions, *(mention for found in facts.readers.values() for mention in found)]
    decided = [mention.target for mention in mentions if mention.kind == "decided" and mention.outcome == "calls"]
    called = [call for call in decided if stems(call) & stems(facts.name)]
    if not called and not facts.told:
        return frozenset()
    does = facts.behaviour
    in_reach = [*does.calls, *does.reads, *does.assigned] if does else []
    return stems(" ".join([*called, *in_reach, facts.told, facts.name, facts.annotation or ""]))


def _manner(text: str, facts: Facts) -> Iterator[Finding]:
    """Find what is named asynchronous, and is said to synchronize."""
    name = f"{facts.owner} {facts.element}".lower()
    if facts.subject.kind == "parameter" or "async" not in name or "sync" in name.replace("async", ""):
        return
    about = next(iter(sentences(text)), "")
    own = " ".join(facts.behaviour.calls) if facts.behaviour else ""
    if _SYNC.search(about) and not _ASYNC.search(about) and "sync" not in own.lower():
        yield Finding(code="wrong-manner", message="It speaks of synchronizing, but the name says asynchronous.")
