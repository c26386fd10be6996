import ast
import textwrap

from docgen.evidence.behaviour import Behaviour, read_behaviour
from docgen.evidence.parameters import Use


def behaviour(source: str) -> Behaviour:
    tree = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
    return read_behaviour(tree)


def test_every_use_of_a_parameter_is_told_with_the_name_it_goes_under() -> None:
    does = behaviour("""
        def f(self, a, b=None, *rest, c, **more):
            self.first = a
            if b is None:
                b = a.size
            for item in rest:
                c(item)
            return run(b, limit=c, **more)
    """)
    assert does.uses["a"] == (Use(kind="stored", target="first"), Use(kind="read-attribute", target="size"))
    assert Use(kind="compared") in does.uses["b"]
    assert Use(kind="replaced", target="a.size") in does.uses["b"]
    assert Use(kind="passed", target="run") in does.uses["b"]
    assert does.uses["rest"] == (Use(kind="iterated"),)
    assert does.uses["c"] == (Use(kind="called"), Use(kind="passed", target="run", keyword="limit"))
    assert does.uses["more"] == (Use(kind="passed", target="run"),)
    assert does.sets == ("first",)
    assert does.loops


def test_returns_and_the_end_of_the_body_are_told_apart() -> None:
    assert behaviour("def f(x):\n    return x").returns == ("x",)
    assert not behaviour("def f(x):\n    if x:\n        return 1\n    else:\n        raise E()").ends
    assert behaviour("def f(x):\n    if x:\n        return 1").ends
    assert not behaviour("def f(x):\n    while True:\n        x()").ends
    assert behaviour("def f(x):\n    while True:\n        break").ends
    assert not behaviour("def f(x):\n    try:\n        return 1\n    except E:\n        return 2").ends
    assert not behaviour("def f():\n    def g():\n        return 1").gives_value


def test_the_kind_of_a_returned_value_is_told_where_syntax_and_builtins_show_it() -> None:
    def kinds(body: str, bound: dict[str, str] | None = None) -> tuple[str, ...]:
        tree = ast.parse(f"def f(x, xs, set=None):\n    {body}").body[0]
        assert isinstance(tree, ast.FunctionDef)
        return read_behaviour(tree, bound or {}).kinds

    assert kinds("return [x]") == kinds("return sorted(xs)") == ("list",)
    assert kinds("return zip(x, xs)") == kinds("return (y for y in xs)") == ("iterator",)
    assert kinds("found = {}\n    found[x] = xs\n    return found") == ("dict",)
    assert kinds("if x:\n        return\n    return x in xs") == ("none", "bool")
    assert kinds("return chain(x, xs)", {"chain": "itertools.chain"}) == ("iterator",)
    assert kinds("return tee(xs)", {"tee": "itertools.tee"}) == ("",)
    unknown = ["x", "x == xs", "set(xs)", "x or []", "chain(x)", "x.split()", "[] + xs"]
    assert [kinds(f"return {value}") for value in unknown] == [("",)] * len(unknown)
    assert kinds("return sorted(xs)", {"sorted": "natsort.sorted"}) == ("",)
    assert kinds("found = []\n    found = x\n    return found") == ("",)
    assert kinds("xs = list(xs)\n    return xs") == ("",)


def test_only_a_call_with_the_same_arguments_is_a_delegation() -> None:
    assert behaviour("def f(self, x):\n    '''Do.'''\n    return super().f(x)").delegates_to == "f"
    assert behaviour("async def f(self, *a, **k):\n    await super().f(*a, **k)").delegates_to == "f"
    assert behaviour("def f(self, x):\n    return super().f(x + 1)").delegates_to == ""
    assert behaviour("def f(self, x):\n    self.y = x\n    return super().f(x)").delegates_to == ""


def test_bodies_that_do_nothing_are_abstract() -> None:
    assert behaviour("def f(self):\n    '''Do.'''\n    ...").is_abstract
    assert behaviour("def f(self):\n    raise NotImplementedError('f')").is_abstract
    assert not behaviour("def f(self):\n    raise ValueError").is_abstract
