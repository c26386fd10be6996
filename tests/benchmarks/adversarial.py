"""Code whose names mislead: what runs as before, but calls its functions, parameters and variables something else.

Names are changed by a one-to-one mapping over a whole module, so that every use follows its definition. A name that a
word of opposite meaning is known for gets that (`encode_text` becomes `decode_text`); the others of one sort
(functions, methods, parameters, local variables) are handed around among themselves.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import random
import re
from collections.abc import Iterator, Mapping, Sequence

Definition = ast.FunctionDef | ast.AsyncFunctionDef

_PAIRS = """
    encode decode / add remove / append pop / get set / first last / min max / minimum maximum / open close / start stop
    load dump / loads dumps / left right / push pull / before after / read write / enable disable / include exclude
    lock unlock / pack unpack / increment decrement / insert delete / upper lower / head tail / sign verify
    signed unsigned / merge split / flatten nest / serialize deserialize / compress expand / even odd / keep drop
    take skip / key value / keys values / source target / input output / prefix suffix / all any / show hide
    to from / begin finish / new old / next previous / success failure / accept reject
"""
_RECEIVERS = frozenset({"self", "cls"})
_CONTAINERS = (str, bytes, list, dict, set, frozenset, tuple, int, float, type, object, BaseException)
_METHODS = frozenset(name for container in _CONTAINERS for name in dir(container))
_RESERVED = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist, *_RECEIVERS})


def opposites() -> dict[str, str]:
    """Return words with those of opposite meaning; each word has one partner, which has it for its own."""
    found: dict[str, str] = {}
    names = re.findall(r"\w+", _PAIRS)
    for one, other in zip(names[::2], names[1::2], strict=True):
        if one not in found and other not in found:
            found |= {one: other, other: one}
    return found


def undocumented(source: str) -> str:
    """Return a module's source without docstrings and comments, laid out as `ast.unparse` does."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Definition) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def misleading_names(source: str, seed: int = 0) -> dict[str, str]:
    """Return the names of a module that can be changed, each with what it becomes; no two become the same."""
    tree = ast.parse(source)
    sorts = [sorted(sort) for sort in _sorts(tree)]
    own = {name for sort in sorts for name in sort}
    taken = {*re.findall(r"\w+", source), *_RESERVED} - own
    turned = {name: other for name in own if (other := _opposite(name)) != name and other not in taken}
    changed = dict(turned)
    for sort in sorts:
        left = [name for name in sort if name not in turned]
        changed |= dict(zip(left, _handed_around(left, random.Random(seed)), strict=True))
    return {name: other for name, other in changed.items() if name != other}


def renamed(source: str, names: Mapping[str, str]) -> str:
    """Return a module's source with its names changed, those in `__all__` as well."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for field in ("id", "arg", "attr", "name"):
            value = getattr(node, field, None)
            if isinstance(value, str) and not isinstance(node, ast.alias):
                setattr(node, field, names.get(value, value))
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [names.get(name, name) for name in node.names]
    for text in _exported(tree):
        text.value = names.get(str(text.value), text.value)
    return ast.unparse(tree)


def _sorts(tree: ast.Module) -> Iterator[set[str]]:
    """Yield the changeable names by sort; a name belongs to the first sort that has it."""
    definitions = [node for node in ast.walk(tree) if isinstance(node, Definition)]
    methods = {node.name for holder in _classes(tree) for node in holder.body if isinstance(node, Definition)}
    functions = {node.name for node in definitions} - methods
    parameters = {argument.arg for node in definitions for argument in _arguments(node.args)}
    variables = {name for node in definitions for name in _stored(node)} - set(_stored(tree, enter=False))
    seen = _fixed(tree)
    for names in (functions, methods, parameters, variables):
        for is_private in (False, True):
            sort = {name for name in names - seen if name.startswith("_") == is_private}
            seen |= sort
            yield sort


def _fixed(tree: ast.Module) -> set[str]:
    """Return the names that must stay: what other modules define or call, and what strings may refer to."""
    nodes = list(ast.walk(tree))
    own = {node.name for node in nodes if isinstance(node, Definition | ast.ClassDef)}
    aliases = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    imported = {part for alias in aliases for part in (*alias.name.split("."), alias.asname or "")}
    exported = {id(text) for text in _exported(tree)}
    found = set(_RESERVED) | imported | {name for name in own if name.startswith("__")}
    found |= {
        n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in exported
    }
    held = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)} | own
    for node in nodes:
        if isinstance(node, ast.Attribute):
            is_own = _last(node.value) in _RECEIVERS or node.attr not in _METHODS
            found |= {node.attr} if not is_own or node.attr not in held or _last(node.value) in imported else set()
        elif isinstance(node, ast.Call) and _last(node.func) not in own:
            found |= {item.arg for item in node.keywords if item.arg}
        elif isinstance(node, ast.ClassDef):
            found |= {item.arg for item in node.keywords if item.arg} | set(_stored(node, enter=False))
            if any(_last(base) not in {*own, "object"} for base in node.bases):
                found |= {member.name for member in node.body if isinstance(member, Definition)}
    return found


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _exported(tree: ast.Module) -> list[ast.Constant]:
    """Return the strings of `__all__`."""
    lists = (s.value for s in tree.body if isinstance(s, ast.Assign) and _last(s.targets[0]) == "__all__")
    return [node for value in lists for node in ast.walk(value) if isinstance(node, ast.Constant)]


def _stored(node: ast.AST, *, enter: bool = True) -> Iterator[str]:
    """Yield the names that a block binds; those bound in functions in it only on demand."""
    pending = list(ast.iter_child_nodes(node))
    while pending:
        item = pending.pop()
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
            yield item.id
        if enter or not isinstance(item, Definition | ast.Lambda):
            pending += ast.iter_child_nodes(item)


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument)


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _opposite(name: str) -> str:
    words = opposites()
    return "_".join(words.get(part, part) for part in name.split("_"))


def _handed_around(names: Sequence[str], rng: random.Random) -> list[str]:
    """Return the names in an order in which none is where it was, where there are two or more."""
    shuffled = list(names)
    rng.shuffle(shuffled)
    following = dict(zip(shuffled, [*shuffled[1:], *shuffled[:1]], strict=True))
    return [following[name] for name in names]
