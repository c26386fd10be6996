"""The interface is the one that was agreed on: names, order, bases, signatures, defaults, decorators."""

import ast
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "collectors_ref"
AGREED = json.loads((HERE / "interface.json").read_text())


@pytest.mark.parametrize("module", ["collectors.py", "utils.py"])
def test_the_source_has_the_agreed_interface(module):
    assert public_interface((PACKAGE / module).read_text()) == AGREED["modules"][module]


def test_private_signatures_that_users_rely_on_are_kept():
    classes = {node.name: node for node in _tree("collectors.py").body if isinstance(node, ast.ClassDef)}
    for name, signature in AGREED["signatures"].items():
        owner, method = name.split(".")
        found = next(node for node in classes[owner].body if getattr(node, "name", None) == method)
        expected = ast.parse(f"def {signature}: ...").body[0]
        assert ast.unparse(found.args) == ast.unparse(expected.args), name


@pytest.mark.torch
def test_module_names_that_users_rely_on_exist():
    pytest.importorskip("torch")
    from collectors_ref import collectors

    assert [name for name in AGREED["module_names"] if not hasattr(collectors, name)] == []


def test_nothing_imports_torchrl_but_the_step_counter_for_nested_flags():
    imports = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("torchrl"):
                imports.append((path.name, [alias.name for alias in node.names]))
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("torchrl") for alias in node.names)
    assert imports == [("making.py", ["StepCounter", "TransformedEnv"])]


def public_interface(source):
    facts = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            facts.append(_function(node))
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
            public = [child for child in methods if child.name == "__init__" or not child.name.startswith("_")]
            bases = [ast.unparse(base) for base in node.bases]
            facts.append({"class": node.name, "bases": bases, "functions": [_function(child) for child in public]})
    return facts


def _function(node):
    arguments = node.args
    positional = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    parameters = [(arg, default, False) for arg, default in zip(positional, defaults, strict=True)]
    parameters += [(a, d, True) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    returns = ast.unparse(node.returns) if node.returns else ""
    return {
        "function": node.name,
        "signature": f"{node.name}({ast.unparse(arguments)})" + (f" -> {returns}" if returns else ""),
        "decorators": [ast.unparse(decorator) for decorator in node.decorator_list],
        "returns": returns,
        "vararg": arguments.vararg.arg if arguments.vararg else None,
        "kwarg": arguments.kwarg.arg if arguments.kwarg else None,
        "args": [
            {
                "name": arg.arg,
                "annotation": ast.unparse(arg.annotation) if arg.annotation else "",
                "default": ast.unparse(default) if default else "",
                "kw_only": kw_only,
            }
            for arg, default, kw_only in parameters
            if arg.arg != "self"
        ],
        "has_docstring": ast.get_docstring(node) is not None,
    }


def _tree(module):
    return ast.parse((PACKAGE / module).read_text())
