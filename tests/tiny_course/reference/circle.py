"""Circles."""

from math import pi


def area(radius: float, *, power: int = 2) -> float:
    """Return π·radius², in squared units of ``radius``."""
    return pi * radius**power
