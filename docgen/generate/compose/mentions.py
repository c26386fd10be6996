"""What is done with a parameter or an attribute, in words."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from docgen.evidence.mention import Mention, MentionKind
from docgen.evidence.paths import negated
from docgen.evidence.scope import BUILTIN_NAMES
from docgen.generate.compose.wording import (
    MAX_CONDITION,
    MAX_LISTED,
    attributes_of,
    condition,
    counted,
    function,
    is_shown,
    joined,
    properties_of,
)

MAX_TOLD = 3
"""Things that are told of one name."""

_PLACES = frozenset({"open", "exec", "eval", "compile"})
_METHODS = frozenset(name for kind in (str, bytes, list, dict, set, tuple) for name in dir(kind))

_PLAIN = {
    "entered": "entered as a context manager",
    "awaited": "awaited",
    "raised": "raised",
}
_SOMETIMES = " in some cases"
_OUTCOMES = {"raises": "raised", "returns": "returned", "yields": "yielded", "calls": "called"}


def told(
    mentions: Sequence[Mention], name: str, *, by: str = "", it: str = "it", its: str = "its", limit: int = MAX_TOLD
) -> str:
    """Return what is done with a name, without the full stop; empty where there is nothing to tell.

    Args:
        mentions: Where it is used.
        name: How the code calls it.
        by: The method that does it, where that is not the one whose parameter it is.
        it: How the sentence calls it, where it is not the subject.
        its: How the sentence says that something belongs to it.
        limit: How many things are told.
    """
    if by:
        # What another method puts in its place is no longer what was given.
        mentions = [mention for mention in mentions if mention.kind != "replaced"]
    by = f" by `{by}`" if by else ""
    said = list(dict.fromkeys(_predicates(mentions, name, it, its)))[:limit]
    clauses = list(dict.fromkeys(_clauses(mentions, name, it, its, by)))
    if not said and not clauses:
        said = list(dict.fromkeys(_last_resort(mentions, name, it)))[:limit]
    clauses = clauses[: limit - len(said)]
    return "; ".join([*_sentences(said, by), *clauses])


class _Predicate(NamedTuple):
    """What is said of a name, and on which condition; empty for what always holds."""

    words: str
    when: str = ""


def _sentences(said: Sequence[_Predicate], by: str) -> Iterator[str]:
    """Yield what is said, with a condition each, or several together that always hold."""
    for is_certain, group in groupby(said, key=lambda predicate: not predicate.when):
        several = list(group)
        if is_certain:
            yield joined([predicate.words for predicate in several]) + by
        else:
            yield from (f"{predicate.words}{by}{predicate.when}" for predicate in several)


def is_telling(call: str) -> bool:
    """Whether the name of a called function says something: that of a builtin is part of how, not of what."""
    return call.startswith(("self.", "super().")) or (
        call[:1] not in "'\"[{(" and call.partition(".")[0] not in {*BUILTIN_NAMES, *_METHODS} - _PLACES
    )


def when(mention: Mention) -> str:
    """Return under which test and in which loop something is done; empty where that cannot be shown."""
    return _under(mention, "", "") if _fits(mention.where) and _fits(mention.loop) else ""


def _predicates(mentions: Sequence[Mention], name: str, it: str, its: str) -> Iterator[_Predicate]:
    """Yield what the name itself is the subject of, the most telling first."""
    of = _by_kind(mentions)

    def each(kind: MentionKind, words: Callable[[Sequence[str]], str]) -> Iterator[_Predicate]:
        """Yield what is done with all targets of a kind that are shown, those on one condition together."""
        shown = [mention for mention in of.get(kind, []) if is_shown(mention.target) and not mention.shown]
        for when, several in _by_condition(shown, name, it):
            yield _Predicate(words(_targets(several)), when)

    replaced = [m for m in of.get("replaced", []) if is_shown(m.shown) and _fits(m.where)]
    for index, mention in enumerate(replaced[:2]):
        where = f" where {condition(mention.where, name, it)}" if mention.where else ""
        if index and len(replaced) > 2:
            yield _Predicate("then replaced again")
            break
        yield _Predicate(f"{'then ' if index else ''}replaced by `{mention.shown}`", where)
    through = {mention.shown.partition("(")[0] for mention in replaced}
    yield from each("kept", lambda targets: f"stored as the {attributes_of(targets)}")
    yield from each("assigned", lambda targets: f"assigned to the {properties_of(targets)}")
    yield from each("set", lambda targets: f"stored in {counted(targets)}")
    for mention in of.get("unpacked", []):
        if is_shown(mention.shown):
            yield _Predicate(f"unpacked into `{mention.shown}`", _when(mention, name, it))
    yield from each("added", lambda targets: f"added to {counted(targets)}")
    yield from each("subtracted", lambda targets: f"subtracted from {counted(targets)}")
    passed = [mention for mention in of.get("passed", []) if is_shown(mention.target) and not mention.shown]
    passed = [mention for mention in passed if mention.target not in through]
    telling = [mention for mention in passed if is_telling(mention.target)] or passed
    for when, several in _by_condition(telling, name, it):
        yield _Predicate("passed " + _to(list(dict.fromkeys(map(_receiver, several)))), when)
    for mention in of.get("called", [])[:1]:
        ways = {one.shown for one in of["called"]}
        shown = f"called as `{mention.shown}`" if is_shown(mention.shown) and len(ways) == 1 else "called"
        yield _Predicate(shown, _when_one_of(of["called"], name, it))
    if iterated := of.get("iterated", []):
        when = _when_one_of(iterated, name, it)
        done = [mention for one in iterated if _when(one, name, it) == when for mention in one.items]
        items = next(_predicates(done, "", "they", "their"), None)
        is_clear = items is not None and not (items.when and when)
        words = f"iterated over, {its} items being {items.words}{items.when}" if items and is_clear else "iterated over"
        yield _Predicate(words, when)
    yield from (_Predicate(words, _when_one_of(of[kind], name, it)) for kind, words in _PLAIN.items() if kind in of)
    for kind in ("returned", "yielded"):
        whole = [mention for mention in of.get(kind, []) if not mention.shown]
        is_decided = any(m.target == name and _OUTCOMES[m.outcome or "calls"] == kind for m in of.get("decided", []))
        if whole and (whole[0].is_certain or not is_decided):
            yield _Predicate(f"{kind}{min(map(_how_often, whole))}")
    if named_in := [mention.target for mention in of.get("message", []) if mention.target]:
        yield _Predicate(f"used in the message of {counted(list(dict.fromkeys(named_in)))}")
    for mention in of.get("captured", []):
        if items := next(_predicates(mention.items, name, it, its), None):
            yield _Predicate(f"{items.words} by the inner function `{mention.target}`", items.when)


def _by_condition(mentions: Sequence[Mention], name: str, it: str) -> Iterator[tuple[str, list[Mention]]]:
    """Yield the mentions that always hold, then the others: with their condition, where that is one for all of them."""
    certain = [mention for mention in mentions if not _when(mention, name, it)]
    others = [m for m in mentions if m not in certain and not any(_is_same(m, other) for other in certain)]
    if certain:
        yield "", certain
    if others:
        conditions = {_when(mention, name, it) for mention in others}
        yield "" if _is_either_way(others) else conditions.pop() if len(conditions) == 1 else _SOMETIMES, others


def _is_either_way(mentions: Sequence[Mention]) -> bool:
    """Whether the same is done twice, under a test and where it does not hold."""
    if len(mentions) != 2 or not _is_same(*mentions) or any(m.loop or not m.where for m in mentions):
        return False
    one, other = (ast.parse(mention.where, mode="eval").body for mention in mentions)
    return ast.unparse(negated(one)) == ast.unparse(other) or ast.unparse(negated(other)) == ast.unparse(one)


def _is_same(one: Mention, other: Mention) -> bool:
    return (one.kind, one.target, one.keyword, one.shown) == (other.kind, other.target, other.keyword, other.shown)


def _when(mention: Mention, name: str, it: str) -> str:
    """Return on which condition something is done, as it stands behind it; empty where nothing decides."""
    if not (mention.where or mention.loop):
        return "" if mention.is_certain else _SOMETIMES
    return _under(mention, name, it) if _fits(mention.where) and _fits(mention.loop) else _SOMETIMES


def _under(mention: Mention, name: str, it: str) -> str:
    """Return the test and the loop that something stands under."""
    where = f" where {condition(mention.where, name, it)}" if mention.where else ""
    return where + (f" in the loop over `{mention.loop}`" if mention.loop else "")


def _when_one_of(mentions: Sequence[Mention], name: str, it: str) -> str:
    """Return on which condition something is done that is told only once."""
    conditions = [_when(mention, name, it) for mention in mentions]
    if "" in conditions or _is_either_way(mentions):
        return ""
    return conditions[0] if len(set(conditions)) == 1 else _SOMETIMES


def _to(receivers: Sequence[str]) -> str:
    """Return `to a and b`, or `to a as b and to c` where a name under which it is passed would be read on."""
    left = len(receivers) - MAX_LISTED
    shown = [*receivers[:MAX_LISTED], *([f"{left} more"] if left > 0 else [])]
    if any(" as " in receiver for receiver in shown[:-1]):
        return joined([f"to {receiver}" for receiver in shown])
    return f"to {joined(shown)}"


def _how_often(mention: Mention) -> str:
    return "" if mention.is_certain else " in some cases"


def _receiver(mention: Mention) -> str:
    keyword = mention.keyword
    receiver = function(mention.target)
    return f"{receiver} as `{keyword}`" if keyword not in ("", "**") else receiver


def _clauses(mentions: Sequence[Mention], name: str, it: str, its: str, by: str) -> Iterator[str]:
    """Yield what something else is the subject of, the most telling first."""
    of = _by_kind(mentions)
    called = {name} if of.get("called") else set()
    made_by = {mention.shown.partition("(")[0] for mention in of.get("set", [])}
    passed_to = {mention.target for mention in of.get("passed", [])} | called | made_by
    decisions = [
        m for m in of.get("decided", []) if m.where and _when(m, name, it) != _SOMETIMES and _is_worth(m, passed_to)
    ]
    for (when, outcome), group in groupby(decisions, key=lambda m: (_when(m, name, it), m.outcome or "")):
        several = list(group)
        targets = _targets(several)
        verb = _are(targets) if several[0].is_certain else "may be"
        subject = counted(targets, function) if outcome == "calls" else counted(targets)
        yield f"{subject} {verb} {_OUTCOMES[outcome]}{by}{when}"
    decided = {mention.target for mention in decisions}
    for kind in ("returned", "yielded"):
        shown = [m for m in of.get(kind, []) if is_shown(m.shown) and m.shown not in decided]
        yield from (f"`{mention.shown}` is {kind}{by}{_how_often(mention)}" for mention in shown)
    for mention in of.get("set", []):
        when = _when(mention, name, it)
        if is_shown(mention.shown) and is_shown(mention.target):
            yield f"`{mention.target}` is set to `{mention.shown}`{by}{when}"
        elif mention.shown and is_shown(mention.target):
            yield f"`{mention.target}` is set to a value that depends on {it}{by}{when}"
    taken = " ".join(mention.shown for mention in of.get("replaced", []))
    methods = [m for m in of.get("method", []) if f"{name}.{m.target}(" not in taken]
    for noun, verb, uses in (("method", "called", methods), ("attribute", "read", of.get("attribute", []))):
        for when, several in _by_condition(uses, name, it):
            targets = _targets(several)
            whose = _belonging(targets, name, f"{its} {noun}{'s' if targets[1:] else ''} " if not by else "")
            yield f"{whose} {_are(targets)} {verb}{by}{when}"
    for mention in of.get("looped", []):
        if _fits(mention.shown):
            yield f"a loop goes on{by and f' in{by[3:]}'} while `{mention.shown}`"
    for mention in of.get("asserted", []):
        if _fits(mention.shown):
            yield f"`{mention.shown}` is asserted{by}{_when(mention, name, it)}"
    parts = [m for m in of.get("passed", []) if is_telling(m.target) and is_shown(m.target) and is_shown(m.shown)]
    for (receiver, when), group in groupby(parts, key=lambda m: (_receiver(m), _when(m, name, it))):
        expressions = list(dict.fromkeys(mention.shown for mention in group))
        yield f"{counted(expressions)} {_are(expressions)} passed to {receiver}{by}{when}"


def _belonging(names: Sequence[str], holder: str, introduced: str) -> str:
    """Return attributes of something, by their bare names where it is said whose they are."""
    return f"{introduced}{counted(names)}" if introduced else counted([f"{holder}.{name}" for name in names])


def _last_resort(mentions: Sequence[Mention], name: str, it: str) -> Iterator[_Predicate]:
    of = _by_kind(mentions)
    read = [m.shown for m in of.get("read", []) if is_shown(m.shown) and not m.shown.isidentifier()]
    if read:
        yield _Predicate(f"used in {counted(list(dict.fromkeys(read)))}")
    yield from (_Predicate(f"used in what is {kind}") for kind in ("returned", "yielded") if of.get(kind))
    for mention in of.get("passed", []):
        if is_shown(mention.target) and mention.shown:
            yield _Predicate(f"used in what is passed to {function(mention.target)}", _when(mention, name, it))
    yield from (_Predicate(f"used by the inner function `{m.target}`") for m in of.get("captured", []))


def _is_worth(mention: Mention, passed_to: set[str]) -> bool:
    if mention.outcome == "calls":
        return is_telling(mention.target) and mention.target not in passed_to
    return is_shown(mention.target)


def _fits(where: str) -> bool:
    return not where or is_shown(where, MAX_CONDITION)


def _by_kind(mentions: Sequence[Mention]) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        found.setdefault(mention.kind, []).append(mention)
    return found


def _targets(mentions: Sequence[Mention]) -> list[str]:
    return list(dict.fromkeys(mention.target for mention in mentions))


def _are(subjects: Sequence[str]) -> str:
    return "is" if len(subjects) == 1 else "are"
