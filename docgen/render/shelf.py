"""The modules of a set of pages: those of this run, and those that earlier runs wrote into the same folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from docgen.errors import DocgenError
from docgen.records import Description, Module
from docgen.render.files import distinct_stems
from docgen.render.json import load

_NAMED = 3
Placed = tuple[Module, str]


@dataclass(frozen=True)
class Shelf:
    """Modules with the names of their pages' files.

    Attributes:
        written: Those that are written now.
        earlier: Those whose pages are there already.
    """

    written: tuple[Placed, ...]
    earlier: tuple[Placed, ...] = ()

    @property
    def all(self) -> tuple[Placed, ...]:
        """All of them, by name."""
        return tuple(sorted([*self.written, *self.earlier], key=lambda placed: (placed[0].path, placed[1])))

    @property
    def roots(self) -> list[str]:
        """The names under which the modules are imported."""
        return sorted({module.path.partition(".")[0] for module, _ in self.all})

    @property
    def title(self) -> str:
        """What the pages are about."""
        return ", ".join(self.roots[:_NAMED]) + (", …" if len(self.roots) > _NAMED else "")

    @property
    def summary(self) -> Description | None:
        """What is said of the whole, where it is one package or module."""
        return next((module.description for module, _ in self.all if [module.path] == self.roots), None)

    def packages(self) -> list[tuple[str, list[Placed]]]:
        """Return the modules by the package that they stand in; a package stands in itself."""
        rows = sorted(self.all, key=lambda placed: (package_of(placed[0]), placed[0].path, placed[1]))
        return [(package, list(group)) for package, group in groupby(rows, key=lambda placed: package_of(placed[0]))]


def shelve(modules: Sequence[Module], suffix: str, folder: Path, records: Path, project: Path) -> Shelf:
    """Return a run's modules with those that a reader of the same folder finds beside them.

    Those are known from their records; one whose source or page is gone is not counted.

    Args:
        modules: The run's modules.
        suffix: End of the pages' names, dot included.
        folder: The folder of the pages.
        records: The folder of the records.
        project: The folder from which the modules' files are named.
    """
    own = {f"{stem}.json" for stem in distinct_stems(_names(modules))}
    others = [_loaded(path) for path in sorted(records.glob("*.json")) if path.name not in own]
    known = [module for module in others if module and (project / module.filepath).is_file()]
    stems = distinct_stems(_names([*modules, *known]), reserved=("index",))
    files = [f"{stem}{suffix}" for stem in stems]
    beside = zip(known, files[len(modules) :], strict=True)
    return Shelf(
        written=tuple(zip(modules, files[: len(modules)], strict=True)),
        earlier=tuple((module, file) for module, file in beside if (folder / file).is_file()),
    )


def package_of(module: Module) -> str:
    """Return the package that a module stands in; a package stands in itself."""
    is_package = Path(module.filepath).stem == "__init__"
    return module.path if is_package else module.path.rpartition(".")[0]


def _names(modules: Sequence[Module]) -> list[tuple[str, str]]:
    return [(module.path, module.filepath) for module in modules]


def _loaded(path: Path) -> Module | None:
    try:
        return load(path)
    except DocgenError:
        return None
