"""Numbers as people are told them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return a length of time for people: `0.4 s`, `12 s`, `3 min 04 s`, `1 h 02 min`."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 call`, `2,345 calls`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
