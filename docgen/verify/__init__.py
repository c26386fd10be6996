"""Checks of texts against facts, one file per family. `checks` returns those in force."""

from __future__ import annotations

from docgen.verify.actions import check_actions
from docgen.verify.behaviour import check_behaviour
from docgen.verify.closeness import check_closeness
from docgen.verify.conditions import check_conditions
from docgen.verify.defaults import check_defaults, check_named_defaults, check_optionality
from docgen.verify.echo import echo_check
from docgen.verify.element import check_element
from docgen.verify.fallbacks import check_fallbacks
from docgen.verify.finding import Check, Finding, verdict_of
from docgen.verify.interface import check_interface
from docgen.verify.keys import check_keys
from docgen.verify.leakage import leakage_check, sentences_of
from docgen.verify.names import check_names, check_parameters_named
from docgen.verify.objects import check_objects
from docgen.verify.raised import check_raised
from docgen.verify.returned import check_returned
from docgen.verify.structure import check_structure
from docgen.verify.terms import check_terms
from docgen.verify.types import check_types
from docgen.verify.vagueness import check_vagueness

__all__ = ["Check", "Finding", "checks", "echo_check", "leakage_check", "sentences_of", "verdict_of"]

CHECKS: tuple[Check, ...] = (
    check_element,
    check_structure,
    echo_check(""),
    check_types,
    check_defaults,
    check_named_defaults,
    check_optionality,
    check_fallbacks,
    check_names,
    check_parameters_named,
    check_returned,
    check_raised,
    check_behaviour,
    check_interface,
    check_conditions,
    check_objects,
    check_terms,
    check_actions,
    check_keys,
    check_vagueness,
)
"""The checks of any text, whoever wrote it."""


def checks(instructions: str, *, asks_all: bool) -> tuple[Check, ...]:
    """Return all checks for answers to prompts with this fixed text.

    Args:
        instructions: The text.
        asks_all: Whether the model is one that may find words of its own for what a function does.
    """
    return *CHECKS, echo_check(instructions), *(() if asks_all else (check_closeness,))
