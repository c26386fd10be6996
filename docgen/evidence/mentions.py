"""Where a function's body uses a parameter, or an attribute of the instance, and what happens there.

Each mention is a thing that can be said in words without knowing what the code means: what is called with it, what it
decides, which attribute it goes to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal, NamedTuple, TypeGuard

from docgen.evidence.certain import always
from docgen.evidence.paths import LEAVING, Path, always_evaluated, assigned_in, negated, paths_of
from docgen.evidence.replaced import NONE, Replaced, replaced_in
from docgen.evidence.syntax import Definition, called_name, dotted, name_of, raised_name, statements_of
from docgen.records import Record

MentionKind = Literal[
    "kept", "set", "replaced", "passed", "called", "method", "attribute", "iterated", "entered", "awaited", "raised",
    "message", "added", "subtracted", "returned", "yielded", "looped", "asserted", "decided", "read", "captured",
    "unpacked",
]  # fmt: skip
OutcomeKind = Literal["calls", "raises", "returns", "yields"]

TRANSPARENT = frozenset(
    "isinstance issubclass len hasattr callable type id repr str int float bool bytes abs min max sum any all"
    " ord chr hash round sorted list tuple set frozenset dict reversed enumerate zip iter print getattr".split()
)
"""Builtins that are part of an expression rather than a place that a value goes to."""

MAX_MADE = 60
"""Characters of a call that is told as what an attribute is set to."""

_WORD = re.compile(r"[^\W\d]\w*")
_ITERATORS = frozenset({"enumerate", "zip", "reversed", "sorted", "iter", "list", "tuple", "set"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_STATEMENTS = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
_OF_INNER = frozenset({"passed", "called", "method", "attribute", "iterated", "entered", "awaited"})


class Mention(Record):
    """One use of a name.

    Attributes:
        kind: What is done: `kept` in the attribute `target` as it is; `set`, where `target` is assigned `shown`, in
            which it stands; `replaced` by `shown`; `unpacked` into the variables `shown`; `passed` to `target`;
            `called`; its `method` or `attribute` used; named in the `message` of an exception; `added` to `target` or
            `subtracted` from it; `looped`, where a loop goes on while `shown` is true; `asserted`, where that is;
            `decided`, where a test of it decides on `target`; `captured` by the inner function `target`, which does
            `items` with it; `read` in another expression.
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


class _Place(NamedTuple):
    """A use of the name: the statement, how it is reached, the node, and what encloses it there, innermost first."""

    statement: ast.stmt
    path: Path
    node: ast.expr
    above: Sequence[ast.AST]

    def made(
        self, kind: MentionKind, *, above: Sequence[ast.AST] | None = None, node: ast.AST | None = None, **what: str
    ) -> Mention:
        """Return a mention with the conditions that it stands under: those of the statement, and of what is above."""
        path = self.path if above is None else self.path.within(node or self.node, above)
        where, loop = (path.condition, path.loop) if path.is_known else ("", "")
        return Mention(kind=kind, where=where, loop=loop, is_certain=path.is_known, **what)


def mentions_of(tree: Definition, name: str) -> tuple[Mention, ...]:
    """Return what a body does with a name, in source order, up to where it comes to stand for something else.

    Args:
        tree: The function.
        name: A parameter, or `self.attribute`.
    """
    done = always(statements_of(tree)) or frozenset()
    mentions = _mentions(statements_of(tree), name, replaced_in(tree))
    return tuple(_certain(mention, name, done) for mention in mentions)


def _certain(mention: Mention, name: str, done: frozenset[str]) -> Mention:
    """Return a mention without its condition, where each way comes to such a call."""
    called = {"called": name, "method": f"{name}.{mention.target}"}.get(mention.kind, "")
    return mention.model_copy(update={"where": "", "loop": "", "is_certain": True}) if called in done else mention


def _mentions(statements: Sequence[ast.stmt], name: str, others: Replaced = NONE) -> tuple[Mention, ...]:
    found: list[Mention] = []
    replaced: list[tuple[ast.expr, ...]] = []
    since: list[tuple[ast.expr, ...]] = []
    left: list[tuple[ast.stmt, Path]] = []
    stale: list[Path] = []
    begun: list[ast.stmt] = []
    for statement, path in paths_of(statements):
        if any(path.tests[: len(tests)] == tests for tests in replaced):
            continue
        if isinstance(statement, Definition):
            found += _captured(statement, name)
            continue
        before = [other for leaving, other in left if _is_left(leaving, other, path)]
        is_told = not any(path.tests[: len(tests)] == tests for tests in since)
        passed_by = [other for other in before if path.may_follow(other)]
        kept = [other.turned(path) for other in passed_by if other not in stale]
        is_reached = is_told and len(kept) == len(passed_by) and all(kept) and (not path.is_tried or statement in begun)
        is_always = not (path.tests or path.loop or path.is_tried or before) and path.is_known
        tests = (*(test for test in kept if test), *path.tests)
        here = path._replace(tests=tests, is_known=path.is_known and is_reached)
        for node, above in _places(statement, name):
            mentions = _mention(_Place(statement, here, node, above))
            found += [m if is_always else _uncertain(m) for m in mentions if _is_readable(m, statement, others, name)]
        if isinstance(statement, ast.If) and is_told:
            decisions = _decisions(statement, path, name, before)
            found += [mention for mention in decisions if _is_readable(mention, statement, others, name)]
        if isinstance(statement, ast.Return | ast.Continue | ast.Break):
            left.append((statement, path))
        if isinstance(statement, ast.Try) and not path.is_tried:
            begun.append(statement.body[0])
        if changed := path.changed_by(assigned_in(statement)):
            since.append(changed)
        stale += [other for _, other in left if other.changed_by(assigned_in(statement))]
        if taken := _replacement(statement, path, name):
            found.append(taken)
        if _ends(statement, name):
            # Where nobody is told what the name stands for from here on, the rest would be read as said of the value.
            if taken is None or (not path.tests and path.is_known):
                break
            replaced.append(path.tests)
        if tests := path.changed_by(assigned_in(statement) & {name}):
            # The tests on the way were of the value before, and would be read as tests of the one after.
            replaced.append(tests)
    return tuple(dict.fromkeys(found))


def _is_readable(mention: Mention, statement: ast.stmt, others: Replaced, name: str) -> bool:
    """Whether no expression speaks of another parameter that may stand for something else by then."""
    shown = f"{mention.shown} {mention.target if mention.kind in ('decided', 'set') else ''}"
    return (others.by(statement) - {name}).isdisjoint(_WORD.findall(shown))


def _uncertain(mention: Mention) -> Mention:
    """Return a mention of what is given back as one of what may be."""
    return mention.model_copy(update={"is_certain": False}) if mention.kind in ("returned", "yielded") else mention


def _is_left(leaving: ast.stmt, before: Path, path: Path) -> bool:
    """Whether a statement that leaves a block concerns what stands on a path behind it: not from another loop."""
    return isinstance(leaving, ast.Return) or not before.loop or path.loop == before.loop


def _captured(inner: Definition, name: str) -> Iterator[Mention]:
    """Yield what an inner function does with a name of the outer one."""
    if _rebinds(inner, name) or not any(_is(node, name) for part in inner.body for node in ast.walk(part)):
        return
    items = tuple(mention for mention in _mentions(inner.body, name) if mention.kind in _OF_INNER)
    yield Mention(kind="captured", target=inner.name, items=items)


def _places(statement: ast.stmt, name: str) -> Iterator[tuple[ast.expr, tuple[ast.AST, ...]]]:
    """Yield the uses of a name in a statement itself, not in those that it encloses."""
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(statement, ())]
    while pending:
        node, above = pending.pop()
        if _is(node, name):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield node, above
        elif not _rebinds(node, name):
            inner = (c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.stmt | ast.ExceptHandler))
            children = [child for child in inner if not isinstance(child, ast.match_case)]
            pending += [(child, (node, *above)) for child in reversed(children)]


def _is(node: ast.AST, name: str) -> bool:
    """Whether a node is a name, `self.attribute` included."""
    return isinstance(node, ast.Name | ast.Attribute) and name_of(node) == name


def _holds(node: ast.AST, name: str) -> bool:
    return any(_is(inner, name) for inner in ast.walk(node))


def _rebinds(node: ast.AST, name: str) -> bool:
    """Whether a scope of its own gives the name to something else."""
    if isinstance(node, _COMPREHENSIONS):
        return any(_holds(generator.target, name) for generator in node.generators)
    if isinstance(node, ast.Lambda | Definition):
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        return any(argument is not None and argument.arg == name for argument in every)
    return False


def _mention(place: _Place) -> Iterator[Mention]:
    statement, _, node, above = place
    parent = above[0]
    if isinstance(parent, ast.Starred):
        node, above = parent, above[1:]
        parent = above[0]
    done = partial(place.made, above=above, node=node)
    if isinstance(statement, ast.Raise):
        yield _in_raise(place)
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and parent is statement:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from _assigned(place, targets)
    elif isinstance(statement, ast.Assign) and (targets := _across(statement, node)):
        yield from _assigned(place, targets)
    elif _is_made_into_an_attribute(statement, node, above):
        yield place.made("set", target=ast.unparse(statement.targets[0]), shown=ast.unparse(statement.value))
    elif isinstance(parent, ast.keyword):
        yield done("passed", target=_receiver(above[1]), keyword=parent.arg or "**")
    elif isinstance(parent, ast.Call) and parent.func is node:
        yield done("called", shown=ast.unparse(parent))
    elif isinstance(parent, ast.Call) and called_name(parent) not in TRANSPARENT:
        yield done("passed", target=_receiver(parent))
    elif isinstance(parent, ast.Attribute) and not isinstance(parent.ctx, ast.Load):
        yield from _held(place, parent)
    elif isinstance(parent, ast.Attribute):
        is_called = isinstance(above[1], ast.Call) and above[1].func is parent
        yield done("method" if is_called else "attribute", target=parent.attr)
    elif _is_iterated(node, above):
        yield done("iterated").model_copy(update={"items": _of_items(statement, node)})
    elif isinstance(parent, ast.withitem):
        yield done("entered")
    elif isinstance(parent, ast.Await):
        yield done("awaited")
    elif isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add | ast.Sub):
        kind: MentionKind = "added" if isinstance(parent.op, ast.Add) else "subtracted"
        yield done(kind, target=ast.unparse(parent.target))
    elif not isinstance(statement, ast.If):
        yield _wider(place._replace(node=node, above=above))


def _is_made_into_an_attribute(statement: ast.stmt, node: ast.AST, above: Sequence[ast.AST]) -> TypeGuard[ast.Assign]:
    """Whether an attribute is set to what a function makes of a value, so that both are told in one."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Attribute):
        return False
    call = above[1] if isinstance(above[0], ast.keyword) else above[0]
    is_plain = isinstance(call, ast.Call) and called_name(call) not in TRANSPARENT and call.func is not node
    return statement.value is call and is_plain and len(ast.unparse(call)) <= MAX_MADE


def _is_iterated(node: ast.AST, above: Sequence[ast.AST]) -> bool:
    if isinstance(above[0], ast.Call) and called_name(above[0]) in _ITERATORS:
        node, above = above[0], above[1:]
    parent = above[0]
    return isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) and parent.iter is node


def _of_items(statement: ast.stmt, node: ast.AST) -> tuple[Mention, ...]:
    """Return what a loop over a value does with each of its items, where an item has a name."""
    if isinstance(statement, ast.For) and statement.iter is node and isinstance(statement.target, ast.Name):
        return tuple(mention for mention in _mentions(statement.body, statement.target.id) if mention.kind in _OF_INNER)
    if isinstance(statement, ast.For) and statement.iter is node and isinstance(statement.target, ast.Tuple):
        return (Mention(kind="unpacked", shown=_listed(statement.target)),)
    return ()


def _listed(target: ast.Tuple | ast.List) -> str:
    return ", ".join(map(ast.unparse, target.elts))


def _receiver(call: ast.AST) -> str:
    """Return what a value is passed to, as written where it has no name."""
    return called_name(call) or (ast.unparse(call.func) if isinstance(call, ast.Call) else "")


def _in_raise(place: _Place) -> Mention:
    assert isinstance(place.statement, ast.Raise)
    if place.statement.exc is place.node:
        return place.made("raised")
    return place.made("message", target=raised_name(place.statement))


def _across(statement: ast.Assign, node: ast.AST) -> list[ast.expr]:
    """Return the target that is given a part of a tuple: of `a, b = x, y`, that is `b` for `y`."""
    target, value = statement.targets[0], statement.value
    if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)):
        return []
    return [one for one, other in zip(target.elts, value.elts, strict=True) if other is node]


def _assigned(place: _Place, targets: Sequence[ast.expr]) -> Iterator[Mention]:
    for target in targets:
        if isinstance(target, ast.Attribute) and dotted(target.value) == "self":
            yield place.made("kept", target=target.attr)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            yield place.made("set", target=ast.unparse(target))
        elif isinstance(target, ast.Tuple | ast.List):
            yield place.made("unpacked", shown=_listed(target))


def _held(place: _Place, target: ast.Attribute) -> Iterator[Mention]:
    statement = place.statement
    if isinstance(statement, ast.Assign) and target in statement.targets:
        yield place.made("set", target=ast.unparse(target), shown=ast.unparse(statement.value))


def _wider(place: _Place) -> Mention:
    """Return the mention of the expression that the name is a part of."""
    statement, _, node, above = place
    whole: ast.AST = node
    for index, outer in enumerate(above):
        around = above[index:]
        if isinstance(outer, ast.Call) and called_name(outer) not in TRANSPARENT and outer.func is not whole:
            shown = ast.unparse(whole)
            return place.made("passed", target=_receiver(outer), shown=shown, above=around, node=whole)
        if isinstance(outer, ast.keyword) and called_name(around[1]) not in TRANSPARENT:
            what = {"target": _receiver(around[1]), "keyword": outer.arg or "**", "shown": ast.unparse(whole)}
            return place.made("passed", above=around, node=whole, **what)
        if not isinstance(outer, ast.expr):
            break
        whole = outer
    shown = ast.unparse(whole)
    if isinstance(statement, ast.Return) and statement.value is whole:
        return place.made("returned", shown="" if whole is node else shown)
    if isinstance(whole, ast.Yield | ast.YieldFrom) and whole.value:
        return place.made("yielded", shown="" if whole.value is node else ast.unparse(whole.value))
    if isinstance(statement, ast.While | ast.Assert) and statement.test is whole:
        return place.made("looped" if isinstance(statement, ast.While) else "asserted", shown=shown)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if targets and isinstance(targets[0], ast.Attribute | ast.Subscript):
        return place.made("set", target=ast.unparse(targets[0]), shown=ast.unparse(statement.value))  # type: ignore[attr-defined]
    is_whole = isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value is whole
    return place.made("read", shown=ast.unparse(statement) if is_whole else shown)


def _decisions(statement: ast.If, path: Path, name: str, left: Sequence[Path]) -> Iterator[Mention]:
    """Yield what stands directly under a test of the name."""
    if not _holds(statement.test, name) or not path.is_known:
        return
    if any(_assigns(inner, name) for inner in (*statement.body, *statement.orelse)):
        return
    for block, test in ((statement.body, statement.test), (statement.orelse, negated(statement.test))):
        taken = Path((*path.tests, test))
        known = {"where": taken.condition, "is_certain": not any(map(taken.may_follow, left))}
        yield from (Mention(kind="decided", outcome=o, target=t, **known) for o, t in _outcomes(block))


def _outcomes(block: Sequence[ast.stmt]) -> Iterator[tuple[OutcomeKind, str]]:
    for statement in block:
        if isinstance(statement, _COMPOUND) and any(isinstance(node, LEAVING) for node in ast.walk(statement)):
            return
        if isinstance(statement, ast.Raise):
            yield "raises", raised_name(statement)
        elif isinstance(statement, ast.Return):
            yield "returns", ast.unparse(statement.value) if statement.value else "None"
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield) and statement.value.value:
            yield "yields", ast.unparse(statement.value.value)
        elif isinstance(statement, _STATEMENTS):
            yield from (("calls", called) for node in always_evaluated(statement) if (called := called_name(node)))


def _assigns(statement: ast.AST, name: str) -> bool:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name | ast.Attribute) and _is(node, name))
    return any(not isinstance(node.ctx, ast.Load) for node in nodes)


def _replacement(statement: ast.stmt, path: Path, name: str) -> Mention | None:
    """Return what takes the place of the value, and where."""
    if not isinstance(statement, ast.Assign) or not any(_is(target, name) for target in statement.targets):
        return None
    value, tests = statement.value, path.tests
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or) and _is(value.values[0], name):
        rest = value.values[1:]
        tests = (*tests, negated(value.values[0]))
        value = rest[0] if len(rest) == 1 else ast.BoolOp(ast.Or(), rest)
    elif isinstance(value, ast.IfExp) and (_is(value.body, name) or _is(value.orelse, name)):
        is_kept = _is(value.body, name)
        tests = (*tests, negated(value.test) if is_kept else value.test)
        value = value.orelse if is_kept else value.body
    if not path.is_known or path.loop or path.is_tried:
        return None
    return Mention(kind="replaced", shown=ast.unparse(value), where=Path(tests).condition)


def _ends(statement: ast.stmt, name: str) -> bool:
    """Whether the name may stand for something else after a statement: something that is not made of it."""
    if isinstance(statement, ast.Assign) and any(_is(target, name) for target in statement.targets):
        return not _holds(statement.value, name)
    return not isinstance(statement, ast.AnnAssign) and name in assigned_in(statement)
