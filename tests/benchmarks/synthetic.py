"""A package of any size, made up: `python -m tests.benchmarks.synthetic FOLDER MODULES`.

Twenty functions to a module, half of them methods. Classes inherit across modules, a third of the functions have a
docstring, and bodies raise, loop, store and call as real ones do. The same number gives the same files.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTIONS = 10
METHODS = 5
CLASSES = 2
PER_PACKAGE = 100

_VERBS = "load parse merge split index filter update render resolve encode schedule measure convert collect".split()
_NOUNS = "record table stream window buffer segment report header cursor payload region ticket batch ledger".split()
_TYPES = ["int", "str", "float", "bool", "list[int]", "dict[str, int]", "Sequence[str]"]
_DEFAULTS = {"int": "3", "str": '"plain"', "float": "0.5", "bool": "False"}


def write_package(folder: Path, modules: int) -> Path:
    """Write a package of so many modules, in subpackages of a hundred, and return its folder."""
    root = folder / "synthetic"
    for number in range(modules):
        package = root / f"part{number // PER_PACKAGE:03}"
        if number % PER_PACKAGE == 0:
            package.mkdir(parents=True, exist_ok=True)
            (package / "__init__.py").write_text(f'"""Part {number // PER_PACKAGE} of the package."""\n', "utf-8")
        (package / f"module{number:05}.py").write_text(module_text(number), "utf-8")
    (root / "__init__.py").write_text('"""A package made up for measurements."""\n', "utf-8")
    return root


def module_text(number: int) -> str:
    """Return the source of one module."""
    chance = random.Random(number)
    base = f"synthetic.part{(number - 1) // PER_PACKAGE:03}.module{number - 1:05}"
    lines = ["from __future__ import annotations", "", "import logging", "from collections.abc import Sequence", ""]
    if number % PER_PACKAGE:
        lines += [f"from {base} import Store{number - 1:05}a", ""]
    lines += [f"LIMIT = {chance.randrange(10, 1000)}", "_log = logging.getLogger(__name__)", ""]
    for index in range(FUNCTIONS):
        lines += ["", *_function(chance, f"{_name(chance)}_{index}", "")]
    for index in range(CLASSES):
        holder = f"Store{number:05}{'ab'[index]}"
        bases = f"(Store{number - 1:05}a)" if number % PER_PACKAGE else ""
        lines += ["", "", f"class {holder}{bases}:"]
        for method in range(METHODS):
            name = "__init__" if method == 0 else f"{_name(chance)}_{method}"
            lines += [*_function(chance, name, "    "), ""]
    return "\n".join(lines) + "\n"


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_VERBS)}_{chance.choice(_NOUNS)}"


def _function(chance: random.Random, name: str, indent: str) -> Iterator[str]:
    parameters = [(f"{chance.choice(_NOUNS)}{index}", chance.choice(_TYPES)) for index in range(chance.randrange(1, 4))]
    written = [
        f"{parameter}: {type_}" + (f" = {_DEFAULTS[type_]}" if keyword and type_ in _DEFAULTS else "")
        for keyword, (parameter, type_) in enumerate(parameters)
    ]
    receiver = ["self", "*"] if indent else ["*"]
    returns = "None" if name == "__init__" else "object"
    yield f"{indent}def {name}({', '.join([*receiver, *written])}) -> {returns}:"
    body = indent + "    "
    if chance.random() < 1 / 3:
        yield f'{body}"""{name.replace("_", " ").strip().capitalize()} as far as the limit allows."""'
    first = parameters[0][0]
    if chance.random() < 0.4:
        yield f"{body}if {first} is None:"
        yield f'{body}    raise ValueError(f"{first} is missing, not {{{first}!r}}")'
    if indent:
        yield f"{body}self.{first} = {first}"
    yield f"{body}found = []"
    yield f"{body}for position in range(LIMIT):"
    for parameter, _ in parameters:
        yield f"{body}    found.append(({parameter}, position, hash(str({parameter}))))"
    yield f'{body}_log.debug("%d found", len(found))'
    if name != "__init__":
        yield f"{body}return found"


if __name__ == "__main__":
    write_package(Path(sys.argv[1]), int(sys.argv[2]))
