"""A module's page: everything that the template lays out, already as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from docgen.records import Attribute, Class, Description, Function, Module, Parameter, Provenance, Raises, Returns
from docgen.render.markdown.escape import code, fenced, indented
from docgen.render.markdown.links import Links, anchor, fragment_of
from docgen.render.markdown.members import attributes, documented, headed, shown_parameters
from docgen.render.markdown.prose import prose
from docgen.render.markdown.signature import class_signature, function_signature
from docgen.render.markdown.sources import SourceLinks

_LONGEST_VALUE = 200
_DEEPEST_HEADING = 6
_STARS = {"variadic positional": "*", "variadic keyword": "**"}
_MARKS = {"inherited": "inherited", "model": "model", "composed": "composed", "edited": "edited"}


class Field(NamedTuple):
    """A titled list in a section: its parameters, what it raises, …; each item is a whole list item."""

    title: str
    items: list[str]


@dataclass(frozen=True)
class Section:
    """A class or function of the page.

    Attributes:
        heading: The heading's marks (`##`).
        title: What it is called.
        anchors: Places of the definitions that stand under the heading.
        href: Address of the first of them on the page.
        signature: Block of code.
        notes: Where its code is, under which condition, and from where else it can be imported.
        texts: Description and overview.
        fields: Parameters, returns, raises, attributes.
        children: Methods and nested classes.
    """

    heading: str
    title: str
    anchors: str
    href: str
    signature: str
    notes: list[str]
    texts: list[str]
    fields: list[Field]
    children: list[Section]


class Page:
    """Makes the parts of one module's page.

    Args:
        module: The module.
        file: Name of the page's file.
        links: Where identifiers lead.
        sources: Where code lies.
        anchored: Whether elements have places on the page that links can lead to.
    """

    def __init__(self, module: Module, file: str, links: Links, sources: SourceLinks, *, anchored: bool = True) -> None:
        self._module = module
        self._file = file
        self._links = links
        self._sources = sources
        self._anchor = anchor if anchored else lambda id_: ""
        self._provenances: list[Provenance] = []
        self.title = code(module.path)
        self.source = sources.whole(module)
        self.texts = self._texts(module)
        self.fields = self._attributes(module)
        self.sections = [self._section(group, 2) for group in headed(module)]
        self.legend = legend(self._provenances)

    def _section(self, group: list[Function] | list[Class], level: int) -> Section:
        first = group[0]
        if isinstance(first, Class):
            return self._class_section(first, level)
        functions = [function for function in group if isinstance(function, Function)]
        return self._function_section(functions, level)

    def _class_section(self, element: Class, level: int) -> Section:
        return Section(
            heading=_heading(level),
            title=f"class {code(element.name)}",
            anchors=self._anchor(element.id),
            href=fragment_of(element.id),
            signature=fenced(class_signature(element), "python"),
            notes=self._notes(element),
            texts=self._texts(element),
            fields=[*self._parameters(element, in_class=False), *self._attributes(element)],
            children=[self._section(group, level + 1) for group in headed(element)],
        )

    def _function_section(self, group: list[Function], level: int) -> Section:
        main = documented(group)
        in_class = level > 2
        return Section(
            heading=_heading(level),
            title=code(main.name),
            anchors="".join(map(self._anchor, dict.fromkeys([main.id, *(function.id for function in group)]))),
            href=fragment_of(main.id),
            signature=fenced("\n\n".join(function_signature(function) for function in group), "python"),
            notes=self._notes(main),
            texts=self._texts(main),
            fields=[
                *self._parameters(main, in_class),
                *self._result("Returns", main, main.returns),
                *self._result("Yields", main, main.yields),
                *self._raises(main),
            ],
            children=[],
        )

    def _texts(self, element: Module | Class | Function) -> list[str]:
        overview = None if isinstance(element, Function) else element.overview
        said = [description for description in (element.description, overview) if description and _says(description)]
        return [self._prose(description, element) for description in said]

    def _notes(self, element: Class | Function) -> list[str]:
        notes = [self._sources.lines(self._module, element)]
        if element.condition:
            notes.append(f"defined under {', '.join(code(clause) for clause in element.condition)}")
        if element.public_paths:
            notes.append(f"also {', '.join(code(path) for path in element.public_paths)}")
        return notes

    def _attributes(self, element: Module | Class) -> list[Field]:
        fields = {parameter.name for parameter in element.parameters} if isinstance(element, Class) else set()
        items = [
            self._item(
                self._anchor(attribute.id) + code(attribute.name), attribute.annotation, attribute.description,
                element, ("default" if attribute.name in fields else "value", _value(attribute)),
            )
            for attribute in attributes(element)
        ]  # fmt: skip
        return [Field("Attributes", items)] if items else []

    def _parameters(self, element: Class | Function, in_class: bool) -> list[Field]:
        items = [self._parameter(item, element) for item in shown_parameters(element, in_class)]
        return [Field("Parameters", items)] if items else []

    def _parameter(self, item: Parameter, element: Class | Function) -> str:
        name = code(_STARS.get(item.kind, "") + item.name)
        return self._item(name, item.annotation, item.description, element, ("default", item.default))

    def _result(self, title: str, element: Function, result: Returns | None) -> list[Field]:
        if result is None or not _says(result.description):
            return []
        name = self._code(result.annotation, element) if result.annotation else ""
        return [Field(title, [self._item(name, None, result.description, element)])]

    def _raises(self, element: Function) -> list[Field]:
        items = [self._raised(item, element) for item in element.raises]
        return [Field("Raises", items)] if items else []

    def _raised(self, item: Raises, element: Function) -> str:
        return self._item(self._code(item.exception, element), None, item.description, element)

    def _item(
        self,
        name: str,
        annotation: str | None,
        description: Description | None,
        element: Module | Class | Function | Attribute,
        value: tuple[str, str | None] = ("", None),
    ) -> str:
        """Return a list item `name (type) – What it does. (default: value)`."""
        head = f"{name} ({self._code(annotation, element)})" if annotation else name
        tail = f" ({value[0]}: {code(_shortened(value[1]))})" if value[1] is not None else ""
        if description is None or not _says(description):
            return indented(head + tail, "-   ")
        said = self._prose(description, element, tail)
        if said.startswith("```"):
            return indented(f"{head}\n\n{said}", "-   ")
        return indented(f"{head} – {said}" if head else said, "-   ")

    def _prose(self, description: Description, element: Module | Class | Function | Attribute, tail: str = "") -> str:
        self._provenances.append(description.provenance)
        mark = self._mark(description.provenance, element)
        return prose(description.text, partial(self._code, element=element), tail + mark)

    def _mark(self, provenance: Provenance, element: Module | Class | Function | Attribute) -> str:
        if provenance.source == "source":
            return ""
        word = _MARKS[provenance.source]
        href = self._links.find(provenance.base, self._module, element, self._file) if provenance.base else ""
        return f" <sup>[{word}]({href})</sup>" if href else f" <sup>{word}</sup>"

    def _code(self, source: str, element: Module | Class | Function | Attribute) -> str:
        shown = code(source)
        href = self._links.find(source, self._module, element, self._file)
        return f"[{shown}]({href})" if href and shown else shown


def legend(provenances: Iterable[Provenance]) -> list[str]:
    """Return what the marks of a page mean: a line for each kind of provenance that it has."""
    found = list(provenances)
    models = sorted({item.model for item in found if item.source == "model" and item.model})
    named = f" ({', '.join(code(model) for model in models)})" if models else ""
    meanings = {
        "source": "Text without a mark is the author's own.",
        "inherited": "*inherited*: the author's text on the element that this one overrides.",
        "model": f"*model*: written by a language model{named}.",
        "composed": "*composed*: put together from facts in the code.",
        "edited": "*edited*: written or corrected by a person.",
    }
    return list(_present(meanings, {item.source for item in found}))


def _present(meanings: dict[str, str], sources: set[str]) -> Iterator[str]:
    for source, meaning in meanings.items():
        if source in sources:
            yield meaning


def _says(description: Description | None) -> bool:
    return description is not None and bool(description.text.strip())


def _heading(level: int) -> str:
    return "#" * min(level, _DEEPEST_HEADING)


def _value(attribute: Attribute) -> str | None:
    """Return what a reader may take for the attribute's value: not what one method happens to give to its instance."""
    is_set_by_method = "instance-attribute" in attribute.labels and "class-attribute" not in attribute.labels
    return None if is_set_by_method else attribute.value


def _shortened(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[:_LONGEST_VALUE]} …"
