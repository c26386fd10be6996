"""What programs do when they are run: the ground truth for what is composed of them."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any, NamedTuple

FILE = "<made up>"
MAX_LINES = 300
"""Lines that a call may take; a loop that has no end is no example."""

_FIRST, _FURTHER = (-1, 0, 1, 2), (0, 1, 3)
_OPTIONAL = (None, 0, 2)
_SEQUENCES = ((), (1,), (2, 0), (0, 3, 1))
_MEANINGLESS = (AssertionError, TypeError, NameError, AttributeError, IndexError)
"""What is raised where a value has no meaning: `None > 1`, an unbound local. Nobody is told of that."""


Place = tuple[int, ...]
"""A line, with -1, or the beginning and the end of an expression."""


class Given(int):
    """An argument that can be told from any other number."""

    name: str
    log: list[Done]

    def ready(self) -> int:
        """Note that the method is called."""
        self.log.append(Done(f"{self.name}.ready", (), {}, 50))
        return 50

    @property
    def size(self) -> int:
        """Note that the attribute is read."""
        self.log.append(Done(f"{self.name}.size", (), {}, 60))
        return 60


class Items(tuple[Given, ...]):
    """A sequence that can be told from any other."""

    log: list[Done]

    def __iter__(self) -> Iterator[Given]:
        """Note that a loop goes over it."""
        if sys._getframe(1).f_code.co_filename == FILE:
            self.log.append(Done("iter", (self,), {}))
        return super().__iter__()


class Unending(Exception):
    """A call takes too long."""


class Failed(ValueError):
    """A called function fails."""


class Missed(KeyError):
    """Another does."""


class Done(NamedTuple):
    """Something that a call did: what it called or read, with which arguments, and what it got; what it set."""

    name: str
    given: tuple[Any, ...]
    named: dict[str, Any]
    result: Any = None


@dataclass
class Call:
    """What one call of a function did.

    Attributes:
        given: The arguments by parameter.
        before: The attributes of the instance when it began.
        after: Those when it ended.
        stood: What the parameters stood for, one after the other.
        final: What they stood for when it ended.
        result: What was returned.
        raised: What was raised instead.
        yielded: What it yielded; None where it is no generator.
        thrown: The exceptions that came up in it, those that it caught included.
        calls: What it called, in that order.
        sets: The attributes that it set.
        caught: The exceptions whose handlers it came to.
        looped: The loops that it has, each with whether it came to an item.
        ran: The lines that ran, and where the expressions begin that are not always evaluated, and were.
        is_meaningless: Whether something came up in it that nobody is told of.
    """

    given: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    stood: dict[str, list[Any]] = field(default_factory=dict)
    final: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    raised: Exception | None = None
    yielded: list[Any] | None = None
    thrown: set[str] = field(default_factory=set)
    is_meaningless: bool = False
    calls: list[Done] = field(default_factory=list)
    sets: list[tuple[str, Any]] = field(default_factory=list)
    caught: set[str] = field(default_factory=set)
    looped: dict[str, bool] = field(default_factory=dict)
    ran: set[Place] = field(default_factory=set)

    @property
    def did(self) -> tuple[Any, ...]:
        """What can be seen of it from outside."""
        return _plain(self.result), type(self.raised), _plain(self.yielded), _plain(self.calls), _plain(self.after)


def calls_of(source: str) -> dict[str, list[Call]]:
    """Return what each function does with each of a few arguments, without those for which it means nothing."""
    tree = ast.parse(source)
    code = compile(ast.fix_missing_locations(_Noted(tree).visit(tree)), FILE, "exec")
    if not source.startswith("class"):
        calls = (_run(source, code, "f", None, values) for values in _arguments())
        return {"f": [call for call in calls if call]}
    found: dict[str, list[Call]] = {"__init__": [], "m": [], "n": []}
    for number, values in enumerate(_arguments()):
        made = _run(source, code, "__init__", None, values)
        if made is None:
            continue
        found["__init__"].append(made)
        if made.raised is None and number % 5 == 0:
            for method in ("m", "n"):
                for d, e in itertools.product(_FIRST[1:], _OPTIONAL[:2]):
                    if call := _run(source, code, method, dict(made.after), {"d": d, "e": e}):
                        found[method].append(call)
    return found


def reached(source: str) -> tuple[str, dict[str, list[Call]]]:
    """Return a program without what no call comes to, and its calls: nobody writes that, and it is not told of."""
    while True:
        calls = calls_of(source)
        ran = {place for every in calls.values() for call in every for place in call.ran}
        lines = source.splitlines()
        idle = sorted(_idle(ast.parse(source).body, ran, lines), key=lambda node: node.lineno)
        if not idle:
            return source, calls
        for node in reversed(idle):
            first = lines[node.lineno - 1]
            lines[node.lineno - 1 : node.end_lineno] = [first[: len(first) - len(first.lstrip())] + "pass"]
        source = "\n".join([*lines, ""])


def _idle(statements: Sequence[ast.stmt], ran: set[Place], lines: Sequence[str]) -> Iterator[ast.stmt]:
    """Yield the statements of which something does not run."""
    for statement in statements:
        blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        blocks += [part.body for name in ("handlers", "cases") for part in getattr(statement, name, [])]
        if isinstance(statement, ast.Pass):
            continue
        parts: list[Any] = [one for one in ast.iter_child_nodes(statement) if isinstance(one, ast.expr)]
        parts += [item.context_expr for item in getattr(statement, "items", [])]
        parts = parts if any(blocks) and parts else [] if isinstance(statement, ast.Try) else [statement]
        must = {_place(node) for part in parts for node in _optional(part)}
        must |= {(part.lineno, -1) for part in parts}
        is_program = getattr(statement, "name", "inner") != "inner"
        if not must <= ran and not is_program:
            yield statement
        else:
            for block in blocks:
                yield from _idle(block, ran, lines)


def _place(node: ast.expr) -> Place:
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def _optional(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions in a node that are not evaluated whenever it is."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.IfExp):
            yield from (inner.body, inner.orelse)
        elif isinstance(inner, ast.BoolOp):
            yield from inner.values[1:]
        elif isinstance(inner, ast.Lambda):
            yield inner.body
        elif isinstance(inner, ast.ListComp | ast.GeneratorExp):
            yield inner.elt
        elif isinstance(inner, ast.Assign | ast.AugAssign):
            yield inner.value
        elif isinstance(inner, ast.Raise) and inner.exc:
            yield inner.exc
        elif isinstance(inner, ast.Call):
            # The function that they are passed to is not called where they fail.
            yield from (argument for argument in inner.args if any(isinstance(n, ast.Call) for n in ast.walk(argument)))


class _Noted(ast.NodeTransformer):
    """Makes a program note which of its statements and optional expressions are come to.

    Lines tell less: an interpreter may give code that it moves the line of another statement.

    Args:
        tree: The program.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._places = {id(node): _place(node) for node in _optional(tree)}

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a node, wrapped in a call where it is optional, with a call before each statement that it holds."""
        place = self._places.get(id(node))
        begins = self._begins(node)
        inner: Any = self.generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(inner, name, None)
            if isinstance(block, list):
                noted = [one for statement in block for one in (_note("_came", (statement.lineno, -1)), statement)]
                setattr(inner, name, [*(begins if name == "body" else []), *noted])
        return inner if place is None else ast.copy_location(_called("_ran", place, inner), node)

    @staticmethod
    def _begins(node: ast.AST) -> list[ast.stmt]:
        if isinstance(node, ast.ExceptHandler) and node.type:
            return [_note("_caught", ast.unparse(node.type))]
        return [_note("_looped", ast.unparse(node.iter))] if isinstance(node, ast.For) else []


def _note(name: str, what: Any) -> ast.stmt:
    return ast.Expr(_called(name, what))


def _called(name: str, what: Any, *given: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [ast.Constant(what), *given], [])


def result_of(*given: Any, **named: Any) -> int:
    """Return what the called functions return.

    Raises:
        Failed: They cannot.
    """
    value = sum(map(_number, (*given, *named.values()))) + 40
    if value % 7 in (3, 6) and _is_given(given, named):
        raise Failed(value)
    return value


def other_result_of(*given: Any, **named: Any) -> int:
    """Return what another of them returns.

    Raises:
        Missed: It cannot.
    """
    value = sum(map(_number, (*given, *named.values()))) + 80
    if value % 7 in (1, 4) and _is_given(given, named):
        raise Missed(value)
    return value


def _is_given(given: Sequence[Any], named: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Given) for value in (*given, *named.values()))


def _number(value: Any) -> int:
    if isinstance(value, list | tuple):
        return sum(map(_number, value)) + 5
    if callable(value):
        # What is given away is called.
        return _number(value(1) if value.__code__.co_argcount else value())
    return 3 * value + 1 if isinstance(value, int) else 0


def _plain(value: Any) -> Any:
    """Return a value without what tells one call from another."""
    if callable(value):
        return "function"
    if isinstance(value, Mapping):
        return tuple((key, _plain(item)) for key, item in value.items())
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _arguments() -> Iterator[dict[str, Any]]:
    for number, (a, b, c) in enumerate(itertools.product(_FIRST, _FURTHER, _OPTIONAL)):
        yield {"a": a, "b": b, "c": c, "items": _SEQUENCES[number * number % 11 % 4]}


def _marked(name: str, value: Any, log: list[Done]) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        items = Items(_marked(f"{name}[]", item, log) for item in value)
        items.log = log
        return items
    given = Given(value)
    given.name, given.log = name, log
    return given


def _run(
    source: str, code: CodeType, name: str, state: dict[str, Any] | None, values: Mapping[str, Any]
) -> Call | None:
    """Return what a call does, None where it means nothing."""
    log: list[Done] = []
    call = Call({key: _marked(key, value, log) for key, value in values.items()}, calls=log)

    def noted(place: Place, value: Any) -> Any:
        call.ran.add(place)
        return value

    names = {**_names(log, is_async=source.startswith("async")), "_ran": noted}
    names |= {
        "_came": call.ran.add,
        "_caught": call.caught.add,
        "_looped": lambda over: call.looped.update({over: True}),
    }
    exec(code, names)
    function: Callable[..., Any]
    if name == "f":
        function = names["f"]
    else:
        made = names["C"]
        instance = made.__new__(made)
        for key, value in (state or {}).items():
            if isinstance(value, Given | Items):
                value = _marked(f"self.{key}", value, log)
            instance.__dict__[key] = value
        call.before = dict(instance.__dict__)
        made.log = names["log"]
        if name == "m":
            made.n = _noted(log, "self.n", made.n)
        made.__setattr__ = _noting(call.sets, name)
        function = getattr(instance, name) if not isinstance(vars(made)[name], property) else lambda: instance.n
        if name == "n" and isinstance(vars(made)[name], property):
            call.given = {}
    call.looped = dict.fromkeys(_loops(source), False)
    before = sys.gettrace()
    sys.settrace(_watch(call, name))
    try:
        result = function(**call.given)
        if inspect.iscoroutine(result):
            try:
                result.send(None)
            except StopIteration as end:
                result = end.value
        elif inspect.isgenerator(result):
            call.yielded = []
            call.yielded.extend(iter(result))
            result = None
        call.result = result
    except (ValueError, KeyError) as error:
        call.raised = error
    except (*_MEANINGLESS, RecursionError, Unending):
        return None
    finally:
        sys.settrace(before)
    if call.is_meaningless:
        return None
    if name != "f":
        call.after = dict(instance.__dict__)
    return call


def _names(log: list[Done], *, is_async: bool) -> dict[str, Any]:
    def recorded(name: str, result: Callable[..., int]) -> Callable[..., Any]:
        def function(*given: Any, **named: Any) -> int:
            log.append(Done(name, given, named, _UNENDED))
            value = result(*given, **named)
            log[_last(log, name)] = Done(name, given, named, value)
            return value

        async def coroutine(*given: Any, **named: Any) -> int:
            return function(*given, **named)

        return coroutine if is_async else function

    def scope() -> _Scope:
        log.append(Done("scope", (), {}))
        return _Scope()

    def logged(self: object, *given: Any, **named: Any) -> int:
        log.append(Done("self.log", given, named, 70))
        return 70

    return {"g": recorded("g", result_of), "h": recorded("h", other_result_of), "scope": scope, "log": logged}


_UNENDED = object()


def _last(log: Sequence[Done], name: str) -> int:
    return max(n for n, done in enumerate(log) if done.name == name and done.result is _UNENDED)


def _noted(log: list[Done], name: str, function: Any) -> Any:
    if isinstance(function, property):
        return function

    def noted(self: object, *given: Any, **named: Any) -> Any:
        log.append(Done(name, given, named, _UNENDED))
        number = len(log) - 1
        value = function(self, *given, **named)
        log[number:] = [Done(name, given, named, value)]
        return value

    return noted


def _noting(sets: list[tuple[str, Any]], by: str) -> Callable[[Any, str, Any], None]:
    def note(self: Any, name: str, value: Any) -> None:
        if sys._getframe(1).f_code.co_name == by:
            sets.append((name, value))
        self.__dict__[name] = value

    return note


@cache
def _loops(source: str) -> frozenset[str]:
    """Return what the loops of a program go over."""
    return frozenset(ast.unparse(node.iter) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For))


def _watch(call: Call, name: str) -> Callable[[FrameType, str, Any], Any]:
    left = iter(range(MAX_LINES))

    def trace(frame: FrameType, event: str, value: Any) -> Any:
        if frame.f_code.co_filename != FILE or frame.f_code.co_name == "<genexpr>":
            return None
        if next(left, None) is None:
            raise Unending
        if frame.f_code.co_name == name:
            local = frame.f_locals
            for key in call.given:
                before = call.stood.setdefault(key, [])
                if not before or before[-1] is not local.get(key):
                    before.append(local.get(key))
            if event == "exception":
                call.thrown.add(value[0].__name__)
                call.is_meaningless |= issubclass(value[0], _MEANINGLESS)
            if event == "return":
                call.final = {key: local[key] for key in call.given if key in local}
        return trace

    return trace


class _Scope:
    def __enter__(self) -> None:
        """Begin nothing."""

    def __exit__(self, *error: object) -> None:
        """End nothing."""

    async def __aenter__(self) -> None:
        """Begin nothing."""

    async def __aexit__(self, *error: object) -> None:
        """End nothing."""
