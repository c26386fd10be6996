"""What is done with a name in one place."""

from __future__ import annotations

from typing import Literal

from docgen.records import Record

MentionKind = Literal[
    "kept", "set", "replaced", "passed", "called", "method", "attribute", "iterated", "entered", "awaited", "raised",
    "message", "added", "subtracted", "returned", "yielded", "looped", "asserted", "decided", "read", "captured",
    "unpacked", "assigned",
]  # fmt: skip
OutcomeKind = Literal["calls", "raises", "returns", "yields"]


class Mention(Record):
    """One use of a name.

    Attributes:
        kind: What is done: `kept` in the attribute `target` as it is; `assigned` to the property `target`, whose setter
            decides what is kept; `set`, where `target` is assigned `shown`, in which it stands; `replaced` by `shown`;
            `unpacked` into the variables `shown`; `passed` to `target`; `called`; its `method` or `attribute` used;
            named in the `message` of an exception; `added` to `target` or `subtracted` from it; `looped`, where a loop
            goes on while `shown` is true; `asserted`, where that is; `decided`, where a test of it decides on `target`;
            `captured` by the inner function `target`, which does `items` with it; `read` in another expression.
        target: The attribute, function or variable that is concerned.
        keyword: The name under which it is passed on; empty where it is passed by position.
        shown: The expression, as written; empty where it is the name alone.
        outcome: For a decision, what is done with `target`.
        where: The test under which it is done, as written; empty where there is none or it is not all that decides.
        loop: What the loop in which it is done goes over, as written; empty where there is none.
        is_certain: Whether nothing else decides on it, and control cannot have left before; for what is returned or
            yielded, whether it always is.
        items: For what is iterated over, what is done with an item; for what is captured, what the inner function does.
    """

    kind: MentionKind
    target: str = ""
    keyword: str = ""
    shown: str = ""
    outcome: OutcomeKind | None = None
    where: str = ""
    loop: str = ""
    is_certain: bool = True
    items: tuple[Mention, ...] = ()
