"""A project's store: opened, filled from what was published where it is new, and asked about modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from docgen.config import Settings
from docgen.errors import DocgenError
from docgen.extract.kept import name_in
from docgen.generate.reuse import Memory, entries_from
from docgen.records import Module
from docgen.render import FOLDERS
from docgen.render.json import load
from docgen.store import Entry, Store, find_store, open_store


def open_project(settings: Settings, notify: Callable[[str], object], *, create: bool = True) -> Store:
    """Open the store that the settings mean; a new one begins with what was published.

    Args:
        settings: The settings.
        notify: Told when the store was damaged.
        create: Whether a missing store is made; if not, nothing is kept.

    Raises:
        StoreError: The store cannot be opened.
    """
    path = settings.store or find_store(Path.cwd())
    folder = settings.out / FOLDERS["json"]
    return open_store(
        path.absolute(), rebuild=lambda project: _published(folder, project), notify=notify, create=create
    )


def require_within(out: Path) -> None:
    """Refuse an output folder in which a link leads out of it: nothing is written where nobody said.

    Raises:
        DocgenError: There is such a link.
    """
    for folder in (out / name for name in ("logs", *FOLDERS.values())):
        if folder.is_symlink() and not folder.resolve().is_relative_to(out.resolve()):
            raise DocgenError(
                f"{folder} is a link that leads out of {out}.", "Remove it, or say --out with its target."
            )


def memory_of(store: Store, modules: Iterable[Module], *, only_edited: bool = False) -> Memory:
    """Return what a store remembers, as it concerns some modules.

    Args:
        store: The store.
        modules: All modules that were read.
        only_edited: Whether all but what people wrote is ignored.
    """
    return Memory(
        store,
        modules,
        is_there=lambda file: (store.project / file).exists(),
        file_of=lambda module: file_in(store, module),
        only_edited=only_edited,
    )


def file_in(store: Store, module: Module) -> str:
    """Return a module's file as the store names it."""
    return name_in(store.project, Path.cwd() / module.filepath)


def _published(folder: Path, project: Path) -> Iterator[Entry]:
    for path in sorted(folder.glob("*.json")):
        try:
            module = load(path)
        except DocgenError:
            continue
        yield from entries_from(module, name_in(project, Path.cwd() / module.filepath))
