"""The fitted scorer: a sum of curves, so that every score explains itself."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from matcher.dataset.tables import Floats
from matcher.scorer.features import Features
from matcher.scorer.inputs import INPUTS, check_inputs
from matcher.scorer.shape import Shape

_FLAT = 1e-9
"""Log-odds below which the chance is taken to change at its slope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """Chance that a placement lasts: log-odds are the intercept plus the shapes.

    Attributes
    ----------
    horizon_days
        Days from the start that a placement must last.
    intercept
        Log-odds of a placement of average promise in the history.
    shapes
        One per input of `INPUTS`, in that order.
    sha256
        Digest of the artefact it was read from; "" for one that was not written.
    """

    horizon_days: int
    intercept: float
    shapes: tuple[Shape, ...]
    sha256: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        names = tuple(shape.name for shape in self.shapes)
        check_inputs(names)
        if names != tuple(each.name for each in INPUTS):
            message = f"Expected a shape per input, in order, got {names!r}."
            raise ValueError(message)
        for shape, each in zip(self.shapes, INPUTS, strict=True):
            if (shape.rises_by() * each.direction < 0).any():
                message = f"Expected {each.name} to be monotone, got {shape.values!r}."
                raise ValueError(message)

    def log_odds(self, features: Features) -> Floats:
        """(rows,), shape by shape, so that millions of rows need little memory."""
        total = np.full(len(features), self.intercept)
        for shape in self.shapes:
            total += _part(shape, features)
        return total

    def chance(self, features: Features) -> Floats:
        """(rows,), the chance that each lasts `horizon_days`."""
        return np.asarray(expit(self.log_odds(features)), dtype=np.float64)

    def contributions(self, features: Features) -> Floats:
        """(rows, inputs), log-odds; with the intercept they add up to `log_odds`."""
        return np.column_stack([_part(shape, features) for shape in self.shapes])

    def chance_contributions(self, features: Features) -> Floats:
        """(rows, inputs), shares of the chance; they add up to it, less the base.

        The way from the base chance to the chance is walked with all inputs at one
        pace (Aumann and Shapley): each gets its log-odds times the mean slope.
        """
        parts = self.contributions(features)
        total = parts.sum(axis=1)
        base = self.base_chance
        is_flat = np.abs(total) < _FLAT
        rise = expit(self.intercept + total) - base
        slope = np.where(
            is_flat, base * (1.0 - base), rise / np.where(is_flat, 1.0, total)
        )
        return np.asarray(parts * slope[:, None], dtype=np.float64)

    @property
    def base_chance(self) -> float:
        """Chance of a placement of average promise."""
        return float(expit(self.intercept))


def _part(shape: Shape, features: Features) -> Floats:
    if shape.kind == "category":
        return shape.of_categories(features.sector, features.sectors)
    return shape.of_numbers(features.column(shape.name))
