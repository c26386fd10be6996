"""What there is to say of an element, subject by subject, and what its author already said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.evidence.body import returns_value
from docgen.evidence.docstrings import AuthorText, read_docstring
from docgen.records import Attribute, Class, Description, Element, Function, Module, Parameter, Provenance, Subject

CLASSES_OF_FIELDS = frozenset({"dataclass", "attrs", "named-tuple", "typed-dict"})
_CLASS_VARIABLE = re.compile(r"[\"']?(?:\w+\.)*ClassVar\b")
_NO_VALUE = frozenset({"None", "NoReturn", "Never"})


def with_owners(module: Module) -> Iterator[tuple[Element, Class | None]]:
    """Yield the module and all that it and its classes define, in source order, each with the class that holds it."""
    yield module, None
    yield from _with_owner(module.members, None)


def subjects_of(module: Module, element: Element, owner: Class | None) -> tuple[Subject, ...]:
    """Return everything that a reader expects to be told of an element, in the order of the answer's schema.

    Accessors beside a property's getter and the stubs of an overloaded function have nothing of their own to say, and
    a NotImplementedError that is always raised says all by its name.
    """
    if isinstance(element, Module | Class):
        return (
            Subject(element=element.id, kind=element.kind),
            *([Subject(element=element.id, kind="overview")] if isinstance(element, Class) else []),
            *_attribute_subjects(element),
        )
    if isinstance(element, Function):
        return _function_subjects(module, element, owner)
    return ()


def author_descriptions(element: Element, owner: Class | None, asked: Sequence[Subject]) -> dict[Subject, Description]:
    """Return the author's own words on an element's subjects.

    A class's docstring speaks for its `__init__`'s parameters, and a field's own docstring or comment for the field.
    """
    said = read_docstring(element.docstring.text) if element.docstring else AuthorText()
    of_class = AuthorText()
    if isinstance(element, Function) and element.name == "__init__" and owner and owner.docstring:
        of_class = read_docstring(owner.docstring.text)
    texts = {subject: _author_text(element, subject, said, of_class) for subject in asked}
    return {
        subject: Description(text=text, provenance=Provenance(source="source"))
        for subject, text in texts.items()
        if text
    }


def described_by(docstring: str, asked: Sequence[Subject]) -> dict[Subject, str]:
    """Return what a function's docstring says of a function's subjects, another's that it overrides included."""
    said = read_docstring(docstring)
    texts = {
        subject: said.prose
        if subject.kind == "function"
        else said.parameters.get(subject.part, "")
        if subject.kind == "parameter"
        else {"returns": said.returns, "yields": said.yields}.get(subject.kind, "")
        for subject in asked
    }
    return {subject: text for subject, text in texts.items() if text}


def documented_parameters(function: Function, owner: Class | None) -> tuple[Parameter, ...]:
    """Return the parameters that a caller passes: all but the receiver (`self`, `cls`) of a method."""
    has_receiver = owner is not None and "staticmethod" not in function.labels
    if has_receiver and function.parameters and function.parameters[0].kind.startswith("positional"):
        return function.parameters[1:]
    return function.parameters


def fields_of(element: Class) -> list[Attribute]:
    """Return the public fields of a class that is made of fields (dataclass, attrs, NamedTuple, TypedDict)."""
    if CLASSES_OF_FIELDS.isdisjoint(element.labels):
        return []
    attributes = [member for member in element.members if isinstance(member, Attribute)]
    return [a for a in attributes if a.is_public and a.annotation and not _CLASS_VARIABLE.match(a.annotation)]


def _with_owner(members: Sequence[Element], owner: Class | None) -> Iterator[tuple[Element, Class | None]]:
    for member in members:
        yield member, owner
        if isinstance(member, Class):
            yield from _with_owner(member.members, member)


def _attribute_subjects(element: Module | Class) -> Iterator[Subject]:
    """Yield the attributes that have a description: fields, and those whose author wrote one."""
    fields = fields_of(element) if isinstance(element, Class) else []
    documented = [m for m in element.members if isinstance(m, Attribute) and (m.docstring or m in fields)]
    return (Subject(element=element.id, kind="attribute", part=name) for name in {m.name: m for m in documented})


def _function_subjects(module: Module, function: Function, owner: Class | None) -> tuple[Subject, ...]:
    if not {"overload", "setter", "deleter"}.isdisjoint(function.labels):
        return ()
    subject = Subject(element=function.id, kind="function")
    if "property" in function.labels:
        return (subject,)
    annotation = function.returns.annotation
    returns = gives_value(annotation) if annotation else returns_value(module, function)
    return (
        subject,
        *(
            Subject(element=function.id, kind="parameter", part=parameter.name)
            for parameter in documented_parameters(function, owner)
        ),
        *([Subject(element=function.id, kind="yields")] if function.yields else []),
        *([Subject(element=function.id, kind="returns")] if returns and not function.yields else []),
        *(
            Subject(element=function.id, kind="raises", part=raised.exception)
            for raised in function.raises
            if not (raised.exception == "NotImplementedError" and not raised.conditions)
        ),
    )


def _author_text(element: Element, subject: Subject, said: AuthorText, of_class: AuthorText) -> str:
    if subject.kind == "parameter":
        return said.parameters.get(subject.part, "") or of_class.parameters.get(subject.part, "")
    if subject.kind == "attribute" and isinstance(element, Module | Class):
        own = next((m.docstring for m in element.members if m.name == subject.part and m.docstring), None)
        return own.text if own else said.attributes.get(subject.part, "") or said.parameters.get(subject.part, "")
    if subject.kind == "raises":
        return said.raises.get(subject.part, "") or said.raises.get(subject.part.rpartition(".")[2], "")
    if subject.kind in ("returns", "yields"):
        return said.returns if subject.kind == "returns" else said.yields
    if subject.kind == "function":
        return said.prose
    summary, _, rest = said.prose.partition("\n\n")
    return rest.strip() if subject.kind == "overview" else summary


def gives_value(annotation: str) -> bool:
    """Whether a function with this annotation gives its caller something, `t.NoReturn` being as `NoReturn` is."""
    return annotation.rpartition(".")[2] not in _NO_VALUE
