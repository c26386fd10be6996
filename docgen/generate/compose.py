"""Plain sentences made from facts alone, for where no model's text passed the checks."""

from __future__ import annotations

from docgen.evidence.facts import Facts


def compose(facts: Facts) -> str:
    """Return a sentence about a subject that says only what is known for certain."""
    holder = f"`{facts.owner}.{facts.element}`" if facts.owner else f"`{facts.element}`"
    if facts.subject.kind == "parameter":
        if facts.stored_as:
            return f"Stored as the attribute `{facts.stored_as}`."
        return f"{'Required' if facts.required else 'Optional'} {facts.role} of {holder}."
    if facts.subject.kind == "attribute":
        return f"Attribute of `{facts.element}`."
    if facts.subject.kind == "raises":
        return _raised(facts, holder)
    if facts.subject.kind in ("returns", "yields"):
        value = f"A value annotated as `{facts.annotation}`" if facts.annotation else "A value"
        return f"{value}, {'yielded' if facts.subject.kind == 'yields' else 'returned'} by {holder}."
    if facts.subject.kind in ("class", "overview"):
        derived = f", derived from {_listed(facts.bases)}" if facts.bases else ""
        return f"The class `{facts.element}`{derived}."
    return f"{_article(facts.role)} {facts.role}{f' of `{facts.owner}`' if facts.owner else ''}."


def _raised(facts: Facts, holder: str) -> str:
    conditions = [" ".join(condition.split()) for condition in facts.conditions]
    short = [condition for condition in conditions if len(condition) <= 80 and "`" not in condition]
    if conditions and len(short) == len(conditions) <= 3:
        return f"Raised by {holder} where " + " or ".join(f"`{condition}`" for condition in short) + "."
    return f"Raised by {holder}."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _article(role: str) -> str:
    return "An" if role[0] in "aeiou" else "A"
