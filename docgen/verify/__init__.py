"""Checks of texts against facts, one file per family. `checks` returns those in force."""

from __future__ import annotations

from docgen.verify.defaults import check_defaults
from docgen.verify.echo import echo_check
from docgen.verify.element import check_element
from docgen.verify.finding import Check, Finding
from docgen.verify.structure import check_structure
from docgen.verify.vagueness import check_vagueness

__all__ = ["Check", "Finding", "checks", "echo_check"]


def checks(instructions: str) -> tuple[Check, ...]:
    """Return all checks for answers to prompts with this fixed text."""
    return check_structure, echo_check(instructions), check_element, check_defaults, check_vagueness
