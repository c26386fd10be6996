"""What is done with a parameter or an attribute, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from docgen.evidence.mentions import Mention
from docgen.evidence.scope import BUILTIN_NAMES
from docgen.generate.compose.wording import (
    MAX_CONDITION,
    MAX_LISTED,
    attributes_of,
    condition,
    function,
    is_shown,
    joined,
    named,
)

MAX_TOLD = 3
"""Things that are told of one name."""

_METHODS = frozenset(name for kind in (str, bytes, list, dict, set, tuple) for name in dir(kind))

_PLAIN = {
    "entered": "entered as a context manager",
    "awaited": "awaited",
    "raised": "raised",
}
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
    said = list(dict.fromkeys(_predicates(mentions, name, it)))[:limit]
    clauses = list(dict.fromkeys(_clauses(mentions, name, it, its, f" by `{by}`" if by else "")))
    if not said and not clauses:
        said = list(dict.fromkeys(_last_resort(mentions)))[:limit]
    clauses = clauses[: limit - len(said)]
    if said and by:
        said = [f"{joined(said)} by `{by}`"]
    return "; ".join([*([joined(said)] if said else []), *clauses])


def is_telling(call: str) -> bool:
    """Whether the name of a called function says something: that of a builtin is part of how, not of what."""
    return call.startswith(("self.", "super().")) or (
        call[:1] not in "'\"[{(" and call.partition(".")[0] not in {*BUILTIN_NAMES, *_METHODS}
    )


def _predicates(mentions: Sequence[Mention], name: str, it: str) -> Iterator[str]:
    """Yield what the name itself is the subject of, the most telling first."""
    of = _by_kind(mentions)
    replaced = [m for m in of.get("replaced", []) if is_shown(m.shown) and _fits(m.where)]
    for mention in replaced[:1]:
        where = f" where {condition(mention.where, name, it)}" if mention.where else ""
        yield f"replaced by `{mention.shown}`{where}"
    through = {mention.shown.partition("(")[0] for mention in replaced}
    if kept := [mention for mention in of.get("kept", []) if not mention.where]:
        yield f"stored as the {attributes_of(_targets(kept))}"
    for mention in of.get("kept", []):
        if mention.where and _fits(mention.where):
            yield f"stored as the attribute `{mention.target}` where {condition(mention.where, name, it)}"
    if held := [m.target for m in of.get("set", []) if not m.shown and is_shown(m.target)]:
        yield f"stored in {named(held[:MAX_LISTED])}"
    yield from (f"unpacked into `{m.shown}`" for m in of.get("unpacked", []) if is_shown(m.shown))
    for kind, words in (("added", "added to"), ("subtracted", "subtracted from")):
        if targets := [target for target in _targets(of.get(kind, [])) if is_shown(target)]:
            yield f"{words} {named(targets)}"
    passed = [mention for mention in of.get("passed", []) if is_shown(mention.target) and not mention.shown]
    passed = [mention for mention in passed if mention.target not in through]
    telling = [mention for mention in passed if is_telling(mention.target)] or passed
    if telling:
        yield "passed " + _to(list(dict.fromkeys(map(_receiver, telling)))[:MAX_LISTED])
    if called := of.get("called", []):
        yield f"called as `{called[0].shown}`" if is_shown(called[0].shown) else "called"
    if iterated := of.get("iterated", []):
        done = [mention for one in iterated for mention in one.items]
        of_items = next(_predicates(done, "", "they"), "")
        yield f"iterated over, its items being {of_items}" if of_items else "iterated over"
    yield from (words for kind, words in _PLAIN.items() if kind in of)
    for kind in ("returned", "yielded"):
        if whole := [mention for mention in of.get(kind, []) if not mention.shown]:
            yield f"{kind}{min(map(_how_often, whole))}"
    if named_in := [mention.target for mention in of.get("message", []) if mention.target]:
        yield f"named in the message of {named(list(dict.fromkeys(named_in))[:MAX_LISTED])}"


def _to(receivers: Sequence[str]) -> str:
    """Return `to a and b`, or `to a as b and to c` where a name under which it is passed would be read on."""
    if any(" as " in receiver for receiver in receivers[:-1]):
        return joined([f"to {receiver}" for receiver in receivers])
    return f"to {joined(receivers)}"


def _how_often(mention: Mention) -> str:
    return "" if mention.is_certain else " in some cases"


def _receiver(mention: Mention) -> str:
    keyword = mention.keyword
    receiver = function(mention.target)
    return f"{receiver} as `{keyword}`" if keyword not in ("", "**") else receiver


def _clauses(mentions: Sequence[Mention], name: str, it: str, its: str, by: str) -> Iterator[str]:
    """Yield what something else is the subject of, the most telling first."""
    of = _by_kind(mentions)
    passed_to = {mention.target for mention in of.get("passed", [])}
    decisions = [m for m in of.get("decided", []) if m.where and _fits(m.where) and _is_worth(m, passed_to)]
    for (where, outcome), group in groupby(decisions, key=lambda mention: (mention.where, mention.outcome or "")):
        several = list(group)
        targets = _targets(several)[:MAX_LISTED]
        verb = _are(targets) if several[0].is_certain else "may be"
        subject = joined(list(map(function, targets))) if outcome == "calls" else named(targets)
        yield f"{subject} {verb} {_OUTCOMES[outcome]}{by} where {condition(where, name, it)}"
    decided = {mention.target for mention in decisions}
    for kind in ("returned", "yielded"):
        shown = [m for m in of.get(kind, []) if is_shown(m.shown) and m.shown not in decided]
        yield from (f"`{mention.shown}` is {kind}{by}{_how_often(mention)}" for mention in shown)
    for mention in of.get("set", []):
        if is_shown(mention.shown) and is_shown(mention.target):
            yield f"`{mention.target}` is set to `{mention.shown}`{by}"
        elif mention.shown and is_shown(mention.target):
            yield f"`{mention.target}` is set{by}"
    taken = " ".join(mention.shown for mention in of.get("replaced", []))
    if methods := [method for method in _targets(of.get("method", [])) if f"{name}.{method}(" not in taken]:
        whose = _belonging(methods, name, f"{its} method{'s' if methods[1:] else ''} " if not by else "")
        yield f"{whose} {_are(methods)} called{by}"
    if read := _targets(of.get("attribute", [])):
        whose = _belonging(read, name, f"{its} attribute{'s' if read[1:] else ''} " if not by else "")
        yield f"{whose} {_are(read)} read{by}"
    for mention in of.get("looped", []):
        if _fits(mention.shown):
            yield f"a loop goes on{by and f' in{by[3:]}'} while `{mention.shown}`"
    yield from (f"`{m.shown}` is asserted{by}" for m in of.get("asserted", []) if _fits(m.shown))
    for mention in of.get("passed", []):
        if is_telling(mention.target) and is_shown(mention.target) and is_shown(mention.shown):
            yield f"`{mention.shown}` is passed to {function(mention.target)}{by}"


def _belonging(names: Sequence[str], holder: str, introduced: str) -> str:
    """Return attributes of something, by their bare names where it is said whose they are."""
    shown = names[:MAX_LISTED]
    return f"{introduced}{named(shown)}" if introduced else named([f"{holder}.{name}" for name in shown])


def _last_resort(mentions: Sequence[Mention]) -> Iterator[str]:
    of = _by_kind(mentions)
    yield from (f"used in `{m.shown}`" for m in of.get("read", []) if is_shown(m.shown) and not m.shown.isidentifier())
    yield from (f"part of what is {kind}" for kind in ("returned", "yielded") if of.get(kind))
    yield from (
        f"part of what is passed to {function(m.target)}"
        for m in of.get("passed", [])
        if is_shown(m.target) and m.shown
    )
    yield from (f"used by the inner function `{m.target}`" for m in of.get("captured", []))


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
