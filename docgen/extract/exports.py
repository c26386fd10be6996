"""What a module imports and exports."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from docgen.extract.expressions import dotted_name, string_value
from docgen.extract.layout import LogicalLine
from docgen.records import Import

_ALL = re.compile(r"__all__\b")


def exported_names(text: str, lines: list[LogicalLine]) -> tuple[str, ...] | None:
    """Return the names in `__all__`: assigned, added with `+=`, `extend`, `append`, taken out with `remove`.

    Another module's `__all__` that is added (`+= sub.__all__`) contributes nothing, since its names are imported ones.

    Returns:
        The names in order, or None where there is no `__all__` or it is computed in a way that cannot be read.
    """
    names: list[str] | None = None
    for line in lines:
        if not _ALL.match(text, line.start):
            continue
        try:
            statement = cst.parse_statement(text[line.start : line.end])
        except (cst.ParserSyntaxError, cst.CSTValidationError, cst.CSTLogicError):
            # Parsing the module finds it too, and its place.
            continue
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        for item in statement.body:
            change = _change(item)
            if change is None:
                continue
            operation, found = change
            if found is None:
                return None
            if operation == "=":
                names = list(found)
            elif operation == "+":
                names = (names or []) + found
            else:
                names = [name for name in names or [] if name not in found]
    return None if names is None else tuple(dict.fromkeys(names))


def _change(item: cst.BaseSmallStatement) -> tuple[str, list[str] | None] | None:
    """Return what a statement does to `__all__` (`=`, `+` or `-`) and with which names, None if it does nothing."""
    if isinstance(item, cst.Assign | cst.AnnAssign):
        return None if item.value is None else ("=", _names(item.value))
    if isinstance(item, cst.AugAssign):
        return ("+", _names(item.value)) if isinstance(item.operator, cst.AddAssign) else None
    if not isinstance(item, cst.Expr) or not isinstance(item.value, cst.Call) or not item.value.args:
        return None
    argument = item.value.args[0].value
    method = dotted_name(item.value.func).removeprefix("__all__.")
    if method == "extend":
        return "+", _names(argument)
    if method in ("append", "remove"):
        name = string_value(argument)
        return "+" if method == "append" else "-", None if name is None else [name]
    return None


def _names(node: cst.BaseExpression) -> list[str] | None:
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        found: list[str] = []
        for element in node.elements:
            if isinstance(element, cst.StarredElement):
                names = _names(element.value)
            else:
                name = string_value(element.value)
                # A name such as `_base.__name__` cannot be read, but the others still can.
                names = [] if name is None else [name]
            if names is None:
                return None
            found += names
        return found
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        left, right = _names(node.left), _names(node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, cst.Attribute) and node.attr.value == "__all__":
        return []
    if isinstance(node, cst.Name) and node.value != "__all__" and "all" in node.value.lower():
        return []
    if isinstance(node, cst.Call) and dotted_name(node.func) in ("list", "tuple", "set", "sorted") and node.args:
        return _names(node.args[0].value)
    return None


def imports_of(node: cst.CSTNode, module: str, is_package: bool, lineno: int) -> Iterator[Import]:
    """Yield what an import statement binds; nothing for other statements.

    Args:
        node: The statement.
        module: Dotted name of the module that it stands in, which relative imports start from.
        is_package: Whether that module is a package's `__init__`.
        lineno: Line of the statement.
    """
    if isinstance(node, cst.Import):
        for alias in node.names:
            target = dotted_name(alias.name)
            if alias.asname is not None:
                yield Import(name=dotted_name(alias.asname.name), target=target, lineno=lineno)
            else:
                head = target.partition(".")[0]
                yield Import(name=head, target=head, lineno=lineno)
    elif isinstance(node, cst.ImportFrom):
        origin = _origin(node, module, is_package)
        if isinstance(node.names, cst.ImportStar):
            yield Import(name="*", target=origin, lineno=lineno)
            return
        for alias in node.names:
            name = dotted_name(alias.name)
            bound = name if alias.asname is None else dotted_name(alias.asname.name)
            yield Import(name=bound, target=f"{origin}.{name}".lstrip("."), lineno=lineno)


def _origin(node: cst.ImportFrom, module: str, is_package: bool) -> str:
    name = dotted_name(node.module)
    if not node.relative:
        return name
    parts = module.split(".")
    kept = parts[: len(parts) - len(node.relative) + is_package]
    return ".".join([*kept, name] if name else kept)
