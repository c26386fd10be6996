"""The constructors that decorators and bases synthesise: dataclasses, attrs classes, named tuples.

As far as the module itself tells: fields inherited from a class of another module are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import libcst as cst

from docgen.extract.expressions import dotted_name, render
from docgen.records import Parameter

_CLASS_VARIABLE = re.compile(r"['\"]?(?:\w+\.)*ClassVar\b")
_INIT_VARIABLE = re.compile(r"(['\"]?)(?:\w+\.)*InitVar\[(.*)\]\1\Z", re.DOTALL)
_KEYWORDS_FOLLOW = re.compile(r"['\"]?(?:\w+\.)*KW_ONLY['\"]?\Z")
_FIELD_FUNCTION = re.compile(r"(?:\w+\.)*(?:field|Field|ib|attrib)\Z")

_CLASSIC_ATTRS = frozenset({"attr.s", "attr.attrs", "attr.attributes", "attrs", "s", "attributes"})

CONSTRUCTING = frozenset({"dataclass", "attrs", "named-tuple"})
"""Labels of classes whose constructor is made from their fields."""


class ClassField(NamedTuple):
    """An assignment or annotation in a class body.

    Attributes:
        name: What is assigned.
        annotation: Its annotation's source, if any.
        value: The value's tree, if any.
    """

    name: str
    annotation: str | None
    value: cst.BaseExpression | None


class Options(NamedTuple):
    """What the decorator's own arguments say.

    Attributes:
        init: Whether a constructor is made.
        keyword_only: Whether every field is keyword-only.
        annotated: Whether annotated names are fields without a call of the field function.
    """

    init: bool = True
    keyword_only: bool = False
    annotated: bool = True


def options_of(node: cst.ClassDef, labels: set[str]) -> Options:
    """Return what the decorator that makes a class's constructor says."""
    classic = any(dotted_name(getattr(d.decorator, "func", d.decorator)) in _CLASSIC_ATTRS for d in node.decorators)
    return _decorator_options(node.decorators, classic_attrs="attrs" in labels and classic)


def synthesised_fields(
    node: cst.ClassDef, labels: set[str], own: Sequence[ClassField], inherited: dict[str, Parameter]
) -> dict[str, Parameter]:
    """Return the parameters of a class's constructor that is made from its fields, and for its subclasses'.

    Args:
        node: The class.
        labels: Its labels.
        own: Its own fields.
        inherited: Those of its bases.
    """
    if "named-tuple" in labels:
        return _named_tuple_fields(own)
    if labels & CONSTRUCTING:
        return _constructor_fields(own, inherited, options_of(node, labels), "attrs" in labels)
    return inherited


def _decorator_options(decorators: Iterable[cst.Decorator], classic_attrs: bool) -> Options:
    """Read the arguments of the decorator that makes the constructor.

    Args:
        decorators: All decorators of the class.
        classic_attrs: Whether it is `attr.s`, where annotations alone make no field.
    """
    found: dict[str, bool] = {}
    for decorator in decorators:
        if isinstance(decorator.decorator, cst.Call):
            for argument in decorator.decorator.args:
                if argument.keyword is not None and isinstance(argument.value, cst.Name):
                    found[argument.keyword.value] = argument.value.value == "True"
    return Options(found.get("init", True), found.get("kw_only", False), found.get("auto_attribs", not classic_attrs))


def _constructor_fields(
    own: Iterable[ClassField], inherited: Mapping[str, Parameter], options: Options, attrs: bool
) -> dict[str, Parameter]:
    """Return the constructor's parameters by field name, inherited ones first, in the order of their definition.

    Args:
        own: The class's own fields.
        inherited: Those of its bases.
        options: The decorator's arguments.
        attrs: Whether attrs makes the constructor, which strips leading underscores.
    """
    fields = dict(inherited)
    keyword_only = options.keyword_only
    for item in own:
        call = _field_call(item.value)
        if item.annotation is None:
            if not (attrs and call is not None):
                continue
        elif _KEYWORDS_FOLLOW.match(item.annotation):
            keyword_only = True
            continue
        elif _CLASS_VARIABLE.match(item.annotation) or not (options.annotated or call is not None):
            continue
        arguments = _arguments(call)
        if _is(arguments, "init", "False"):
            fields.pop(item.name, None)
            continue
        alone = _is(arguments, "kw_only", "True") or (keyword_only and not _is(arguments, "kw_only", "False"))
        fields[item.name] = Parameter(
            name=_parameter_name(item.name, arguments, attrs),
            kind="keyword-only" if alone else "positional or keyword",
            annotation=_field_annotation(item.annotation, arguments),
            default=_default(item.value, call, arguments),
        )
    return fields


def _named_tuple_fields(own: Iterable[ClassField]) -> dict[str, Parameter]:
    """Return the parameters of a `typing.NamedTuple` class."""
    return {
        item.name: Parameter(
            name=item.name,
            kind="positional or keyword",
            annotation=item.annotation,
            default=None if item.value is None else render(item.value),
        )
        for item in own
        if item.annotation is not None
    }


def is_class_variable(annotation: str | None) -> bool:
    """Whether an annotation says `ClassVar`."""
    return annotation is not None and _CLASS_VARIABLE.match(annotation) is not None


def in_signature_order(fields: Mapping[str, Parameter]) -> tuple[Parameter, ...]:
    """Return the parameters with the keyword-only ones behind the others, as a signature has them."""
    return tuple(sorted(fields.values(), key=lambda parameter: parameter.kind == "keyword-only"))


def _field_call(value: cst.BaseExpression | None) -> cst.Call | None:
    if isinstance(value, cst.Call) and _FIELD_FUNCTION.match(dotted_name(value.func)):
        return value
    return None


def _arguments(call: cst.Call | None) -> dict[str, cst.BaseExpression]:
    if call is None:
        return {}
    return {arg.keyword.value if arg.keyword else "default": arg.value for arg in call.args if not arg.star}


def _is(arguments: Mapping[str, cst.BaseExpression], name: str, value: str) -> bool:
    return name in arguments and render(arguments[name]) == value


def _parameter_name(name: str, arguments: Mapping[str, cst.BaseExpression], attrs: bool) -> str:
    alias = arguments.get("alias")
    if isinstance(alias, cst.SimpleString):
        return str(alias.raw_value)
    return name.lstrip("_") if attrs else name


def _field_annotation(annotation: str | None, arguments: Mapping[str, cst.BaseExpression]) -> str | None:
    if annotation is None:
        return render(arguments["type"]) if "type" in arguments else None
    init_variable = _INIT_VARIABLE.match(annotation)
    return init_variable[2] if init_variable else annotation


def _default(
    value: cst.BaseExpression | None, call: cst.Call | None, arguments: Mapping[str, cst.BaseExpression]
) -> str | None:
    """Return a field's default; a factory's is the call that it stands for."""
    if call is None:
        return None if value is None else render(value)
    if "default" in arguments:
        default = arguments["default"]
        if isinstance(default, cst.Call) and dotted_name(default.func).rpartition(".")[2] == "Factory" and default.args:
            return _made_by(default.args[0].value)
        return render(default)
    factory = arguments.get("default_factory", arguments.get("factory"))
    return None if factory is None else _made_by(factory)


def _made_by(factory: cst.BaseExpression) -> str:
    if isinstance(factory, cst.Lambda):
        return render(factory.body)
    text = render(factory)
    return f"{text}()" if dotted_name(factory) else f"({text})()"
