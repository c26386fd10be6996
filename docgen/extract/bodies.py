"""What a function's body says of it: exceptions, yields, and the attributes that a method gives to its instance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from docgen.extract.expressions import dotted_name, render
from docgen.extract.statements import Clause, tests_of
from docgen.records import Raises

_ERROR_NAME = re.compile(r"_*[A-Z]|\w*error\Z|timeout\Z")
_GENERATOR = re.compile(r"(?:\w+\.)*(?:Async)?(?:Generator|Iterator|Iterable)\[(.*)\]\Z", re.DOTALL)
_CATCHES_ALL = frozenset({"", "Exception", "BaseException"})


def contains_yield(node: cst.CSTNode) -> bool:
    """Whether a function's own body yields, lambdas and definitions in it left out."""
    pending: list[cst.CSTNode] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, cst.Yield):
            return True
        if not isinstance(item, cst.Lambda | cst.FunctionDef | cst.ClassDef):
            pending += item.children
    return False


def yield_annotation(returns: str | None) -> str | None:
    """Return what a generator's return annotation says of its items: `int` of `Iterator[int]`."""
    match = _GENERATOR.match(returns or "")
    if match is None:
        return None
    opened = 0
    for index, character in enumerate(match[1]):
        opened += (character in "[(") - (character in "])")
        if character == "," and opened == 0:
            return match[1][:index].strip()
    return match[1].strip()


@dataclass
class RaiseCollector:
    """Gathers the `raise` statements of one function, in source order.

    Attributes:
        local: Names bound in the function (parameters, assigned variables) with the class that they are made from, if
            that can be told.
    """

    local: dict[str, str] = field(default_factory=dict)
    _messages: dict[str, list[str]] = field(default_factory=dict)
    _conditions: dict[str, list[str]] = field(default_factory=dict)

    def assign(self, name: str, value: cst.BaseExpression | None) -> None:
        """Note that a local variable is bound."""
        made = dotted_name(value.func) if isinstance(value, cst.Call) else ""
        self.local[name] = made if _is_exception(made) else ""

    def add(self, node: cst.Raise, clauses: tuple[Clause, ...]) -> None:
        """Note a `raise` statement and the clauses around it."""
        if node.exc is None:
            return
        arguments: Sequence[cst.Arg] = ()
        raised: cst.BaseExpression = node.exc
        if isinstance(raised, cst.Call):
            arguments, raised = raised.args, raised.func
        for exception in self._exceptions(dotted_name(raised), clauses):
            if _is_exception(exception) and not _is_caught(exception, clauses):
                self._note(self._messages, exception, _messages(arguments))
                tests = [f"({test})" if _is_loose(test) else test for test in tests_of(clauses)]
                whole = tests_of(clauses) if len(tests) == 1 else (" and ".join(tests),)
                # In a handler or a `case` the tests are not all that has to hold.
                if not any(clause.kind in ("except", "case") for clause in clauses):
                    self._note(self._conditions, exception, [test for test in whole if test])

    def raises(self) -> tuple[Raises, ...]:
        """Return one record for each exception."""
        return tuple(
            Raises(exception=name, messages=tuple(messages), conditions=tuple(self._conditions.get(name, ())))
            for name, messages in self._messages.items()
        )

    def _exceptions(self, name: str, clauses: tuple[Clause, ...]) -> list[str]:
        for clause in reversed(clauses):
            handler = clause.node
            if isinstance(handler, cst.ExceptHandler) and handler.name and dotted_name(handler.name.name) == name:
                return _caught_names(handler)
        if name in self.local:
            return [self.local[name]]
        return [] if name.partition(".")[0] in ("self", "cls") else [name]

    @staticmethod
    def _note(table: dict[str, list[str]], exception: str, texts: Sequence[str]) -> None:
        known = table.setdefault(exception, [])
        known += [text for text in texts if text not in known]


def _is_exception(name: str) -> bool:
    return bool(name) and _ERROR_NAME.match(name.rpartition(".")[2]) is not None


def _is_loose(test: str) -> bool:
    return re.search(r"\b(?:or|if|lambda)\b|:=", test) is not None


def _messages(arguments: Sequence[cst.Arg]) -> list[str]:
    """Return the arguments with a string literal in them, or all where none has one."""
    texts = [render(argument.value) for argument in arguments if not argument.star]
    return [text for text in texts if "'" in text or '"' in text] or texts


def _caught_names(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> list[str]:
    if handler.type is None:
        return [""]
    if isinstance(handler.type, cst.Tuple):
        return [dotted_name(element.value) for element in handler.type.elements]
    return [dotted_name(handler.type)]


def _is_caught(exception: str, clauses: tuple[Clause, ...]) -> bool:
    """Whether a `try` around the statement catches the exception and does not raise it again."""
    for clause in clauses:
        if isinstance(clause.node, cst.Try) and clause.kind == "try":
            for handler in clause.node.handlers:
                names = _caught_names(handler)
                if exception in names or _CATCHES_ALL & set(names):
                    return not _raises_again(handler)
    return False


def _raises_again(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    """Whether a handler raises what it catches, rather than another exception."""
    caught = dotted_name(handler.name.name) if handler.name else ""
    pending: list[cst.CSTNode] = [handler.body]
    while pending:
        item = pending.pop()
        if isinstance(item, cst.Raise):
            raised = item.exc.func if isinstance(item.exc, cst.Call) else item.exc
            if raised is None or dotted_name(raised).partition(".")[0] == caught:
                return True
        if isinstance(item, _BLOCKS):
            pending += item.children
    return False


_BLOCKS = cst.BaseSuite | cst.SimpleStatementLine | cst.BaseCompoundStatement | cst.Else | cst.ExceptHandler


def assigned_names(
    node: cst.CSTNode,
) -> list[tuple[cst.BaseExpression, cst.BaseExpression | None, cst.Annotation | None]]:
    """Return the targets that a statement assigns, each with its value and annotation where it has one of its own."""
    if isinstance(node, cst.AnnAssign):
        return [(node.target, node.value, node.annotation)]
    if not isinstance(node, cst.Assign):
        return []
    pairs: list[tuple[cst.BaseExpression, cst.BaseExpression | None, cst.Annotation | None]] = []
    for target in node.targets:
        if isinstance(target.target, cst.Tuple | cst.List):
            pairs += [(left, right, None) for left, right in _unpack(target.target, node.value)]
        else:
            pairs.append((target.target, node.value, None))
    return pairs


def _unpack(
    target: cst.Tuple | cst.List, value: cst.BaseExpression
) -> list[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
    """Pair the targets of an unpacking with the values, where both sides are written out."""
    targets = target.elements
    values = value.elements if isinstance(value, cst.Tuple | cst.List) else ()
    parallel = len(targets) == len(values) and not any(isinstance(e, cst.StarredElement) for e in (*targets, *values))
    pairs: list[tuple[cst.BaseExpression, cst.BaseExpression | None]] = []
    for index, element in enumerate(targets):
        right = values[index].value if parallel else None
        if isinstance(element.value, cst.Tuple | cst.List):
            pairs += _unpack(element.value, right) if right is not None else _unpack(element.value, cst.Name("_"))
        else:
            pairs.append((element.value, right))
    return pairs
