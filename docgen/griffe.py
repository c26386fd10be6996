"""A griffe extension: mkdocstrings, and all else that reads code with griffe, shows what docgen wrote.

In `mkdocs.yml`, under the options of mkdocstrings' Python handler::

    extensions:
    - docgen.griffe

The source is not touched, and what its author wrote stays; what the author left out is added, marked with who wrote it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import griffe

from docgen.config import load_settings
from docgen.errors import UsageError
from docgen.published import Generated, Published, find_published
from docgen.records import Description
from docgen.render.markdown.prose import prose

Section = griffe.DocstringSection
S = TypeVar("S", bound=Section)
_GIVERS = {"Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"}


class DocgenExtension(griffe.Extension):
    """Gives objects the descriptions of the last run where the source has none.

    Args:
        out: The folder that runs write to, relative to the current folder or one above it; None for the setting `out`.
        mark: Whether a text says who wrote it.
    """

    def __init__(self, out: str | None = None, mark: bool = True) -> None:
        self._out = out
        self._mark = mark
        self._published: Published | None = None
        self._is_looked_for = False
        self._files: dict[str, Path] = {}

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **kwargs: Any) -> None:
        """Describe a package's own module; griffe tells of all others as objects."""
        self._describe(pkg, loader)

    def on_object(self, *, obj: griffe.Object, loader: griffe.GriffeLoader, **kwargs: Any) -> None:
        """Describe an object."""
        self._describe(obj, loader)

    def _describe(self, obj: griffe.Object, loader: griffe.GriffeLoader) -> None:
        published = self._records()
        module = obj.module
        if published is None or isinstance(module.filepath, list) or isinstance(obj.docstring, CompletedDocstring):
            return
        self._files[module.path] = Path(module.filepath)
        said = published.of(obj.path, module.path)
        if said:
            obj.docstring = CompletedDocstring(obj, said, loader, mark=self._mark)

    def _records(self) -> Published | None:
        if not self._is_looked_for:
            self._is_looked_for = True
            out = Path(self._out) if self._out else load_settings({}).out
            try:
                self._published = Published(find_published(Path.cwd(), out), self._files.get, _info)
            except UsageError as error:
                griffe.logger.warning(f"docgen: {error.message}. {error.hint}")
        return self._published


class CompletedDocstring(griffe.Docstring):
    """The author's docstring, in whatever style it is read, with what docgen adds to it.

    What is added goes into the sections, never through the syntax of a docstring: no text can be read as markup of it.

    Args:
        obj: The object that is described.
        said: What is added.
        loader: Knows the style of docstrings.
        mark: Whether what is added says who wrote it.
    """

    def __init__(self, obj: griffe.Object, said: Generated, loader: griffe.GriffeLoader, *, mark: bool) -> None:
        author = obj.docstring
        self._mark = mark
        self._said = said
        self._is_authors = author is not None
        super().__init__(
            author.value if author else self._text(),
            lineno=author.lineno if author else None,
            endlineno=author.endlineno if author else None,
            parent=obj,
            parser=author.parser if author else loader.docstring_parser,
            parser_options=author.parser_options if author else loader.docstring_options,
        )

    def parse(self, parser: Any = None, **options: Any) -> list[Section]:
        """Return the author's sections and the added ones."""
        sections = list(super().parse(parser, **options)) if self._is_authors else []
        self._add_text(sections)
        self._add_parameters(sections)
        self._add_results(sections)
        self._add_raises(sections)
        return sections

    def _text(self) -> str:
        return "\n\n".join(self._shown(text) for text in self._said.texts)

    def _shown(self, said: Description) -> str:
        return prose(said.text, ending=_marked(said) if self._mark else "")

    def _add_text(self, sections: list[Section]) -> None:
        if self._said.texts:
            begins = bool(sections) and isinstance(sections[0], griffe.DocstringSectionText)
            sections.insert(int(begins), griffe.DocstringSectionText(self._text()))

    def _add_parameters(self, sections: list[Section]) -> None:
        if not isinstance(self.parent, griffe.Function):
            return
        there = _all(sections, griffe.DocstringSectionParameters)
        named = {item.name.lstrip("*") for section in there for item in section.value}
        parameters = {parameter.name: parameter for parameter in self.parent.parameters}
        added = [
            griffe.DocstringParameter(
                _starred(parameters[name]),
                description=self._shown(said),
                annotation=parameters[name].annotation,
                value=parameters[name].default,
            )
            for name, said in self._said.parameters.items()
            if name in parameters and name not in named
        ]
        if not added:
            return
        if there:
            places = {name: place for place, name in enumerate(parameters)}
            there[0].value.extend(added)
            there[0].value.sort(key=lambda item: places.get(item.name.lstrip("*"), len(places)))
        else:
            sections.insert(_after_text(sections), griffe.DocstringSectionParameters(added))

    def _add_results(self, sections: list[Section]) -> None:
        annotation = self.parent.annotation if isinstance(self.parent, griffe.Function) else None
        if self._said.returns and not _all(sections, griffe.DocstringSectionReturns):
            returned = griffe.DocstringReturn("", description=self._shown(self._said.returns), annotation=annotation)
            sections.append(griffe.DocstringSectionReturns([returned]))
        if self._said.yields and not _all(sections, griffe.DocstringSectionYields):
            yielded = griffe.DocstringYield(
                "", description=self._shown(self._said.yields), annotation=_yielded(annotation)
            )
            sections.append(griffe.DocstringSectionYields([yielded]))

    def _add_raises(self, sections: list[Section]) -> None:
        there = _all(sections, griffe.DocstringSectionRaises)
        named = {str(item.annotation).rpartition(".")[2] for section in there for item in section.value}
        added = [
            griffe.DocstringRaise(description=self._shown(said), annotation=name)
            for name, said in self._said.raises.items()
            if name.rpartition(".")[2] not in named
        ]
        if added and there:
            there[0].value.extend(added)
        elif added:
            sections.append(griffe.DocstringSectionRaises(added))


def _info(text: str) -> None:
    griffe.logger.info(f"docgen: {text}")


def _marked(said: Description) -> str:
    """Return a mark that says who wrote a text, as Python-Markdown takes it; a site's style may choose its class."""
    by = said.provenance.model or said.provenance.base
    title = f' title="{html.escape(by)}"' if by else ""
    return f' <sup class="docgen"{title}>{said.provenance.source}</sup>'


def _all(sections: Iterable[Section], kind: type[S]) -> list[S]:
    return [section for section in sections if isinstance(section, kind)]


def _after_text(sections: list[Section]) -> int:
    return next((n for n, s in enumerate(sections) if not isinstance(s, griffe.DocstringSectionText)), len(sections))


def _starred(parameter: griffe.Parameter) -> str:
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    return (stars.get(parameter.kind, "") if parameter.kind else "") + parameter.name


def _yielded(annotation: str | griffe.Expr | None) -> str | griffe.Expr | None:
    """Return what an `Iterator[…]` or `Generator[…]` gives."""
    if not isinstance(annotation, griffe.ExprSubscript) or annotation.canonical_name not in _GIVERS:
        return annotation
    given = annotation.slice
    return given.elements[0] if isinstance(given, griffe.ExprTuple) else given
