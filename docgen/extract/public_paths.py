"""Under which other paths a package exports what it defines: an element has one home and may have many addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from docgen.records import Module
from docgen.spool import Spool


def with_public_paths(modules: Sequence[Module]) -> list[Module]:
    """Return the modules with `public_paths` filled for what other modules among them export again.

    A module exports an imported name if its `__all__` has it; a package without `__all__`, if the name is public.
    """
    addresses = addresses_of(modules)
    return [addressed(module, addresses) for module in modules]


def addresses_of(modules: Iterable[Module]) -> dict[str, list[str]]:
    """Return the other paths of each element that is exported again; of the modules only such names are held."""
    named = Spool(_Names.of(module) for module in modules)
    numbers = {module.path: number for number, module in enumerate(named)}

    def find(path: str) -> _Names | None:
        return named[numbers[path]] if path in numbers else None

    bound = {f"{m.path}.{name}": target for m in named for name, target in _exported_imports(m, find)}
    homes = {address: _home(address, bound) for address in bound}
    meant = set(homes.values())
    defined = {path for module in named for name in module.members if (path := f"{module.path}.{name}") in meant}
    addresses: dict[str, list[str]] = {}
    for address, home in homes.items():
        if home in defined and home != address:
            addresses.setdefault(home, []).append(address)
    return addresses


class _Names(NamedTuple):
    """What a module binds: its members, and its imports with their targets."""

    path: str
    members: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    exports: tuple[str, ...] | None
    is_package: bool

    @classmethod
    def of(cls, module: Module) -> _Names:
        return cls(
            module.path,
            tuple(member.name for member in module.members),
            tuple((item.name, item.target) for item in module.imports),
            None if module.exports is None else tuple(module.exports),
            "package" in module.labels,
        )


def _exported_imports(module: _Names, find: Callable[[str], _Names | None]) -> Iterator[tuple[str, str]]:
    """Yield name and target of each import that a module exports."""
    for imported, origin in module.imports:
        if imported != "*":
            bindings: Iterable[tuple[str, str]] = [(imported, origin)]
        elif exporting := find(origin):
            bindings = [(name, f"{origin}.{name}") for name in _star_names(exporting)]
        else:
            bindings = []
        yield from ((name, target) for name, target in bindings if _is_exported(module, name))


def _is_exported(module: _Names, name: str) -> bool:
    if module.exports is not None:
        return name in module.exports
    return module.is_package and not name.startswith("_")


def _star_names(module: _Names) -> Iterable[str]:
    if module.exports is not None:
        return module.exports
    names = [*module.members, *(name for name, _ in module.imports if name != "*")]
    return dict.fromkeys(name for name in names if not name.startswith("_"))


def _home(address: str, bound: Mapping[str, str]) -> str:
    """Follow imports of imports to where the name is defined; a circle of imports ends where it closes."""
    seen = {address}
    while (target := bound.get(address)) is not None and target not in seen:
        seen.add(target)
        address = target
    return address


def addressed(module: Module, addresses: Mapping[str, Sequence[str]]) -> Module:
    """Return a module with `public_paths` filled from what `addresses_of` returned."""
    if not any(member.path in addresses for member in module.members):
        return module
    members = tuple(
        member.model_copy(update={"public_paths": tuple(sorted(addresses[member.path]))})
        if member.path in addresses
        else member
        for member in module.members
    )
    return module.model_copy(update={"members": members})
