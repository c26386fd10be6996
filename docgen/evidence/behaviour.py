"""What a function's body does as a whole, read from its syntax tree."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pydantic import Field

from docgen.evidence.certain import always
from docgen.evidence.kinds import is_returned_as_is, kind_of, names_bound
from docgen.evidence.parameters import Use, uses_of_parameters
from docgen.evidence.reachability import can_end
from docgen.evidence.syntax import (
    Definition,
    called_name,
    dotted,
    function_tree,
    is_super,
    own_nodes,
    parameter_names,
    raised_name,
    shown,
    statements_of,
)
from docgen.records import Function, Module, Record

_NOTHING: Mapping[str, str] = MappingProxyType({})


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
        changes: Whether anything else is assigned or deleted than the instance's attributes and local variables.
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
    changes: bool = False
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
        uses=uses_of_parameters(tree),
        returns=tuple(map(shown, returned)),
        kinds=tuple("none" if value is None else kind_of(value, assigned, known) for value in returned),
        ends=can_end(statements_of(tree)),
        yields=tuple(shown(node.value) for node in nodes if isinstance(node, ast.Yield | ast.YieldFrom)),
        raises=tuple(dict.fromkeys(name for name in names if name)),
        reraises="" in names,
        calls=tuple(dict.fromkeys(filter(None, (dotted(n.func) for n in nodes if isinstance(n, ast.Call))))),
        named_calls=tuple(dict.fromkeys(filter(None, map(called_name, nodes)))),
        always=always(statements_of(tree)),
        sets=tuple(dict.fromkeys(_own_attributes(nodes, ast.Store))),
        reads=tuple(dict.fromkeys(_own_attributes(nodes, ast.Load))),
        changes=any(map(_is_change, nodes)),
        assigned={name: shown(value) for name, value in assigned.items()},
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


def _is_change(node: ast.AST) -> bool:
    if isinstance(node, ast.Delete | ast.Global | ast.Nonlocal):
        return True
    if not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
        return False
    return isinstance(node, ast.Subscript) or dotted(node.value) not in ("self", "cls")


def _own_attributes(nodes: Sequence[ast.AST], context: type[ast.expr_context]) -> Iterator[str]:
    annotated = {id(node.target) for node in nodes if isinstance(node, ast.AnnAssign) and node.value is None}
    for node in nodes:
        if id(node) in annotated:
            continue
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


def _exception_name(node: ast.Raise) -> str:
    name = raised_name(node)
    last = name.rpartition(".")[2]
    return name if last[:1].isupper() or last.endswith("error") else ""


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return ["BaseException"]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [dotted(item) for item in types]


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
