"""What is known of a block while it is being read: where it stands, and what it has defined so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import libcst as cst

from docgen.extract.bodies import RaiseCollector
from docgen.extract.constructors import ClassField, is_class_variable
from docgen.extract.expressions import render_annotation
from docgen.extract.places import Place
from docgen.records import Attribute, Member, Parameter

_ENUM_PRIVATE = re.compile(r"_[^_].*_\Z|__|_ignore_")


class Scope(NamedTuple):
    """What a definition stands in.

    Attributes:
        path: Dotted path of the enclosing element.
        kind: What the enclosing element is.
        public: Whether the enclosing elements are all public.
        labels: Labels of the enclosing class.
    """

    path: str
    kind: str
    public: bool = True
    labels: frozenset[str] = frozenset()


class KnownClass(NamedTuple):
    """What later classes of the module inherit from this one."""

    labels: frozenset[str]
    fields: dict[str, Parameter]


class Assignment(NamedTuple):
    """What is assigned to a name, and where."""

    place: Place
    annotation: cst.Annotation | None
    value: cst.BaseExpression | None


@dataclass
class Block:
    """A module's or class's block while it is being read: what it has defined so far."""

    scope: Scope
    taken: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    fields: list[ClassField] = field(default_factory=list)
    last: list[Attribute] = field(default_factory=list)


@dataclass
class FunctionBody:
    """A function's body while it is being read."""

    instance: str
    raises: RaiseCollector
    members: list[Member] = field(default_factory=list)
    assigned: list[tuple[str, Assignment]] = field(default_factory=list)


def instance_name(scope: Scope, labels: set[str], parameters: tuple[Parameter, ...]) -> str:
    """Return the name under which a method knows its instance (or class), empty for other functions."""
    if scope.kind != "class" or "staticmethod" in labels or not parameters:
        return ""
    return parameters[0].name if parameters[0].kind in ("positional-only", "positional or keyword") else ""


def attribute_labels(name: str, assignment: Assignment, scope: Scope) -> set[str]:
    """Return the labels that an assignment gives to what it defines."""
    if scope.kind == "module":
        return {"module-attribute"}
    if "enum" in scope.labels and assignment.annotation is None and not _ENUM_PRIVATE.match(name):
        return {"class-attribute", "enum-member"}
    if assignment.annotation is not None and not is_class_variable(render_annotation(assignment.annotation)):
        return {"instance-attribute"} if assignment.value is None else {"class-attribute", "instance-attribute"}
    return {"class-attribute"}
