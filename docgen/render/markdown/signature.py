"""Signatures as blocks of code, as the author would write them: long ones with one parameter a line."""

from __future__ import annotations

from docgen.records import Class, Function, Parameter, TypeParameter

_LONGEST_LINE = 80
_STARS = {"variadic positional": "*", "variadic keyword": "**"}
_VARIANCE = {"type-var": "", "type-var-tuple": "*", "param-spec": "**"}


def function_signature(function: Function) -> str:
    """Return the decorators and the `def` line, without its colon."""
    keyword = "async def" if "async" in function.labels else "def"
    returns = f" -> {_one_line(function.returns.annotation)}" if function.returns.annotation else ""
    head = f"{keyword} {function.name}{type_parameters(function.type_parameters)}"
    return "\n".join([*_decorators(function), _call(head, parameters(function.parameters), returns)])


def class_signature(element: Class) -> str:
    """Return the decorators and the `class` line, and the constructor that a decorator makes, if any."""
    arguments = [_one_line(base) for base in element.bases]
    arguments += [f"{keyword.name}={_one_line(keyword.value)}" for keyword in element.keywords]
    head = f"class {element.name}{type_parameters(element.type_parameters)}"
    lines = [*_decorators(element), _call(head, arguments, "") if arguments else head]
    if element.parameters:
        lines += ["", _call(element.name, parameters(element.parameters), "")]
    return "\n".join(lines)


def parameters(items: tuple[Parameter, ...]) -> list[str]:
    """Return the parameters of a signature, with the `/` and `*` that part their kinds."""
    shown: list[str] = []
    for number, item in enumerate(items):
        if item.kind == "keyword-only" and not any(_ends_positional(before) for before in items[:number]):
            shown.append("*")
        shown.append(_parameter(item))
        following = items[number + 1] if number + 1 < len(items) else None
        if item.kind == "positional-only" and (following is None or following.kind != "positional-only"):
            shown.append("/")
    return shown


def type_parameters(items: tuple[TypeParameter, ...]) -> str:
    """Return a PEP 695 list of type parameters, brackets included; nothing where there are none."""
    shown = [
        _VARIANCE[item.kind]
        + item.name
        + (f": {_one_line(item.bound)}" if item.bound else "")
        + (f" = {_one_line(item.default)}" if item.default else "")
        for item in items
    ]
    return f"[{', '.join(shown)}]" if shown else ""


def _ends_positional(item: Parameter) -> bool:
    return item.kind in ("variadic positional", "keyword-only")


def _parameter(item: Parameter) -> str:
    name = _STARS.get(item.kind, "") + item.name
    annotation = f": {_one_line(item.annotation)}" if item.annotation else ""
    if item.default is None:
        return name + annotation
    return f"{name}{annotation} = {_one_line(item.default)}" if annotation else f"{name}={_one_line(item.default)}"


def _decorators(element: Function | Class) -> list[str]:
    return [f"@{_one_line(decorator.text)}" for decorator in element.decorators]


def _call(head: str, arguments: list[str], tail: str) -> str:
    line = f"{head}({', '.join(arguments)}){tail}"
    if len(line) <= _LONGEST_LINE or not arguments:
        return line
    return "\n".join([f"{head}(", *(f"    {argument}," for argument in arguments), f"){tail}"])


def _one_line(source: str) -> str:
    return " ".join(source.split())
