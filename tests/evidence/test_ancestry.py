from pathlib import Path

from docgen.evidence.ancestry import Library, overridden
from docgen.extract import SourceFile, find_sources, read_modules
from docgen.records import Class, Function, Module


def package(folder: Path, files: dict[str, str]) -> list[Module]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [m for m in read_modules(find_sources([str(folder)], cwd=folder.parent)) if isinstance(m, Module)]


def class_named(modules: list[Module], name: str) -> tuple[Module, Class]:
    return next((m, c) for m in modules for c in m.members if isinstance(c, Class) and c.name == name)


def test_bases_are_found_across_modules_re_exports_and_installed_packages(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    (site / "dep").mkdir(parents=True)
    (site / "dep" / "__init__.py").write_text("from ._core import Far as Distant\n")
    (site / "dep" / "_core.py").write_text('class Far:\n    def go(self):\n        """Go far."""\n        launch()\n')
    modules = package(
        tmp_path / "pkg",
        {
            "__init__.py": "from .base import Near\n",
            "base.py": 'import dep\n\nclass Near(dep.Distant):\n    """Near by."""\n',
            "use.py": "import pkg\n\nclass Own(pkg.Near):\n    def go(self):\n        return super().go()\n",
        },
    )
    module, owner = class_named(modules, "Own")
    ancestors = Library(modules, [site]).ancestors(module, owner)
    assert [ancestor.path for ancestor in ancestors] == ["pkg.base.Near", "dep._core.Far"]
    [method] = overridden(next(m for m in owner.members if isinstance(m, Function)), ancestors)
    assert (method.path, method.docstring) == ("dep._core.Far.go", "Go far.")


def test_bases_that_cannot_be_found_and_circles_are_left_out(tmp_path: Path) -> None:
    modules = package(
        tmp_path / "odd", {"__init__.py": "from nowhere import X\n\nclass A(X, B): ...\n\nclass B(A): ...\n"}
    )
    module, owner = class_named(modules, "A")
    assert [a.path for a in Library(modules).ancestors(module, owner)] == ["odd.B"]


def test_a_broken_dependency_is_as_good_as_none(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    (site / "broken.py").write_text("class Far(:\n")
    modules = package(tmp_path / "pkg", {"__init__.py": "from broken import Far\n\nclass Own(Far): ...\n"})
    module, owner = class_named(modules, "Own")
    assert Library(modules, [site]).ancestors(module, owner) == ()


def test_a_base_is_found_in_a_file_that_the_extractor_would_refuse(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    chain = " + ".join(["1"] * 1100)
    (site / "deep.py").write_text(f'class Far:\n    def go(self):\n        """Go far."""\n        return {chain}\n')
    refused = SourceFile(site / "deep.py", "deep", "deep.py")
    assert not isinstance(next(read_modules([refused])), Module)
    modules = package(tmp_path / "pkg", {"__init__.py": "from deep import Far\n\nclass Own(Far): ...\n"})
    module, owner = class_named(modules, "Own")
    [ancestor] = Library(modules, [site]).ancestors(module, owner)
    assert ancestor.methods["go"].docstring == "Go far."
    assert ancestor.methods["go"].code.endswith("+ 1")
