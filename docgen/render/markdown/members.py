"""Which members a page shows, and which of them stand together under one heading."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.records import Attribute, Class, Function, Member, Module, Parameter


def public_members(element: Module | Class | Function) -> list[Member]:
    """Return the members that a page shows, in source order: public ones, and a class's `__init__`."""
    if isinstance(element, Function):
        return []
    is_class = isinstance(element, Class)
    return [member for member in element.members if member.is_public or (is_class and member.name == "__init__")]


def attributes(element: Module | Class) -> list[Attribute]:
    """Return the public attributes, in source order."""
    return [member for member in public_members(element) if isinstance(member, Attribute)]


def headed(element: Module | Class) -> list[list[Function] | list[Class]]:
    """Return the public classes and functions, those that share a heading together.

    Overloads stand with their implementation and the accessors of a property with its getter, at the place of the
    first of them.
    """
    groups: dict[str, list[Function] | list[Class]] = {}
    for member in public_members(element):
        if isinstance(member, Class):
            groups[f"class {member.id}"] = [member]
        elif isinstance(member, Function):
            key = member.path if joins(member) else member.id
            group = groups.get(key) or groups.get(member.path)
            if isinstance(group, list) and group and _together(group, member):
                group.append(member)  # type: ignore[arg-type]
            else:
                groups[key] = [member]
    return list(groups.values())


def joins(function: Function) -> bool:
    """Return whether the function is one of several definitions that make one thing."""
    return bool({"overload", "setter", "deleter"} & set(function.labels)) or "@overload" in function.id


def _together(group: Iterable[Function | Class], function: Function) -> bool:
    first = next(iter(group))
    return isinstance(first, Function) and (joins(function) or joins(first)) and first.path == function.path


def documented(group: list[Function]) -> Function:
    """Return the function of a group that carries the description: the one that has one, else the implementation."""
    described = [function for function in group if function.description]
    plain = [function for function in group if not joins(function)]
    return (described or plain or group)[0]


def shown_parameters(element: Function | Class, in_class: bool) -> tuple[Parameter, ...]:
    """Return the parameters that a caller gives: a method's first one is not among them."""
    if not isinstance(element, Function) or not in_class or "staticmethod" in element.labels:
        return element.parameters
    first = element.parameters[:1]
    bound = first and first[0].kind in ("positional-only", "positional or keyword")
    return element.parameters[1:] if bound else element.parameters
