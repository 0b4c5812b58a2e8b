"""Numbers as a JSON file may hold them."""

import math


def finite_number(value: object) -> float | None:
    """The value as a number; None where it is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
