"""Real numbers as integers that the solver handles safely."""

import math
from collections.abc import Iterable

_LARGEST = 10**9
"""Coefficients stay below: CP-SAT 9.15 may certify a wrong optimum above 2^31."""


def scale_for(values: Iterable[float], most: int) -> int:
    """Units per whole: the largest power of ten up to `most` that keeps safe.

    Parameters
    ----------
    values
        Coefficients, of either sign; each stays below 10^9 when scaled.
    most
        A power of ten.
    """
    largest = max((abs(value) for value in values), default=0.0)
    scale = most
    while scale > 1 and largest * scale >= _LARGEST:
        scale //= 10
    return scale


def nearest(value: float, scale: int) -> int:
    """The value in units, rounded to the nearest."""
    return round(value * scale)


def down(value: float, scale: int) -> int:
    """The value in units, rounded down: never more than it is."""
    return math.floor(value * scale)
