"""Where a function's body uses a parameter, or an attribute of the instance, and what happens there.

Each mention is a thing that can be said in words without knowing what the code means: what is called with it, what it
decides, which attribute it goes to.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.mention import Mention, OutcomeKind
from docgen.evidence.paths import LEAVING, Path, always_evaluated, assigned_in, first_call, negated, paths_of
from docgen.evidence.replaced import NONE, Replaced, is_the_same, replaced_in
from docgen.evidence.syntax import Definition, called_name, own_nodes, raised_name, statements_of
from docgen.evidence.uses import Place, holds, is_name, listed, mention_of, places_of, rebinds

_WORD = re.compile(r"[^\W\d]\w*")
_STATEMENTS = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
_OF_INNER = frozenset({"passed", "called", "method", "attribute", "iterated", "entered", "awaited"})


def mentions_of(tree: Definition, name: str, does: Behaviour) -> tuple[Mention, ...]:
    """Return what a body does with a name, in source order, up to where it comes to stand for something else.

    Args:
        tree: The function.
        name: A parameter, or `self.attribute`.
        does: What the function does as a whole.
    """
    mentions = _mentions(statements_of(tree), name, replaced_in(tree))
    if any(mention.outcome == "calls" for mention in mentions):
        # Where the same is called elsewhere, too, a test does not decide whether it is.
        times = Counter(map(called_name, own_nodes(tree)))
        mentions = tuple(m for m in mentions if m.outcome != "calls" or times[m.target] == 1)
    if does.yields:
        # What a generator returns, its caller does not get.
        mentions = tuple(m for m in mentions if m.kind != "returned" and m.outcome != "returns")
    return tuple(_certain(mention, name, does.always) for mention in mentions)


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
    stored: dict[str, Path] = {}
    for statement, path in paths_of(statements):
        before = [other for leaving, other in left if _is_left(leaving, other, path)]
        is_always = not (path.tests or path.loop or path.is_tried or before) and path.is_known
        if stored:
            over = {id(m) for m in found if _is_overwritten(m, statement, path, stored, name)}
            found = [_sometimes(m) if id(m) in over else m for m in found if not (is_always and id(m) in over)]
        if any(path.tests[: len(tests)] == tests for tests in replaced):
            continue
        if isinstance(statement, Definition):
            found += _captured(statement, name)
            continue
        is_told = not any(path.tests[: len(tests)] == tests for tests in since)
        passed_by = [other for other in before if path.may_follow(other)]
        kept = [other.turned(path) for other in passed_by if other not in stale]
        is_reached = is_told and len(kept) == len(passed_by) and all(kept) and (not path.is_tried or statement in begun)
        tests = (*(test for test in kept if test), *path.tests)
        here = path._replace(tests=tests, is_known=path.is_known and is_reached)
        for node, above in places_of(statement, name):
            there = here if not path.is_tried or _comes_first(statement, node) else here._replace(is_known=False)
            mentions = (
                _with_items(m, statement, there, node) for m in mention_of(Place(statement, there, node, above))
            )
            told = [m if is_always else _uncertain(m) for m in _readable(mentions, statement, others, name)]
            stored |= {mention.target: path for mention in told if mention.kind == "kept"}
            found += told
        if isinstance(statement, ast.If) and is_told and name not in assigned_in(statement):
            found += _readable(_decisions(statement, path, name, before), statement, others, name)
        if isinstance(statement, ast.Return | ast.Continue | ast.Break):
            left.append((statement, path))
        if isinstance(statement, ast.Try | ast.With | ast.AsyncWith) and not path.is_tried:
            begun.append(statement.body[0])
        if changed := path.changed_by(assigned_in(statement)):
            since.append(changed)
        stale += [other for _, other in left if other.changed_by(assigned_in(statement))]
        taken = _replacement(statement, here, name)
        if taken and taken not in _readable([taken], statement, others, name):
            taken = None
        if taken:
            found.append(taken)
        if _ends(statement, name, is_told=taken is not None):
            # Where nobody is told what the name stands for from here on, the rest would be read as said of the value.
            is_over = taken is None or (not path.tests and path.is_known)
            replaced.append(() if is_over else path.tests)
        if tests := path.changed_by(assigned_in(statement) & {name}):
            # The tests on the way were of the value before, and would be read as tests of the one after.
            replaced.append(tests)
    return tuple(dict.fromkeys(found))


def _readable(mentions: Iterable[Mention], statement: ast.stmt, others: Replaced, name: str) -> Iterator[Mention]:
    """Yield the mentions that speak of no other parameter which may stand for something else by then."""
    first, last = (others.by(line) - {name} for line in (statement.lineno, statement.end_lineno or statement.lineno))
    for mention in mentions:
        shown = f"{mention.shown} {mention.target if mention.kind in ('decided', 'set') else ''}"
        is_read = first.isdisjoint(_WORD.findall(f"{mention.where} {mention.loop}"))
        if last.isdisjoint(_WORD.findall(shown)) and is_read:
            yield mention
        elif last.isdisjoint(_WORD.findall(shown)) and mention.kind != "decided":
            yield _sometimes(mention)


def _comes_first(statement: ast.stmt, node: ast.AST) -> bool:
    """Whether a statement comes to an expression whatever it calls raises."""
    first = first_call(statement)
    is_bound = not isinstance(statement, ast.Assign) or isinstance(statement.targets[0], ast.Name)
    return first is None or (is_bound and any(inner is node for inner in ast.walk(first)))


def _is_overwritten(mention: Mention, statement: ast.stmt, path: Path, stored: Mapping[str, Path], name: str) -> bool:
    """Whether a statement puts something else in the attribute that a value was stored in; a default does not count."""
    attribute = f"self.{mention.target}"
    if mention.kind != "kept" or attribute not in assigned_in(statement):
        return False
    is_default = is_the_same(statement, path, attribute) or is_the_same(statement, path, name)
    return path.may_follow(stored[mention.target]) and not is_default


def _sometimes(mention: Mention) -> Mention:
    """Return a mention of which it is not told when it is done."""
    return mention.model_copy(update={"where": "", "loop": "", "is_certain": False})


def _uncertain(mention: Mention) -> Mention:
    """Return a mention of what is given back as one of what may be."""
    return mention.model_copy(update={"is_certain": False}) if mention.kind in ("returned", "yielded") else mention


def _is_left(leaving: ast.stmt, before: Path, path: Path) -> bool:
    """Whether a statement that leaves a block concerns what stands on a path behind it: not from another loop."""
    return isinstance(leaving, ast.Return) or not before.loop or path.loop == before.loop


def _captured(inner: Definition, name: str) -> Iterator[Mention]:
    """Yield what an inner function does with a name of the outer one."""
    if rebinds(inner, name) or not any(is_name(node, name) for part in inner.body for node in ast.walk(part)):
        return
    items = tuple(mention for mention in _mentions(inner.body, name) if mention.kind in _OF_INNER)
    yield Mention(kind="captured", target=inner.name, items=items)


def _with_items(mention: Mention, statement: ast.stmt, path: Path, node: ast.AST) -> Mention:
    """Return a mention of what a loop goes over with what the loop does with each item, where an item has a name."""
    if mention.kind != "iterated" or not isinstance(statement, ast.For) or statement.iter is not node:
        return mention
    items: tuple[Mention, ...] = ()
    if isinstance(statement.target, ast.Name):
        items = tuple(inner for inner in _mentions(statement.body, statement.target.id) if inner.kind in _OF_INNER)
        if path.is_tried or any(isinstance(inner, ast.Return | ast.Break) for inner in ast.walk(statement)):
            # It does not come to each item.
            items = tuple(map(_sometimes, items))
    elif isinstance(statement.target, ast.Tuple):
        items = (Mention(kind="unpacked", shown=listed(statement.target)),)
    return mention.model_copy(update={"items": items})


def _decisions(statement: ast.If, path: Path, name: str, left: Sequence[Path]) -> Iterator[Mention]:
    """Yield what stands directly under a test of the name."""
    if not holds(statement.test, name) or not path.is_known:
        return
    if any(_assigns(inner, name) for inner in (*statement.body, *statement.orelse)):
        return
    for block, test in ((statement.body, statement.test), (statement.orelse, negated(statement.test))):
        taken = Path((*path.tests, test))
        known = {
            "where": taken.condition,
            "loop": path.loop,
            "is_certain": not (path.is_tried or any(map(taken.may_follow, left))),
        }
        # What is raised in a `try` may not come out of it.
        told = ((o, t) for o, t in _outcomes(block) if not (path.is_tried and o == "raises"))
        yield from (Mention(kind="decided", outcome=o, target=t, **known) for o, t in told)


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
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name | ast.Attribute) and is_name(node, name))
    return any(not isinstance(node.ctx, ast.Load) for node in nodes)


def _replacement(statement: ast.stmt, path: Path, name: str) -> Mention | None:
    """Return what takes the place of the value, and where."""
    if not isinstance(statement, ast.Assign) or not any(is_name(target, name) for target in statement.targets):
        return None
    value, tests = statement.value, path.tests
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or) and is_name(value.values[0], name):
        rest = value.values[1:]
        tests = (*tests, negated(value.values[0]))
        value = rest[0] if len(rest) == 1 else ast.BoolOp(ast.Or(), rest)
    elif isinstance(value, ast.IfExp) and (is_name(value.body, name) or is_name(value.orelse, name)):
        is_kept = is_name(value.body, name)
        tests = (*tests, negated(value.test) if is_kept else value.test)
        value = value.orelse if is_kept else value.body
    if not path.is_known or path.loop or path.is_tried:
        return None
    return Mention(kind="replaced", shown=ast.unparse(value), where=Path(tests).condition)


def _ends(statement: ast.stmt, name: str, *, is_told: bool) -> bool:
    """Whether the name may stand for something else after a statement: what is not told, or is not made of it."""
    if isinstance(statement, ast.AnnAssign) or name not in assigned_in(statement):
        return False
    return not (is_told and isinstance(statement, ast.Assign) and holds(statement.value, name))
