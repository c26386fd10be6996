"""What the records know for certain about a subject: the ground on which texts are checked and composed."""

from __future__ import annotations

from docgen.evidence.body import stored_as
from docgen.evidence.subjects import documented_parameters
from docgen.records import Attribute, Class, Element, Function, Module, Parameter, Record, Subject


class Facts(Record):
    """Facts about one subject.

    Attributes:
        subject: What they are about.
        name: Its bare name (of the parameter, exception, function, …).
        role: What it is, in words: `class method`, `keyword-only parameter`, …
        element: Name of the element that it is or belongs to.
        owner: Name of the class that holds the element, if any.
        annotation: Its annotation as written: of the parameter or attribute, or of what is returned.
        default: Its default as written, None where it has none.
        required: Whether a caller must give it (parameters only).
        stored_as: The attribute that a parameter is stored in as it came; empty where it is not.
        conditions: For an exception, the tests under which it is raised, as written.
        bases: For a class, its bases as written.
    """

    subject: Subject
    name: str
    role: str
    element: str
    owner: str = ""
    annotation: str | None = None
    default: str | None = None
    required: bool = False
    stored_as: str = ""
    conditions: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


def facts_of(module: Module, element: Element, owner: Class | None, subject: Subject) -> Facts:
    """Return the facts about one subject of an element."""
    known = Facts(
        subject=subject,
        name=subject.part or element.name,
        role=role_of(element, owner),
        element=element.name,
        owner=owner.name if owner else "",
    )
    if isinstance(element, Module | Class) and subject.kind == "attribute":
        field = next(m for m in element.members if isinstance(m, Attribute) and m.name == subject.part)
        return known.model_copy(update={"role": "attribute", "annotation": field.annotation, "default": field.value})
    if isinstance(element, Class):
        return known.model_copy(update={"bases": element.bases})
    if isinstance(element, Function):
        return known.model_copy(update=_function_facts(module, element, owner, subject))
    return known


def role_of(element: Element, owner: Class | None) -> str:
    """Return what an element is, in words."""
    if not isinstance(element, Function):
        return type(element).__name__.lower()
    if "property" in element.labels:
        return "property"
    if owner is None:
        role = "function"
    elif element.name == "__init__":
        return "constructor"
    else:
        kind = next((label for label in ("classmethod", "staticmethod") if label in element.labels), "method")
        role = {"classmethod": "class method", "staticmethod": "static method"}.get(kind, kind)
    return " ".join([*(word for word in ("abstract", "async") if word in element.labels), role])


def _function_facts(module: Module, function: Function, owner: Class | None, subject: Subject) -> dict[str, object]:
    if subject.kind == "parameter":
        parameter = next(p for p in documented_parameters(function, owner) if p.name == subject.part)
        return {
            "role": f"{parameter.kind.replace(' or ', '-or-')} parameter",
            "annotation": parameter.annotation,
            "default": parameter.default,
            "required": is_required(parameter),
            "stored_as": stored_as(module, function, parameter.name),
        }
    if subject.kind == "raises":
        raised = next(r for r in function.raises if r.exception == subject.part)
        return {"role": "exception", "conditions": raised.conditions}
    if subject.kind in ("returns", "yields"):
        return {"annotation": function.returns.annotation}
    return {}


def is_required(parameter: Parameter) -> bool:
    """Whether every call must give the parameter."""
    return parameter.default is None and not parameter.kind.startswith("variadic")
