"""The contract between the stages: modules, classes, functions, parameters and their descriptions.

Every model is frozen and plain data; code is carried as strings exactly as the author wrote it. Field names are
griffe's where griffe has one. Records from the extractor have no descriptions; `docgen.generate` adds them to copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1

ParameterKind = Literal[
    "positional-only", "positional or keyword", "variadic positional", "keyword-only", "variadic keyword"
]
Verdict = Literal["faithful", "vague", "wrong", "unchecked"]
Source = Literal["source", "inherited", "model", "composed", "edited"]
SubjectKind = Literal[
    "module", "class", "overview", "function", "parameter", "returns", "yields", "raises", "attribute"
]


class Record(BaseModel):
    """Base of everything that travels between the stages."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Record):
    """Who wrote a description.

    Attributes:
        source: `source` is the author's own docstring or comment, `inherited` that of a base class, `model` a language
            model's, `composed` a sentence made from facts after the model failed, `edited` a person's.
        model: Name of the model, for `model`.
        prompt: Hash of the prompt that was answered, for `model`.
        seed: Sampling seed, for `model`.
        repairs: How many times the model was asked again, for `model` and `composed`.
        base: Path of the element that the text is inherited from, for `inherited`.
    """

    source: Source
    model: str = ""
    prompt: str = ""
    seed: int | None = None
    repairs: int = 0
    base: str = ""


class Description(Record):
    """What is said of one element or of one part of it."""

    text: str
    verdict: Verdict = "unchecked"
    provenance: Provenance


class Subject(Record):
    """What a description is about: an element, or one part of it.

    Attributes:
        element: The element's `id`.
        kind: The element's own kind for its summary, else the part's kind.
        part: Name of the parameter, attribute or exception; empty for everything that has no name of its own.
    """

    element: str
    kind: SubjectKind
    part: str = ""

    @property
    def name(self) -> str:
        """The qualified name, as the log shows it."""
        return f"{self.element}.{self.part}" if self.part else self.element


class Span(Record):
    """Where an element stands in its module's `source`: half-open character offsets, decorators included."""

    start: int
    end: int


class Docstring(Record):
    """An author's docstring: `text` is evaluated and dedented as `inspect.cleandoc` does."""

    text: str
    lineno: int
    endlineno: int


class Decorator(Record):
    """A decorator, without the `@`."""

    text: str
    lineno: int


class TypeParameter(Record):
    """A PEP 695 type parameter of a class, function or type alias."""

    name: str
    kind: Literal["type-var", "type-var-tuple", "param-spec"]
    bound: str | None = None
    default: str | None = None


class Parameter(Record):
    """A parameter of a function. `default` is None where there is none (a default of None is the string "None")."""

    name: str
    kind: ParameterKind
    annotation: str | None = None
    default: str | None = None
    comment: str = ""
    description: Description | None = None


class Returns(Record):
    """What a function returns or, for a generator, yields."""

    annotation: str | None = None
    description: Description | None = None


class Raises(Record):
    """An exception that the body raises by name.

    Attributes:
        exception: The exception as the code names it (`ValueError`, `errors.ParseError`).
        messages: The message expressions given to it, as source text.
        conditions: The `if` tests under which it is raised, as source text; not those in handlers and `case` blocks,
            which decide as well.
        description: When it is raised.
    """

    exception: str
    messages: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    description: Description | None = None


class Element(Record):
    """What every documented thing has.

    Attributes:
        id: Unique within a package and stable: the path, with a disambiguator (`@overload.1`, `@setter`, `@2`) for
            overloads, accessors and redefinitions.
        path: Dotted path of the definition (`package.module.Class.method`).
        name: Last part of the path.
        labels: Facts that are true of the element, sorted (`async`, `property`, `abstract`, `dataclass`, …).
        lineno: First line, decorators included, from 1.
        endlineno: Last line.
        span: The same place as offsets into the module's `source`.
        condition: Source of the enclosing `if`/`try` clauses, outermost first, for conditional definitions.
        hash: Content hash: changes only when the element's code does, not with comments, docstrings or layout.
        docstring: The author's, if any.
        public_paths: Other paths under which the package exports the element.
    """

    id: str
    path: str
    name: str
    labels: tuple[str, ...] = ()
    lineno: int
    endlineno: int
    span: Span
    condition: tuple[str, ...] = ()
    hash: str = ""
    docstring: Docstring | None = None
    public_paths: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether the name is public by convention or by `__all__` (label `public`)."""
        return "public" in self.labels


class Attribute(Element):
    """A module, class or instance attribute, dataclass field, enum member or type alias.

    `docstring` holds a string literal below the assignment or a `#:` comment.
    """

    kind: Literal["attribute"] = "attribute"
    annotation: str | None = None
    value: str | None = None
    type_parameters: tuple[TypeParameter, ...] = ()
    description: Description | None = None


class Function(Element):
    """A function or method; `members` are the definitions nested in it.

    `yields` is set for generators alone; `returns.annotation` is then the whole annotation as written.
    """

    kind: Literal["function"] = "function"
    decorators: tuple[Decorator, ...] = ()
    type_parameters: tuple[TypeParameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    returns: Returns = Returns()
    yields: Returns | None = None
    raises: tuple[Raises, ...] = ()
    signature: str = ""
    members: tuple[Member, ...] = ()
    description: Description | None = None


class Keyword(Record):
    """A keyword in a class statement (`metaclass=ABCMeta`)."""

    name: str
    value: str


class Class(Element):
    """A class; `members` are in source order, instance attributes after the method that first assigns them.

    `parameters` are those of the constructor that a decorator synthesises (dataclass, attrs, NamedTuple), else empty.
    """

    kind: Literal["class"] = "class"
    decorators: tuple[Decorator, ...] = ()
    bases: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    type_parameters: tuple[TypeParameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    members: tuple[Member, ...] = ()
    description: Description | None = None
    overview: Description | None = None


class Import(Record):
    """A name that an import binds: `name` in this module stands for `target` (`*` for a star import)."""

    name: str
    target: str
    lineno: int


class Module(Element):
    """A module and all that it defines.

    Attributes:
        filepath: The file as found, relative to the current folder where that is possible, with `/`.
        source: The whole text, decoded but otherwise untouched; left out of what is published.
        exports: The names in `__all__`, or None where the module has none that can be read.
    """

    kind: Literal["module"] = "module"
    schema_version: int = SCHEMA_VERSION
    filepath: str
    source: str = Field(default="", exclude=True, repr=False)
    exports: tuple[str, ...] | None = None
    imports: tuple[Import, ...] = ()
    members: tuple[Member, ...] = ()
    description: Description | None = None
    overview: Description | None = None


Member = Annotated[Class | Function | Attribute, Field(discriminator="kind")]

for _model in (Function, Class, Module):
    _model.model_rebuild()


def walk(element: Element) -> Iterator[Element]:
    """Yield the element and everything defined in it, in source order."""
    yield element
    if isinstance(element, Module | Class | Function):
        for member in element.members:
            yield from walk(member)


def code_of(module: Module, element: Element) -> str:
    """Return the element's own source text, decorators included, as it stands in the module."""
    return module.source[element.span.start : element.span.end]
