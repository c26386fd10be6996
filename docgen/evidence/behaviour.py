"""What a function's body does, read from its syntax tree: with each parameter, and as a whole."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from docgen.evidence.certain import always
from docgen.evidence.kinds import is_returned_as_is, kind_of, names_bound
from docgen.evidence.paths import LEAVING
from docgen.evidence.syntax import (
    Definition,
    called_name,
    dotted,
    function_tree,
    is_super,
    own_nodes,
    parameter_names,
    raised_name,
    statements_of,
)
from docgen.records import Function, Module, Record

UseKind = Literal[
    "stored", "passed", "tested", "compared", "defaulted", "iterated", "called", "indexed", "read-attribute",
    "returned", "yielded", "raised", "replaced", "read",
]  # fmt: skip

_MAX_SHOWN = 80
_NOTHING: Mapping[str, str] = MappingProxyType({})
_CONTAINERS = {
    "List": "list",
    "Tuple": "tuple",
    "Dict": "dict",
    "Set": "set",
    "ListComp": "list",
    "DictComp": "dict",
    "SetComp": "set",
}


class Use(Record):
    """One thing that a body does with a parameter.

    Attributes:
        kind: What is done.
        target: The attribute that it is stored in or that is read of it, the function that it is passed to, or the
            expression that takes its place (where it is false: `defaulted`); empty where there is none.
        keyword: The name under which it is passed on; empty where it is passed by position.
    """

    kind: UseKind
    target: str = ""
    keyword: str = ""


class Behaviour(Record):
    """What a function's body does.

    Attributes:
        uses: For each parameter, what is done with it, in source order.
        returns: The returned expressions, `None` for a bare `return`.
        kinds: What kind of value each of them is (`list`, `iterator`, `none`, …), empty where that cannot be told.
        ends: Whether the end of the body can be reached, so that None is returned.
        yields: The yielded expressions.
        raises: The exceptions raised by name.
        reraises: Whether a caught exception, or one made elsewhere, is raised.
        calls: The called functions, as dotted names; of a method of something that has no name, its name alone.
        named_calls: Those of them that have a name of their own.
        always: Those functions and attributes (`self.name`) that each call of it calls or assigns, which no exception
            ends.
        sets: The attributes of the instance that are assigned.
        reads: Those that are read.
        assigned: The local variables that are assigned once, each with the expression.
        tests: What the body asks before it goes on one way or another, as expressions.
        loops: Whether there is a loop or comprehension.
        awaits: Whether something is awaited.
        handles: The exceptions caught.
        is_abstract: Whether the body does nothing, or only raises NotImplementedError.
        delegates_to: The method of `super()` that all is left to; empty where the body does more.
    """

    uses: dict[str, tuple[Use, ...]] = Field(default_factory=dict)
    returns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    ends: bool = True
    yields: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    reraises: bool = False
    calls: tuple[str, ...] = ()
    named_calls: tuple[str, ...] = ()
    always: frozenset[str] = frozenset()
    sets: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    assigned: dict[str, str] = Field(default_factory=dict)
    tests: tuple[str, ...] = ()
    loops: bool = False
    awaits: bool = False
    handles: tuple[str, ...] = ()
    is_abstract: bool = False
    delegates_to: str = ""

    @property
    def gives_value(self) -> bool:
        """Whether any `return` gives something other than None."""
        return any(value != "None" for value in self.returns)

    @property
    def always_raises(self) -> bool:
        """Whether every call ends in an exception that the body raises."""
        ways_out = self.ends or self.returns or self.yields or self.loops or self.is_abstract
        return bool(self.raises) and not ways_out

    @property
    def calls_parent(self) -> bool:
        """Whether something of the parent class is called."""
        return any(call.startswith("super()") or call == "super" for call in self.calls)


def behaviour_of(module: Module, function: Function) -> Behaviour | None:
    """Return what a function's body does, None where it cannot be told."""
    tree = function_tree(module, function)
    return behaviour_in(module, function, tree) if tree else None


def behaviour_in(module: Module, function: Function, tree: Definition) -> Behaviour:
    """Return what a function's body does, of which the tree is there already."""
    does = read_behaviour(tree, names_bound(module))
    return does if is_returned_as_is(function) else does.model_copy(update={"kinds": ("",) * len(does.kinds)})


def read_behaviour(tree: Definition, bound: Mapping[str, str] = _NOTHING) -> Behaviour:
    """Return what the body of a function's tree does, in a module that binds some names."""
    nodes = list(own_nodes(tree))
    raised = [node for node in nodes if isinstance(node, ast.Raise)]
    names = [_exception_name(node) for node in raised]
    assigned = _assigned_once(nodes, parameter_names(tree))
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
    known = {**bound, **dict.fromkeys([*parameter_names(tree), *stored], "")}
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    return Behaviour(
        uses=_uses(tree),
        returns=tuple(map(_shown, returned)),
        kinds=tuple("none" if value is None else kind_of(value, assigned, known) for value in returned),
        ends=_can_end(statements_of(tree)),
        yields=tuple(_shown(node.value) for node in nodes if isinstance(node, ast.Yield | ast.YieldFrom)),
        raises=tuple(dict.fromkeys(name for name in names if name)),
        reraises="" in names,
        calls=tuple(dict.fromkeys(filter(None, (dotted(n.func) for n in nodes if isinstance(n, ast.Call))))),
        named_calls=tuple(dict.fromkeys(filter(None, map(called_name, nodes)))),
        always=always(statements_of(tree)),
        sets=tuple(dict.fromkeys(_own_attributes(nodes, ast.Store))),
        reads=tuple(dict.fromkeys(_own_attributes(nodes, ast.Load))),
        assigned={name: _shown(value) for name, value in assigned.items()},
        tests=tuple(dict.fromkeys(map(ast.unparse, _tests(nodes)))),
        loops=any(isinstance(n, ast.For | ast.AsyncFor | ast.While | ast.comprehension) for n in nodes),
        awaits=any(isinstance(n, ast.Await | ast.AsyncFor | ast.AsyncWith) for n in nodes),
        handles=tuple(dict.fromkeys(name for n in nodes if isinstance(n, ast.ExceptHandler) for name in _caught(n))),
        is_abstract=_is_abstract(statements_of(tree)),
        delegates_to=_delegate(statements_of(tree), parameter_names(tree)),
    )


def _tests(nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.Compare | ast.BoolOp):
            yield node


def _uses(tree: Definition) -> dict[str, tuple[Use, ...]]:
    found: dict[str, list[Use]] = {name: [] for name in parameter_names(tree)}
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for statement in statements_of(tree):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in found:
                found[node.id].append(_use(node, parents))
    return {name: tuple(dict.fromkeys(uses)) for name, uses in found.items()}


def _use(name: ast.Name, parents: dict[int, ast.AST]) -> Use:
    node: ast.AST = name
    parent = parents[id(name)]
    if isinstance(name.ctx, ast.Store):
        return _replacement(name, parent)
    if isinstance(parent, ast.Starred):
        node, parent = parent, parents[id(parent)]
    if isinstance(parent, ast.keyword):
        call = parents[id(parent)]
        callee = dotted(call.func) if isinstance(call, ast.Call) else ""
        return Use(kind="passed", target=callee, keyword=parent.arg or "")
    if isinstance(parent, ast.Call):
        return Use(kind="called") if parent.func is node else Use(kind="passed", target=dotted(parent.func))
    if isinstance(parent, ast.Attribute):
        return Use(kind="read-attribute", target=parent.attr)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return Use(kind="indexed")
    if isinstance(parent, ast.Assign | ast.AnnAssign) and (stored := _self_attribute(parent)):
        return Use(kind="stored", target=stored)
    kind = _plain_use(node, parent)
    instead = parent.values[-1] if kind == "defaulted" and isinstance(parent, ast.BoolOp) else None
    return Use(kind=kind, target=_shown(instead) if instead is not None else "")


def _replacement(name: ast.Name, parent: ast.AST) -> Use:
    value = parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None
    return Use(kind="replaced", target=_shown(value) if value is not None else "")


def _plain_use(node: ast.AST, parent: ast.AST) -> UseKind:
    if isinstance(parent, ast.Compare):
        return "compared"
    if isinstance(parent, ast.If | ast.IfExp | ast.While | ast.Assert) and parent.test is node:
        return "tested"
    if isinstance(parent, ast.BoolOp):
        return "defaulted" if isinstance(parent.op, ast.Or) and parent.values[0] is node else "tested"
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return "tested"
    if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) and parent.iter is node:
        return "iterated"
    outcomes: tuple[tuple[type[ast.AST], UseKind], ...] = (
        (ast.Return, "returned"), (ast.Yield, "yielded"), (ast.YieldFrom, "yielded"), (ast.Raise, "raised"),
    )  # fmt: skip
    return next((kind for outcome, kind in outcomes if isinstance(parent, outcome)), "read")


def _self_attribute(node: ast.Assign | ast.AnnAssign) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            return target.attr
    return ""


def _own_attributes(nodes: Sequence[ast.AST], context: type[ast.expr_context]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, context) and dotted(node.value) in ("self", "cls"):
            yield node.attr


def _assigned_once(nodes: Sequence[ast.AST], parameters: Sequence[str]) -> dict[str, ast.expr]:
    """Return the locals whose one binding is a plain assignment, with what they are assigned."""
    bound = Counter(node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
    return {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and bound[node.targets[0].id] == 1
        and node.targets[0].id not in parameters
    }


def _shown(node: ast.expr | None) -> str:
    """Return an expression's source; one that is too long to be shown is cut to the kind of thing that it is."""
    if node is None:
        return "None"
    text = ast.unparse(node)
    if len(text) <= _MAX_SHOWN:
        return text
    if isinstance(node, ast.Call):
        return f"{dotted(node.func) or '...'}(...)"
    return f"{_CONTAINERS.get(type(node).__name__, '')}..."


def _exception_name(node: ast.Raise) -> str:
    name = raised_name(node)
    last = name.rpartition(".")[2]
    return name if last[:1].isupper() or last.endswith("error") else ""


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return ["BaseException"]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [dotted(item) for item in types]


def _can_end(statements: Sequence[ast.stmt]) -> bool:
    """Whether control can reach the end of a block; a loop without a `break` that never ends cannot be left there."""
    for statement in statements:
        if isinstance(statement, LEAVING):
            return False
        if isinstance(statement, ast.If) and statement.orelse:
            if not _can_end(statement.body) and not _can_end(statement.orelse):
                return False
        elif isinstance(statement, ast.With | ast.AsyncWith):
            # A context manager may swallow the exception, but not a return.
            if not _can_end(statement.body) and not isinstance(statement.body[-1], ast.Raise):
                return False
        elif isinstance(statement, ast.Try):
            if not _can_end(statement.finalbody) and statement.finalbody:
                return False
            blocks = [[*statement.body, *statement.orelse], *(handler.body for handler in statement.handlers)]
            if not any(_can_end(block) for block in blocks):
                return False
        elif isinstance(statement, ast.While) and isinstance(statement.test, ast.Constant) and statement.test.value:
            if not any(isinstance(node, ast.Break) for node in ast.walk(statement)):
                return False
        elif (
            isinstance(statement, ast.Match)
            and _is_exhaustive(statement)
            and not any(_can_end(case.body) for case in statement.cases)
        ):
            return False
    return True


def _is_exhaustive(match: ast.Match) -> bool:
    last = match.cases[-1]
    return isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None


def _is_abstract(statements: Sequence[ast.stmt]) -> bool:
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (isinstance(statement, ast.Raise) and _exception_name(statement) == "NotImplementedError")
        for statement in statements
    )


def _delegate(statements: Sequence[ast.stmt], parameters: Sequence[str]) -> str:
    """Return the method of `super()` that a body's one statement calls with nothing but the function's parameters."""
    if len(statements) != 1 or not isinstance(statements[0], ast.Return | ast.Expr):
        return ""
    value = statements[0].value
    if isinstance(value, ast.Await | ast.YieldFrom):
        value = value.value
    if isinstance(value, ast.Attribute) and is_super(value.value):
        return value.attr
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and is_super(value.func.value)):
        return ""
    given = [argument.value if isinstance(argument, ast.Starred) else argument for argument in value.args]
    given += [keyword.value for keyword in value.keywords]
    passes_through = all(isinstance(argument, ast.Name) and argument.id in parameters for argument in given)
    return value.func.attr if passes_through else ""
