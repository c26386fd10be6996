"""Conditions in prose beside conditions in code: only comparisons that both state in full, and of one name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from docgen.evidence.facts import Facts
from docgen.verify.finding import Finding

_OPPOSITE = {"<": ">=", ">=": "<", "<=": ">", ">": "<=", "==": "!=", "!=": "==", "is": "is not", "is not": "is"}
_OPPOSITE |= {"true": "false", "false": "true"}
_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not",
}  # fmt: skip
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SIZES = {
    ("==", "0"): "false", ("<", "1"): "false", ("<=", "0"): "false",
    ("!=", "0"): "true", (">", "0"): "true", (">=", "1"): "true",
}  # fmt: skip
_WORDS: dict[str, tuple[str, float | None]] = {
    "none": ("is", None), "negative": ("<", 0.0), "positive": (">", 0.0), "zero": ("==", 0.0),
    "empty": ("false", None), "true": ("true", None), "false": ("false", None),
}  # fmt: skip
_COMPARED = {"less": "<", "smaller": "<", "lower": "<", "greater": ">", "larger": ">", "bigger": ">", "higher": ">"}
_NUMBER = r"(?P<number>-?\d+(?:\.\d+)?)"
_CLAIM = re.compile(
    r"\b(?:if|when) (?:the )?(?:value of |parameter |argument )?[`'\"*]*(?P<name>[^\W\d]\w*)[`'\"*]* "
    r"(?:is|was|are|were) "
    r"(?P<not>not |non-?)?[`'\"*]*(?:(?P<word>None|negative|positive|zero|empty|True|False)\b"
    rf"|(?P<compared>{'|'.join(_COMPARED)}) than (?P<equal>or equal to )?{_NUMBER}(?![\w.]*\w))",
    re.IGNORECASE,
)


class Comparison(NamedTuple):
    """What is asked of a name: how it compares to a value, or that it is true or false."""

    name: str
    relation: str
    value: float | None = None

    @property
    def opposite(self) -> Comparison:
        """What holds where this does not."""
        return self._replace(relation=_OPPOSITE[self.relation])


def claims(text: str) -> Iterator[Comparison]:
    """Yield the comparisons that a text states as conditions: `if x is negative`, `when y is not None`."""
    for match in _CLAIM.finditer(text):
        if match["word"]:
            relation, value = _WORDS[match["word"].lower()]
        else:
            relation = _COMPARED[match["compared"].lower()] + ("=" if match["equal"] else "")
            value = float(match["number"])
        claim = Comparison(match["name"], relation, value)
        yield claim.opposite if match["not"] else claim


def comparison(test: str) -> Comparison | None:
    """Return the comparison that a test in code is, None where it is anything else."""
    try:
        return _comparison(ast.parse(test, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def turned_round(text: str, tests: Iterable[str], names: Iterable[str]) -> str:
    """Return the test that holds exactly where a text says it does not; empty where there is none, or some doubt.

    Args:
        text: What is said of when something happens.
        tests: The tests under which it does, as source.
        names: The names that the text and the tests may be about: none is bound to another value in between.
    """
    known = set(names)
    for claim in claims(text):
        about = [test for test in tests if re.search(rf"\b{re.escape(claim.name)}\b", test)]
        if claim.name in known and len(about) == 1 and comparison(about[0]) == claim.opposite:
            return about[0]
    return ""


def check_conditions(text: str, facts: Facts) -> Iterator[Finding]:
    """Find texts about an exception that turn the condition round under which it is raised."""
    if facts.subject.kind != "raises" or facts.behaviour is None:
        return
    if test := turned_round(text, facts.conditions, unbound(facts)):
        yield Finding(code="wrong-condition", message=f"It is raised if `{test}`, not the other way round.")


def unbound(facts: Facts) -> list[str]:
    """Return the parameters that keep the value that the caller gave."""
    uses = facts.behaviour.uses if facts.behaviour else {}
    return [name for name in facts.parameters if not any(use.kind == "replaced" for use in uses.get(name, ()))]


def _comparison(node: ast.expr) -> Comparison | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _comparison(node.operand)
        return inner.opposite if inner else None
    if isinstance(node, ast.Name):
        return Comparison(node.id, "true")
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    relation, left, right = _OPERATORS.get(type(node.ops[0]), ""), node.left, node.comparators[0]
    if isinstance(right, ast.Name):
        relation, left, right = _MIRRORED.get(relation, relation), right, left
    if not isinstance(right, ast.Constant):
        return None
    if isinstance(left, ast.Call) and ast.unparse(left.func) == "len" and len(left.args) == 1:
        size = _SIZES.get((relation, repr(right.value)))
        return Comparison(left.args[0].id, size) if size and isinstance(left.args[0], ast.Name) else None
    return _of_a_name(left.id, relation, right.value) if isinstance(left, ast.Name) else None


def _of_a_name(name: str, relation: str, value: object) -> Comparison | None:
    if relation in ("is", "is not", "==", "!=") and isinstance(value, bool):
        truth = Comparison(name, "true" if value else "false")
        return truth if relation in ("is", "==") else truth.opposite
    if relation in ("is", "is not"):
        return Comparison(name, relation) if value is None else None
    is_number = isinstance(value, int | float)
    return Comparison(name, relation, float(value)) if relation and is_number else None  # type: ignore[arg-type]
