"""The modules whose labelled descriptions are held out from the making of the checks, as source."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.adversarial import undocumented
from tests.benchmarks.packages import CACHE, fetch

MODULES = {
    "torchrl==0.6.0": ("torchrl/collectors/collectors.py", "torchrl/collectors/utils.py"),
    "dacite==1.9.2": ("dacite/core.py",),
    "tinydb==4.9.0": ("tinydb/utils.py",),
    "websockets==17.4": ("websockets/streams.py", "websockets/datastructures.py"),
    "numpy-financial==1.0.0": ("numpy_financial/_financial.py",),
    "argcomplete==3.7.2": ("argcomplete/completers.py",),
    "aiolimiter==1.3.0": ("aiolimiter/leakybucket.py",),
    "smart-open==9.0.2": ("smart_open/bytebuffer.py",),
    "simpy==4.1.2": ("simpy/resources/store.py",),
}


def sources_of(package: str) -> list[Path]:
    """Return the files of a package's modules; docstrings and comments are left out, but for those of TorchRL."""
    [folder] = fetch([package])
    if package.startswith("torchrl"):
        return [folder / name for name in MODULES[package]]
    return [_undocumented(folder, CACHE / "undocumented" / package, name) for name in MODULES[package]]


def source_of(package: str, file: str, *, documented: bool) -> Path:
    """Return a file of a package, as it is or without its docstrings and comments."""
    [folder] = fetch([package])
    return folder / file if documented else _undocumented(folder, CACHE / "undocumented" / package, file)


def _undocumented(source: Path, folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(undocumented((source / name).read_text("utf-8")), "utf-8")
    for package in path.relative_to(folder).parents[:-1]:
        (folder / package / "__init__.py").touch()
    return path
