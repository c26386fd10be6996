from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from docgen.extract import flat
from docgen.records import Description, Function, Module, Provenance

Read = Callable[[str], Module]

SOURCE = '''
class Collector(Base, Generic[T], metaclass=Meta):
    """Doc."""
    def __init__(self, size: "int" = 0x10, *args, rate=1e-4, **kwargs) -> None:
        self.size = size   # comment
    def __call__(self): ...
    def _private(self): ...
    @property
    def name(self) -> str:
        def nested(): ...
        return "n"
    @name.setter
    def name(self, value): ...
    @classmethod
    def make(cls, kind: 'str' = "k"): ...
    class Inner: ...


def _hidden(): ...
@overload
def f(x: int) -> int: ...
def f(x, /, y, *, z=[1,
        2]): return x
if fast:
    async def g(): await x
else:
    def g(): pass
'''


def test_the_flat_export_has_the_historical_keys_and_the_public_api_in_source_order(read: Read) -> None:
    collector, f, first, second = flat([read(SOURCE)])
    assert list(collector) == ["class_name", "bases", "description", "overview", "functions"]
    assert collector["bases"] == ["Base", "Generic[T]"]
    assert [item["function_name"] for item in collector["functions"]] == ["__init__", "name", "make"]
    assert list(f) == ["function_name", "args", "signature", "function_code", "description"]
    assert [first["signature"], second["signature"]] == ["g()", "g()"]
    assert first["function_code"] == "async def g():\n    await x"


def test_arguments_signatures_and_code_are_printed_as_ast_unparse_does(read: Read) -> None:
    collector, f, *_ = flat([read(SOURCE)])
    init = collector["functions"][0]
    assert init["signature"] == "__init__(self, size: 'int'=16, *args, rate=0.0001, **kwargs) -> None"
    assert init["args"] == [
        {"arg_name": "size", "return_type": "'int'", "default_value": "16", "description": ""},
        {"arg_name": "rate", "return_type": "", "default_value": "0.0001", "description": ""},
    ]
    assert init["function_code"] == f"def {init['signature']}:\n    self.size = size"
    assert f["signature"] == "f(x, /, y, *, z=[1, 2])"
    assert [item["arg_name"] for item in collector["functions"][2]["args"]] == ["kind"]
    tree = ast.parse(SOURCE)
    printed = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {item["function_code"] for item in (*collector["functions"], f)} <= printed


def test_descriptions_are_carried_where_they_are_set(read: Read) -> None:
    module = read("def f(a): ...\n")
    function = module.members[0]
    assert isinstance(function, Function)
    said = Description(text="Do it.", provenance=Provenance(source="model"))
    parameter = function.parameters[0].model_copy(update={"description": said})
    described = function.model_copy(update={"description": said, "parameters": (parameter,)})
    entry: dict[str, Any] = flat([module.model_copy(update={"members": (described,)})])[0]
    assert (entry["description"], entry["args"][0]["description"]) == ("Do it.", "Do it.")


def test_what_the_interpreter_cannot_parse_is_shown_as_written(read: Read) -> None:
    module = read("def new[T](x: int = 0xFF) -> T: ...\ndef other(x=t'{a}'): ...\ndef plain(x=0x1f): ...\n")
    new, other, plain = flat([module])
    assert other["function_code"] in ("def other(x=t'{a}'): ...", "def other(x=t'{a}'):\n    ...")
    assert new["function_code"].startswith("def new[T](x: int")
    assert plain["signature"] == "plain(x=31)"
