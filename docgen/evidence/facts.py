"""What the records know for certain about a subject: the ground on which texts are checked and composed."""

from __future__ import annotations

from pydantic import Field

from docgen.evidence.behaviour import Behaviour
from docgen.evidence.mention import Mention
from docgen.evidence.outcomes import Outcome
from docgen.evidence.parameters import Use
from docgen.evidence.scope import Scope
from docgen.records import Class, Element, Function, Parameter, Record, Subject


class Facts(Record):
    """Facts about one subject.

    Attributes:
        subject: What they are about.
        name: Its bare name (of the parameter, exception, function, …).
        role: What it is, in words: `class method`, `keyword-only parameter`, …
        element: Name of the element that it is or belongs to.
        owner: Name of the class that holds the element, if any.
        annotation: Its annotation as written: of the parameter or attribute, or of what is returned.
        returned: The annotation of what the function returns, as written.
        default: Its default as written, None where it has none.
        required: Whether a caller must give it (parameters only).
        stored_as: The attribute that a parameter is stored in as it came; empty where it is not.
        mentions: For a parameter, where the body uses it, and for what.
        readers: For such a parameter, or an attribute, where the class's other methods use it, by method.
        outcomes: What the body returns or, for a generator, yields.
        conditions: For an exception, the tests under which it is raised, as written.
        messages: For an exception, the messages that it is raised with, as written.
        caught: For an exception that is raised in handlers only, which exception each of them catches, and under which
            test it raises this one; empty where there is none.
        is_preceded: Whether the body may have returned before it raises an exception, though `conditions` hold.
        is_partial: Whether an exception is raised where `conditions` do not tell of, too.
        bases: For a class, its bases as written.
        defines: For a class or module, the names of its public methods, functions and classes.
        is_empty: For a class, whether it has no members.
        attributes: For a class, those that its constructor sets in any case: the public ones, if there are any.
        assigns: For a class, the public attributes that it has besides.
        changed_by: For a class, the public methods that set attributes, each with which.
        labels: The element's labels.
        parameters: Names of the function's parameters, without the receiver.
        defaults: Those of the function's parameters that have one, as written.
        uses: For a parameter, what the body does with it.
        keys: Of the dictionary that the function makes, or that the method does to which it leaves all.
        called: For a function, under which test and in which loop it calls what not every call of it comes to.
        behaviour: What the function's body does; None where that cannot be told.
        scope: What a text may name and speak of; None where nothing is known of it.
        told: What authors say of a parameter: of it, or of the same one where its class or a base is documented.
        defined_by: For a method without a body, the classes of the module that derive from its own and define it.
        raised: The exceptions that come out of a function's body by name.
        read_only: Whether it is a property without a setter.
        exists: Whether the element has such a part at all.
    """

    subject: Subject
    name: str
    role: str
    element: str
    owner: str = ""
    annotation: str | None = None
    returned: str | None = None
    default: str | None = None
    required: bool = False
    stored_as: str = ""
    mentions: tuple[Mention, ...] = ()
    readers: dict[str, tuple[Mention, ...]] = Field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    conditions: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    is_preceded: bool = False
    is_partial: bool = False
    caught: tuple[tuple[str, str], ...] = ()
    bases: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    is_empty: bool = False
    attributes: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    changed_by: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    defaults: dict[str, str] = Field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    keys: tuple[str, ...] = ()
    called: dict[str, Mention] = Field(default_factory=dict)
    behaviour: Behaviour | None = None
    scope: Scope | None = None
    told: str = ""
    defined_by: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    read_only: bool = False
    exists: bool = True


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


def is_required(parameter: Parameter) -> bool:
    """Whether every call must give the parameter."""
    return parameter.default is None and not parameter.kind.startswith("variadic")
