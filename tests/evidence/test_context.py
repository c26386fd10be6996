"""What the model is shown of the code, in proportion to what it is asked."""

from __future__ import annotations

from pathlib import Path

from docgen.evidence.context import function_code
from docgen.evidence.slicing import estimate_tokens
from docgen.extract import SourceFile, parse_module
from docgen.records import Function

PARAMETERS = [f"option_{number}" for number in range(12)]
LONG = "\n".join(
    [
        f"def configure(self, {', '.join(PARAMETERS)}):",
        *(f"    self.{name} = {name} or load_setting('the setting for {name}')" for name in PARAMETERS),
        *(f"    self.other_{number} = compute_something_else({number}, {number})" for number in range(100)),
        "    return self",
    ]
)


def test_a_long_function_costs_less_where_its_parameters_are_not_asked_about() -> None:
    module = parse_module(LONG, SourceFile(Path("m.py"), "m", "m.py"))
    [function] = [member for member in module.members if isinstance(member, Function)]
    alone, with_parameters = (function_code(module, function, for_parameters=asked) for asked in (False, True))
    assert estimate_tokens(alone) < estimate_tokens(with_parameters) < estimate_tokens(LONG)
    assert all(f"self.{name} = {name}" in with_parameters for name in PARAMETERS)
    assert "return self" in alone
