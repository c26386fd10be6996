"""How large a model is, as its name tells."""

from __future__ import annotations

import re

SMALL = 4.0
"""Billions of parameters below which a model guesses at parameters and results from their names."""

_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)([bm])(?![A-Za-z0-9])", re.IGNORECASE)


def is_small(model: str) -> bool:
    """Whether a model's name says that it is small: `qwen2.5-coder:1.5b` does, `./SmolLM2-135M-Instruct.gguf` too."""
    sizes = [float(number) / (1000 if unit in "mM" else 1) for number, unit in _SIZE.findall(model)]
    return bool(sizes) and max(sizes) < SMALL
