"""What the last run published, for sites that other generators build.

It is read from `out/json`, not from the store: that is what stands under version control and what a build server has,
it was reviewed with the code, and nothing but this one folder is needed. The store also knows what was edited since
and not published yet; `docgen run` publishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from docgen.errors import DocgenError, UsageError
from docgen.extract.source_file import SourceFile
from docgen.extract.worker import read_safely
from docgen.generate.attach import descriptions_in
from docgen.generate.reuse import code_hashes
from docgen.records import Description, Module, Subject, walk
from docgen.render import FOLDERS
from docgen.render.files import file_stem
from docgen.render.json import load


@dataclass(frozen=True)
class Generated:
    """What is said of an element and its parts that its author did not say.

    Attributes:
        texts: The description and, of a class, the overview.
        parameters: By name.
        returns: What is returned.
        yields: What is yielded.
        raises: By the exception as the code names it.
    """

    texts: tuple[Description, ...] = ()
    parameters: dict[str, Description] = field(default_factory=dict)
    returns: Description | None = None
    yields: Description | None = None
    raises: dict[str, Description] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.texts or self.parameters or self.returns or self.yields or self.raises)


NOTHING = Generated()


def find_published(base: Path, out: Path) -> Path:
    """Return the folder of records that a run wrote: the nearest at or above a folder.

    Args:
        base: Where to begin.
        out: The folder that runs write to, relative to the one that they are made in.

    Raises:
        UsageError: There is none.
    """
    places = [parent / out / FOLDERS["json"] for parent in (base, *base.parents)]
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise UsageError(f"no run of docgen has written to {places[0]}", "Run `docgen run`, or say where `out` is.")
    return found


class Published:
    """Descriptions in published records, by the dotted path of what they describe.

    What the author wrote is not among them, and neither is what was written for code that is no more.

    Args:
        folder: The folder of the records.
        file_of: Returns the source of a module, to see what has changed since; None where only docgen knew it.
        notify: Told in a sentence what is left out, and why.
    """

    def __init__(self, folder: Path, file_of: Callable[[str], Path | None], notify: Callable[[str], object]) -> None:
        self._folder = folder
        self._file_of = file_of
        self._notify = notify
        self._in_module = cache(self._read)

    def of(self, path: str, module: str) -> Generated:
        """Return what is said of an element of a module."""
        return self._in_module(module).get(path, NOTHING)

    def find(self, path: str) -> Generated:
        """Return what is said of an element of whatever module has a record."""
        module = path
        while module:
            if said := self.of(path, module):
                return said
            module = module.rpartition(".")[0]
        return NOTHING

    def _read(self, name: str) -> dict[str, Generated]:
        path = self._folder / f"{file_stem(name)}.json"
        if not path.is_file():
            return {}
        try:
            module = load(path)
        except DocgenError as error:
            self._notify(f"{error.message} {error.hint}")
            return {}
        if module.path != name:
            return {}
        said = {
            subject: description
            for subject, description in descriptions_in(module).items()
            if description.text.strip() and description.provenance.source != "source"
        }
        holding = self._holding(module, said, self._file_of(name) or self._folder.parent.parent / module.filepath)
        return _by_path(module, {subject: said[subject] for subject in said if subject in holding})

    def _holding(self, module: Module, said: dict[Subject, Description], file: Path) -> set[Subject]:
        """Return the subjects whose code is still what it was."""
        if not file.is_file():
            return set(said)
        is_package = "package" in module.labels
        now = read_safely(SourceFile(file, module.path, module.filepath, is_package))
        if not isinstance(now, Module):
            return set(said)
        before, after = code_hashes(module, said), code_hashes(now, said)
        holding = {subject for subject in said if before.get(subject) == after.get(subject)}
        if left_out := len(said) - len(holding):
            what = "1 description was" if left_out == 1 else f"{left_out} descriptions were"
            self._notify(f"{module.path}: {what} written for older code and left out; `docgen run` writes them anew.")
        return holding


def _by_path(module: Module, said: dict[Subject, Description]) -> dict[str, Generated]:
    paths = {element.id: element.path for element in walk(module)}
    parts: dict[str, list[tuple[Subject, Description]]] = {}
    for subject, description in said.items():
        path = paths[subject.element]
        parts.setdefault(f"{path}.{subject.part}" if subject.kind == "attribute" else path, []).append(
            (subject, description)
        )
    return {path: _generated(found) for path, found in parts.items()}


def _generated(found: list[tuple[Subject, Description]]) -> Generated:
    def one(kind: str) -> Description | None:
        return next((description for subject, description in found if subject.kind == kind), None)

    def named(kind: str) -> dict[str, Description]:
        return {subject.part: description for subject, description in found if subject.kind == kind}

    texts = [one(kind) for kind in ("module", "class", "overview", "function", "attribute")]
    return Generated(
        texts=tuple(text for text in texts if text),
        parameters=named("parameter"),
        returns=one("returns"),
        yields=one("yields"),
        raises=named("raises"),
    )
