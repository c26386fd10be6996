"""The walk: from a module's statements to its record.

Definitions are visited in source order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import libcst as cst

from docgen.extract.blocks import Assignment, Block, FunctionBody, KnownClass, Scope, attribute_labels, instance_name
from docgen.extract.bodies import RaiseCollector, assigned_names, contains_yield, yield_annotation
from docgen.extract.comments import doc_comment
from docgen.extract.constructors import (
    CONSTRUCTING,
    ClassField,
    in_signature_order,
    options_of,
    synthesised_fields,
)
from docgen.extract.exports import imports_of
from docgen.extract.expressions import docstring_text, dotted_name, render, render_annotation
from docgen.extract.labels import base_labels, callee, decorator_labels, is_deprecated, is_public_name
from docgen.extract.parameters import parameters_of, signature, type_parameters_of
from docgen.extract.places import NOWHERE, Place, Places
from docgen.extract.screen import MAX_DATA
from docgen.extract.statements import Body, Found, condition_of, statements
from docgen.records import (
    Attribute,
    Class,
    Decorator,
    Docstring,
    Function,
    Import,
    Keyword,
    Member,
    Returns,
    Span,
)

_YIELD = re.compile(r"\byield\b")


class ModuleWalk:
    """Reads the statements of one module, once.

    Args:
        path: The module's dotted name.
        is_package: Whether it is a package's `__init__`.
        text: Its source.
        places: Where its statements stand.
        exports: The names in its `__all__`, if it has one.

    Attributes:
        imports: What the module's imports bind, as far as it was read.
        docstring: The module's docstring.
    """

    def __init__(self, path: str, is_package: bool, text: str, places: Places, exports: tuple[str, ...] | None) -> None:
        self._path = path
        self._is_package = is_package
        self._text = text
        self._places = places
        self._exports = None if exports is None else frozenset(exports)
        self._ids: Counter[str] = Counter()
        self._known: dict[str, KnownClass] = {}
        self._imported: dict[str, str] = {}
        self.imports: list[Import] = []
        self.docstring: Docstring | None = None

    def members(self, parts: Iterable[Body]) -> tuple[Member, ...]:
        """Return the module's members from its statements, which may come in several parts."""
        found = chain.from_iterable(statements(part, self._places, NOWHERE) for part in parts)
        self.docstring, members = self._block(found, Block(Scope(self._path, "module")))
        return tuple(members)

    def _block(self, found: Iterator[Found], block: Block) -> tuple[Docstring | None, list[Member]]:
        docstring: Docstring | None = None
        members: list[Member] = []
        for index, item in enumerate(found):
            if index == 0 and item.level == 0:
                docstring = _docstring(item)
            if block.scope.kind == "module":
                self._bind_imports(item)
            members += self._defined(item, block, members)
        return docstring, members

    def _bind_imports(self, item: Found) -> None:
        for bound in imports_of(item.node, self._path, self._is_package, item.place.lineno):
            self.imports.append(bound)
            self._imported[bound.name] = bound.target

    def _defined(self, item: Found, block: Block, members: list[Member]) -> list[Member]:
        """Return what a statement of a module's or class's block defines."""
        node = item.node
        condition = condition_of(item.clauses) if item.clauses else ()
        if isinstance(node, cst.FunctionDef):
            block.taken.add((node.name.value, condition))
            return self._function(node, item.place, block, condition)
        if isinstance(node, cst.ClassDef):
            block.taken.add((node.name.value, condition))
            return [self._class(node, item.place, block.scope, condition)]
        if isinstance(node, cst.Expr):
            self._document(item, block, members)
            return []
        attributes = self._attributes(item, block, condition)
        block.last = attributes
        return list(attributes)

    def _document(self, item: Found, block: Block, members: list[Member]) -> None:
        """Give a string statement to the attributes that the statement right before it defines."""
        if not isinstance(item.follows, cst.Assign | cst.AnnAssign | cst.TypeAlias):
            return
        docstring = _docstring(item)
        if docstring is None:
            return
        for attribute in block.last:
            index = next(i for i in range(len(members) - 1, -1, -1) if members[i] is attribute)
            members[index] = attribute.model_copy(update={"docstring": docstring})

    def _function(self, node: cst.FunctionDef, place: Place, block: Block, condition: tuple[str, ...]) -> list[Member]:
        """Return the function and, behind a method, the attributes that it is the first to give to its instance."""
        name, scope = node.name.value, block.scope
        decorators = self._decorators(node.decorators, place)
        labels = decorator_labels(decorators, self._imported)
        parameters = parameters_of(node.params)
        identity = self._identify(f"{scope.path}.{name}", labels)
        body = FunctionBody(instance_name(scope, labels, parameters), RaiseCollector({p.name: "" for p in parameters}))
        docstring = self._read_body(node, place, Scope(f"{scope.path}.{name}", "function", public=False), body)
        returns = render_annotation(node.returns)
        yields = bool(_YIELD.search(self._text, place.body, place.end)) and contains_yield(node.body)
        if node.asynchronous is not None:
            labels.add("async")
        type_parameters = type_parameters_of(node.type_parameters)
        function = Function(
            **self._common(identity, name, scope, labels, place, condition, docstring),
            decorators=decorators,
            type_parameters=type_parameters,
            parameters=parameters,
            returns=Returns(annotation=returns),
            yields=Returns(annotation=yield_annotation(returns)) if yields else None,
            raises=body.raises.raises(),
            signature=signature(name, type_parameters, parameters, returns),
            members=tuple(body.members),
        )
        return [function, *self._instance_attributes(body, block, "classmethod" in labels)]

    def _read_body(self, node: cst.FunctionDef, place: Place, scope: Scope, body: FunctionBody) -> Docstring | None:
        """Read a function's body, and return its docstring."""
        docstring: Docstring | None = None
        for index, item in enumerate(statements(node.body, self._places, place)):
            if index == 0 and item.level == 0:
                docstring = _docstring(item)
            self._read_statement(item, scope, body)
        self._places.leave(place)
        return docstring

    def _read_statement(self, item: Found, scope: Scope, body: FunctionBody) -> None:
        node = item.node
        if isinstance(node, cst.FunctionDef):
            body.members += self._function(node, item.place, Block(scope), condition_of(item.clauses))
        elif isinstance(node, cst.ClassDef):
            body.members.append(self._class(node, item.place, scope, condition_of(item.clauses)))
        elif isinstance(node, cst.Raise):
            body.raises.add(node, item.clauses)
        else:
            for target, value, annotation in assigned_names(node):
                if isinstance(target, cst.Name):
                    body.raises.assign(target.value, value)
                elif body.instance and isinstance(target, cst.Attribute) and dotted_name(target.value) == body.instance:
                    body.assigned.append((target.attr.value, Assignment(item.place, annotation, value)))

    def _instance_attributes(self, body: FunctionBody, block: Block, of_class: bool) -> list[Member]:
        members: list[Member] = []
        for name, assignment in body.assigned:
            if not any(taken == name for taken, _ in block.taken):
                block.taken.add((name, ()))
                labels = {"class-attribute" if of_class else "instance-attribute"}
                members.append(self._attribute(name, assignment, block.scope, labels, ()))
        return members

    def _class(self, node: cst.ClassDef, place: Place, scope: Scope, condition: tuple[str, ...]) -> Class:
        name = node.name.value
        path = f"{scope.path}.{name}"
        decorators = self._decorators(node.decorators, place)
        bases = tuple(argument.star + render(argument.value) for argument in node.bases)
        keywords = tuple(
            Keyword(name=item.keyword.value if item.keyword else item.star, value=render(item.value))
            for item in node.keywords
        )
        metaclass = next((keyword.value for keyword in keywords if keyword.name == "metaclass"), "")
        known = {base: self._known_class(base, scope) for base in map(callee, bases)}
        labels = decorator_labels(decorators, self._imported)
        labels |= base_labels(
            bases, self._imported, {key: found.labels for key, found in known.items() if found}, metaclass
        )
        identity = self._identify(path, labels - {"overload"})
        inner = Scope(path, "class", scope.public and self._is_public(name, scope), frozenset(labels))
        block = Block(inner)
        docstring, members = self._block(statements(node.body, self._places, place), block)
        self._places.leave(place)
        inherited = [found.fields for found in reversed(known.values()) if found]
        fields = synthesised_fields(
            node, labels, block.fields, {key: value for each in inherited for key, value in each.items()}
        )
        self._known[path] = KnownClass(frozenset(labels), fields)
        synthesised = bool(labels & CONSTRUCTING) and options_of(node, labels).init and not _has(members, "__init__")
        return Class(
            **self._common(identity, name, scope, labels, place, condition, docstring),
            decorators=decorators,
            bases=bases,
            keywords=keywords,
            type_parameters=type_parameters_of(node.type_parameters),
            parameters=in_signature_order(fields) if synthesised else (),
            members=tuple(members),
        )

    def _known_class(self, name: str, scope: Scope) -> KnownClass | None:
        return self._known.get(f"{scope.path}.{name}") or self._known.get(f"{self._path}.{name}")

    def _attributes(self, item: Found, block: Block, condition: tuple[str, ...]) -> list[Attribute]:
        """Return the attributes that a simple statement of a module's or class's block defines."""
        node = item.node
        if isinstance(node, cst.TypeAlias):
            return self._new_attribute(
                node.name.value, Assignment(item.place, None, node.value), block, condition, node
            )
        found: list[Attribute] = []
        for target, value, annotation in assigned_names(node):
            if isinstance(target, cst.Name):
                assignment = Assignment(item.place, annotation, value)
                block.fields.append(ClassField(target.value, render_annotation(annotation), value))
                found += self._new_attribute(target.value, assignment, block, condition)
        return found

    def _new_attribute(
        self,
        name: str,
        assignment: Assignment,
        block: Block,
        condition: tuple[str, ...],
        alias: cst.TypeAlias | None = None,
    ) -> list[Attribute]:
        """Return the attribute, or nothing where the block has defined the name before under the same condition."""
        if (name, condition) in block.taken:
            return []
        block.taken.add((name, condition))
        labels = attribute_labels(name, assignment, block.scope)
        if alias is not None:
            labels.add("type-alias")
        return [self._attribute(name, assignment, block.scope, labels, condition, alias)]

    def _attribute(
        self,
        name: str,
        assignment: Assignment,
        scope: Scope,
        labels: set[str],
        condition: tuple[str, ...],
        alias: cst.TypeAlias | None = None,
    ) -> Attribute:
        place = assignment.place
        docstring = doc_comment(self._text, place.start, place.end, place.lineno, place.endlineno)
        identity = self._identify(f"{scope.path}.{name}", set())
        return Attribute(
            **self._common(identity, name, scope, labels, place, condition, docstring),
            annotation=render_annotation(assignment.annotation),
            value=None if assignment.value is None else _value_text(assignment.value, place),
            type_parameters=() if alias is None else type_parameters_of(alias.type_parameters),
        )

    def _decorators(self, nodes: Sequence[cst.Decorator], place: Place) -> tuple[Decorator, ...]:
        return tuple(
            Decorator(text=render(node.decorator), lineno=self._places.line_of_decorator(place, index, node))
            for index, node in enumerate(nodes)
        )

    def _identify(self, path: str, labels: set[str]) -> str:
        """Return a new id for an element at this path."""
        if "overload" in labels:
            self._ids[f"{path}@overload"] += 1
            return f"{path}@overload.{self._ids[f'{path}@overload']}"
        accessor = next((label for label in ("setter", "deleter") if label in labels), "")
        base = f"{path}@{accessor}" if accessor else path
        self._ids[base] += 1
        return base if self._ids[base] == 1 else f"{base}@{self._ids[base]}"

    def _is_public(self, name: str, scope: Scope) -> bool:
        if scope.kind == "module" and self._exports is not None:
            return name in self._exports
        return is_public_name(name)

    def _common(
        self,
        identity: str,
        name: str,
        scope: Scope,
        labels: set[str],
        place: Place,
        condition: tuple[str, ...],
        docstring: Docstring | None,
    ) -> dict[str, Any]:
        """Return what every element has."""
        found = set(labels)
        if scope.public and self._is_public(name, scope):
            found.add("public")
        if is_deprecated(docstring):
            found.add("deprecated")
        return {
            "id": identity,
            "path": f"{scope.path}.{name}",
            "name": name,
            "labels": tuple(sorted(found)),
            "lineno": place.lineno,
            "endlineno": place.endlineno,
            "span": Span(start=place.start, end=place.end),
            "condition": condition,
            "hash": self._places.content_hash(place),
            "docstring": docstring,
        }


def _docstring(item: Found) -> Docstring | None:
    if not isinstance(item.node, cst.Expr):
        return None
    text = docstring_text(item.node.value)
    if text is None:
        return None
    return Docstring(text=text, lineno=item.place.lineno, endlineno=item.place.endlineno)


def _has(members: list[Member], name: str) -> bool:
    return any(member.name == name and member.kind == "function" for member in members)


def _value_text(value: cst.BaseExpression, place: Place) -> str:
    text = render(value)
    return text if len(text) <= MAX_DATA else "..."
