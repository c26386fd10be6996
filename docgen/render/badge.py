"""A badge: a label and a percentage as a small SVG, drawn without any service."""

from __future__ import annotations

from math import floor

from jinja2 import Environment, PackageLoader, StrictUndefined

_CHARACTER = 6.6
_PADDING = 12
_COLOURS = ((90.0, "#2da44e"), (75.0, "#7a9b1f"), (50.0, "#b08800"), (0.0, "#cf222e"))


def badge(label: str, percentage: float) -> str:
    """Return an SVG image.

    Args:
        label: What the percentage is of.
        percentage: From 0 to 100; it is rounded down.
    """
    value = f"{floor(percentage)}%"
    environment = Environment(
        loader=PackageLoader("docgen.render"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("badge.svg.j2").render(
        label=label,
        value=value,
        left=_width(label),
        right=_width(value),
        colour=next(colour for limit, colour in _COLOURS if percentage >= limit),
    )


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + _PADDING
