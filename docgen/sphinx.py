"""A Sphinx extension: autodoc and sphinx-autoapi show what docgen wrote.

In `conf.py`, with whatever else is there::

    extensions = ["sphinx.ext.autodoc", "docgen.sphinx"]

The source is not touched, and what its author wrote stays; what the author left out is added, marked with who wrote it
unless `docgen_mark` is False. `docgen_out` names the folder that runs write to; by default the setting `out` does.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from sphinx.application import Sphinx
from sphinx.util import logging

from docgen import __version__
from docgen.config import load_settings
from docgen.errors import UsageError
from docgen.published import NOTHING, Generated, Published, find_published
from docgen.records import Description
from docgen.render import rst

_EARLY = 400
_LATE = 600
_PARAMETER = re.compile(r":(?:param|parameter|arg|argument|key|keyword|kwarg|type)\b(?:[^:\\]|\\.)*?\\?\*{0,2}(\w+):")
_RAISED = re.compile(r":(?:raises?|except|exception)\s+[~!]?([\w.]+)\s*:")
_RETURNED = re.compile(r"^:(?:returns?|rtype):", re.MULTILINE)
_YIELDED = re.compile(r"^:(?:yields?|ytype):|^\s*:?Yields", re.MULTILINE)
_FIELD = re.compile(r":[a-zA-Z]+\b(?:[^:\\]|\\.)*:(?:\s|$)")
_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("docgen_out", "", "env", types=frozenset({str}))
    app.add_config_value("docgen_mark", True, "env", types=frozenset({bool}))
    site = _Site(app)
    # sphinx-autoapi reads the sources at this event.
    app.connect("builder-inited", site.open, priority=_EARLY)
    app.setup_extension("sphinx.ext.autodoc")
    # An element without docstring is described before napoleon and whatever else works on docstrings, so that all of
    # them see it; into an author's docstring fields are put after napoleon has made fields of its sections.
    app.connect("autodoc-process-docstring", site.describe, priority=_EARLY)
    app.connect("autodoc-process-docstring", site.complete, priority=_LATE)
    app.connect("autodoc-skip-member", site.keep_described)
    if "autoapi.extension" in app.config.extensions:
        app.setup_extension("autoapi.extension")
        app.connect("autoapi-skip-member", site.describe_parsed)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


class _Site:
    """What is published, and the events of a build that ask for it."""

    def __init__(self, app: Sphinx) -> None:
        self._config = app.config
        self._published: Published | None = None

    def open(self, app: Sphinx) -> None:
        """Find the records of the last run."""
        out = Path(app.config.docgen_out) if app.config.docgen_out else load_settings({}).out
        try:
            self._published = Published(find_published(Path(app.confdir), out), _file_of, _info)
        except UsageError as error:
            _log.warning("docgen: %s. %s", error.message, error.hint, type="docgen")

    def describe(self, app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
        """Say what is published of an element that has no docstring."""
        if not any(lines) and obj is not None and (said := self._said(what, name, obj)):
            lines[:] = self._completed([], said)

    def complete(self, app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
        """Add to an author's docstring what it does not say."""
        if any(lines) and obj is not None and not _is_of_constructor(what, obj, lines):
            lines[:] = self._completed(lines, self._said(what, name, obj))

    def keep_described(self, app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
        """Show a member that autodoc would leave out for its want of a docstring."""
        if not skip or name.startswith("_") or name in (options.get("exclude-members") or ()):
            return None
        home = _home(obj)
        return False if home and self._published and self._published.of(*home) else None

    def describe_parsed(self, app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
        """Describe what sphinx-autoapi read without importing it."""
        if self._published is None:
            return None
        said = self._published.find(name)
        if what in ("class", "exception"):
            said = _with_constructor(said, self._published.find(f"{name}.__init__"))
        was_undocumented = obj.is_undoc_member
        lines = self._completed(obj.docstring.splitlines(), said)
        if said and lines != obj.docstring.splitlines():
            obj.docstring = "\n".join(lines)
        hidden = obj.is_private_member or obj.is_special_member or obj.imported or obj.inherited
        return False if skip and said and was_undocumented and not hidden else None

    def _said(self, what: str, name: str, obj: Any) -> Generated:
        if self._published is None:
            return NOTHING
        if what in ("data", "attribute"):
            # The object is a value, which knows nothing of the name that it has here.
            return self._published.find(name)
        home = _home(obj)
        said = self._published.of(*home) if home else self._published.find(name)
        if home and what in ("class", "exception"):
            return _with_constructor(said, self._published.of(f"{home.path}.__init__", home.module))
        return said

    def _completed(self, lines: list[str], said: Generated) -> list[str]:
        """Return a docstring with what it lacks; texts go before its fields, new fields behind them."""
        begins, ends = _last_fields(lines)
        there = "\n".join(lines)
        fields = [
            *self._fields("param", said.parameters, _PARAMETER, there),
            *(self._field(":returns:", said.returns) if said.returns and not _RETURNED.search(there) else []),
            *(self._field(":yields:", said.yields) if said.yields and not _YIELDED.search(there) else []),
            *self._fields("raises", said.raises, _RAISED, there),
        ]
        if not fields and not said.texts:
            return lines
        texts = [self._shown(text) for text in said.texts]
        return _parted(lines[:begins], *texts, [*lines[begins:ends], *fields], lines[ends:])

    def _fields(self, kind: str, said: dict[str, Description], pattern: re.Pattern[str], there: str) -> Iterable[str]:
        named = {name.rpartition(".")[2] for name in pattern.findall(there)}
        for name, description in said.items():
            if name.rpartition(".")[2] not in named:
                yield from self._field(f":{kind} {rst.text(name)}:", description)

    def _field(self, head: str, said: Description) -> list[str]:
        first, *rest = self._shown(said) or [""]
        if first.startswith(".. "):
            return [head, "", *(f"    {line}".rstrip() for line in (first, *rest))]
        return [f"{head} {first}", *(f"    {line}".rstrip() for line in rest)]

    def _shown(self, said: Description) -> list[str]:
        return rst.prose(said.text, ending=f" :sup:`{said.provenance.source}`" if self._config.docgen_mark else "")


def _with_constructor(said: Generated, constructor: Generated) -> Generated:
    """Return what is said of a class and of what it is called with: Sphinx shows both as one."""
    return Generated(texts=said.texts, parameters=constructor.parameters, raises=constructor.raises)


def _is_of_constructor(what: str, obj: Any, lines: list[str]) -> bool:
    """Whether a class's lines are the docstring of its `__init__`, which autodoc shows behind the class's own."""
    own = inspect.cleandoc(vars(obj).get("__doc__") or "") if what in ("class", "exception") else ""
    init = inspect.cleandoc(getattr(getattr(obj, "__init__", None), "__doc__", "") or "")
    first = next((line.strip() for line in lines if line.strip()), "")
    return bool(own and init) and first == init.split("\n")[0].strip() != own.split("\n")[0].strip()


class _Home(NamedTuple):
    path: str
    module: str


def _home(obj: Any) -> _Home | None:
    """Return where an object was defined, as far as it knows."""
    if isinstance(obj, ModuleType):
        return _Home(obj.__name__, obj.__name__)
    function = getattr(obj, "fget", None) or getattr(obj, "func", None) or obj
    name, module = getattr(function, "__qualname__", None), getattr(function, "__module__", None)
    return _Home(f"{module}.{name}", module) if isinstance(name, str) and isinstance(module, str) else None


def _file_of(module: str) -> Path | None:
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file) if file else None


def _last_fields(lines: list[str]) -> tuple[int, int]:
    """Return where the last list of fields begins and ends; where there is none, the end of the lines twice."""
    begins = ends = len(lines)
    inside = False
    for number, line in enumerate(lines):
        if _FIELD.match(line):
            begins, inside = (begins if inside else number), True
            ends = number + 1
        elif inside and line[:1].isspace():
            ends = number + 1
        elif line.strip():
            inside = False
    return begins, ends


def _parted(*parts: list[str]) -> list[str]:
    """Return all lines, with an empty one between the parts that are not empty."""
    lines: list[str] = []
    for part in parts:
        if any(line.strip() for line in part):
            lines += [*([""] if lines and lines[-1].strip() else []), *part]
    return lines


def _info(text: str) -> None:
    _log.info("docgen: %s", text)
