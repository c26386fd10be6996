"""The modules of a set of pages: those of this run, and those that earlier runs wrote into the same folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from docgen.errors import DocgenError
from docgen.records import Description, Module
from docgen.render.catalogue import Catalogue, Shown, shown_of
from docgen.render.files import distinct_stems
from docgen.render.json import load
from docgen.spool import Spool

_NAMED = 3


class Listed(NamedTuple):
    """What is held of every module's page.

    Attributes:
        path: The module.
        filepath: Its file.
        file: Name of the page's file.
        description: What is said of the module.
        number: Which of the shelf's pages it is.
    """

    path: str
    filepath: str
    file: str
    description: Description | None
    number: int

    @property
    def package(self) -> str:
        """The package that the module stands in."""
        return package_of(self)


@dataclass(frozen=True)
class Shelf:
    """Modules with the names of their pages' files.

    Attributes:
        modules: Those that are written now; each is taken when it is needed, so that they may lie on disk.
        listed: Those, in the same order, and after them those whose pages are there already.
        shown: What each page shows, by its number.
    """

    modules: Sequence[Module]
    listed: tuple[Listed, ...]
    shown: Sequence[Shown]

    @cached_property
    def catalogue(self) -> Catalogue:
        """What can be looked up by name; of two pages that show the same, on the one that comes first by name."""
        return Catalogue((self.shown[listed.number], listed.file) for listed in self.all)

    @property
    def written(self) -> Iterator[tuple[Module, str]]:
        """Yield those that are written now, each with its page's file."""
        for module, listed in zip(self.modules, self.listed, strict=False):
            yield module, listed.file

    @cached_property
    def all(self) -> tuple[Listed, ...]:
        """All of them, by name."""
        return tuple(sorted(self.listed, key=lambda listed: (listed.path, listed.file)))

    @cached_property
    def roots(self) -> list[str]:
        """The names under which the modules are imported."""
        return sorted({listed.path.partition(".")[0] for listed in self.listed})

    @property
    def title(self) -> str:
        """What the pages are about."""
        return ", ".join(self.roots[:_NAMED]) + (", …" if len(self.roots) > _NAMED else "")

    @property
    def summary(self) -> Description | None:
        """What is said of the whole, where it is one package or module."""
        return next((listed.description for listed in self.all if [listed.path] == self.roots), None)

    def packages(self) -> list[tuple[str, list[Listed]]]:
        """Return the modules by the package that they stand in; a package stands in itself."""
        rows = sorted(self.listed, key=lambda listed: (listed.package, listed.path, listed.file))
        return [(package, list(group)) for package, group in groupby(rows, key=lambda listed: listed.package)]

    def beside(self, module: Module) -> list[Listed]:
        """Return the modules of the same package, and those within this one: as many as a reader can look over."""
        package = package_of(module)
        near = {package, package.rpartition(".")[0] if package == module.path else package}
        packages = near | set(self._packages_in.get(module.path, ()))
        return sorted(
            (listed for name in packages for listed in self._by_package.get(name, ())),
            key=lambda listed: (listed.path, listed.file),
        )

    @cached_property
    def _by_package(self) -> Mapping[str, Sequence[Listed]]:
        return dict(self.packages())

    @cached_property
    def _packages_in(self) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for package in self._by_package:
            found[package.rpartition(".")[0]].append(package)
        return found


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
    shown: Spool[Shown] = Spool()

    def listed_of(module: Module) -> Listed:
        shown.append(shown_of(module))
        return Listed(module.path, module.filepath, "", module.description, len(shown) - 1)

    own = [listed_of(module) for module in modules]
    records_now = {f"{stem}.json" for stem in distinct_stems(_names(own))}
    others = (_loaded(path) for path in sorted(records.glob("*.json")) if path.name not in records_now)
    known = [listed_of(module) for module in others if module and (project / module.filepath).is_file()]
    stems = distinct_stems(_names([*own, *known]), reserved=("index",))
    listed = [one._replace(file=f"{stem}{suffix}") for one, stem in zip([*own, *known], stems, strict=True)]
    earlier = [one for one in listed[len(own) :] if (folder / one.file).is_file()]
    return Shelf(modules, (*listed[: len(own)], *earlier), shown)


def package_of(module: Module | Listed) -> str:
    """Return the package that a module stands in; a package stands in itself."""
    is_package = Path(module.filepath).stem == "__init__"
    return module.path if is_package else module.path.rpartition(".")[0]


def _names(listed: Iterable[Listed]) -> list[tuple[str, str]]:
    return [(one.path, one.filepath) for one in listed]


def _loaded(path: Path) -> Module | None:
    try:
        return load(path)
    except DocgenError:
        return None
