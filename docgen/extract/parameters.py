"""The parameters, type parameters and signature of a function."""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst

from docgen.extract.expressions import render, render_annotation
from docgen.records import Parameter, ParameterKind, TypeParameter

_TOOL_COMMENT = re.compile(r"#+\s*(?:type|noqa|pragma|pylint|pyright|mypy|fmt|isort|nosec|ruff|flake8|yapf)\b[:\s-]?")


def parameters_of(node: cst.Parameters) -> tuple[Parameter, ...]:
    """Return a function's parameters in the order of its signature."""
    found = [_parameter(item, "positional-only") for item in node.posonly_params]
    found += [_parameter(item, "positional or keyword") for item in node.params]
    if isinstance(node.star_arg, cst.Param):
        found.append(_parameter(node.star_arg, "variadic positional"))
    found += [_parameter(item, "keyword-only") for item in node.kwonly_params]
    if node.star_kwarg is not None:
        found.append(_parameter(node.star_kwarg, "variadic keyword"))
    return tuple(found)


def _parameter(item: cst.Param, kind: ParameterKind) -> Parameter:
    return Parameter(
        name=item.name.value,
        kind=kind,
        annotation=render_annotation(item.annotation),
        default=None if item.default is None else render(item.default),
        comment=_trailing_comment(item),
    )


def _trailing_comment(item: cst.Param) -> str:
    comma = item.comma
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else item.whitespace_after_param
    if not isinstance(space, cst.ParenthesizedWhitespace) or space.first_line.comment is None:
        return ""
    comment = space.first_line.comment.value
    return "" if _TOOL_COMMENT.match(comment) else comment.lstrip("#:").strip()


def type_parameters_of(node: cst.TypeParameters | None) -> tuple[TypeParameter, ...]:
    """Return the type parameters of a class, function or type alias (PEP 695, defaults of PEP 696)."""
    if node is None:
        return ()
    return tuple(_type_parameter(item) for item in node.params)


def _type_parameter(item: cst.TypeParam) -> TypeParameter:
    param = item.param
    default = None if item.default is None else render(item.default)
    if isinstance(item.star, str) and item.star and default is not None:
        default = item.star + default
    if isinstance(param, cst.TypeVarTuple):
        return TypeParameter(name=param.name.value, kind="type-var-tuple", default=default)
    if isinstance(param, cst.ParamSpec):
        return TypeParameter(name=param.name.value, kind="param-spec", default=default)
    bound = None if param.bound is None else render(param.bound)
    return TypeParameter(name=param.name.value, kind="type-var", bound=bound, default=default)


def signature(
    name: str, type_parameters: Iterable[TypeParameter], parameters: Iterable[Parameter], returns: str | None
) -> str:
    """Compose a one-line signature, spaced as PEP 8 asks, from the source's own annotations and defaults."""
    generic = ", ".join(_type_parameter_text(item) for item in type_parameters)
    arguments = ", ".join(_arguments(list(parameters)))
    return f"{name}{f'[{generic}]' if generic else ''}({arguments}){f' -> {returns}' if returns is not None else ''}"


_STARS = {"variadic positional": "*", "variadic keyword": "**"}
_TYPE_STARS = {"type-var": "", "type-var-tuple": "*", "param-spec": "**"}


def _type_parameter_text(item: TypeParameter) -> str:
    bound = "" if item.bound is None else f": {item.bound}"
    default = "" if item.default is None else f" = {item.default}"
    return f"{_TYPE_STARS[item.kind]}{item.name}{bound}{default}"


def _arguments(parameters: list[Parameter]) -> list[str]:
    kinds = [parameter.kind for parameter in parameters]
    texts = []
    for index, parameter in enumerate(parameters):
        if parameter.kind == "keyword-only" and not {"keyword-only", "variadic positional"} & set(kinds[:index]):
            texts.append("*")
        texts.append(_argument(parameter))
        if parameter.kind == "positional-only" and kinds[index + 1 : index + 2] != ["positional-only"]:
            texts.append("/")
    return texts


def _argument(parameter: Parameter) -> str:
    text = _STARS.get(parameter.kind, "") + parameter.name
    if parameter.annotation is not None:
        text += f": {parameter.annotation}"
    if parameter.default is not None:
        text += f" = {parameter.default}" if parameter.annotation is not None else f"={parameter.default}"
    return text
