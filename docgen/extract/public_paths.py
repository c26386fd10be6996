"""Under which other paths a package exports what it defines: an element has one home and may have many addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docgen.records import Module


def with_public_paths(modules: Sequence[Module]) -> list[Module]:
    """Return the modules with `public_paths` filled for what other modules among them export again.

    A module exports an imported name if its `__all__` has it; a package without `__all__`, if the name is public.
    """
    by_path = {module.path: module for module in modules}
    bound = {f"{m.path}.{name}": target for m in modules for name, target in _exported_imports(m, by_path)}
    homes = {member.path for module in modules for member in module.members}
    addresses: dict[str, list[str]] = {}
    for address in bound:
        home = _home(address, bound)
        if home in homes and home != address:
            addresses.setdefault(home, []).append(address)
    return [_addressed(module, addresses) for module in modules]


def _exported_imports(module: Module, by_path: Mapping[str, Module]) -> Iterator[tuple[str, str]]:
    """Yield name and target of each import that a module exports."""
    for item in module.imports:
        if item.name != "*":
            bindings: Iterable[tuple[str, str]] = [(item.name, item.target)]
        elif item.target in by_path:
            bindings = [(name, f"{item.target}.{name}") for name in _star_names(by_path[item.target])]
        else:
            bindings = []
        yield from ((name, target) for name, target in bindings if _is_exported(module, name))


def _is_exported(module: Module, name: str) -> bool:
    if module.exports is not None:
        return name in module.exports
    return "package" in module.labels and not name.startswith("_")


def _star_names(module: Module) -> Iterable[str]:
    if module.exports is not None:
        return module.exports
    names = [member.name for member in module.members] + [item.name for item in module.imports if item.name != "*"]
    return dict.fromkeys(name for name in names if not name.startswith("_"))


def _home(address: str, bound: Mapping[str, str]) -> str:
    """Follow imports of imports to where the name is defined; a circle of imports ends where it closes."""
    seen = {address}
    while (target := bound.get(address)) is not None and target not in seen:
        seen.add(target)
        address = target
    return address


def _addressed(module: Module, addresses: Mapping[str, Sequence[str]]) -> Module:
    if not any(member.path in addresses for member in module.members):
        return module
    members = tuple(
        member.model_copy(update={"public_paths": tuple(sorted(addresses[member.path]))})
        if member.path in addresses
        else member
        for member in module.members
    )
    return module.model_copy(update={"members": members})
