from pathlib import Path

from docgen.extract import find_sources, read_module, with_public_paths

FILES = {
    "package/__init__.py": "from ._impl import make, _hidden\nfrom .shapes import *\nfrom json import loads\n",
    "package/_impl.py": "def make(): ...\ndef _hidden(): ...\ndef other(): ...\n",
    "package/shapes.py": "from .deep import Circle\n__all__ = ['Circle', 'Square']\nclass Square: ...\n",
    "package/deep.py": "class Circle: ...\n",
    "package/user.py": "from ._impl import make\n",
    "package/loop_a.py": "from .loop_b import name\n__all__ = ['name']\n",
    "package/loop_b.py": "from .loop_a import name\n__all__ = ['name']\n",
}


def test_an_element_has_one_home_and_knows_its_public_paths(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    modules = with_public_paths([read_module(file) for file in find_sources(["package"], cwd=tmp_path)])
    paths = {member.path: member.public_paths for module in modules for member in module.members if member.public_paths}
    assert paths == {
        "package._impl.make": ("package.make",),
        "package.shapes.Square": ("package.Square",),
        "package.deep.Circle": ("package.Circle", "package.shapes.Circle"),
    }
