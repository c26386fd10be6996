"""Where a function's body calls what not every call of it comes to."""

from __future__ import annotations

import ast
from collections import Counter

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.mention import Mention
from docgen.evidence.mentions import mentions_of
from docgen.evidence.scope import BUILTIN_NAMES
from docgen.evidence.syntax import COMPREHENSIONS, Definition, called_name, own_nodes

MAX_CALLS = 5
"""Such calls of one function; who makes more is not told in a sentence."""

_LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)
_BUILTINS = BUILTIN_NAMES - {"self", "cls"}


def conditional_calls(tree: Definition, does: Behaviour) -> dict[str, Mention]:
    """Return the calls that stand in one place under a test or in a loop, by what is called.

    Args:
        tree: The function.
        does: What the function does as a whole.
    """
    uncertain = [call for call in does.named_calls if call not in does.always and _root(call) not in _BUILTINS]
    if len(uncertain) > MAX_CALLS:
        return {}
    nodes = list(own_nodes(tree))
    times = Counter(map(called_name, nodes))
    # Of loops in each other, a mention names the inner one alone, to which not each call comes.
    nested = Counter(
        call for node in nodes if isinstance(node, _LOOPS) for call in set(map(called_name, ast.walk(node)))
    )
    once = [call for call in uncertain if times[call] == 1 and nested[call] <= 1]
    found = {call: _mentions(tree, call, does) for call in once}
    return {call: mentions[0] for call, mentions in found.items() if len(mentions) == 1 and _is_told(mentions[0])}


def _root(call: str) -> str:
    return call.partition(".")[0]


def _mentions(tree: Definition, call: str, does: Behaviour) -> list[Mention]:
    """Return the mentions of a function as one that is called, itself or as a method of a variable or an attribute."""
    own = [mention for mention in mentions_of(tree, call, does) if mention.kind == "called"]
    receiver, _, method = call.rpartition(".")
    if own or receiver in ("", "self", "cls"):
        return own
    return [m for m in mentions_of(tree, receiver, does) if m.kind == "method" and m.target == method]


def _is_told(mention: Mention) -> bool:
    return mention.is_certain and bool(mention.where or mention.loop)
