"""What is returned or yielded, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, takewhile

from docgen.evidence.outcomes import Outcome
from docgen.generate.compose.wording import MAX_CONDITION, MAX_LISTED, function, is_shown, joined

MAX_CASES = 4
"""Values that are told with the condition of each."""

MAX_BEGINNING = 2
"""Values that are told with the condition of each, where there are too many to tell all."""

MAX_VALUE = 100
"""Characters of an expression that is told as a value."""


def told(outcomes: Sequence[Outcome], *, in_turn: bool = False) -> str:
    """Return what is given back, without the full stop; of much, the first of it; empty where nothing can be told.

    Args:
        outcomes: What it may be.
        in_turn: Whether one call gives one after the other, as a generator does.
    """
    values = list(dict.fromkeys(map(_value, outcomes)))
    if not all(values) or len(values) > MAX_CASES or any(outcome.kind == "unknown" for outcome in outcomes):
        return "" if in_turn else _beginning(outcomes)
    if not values or len(outcomes) > MAX_CASES:
        return _either(values)
    told = [(outcome, _condition(outcome)) for outcome in outcomes]
    if len(values) == 1:
        wheres = {where for _, where in told}
        if len(wheres) == 1 and all(outcome.is_known for outcome in outcomes):
            return f"{values[0]}{told[0][1]}" if outcomes[0].loop else values[0]
        loops = {outcome.loop for outcome in outcomes}
        loop = loops.pop() if len(loops) == 1 else ""
        return f"{values[0]} in the loop over `{loop}`" if is_shown(loop) else values[0]
    # What is given without a condition in a `try` comes before what its handlers give.
    *cases, last = sorted(told, key=lambda case: not case[1] and not case[0].caught)
    while not (in_turn or last[1]) and len(cases) > 1 and _value(cases[-1][0]) == _value(last[0]):
        cases.pop()
    if all(where and outcome.is_known for outcome, where in cases) and last[0].is_known:
        said = [
            f"{value}{' or'.join(where for _, where in group)}"
            for value, group in groupby(cases, key=lambda case: _value(case[0]))
        ]
        last_one = f"{_value(last[0])}{last[1]}"
        # Each condition is told as what decides where those before it do not hold.
        return ", ".join([*said, f"and {last_one}"]) if in_turn else ", else ".join([*said, last_one])
    return _either(values)


def _beginning(outcomes: Sequence[Outcome]) -> str:
    """Return the first cases with their conditions, where not all of them can be told."""
    told = [(_value(outcome), _condition(outcome), outcome) for outcome in outcomes[:MAX_BEGINNING]]
    cases = takewhile(lambda case: case[0] and case[1] and case[2].is_known and not case[2].loop, told)
    said = [f"{value}{where}" for value, where, _ in cases]
    return ", else ".join([*said, "what another branch gives"]) if said else ""


def _either(values: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(values[:-1]), *values[-1:]]))


def _value(outcome: Outcome) -> str:
    shown = outcome.shown
    if not all(is_shown(text, MAX_VALUE) for text in shown):
        return ""
    if outcome.kind == "variable":
        begins = f" (at first `{shown[1]}`)" if shown[1:] else ""
        return f"the local variable `{shown[0]}`{begins}"
    if outcome.kind in ("function", "class"):
        return f"the inner {outcome.kind} `{shown[0]}`"
    if outcome.kind == "expression":
        return f"`{shown[0]}`"
    if outcome.kind == "several":
        return " or ".join(f"`{text}`" for text in shown)
    if outcome.kind == "result":
        is_class = shown[0].rpartition(".")[2][:1].isupper()
        return f"an instance of `{shown[0]}`" if is_class else f"what {function(shown[0])} returns"
    if outcome.kind == "keys":
        more = [f"{len(shown) - MAX_LISTED} more"] if len(shown) > MAX_LISTED + 1 else []
        listed = shown[:MAX_LISTED] if more else shown
        return f"a dictionary with the keys {joined([*(f'`{key}`' for key in listed), *more])}"
    if outcome.container == "from":
        return f"each item of `{shown[0]}`"
    if outcome.kind == "items":
        article = "an" if outcome.container == "iterator" else "a"
        return f"{article} {outcome.container} with an item for each one of `{shown[0]}`"
    if len(shown) > MAX_LISTED:
        return ""
    return _filled(outcome)


def _filled(outcome: Outcome) -> str:
    spread = [text[1:] for text in outcome.shown if text.startswith("*")]
    single = [text for text in outcome.shown if not text.startswith("*")]
    items = [f"`{text}`" for text in single] + [f"the items of `{text}`" for text in spread]
    if outcome.container == "dictionary":
        return f"a dictionary filled with {joined(items)}"
    return f"a {outcome.container} of {joined(items)}"


def _condition(outcome: Outcome) -> str:
    """Return on which condition a value is given, as it stands behind the value; empty where there is none."""
    parts = []
    if outcome.where:
        if not is_shown(outcome.where, MAX_CONDITION):
            return ""
        parts.append(f" where `{outcome.where}`")
    if outcome.caught:
        parts.append(f"{' and' if parts else ' where'} `{outcome.caught}` is caught")
    if outcome.loop:
        parts.append(f" in the loop over `{outcome.loop}`")
    return "".join(parts) if is_shown(outcome.loop or "x") else ""
