"""What the model is shown of the code around an element, and of the element itself, within a token budget."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.evidence.docstrings import first_sentence
from docgen.evidence.slicing import estimate_tokens, mentions, slice_code
from docgen.records import Class, Function, Module, code_of

CLASS_BUDGET = 2400
SKELETON_BUDGET = 700
"""For a class that is too long to be shown whole: each method's own code then comes with the question about it."""
FUNCTION_BUDGET = 2000
FUNCTION_BASE = 600
PARAMETER_BUDGET = 100
"""A function is shown in proportion to what is asked of it: long functions are most of what a prompt costs."""

_DEFINITION = re.compile(r"(?:async\s+def|def|class)\b")
_OUTCOME = re.compile(r"(?:return|raise|yield)\b")
_STATE = re.compile(r"self\.\w+\s*(?::[^=]+)?=")
_QUOTED = re.compile(r"[rRuU]?[\"']")


@dataclass(frozen=True)
class Context:
    """The part of a prompt that all elements of a class, or all functions of a module, share.

    Attributes:
        module: The module.
        introduction: The first sentence of the module's docstring.
        owner: The class, if any.
        code: The class's code, fenced; empty without a class.
        complete: Whether `code` is all of the class.
    """

    module: Module
    introduction: str
    owner: Class | None = None
    code: str = ""
    complete: bool = False


def context_of(module: Module, owner: Class | None) -> Context:
    """Return what is shown with every element of a class (or of none)."""
    introduction = first_sentence(module.docstring.text) if module.docstring else ""
    if owner is None:
        return Context(module, introduction)
    whole = dedented(module, owner)
    complete = estimate_tokens(whole) <= CLASS_BUDGET
    shown = whole if complete else slice_code(whole, SKELETON_BUDGET, _skeleton_rank)
    return Context(module, introduction, owner, fenced(shown), complete)


def function_code(module: Module, function: Function, *, for_parameters: bool = True) -> str:
    """Return a function's code, fenced; of a long one, the statements that touch its parameters or leave it.

    Args:
        module: The module.
        function: The function.
        for_parameters: Whether its parameters are asked about, each of which then has room for more statements.
    """
    named = [parameter.name for parameter in function.parameters if parameter.name not in ("self", "cls")]
    of_parameter = mentions(named)
    budget = min(FUNCTION_BUDGET, FUNCTION_BASE + PARAMETER_BUDGET * len(named) * for_parameters)

    def rank(text: str) -> int:
        if _QUOTED.match(text) or _OUTCOME.match(text):
            return 0
        return 1 if of_parameter(text) else 2

    return fenced(slice_code(dedented(module, function), budget, rank))


def dedented(module: Module, element: Class | Function) -> str:
    """Return an element's source as if it stood at the top level; lines within strings keep their place."""
    code = code_of(module, element)
    line_start = (
        max(module.source.rfind("\n", 0, element.span.start), module.source.rfind("\r", 0, element.span.start)) + 1
    )
    indent = module.source[line_start : element.span.start]
    return re.sub(rf"(?m)^{re.escape(indent)}", "", code) if indent and indent.isspace() else code


def fenced(code: str) -> str:
    """Return code in a Markdown fence that nothing in the code can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}python\n{code}\n{fence}"


def _skeleton_rank(text: str) -> int:
    if _DEFINITION.match(text):
        return 0
    if _STATE.match(text):
        return 1
    return 2 if _QUOTED.match(text) else 3
