"""Texts that are written out, with what is filled in by an f-string, `%` or `str.format` in braces."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from string import Formatter

# See "printf-style String Formatting" in Python's library reference; a width of `*` takes a value of its own.
_CONVERSION = re.compile(r"%(?:\((?P<key>\w+)\))?(?P<width>[-#0 +]*[\d.*]*)[hlL]?(?P<type>[diouxXeEfFgGcrsa%])")

_CONVERTED = {ord("r"): "!r", ord("a"): "!r"}


def filled(node: ast.expr) -> str:
    """Return the text of `"…"`, `f"… {value}"`, `"… %s" % value` or `"… {}".format(value)`, with `{value}` in it.

    It is empty for all else, and where it is not plain which value goes where.
    """
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                _braced(part.value, _CONVERTED.get(part.conversion, ""))
                if isinstance(part, ast.FormattedValue)
                else filled(part)
                for part in parts
            )
        case ast.BinOp(left=ast.Constant(value=str(template)), op=ast.Mod(), right=values):
            return _printf(template, values)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(template)), attr="format"), args=args, keywords=named
        ):
            by_name = {keyword.arg: keyword.value for keyword in named if keyword.arg}
            is_plain = len(by_name) == len(named) and not any(isinstance(arg, ast.Starred) for arg in args)
            return _formatted(template, args, by_name) if is_plain else ""
    return ""


def _printf(template: str, values: ast.expr) -> str:
    places = [place for place in _CONVERSION.finditer(template) if place["type"] != "%"]
    keys = [place["key"] for place in places]
    operands: Sequence[ast.expr]
    if any("*" in place["width"] for place in places) or "%" in _CONVERSION.sub("", template):
        return ""
    if all(keys) and isinstance(values, ast.Dict):
        by_key = {k.value: v for k, v in zip(values.keys, values.values, strict=True) if isinstance(k, ast.Constant)}
        operands = [by_key[key] for key in keys if key in by_key]
    elif any(keys):
        return ""
    elif isinstance(values, ast.Tuple):
        operands = [value for value in values.elts if not isinstance(value, ast.Starred)]
    else:
        operands = [values]
    if len(operands) != len(places):
        return ""
    left = iter(operands)

    def told(place: re.Match[str]) -> str:
        return "%" if place["type"] == "%" else _braced(next(left), "!r" if place["type"] in "ra" else "")

    return _CONVERSION.sub(told, template)


def _formatted(template: str, args: Sequence[ast.expr], named: Mapping[str, ast.expr]) -> str:
    values = {**{str(number): value for number, value in enumerate(args)}, **named}
    text, numbers = "", iter(range(len(args)))
    try:
        for literal, field, spec, conversion in Formatter().parse(template):
            text += literal
            if field is None:
                continue
            name = field or str(next(numbers))
            if "{" in (spec or ""):
                return ""
            text += _braced(values[name], "!r" if conversion in ("r", "a") else "")
    except (ValueError, KeyError, StopIteration):
        return ""
    return text


def _braced(node: ast.expr, conversion: str = "") -> str:
    """Return a value in braces, with `!r` where it is its representation that is filled in, quotes and all."""
    return f"{{{ast.unparse(node)}{conversion}}}"
