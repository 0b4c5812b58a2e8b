"""What one input adds to the log-odds: a curve that a person can read."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The part of one input in the log-odds.

    Attributes
    ----------
    kind
        ``linear``: `values` at `knots`, straight in between and flat outside;
        ``step``: `values` of the stretches between `knots`, a knot belonging to the
        stretch below it; ``category``: one value per category.
    knots
        Ascending; as many as `values` (linear), one fewer (step), none (category).
    categories
        Words, as many as `values`; none but for a category.
    unknown
        Where nobody knows the value: never above any of `values`.
    """

    name: str
    kind: Literal["linear", "step", "category"]
    knots: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    values: tuple[float, ...]
    unknown: float

    def __post_init__(self) -> None:
        num_knots = {
            "linear": len(self.values),
            "step": len(self.values) - 1,
            "category": 0,
        }[self.kind]
        if not self.values or len(self.knots) != num_knots:
            message = f"Expected {num_knots} knots of {self.name}, got {self.knots!r}."
            raise ValueError(message)
        if (np.diff(self.knots) <= 0).any():
            message = f"Expected ascending knots of {self.name}, got {self.knots!r}."
            raise ValueError(message)
        if self.kind == "category" and len(self.categories) != len(self.values):
            message = f"Expected a value per category of {self.name}."
            raise ValueError(message)
        if not np.isfinite([*self.values, *self.knots, self.unknown]).all():
            message = f"Expected finite numbers for {self.name}."
            raise ValueError(message)
        if self.unknown > min(self.values):
            message = f"Expected {self.name} unknown not above a known value."
            raise ValueError(message)

    def of_numbers(self, numbers: Floats) -> Floats:
        """(rows,), the part of each number; NaN is unknown."""
        values = np.array(self.values)
        if self.kind == "linear":
            parts = np.interp(numbers, self.knots, values)
        else:
            parts = values[
                np.searchsorted(self.knots, numbers, side="left").clip(
                    max=len(values) - 1
                )
            ]
        return np.where(np.isnan(numbers), self.unknown, parts)

    def of_categories(self, codes: Index, names: tuple[str, ...]) -> Floats:
        """(rows,), the part of each category.

        Parameters
        ----------
        codes
            Positions in `names`; -1 is unknown, as is a name without a value.
        """
        known = dict(zip(self.categories, self.values, strict=True))
        by_code = [known.get(name, self.unknown) for name in names]
        return np.array([*by_code, self.unknown])[codes]

    def rises_by(self) -> Floats:
        """(values - 1,), the steps from each value to the next."""
        return np.diff(np.array(self.values))
