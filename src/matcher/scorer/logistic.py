"""Logistic regression with curves of straight stretches, under directions."""

import numpy as np

from matcher.dataset.tables import Floats
from matcher.scorer.estimator import (
    AdditiveClassifier,
    category_shape,
    flat_shape,
    quantiles,
)
from matcher.scorer.least_loss import LossProblem, least_loss
from matcher.scorer.shape import Shape

_TAILS = (0.01, 0.99)
"""Quantiles beyond which a number counts as the quantile: no leaning on outliers."""


class MonotoneLogistic(AdditiveClassifier):
    """Logistic regression whose coefficients keep to the directions.

    Parameters
    ----------
    l2
        Strength of the pull to 0, in rows.
    segments
        Straight stretches of the curve of a number, about equally full.
    """

    def __init__(
        self,
        directions: tuple[int, ...] | None = None,
        categorical: tuple[int, ...] = (),
        l2: float = 1.0,
        segments: int = 3,
    ) -> None:
        super().__init__(directions=directions, categorical=categorical)
        self.l2 = l2
        self.segments = segments

    def _fitted(
        self, matrix: Floats, target: Floats, weight: Floats
    ) -> tuple[float, list[Shape]]:
        terms = [
            _Terms.of_categories(column)
            if at in self.categorical
            else _Terms.of_numbers(column, weight, self._direction(at), self.segments)
            for at, column in enumerate(matrix.T)
        ]
        design = np.column_stack([np.ones(len(target)), *(t.design for t in terms)])
        pull = np.append(0.0, np.full(design.shape[1] - 1, self.l2))
        lower = np.concatenate([[-np.inf], *(t.lower for t in terms)])
        problem = LossProblem(
            design=design, target=target, weight=weight, pull=pull, lower=lower
        )
        found, self.n_iter_ = least_loss(problem, np.zeros(design.shape[1]))
        ends = np.cumsum([1, *(t.design.shape[1] for t in terms)])
        return float(found[0]), [
            t.shape(str(at), found[first:last])
            for at, (t, first, last) in enumerate(
                zip(terms, ends[:-1], ends[1:], strict=True)
            )
        ]


class _Terms:
    """Columns of the design that stand for one input, and the way back to a shape."""

    def __init__(
        self,
        design: Floats,
        lower: Floats,
        knots: Floats,
        direction: int | None,
    ) -> None:
        self.design = design
        self.lower = lower
        self._knots = knots
        self._direction = direction

    @classmethod
    def of_numbers(
        cls, column: Floats, weight: Floats, direction: int, segments: int
    ) -> "_Terms":
        """Per segment from 0 at its less promising end to 1; then whether unknown."""
        is_unknown = np.isnan(column)
        shares = np.linspace(*_TAILS, segments + 1)
        knots = np.zeros(1)
        if not is_unknown.all():
            knots = np.unique(quantiles(column, weight, shares))
        if len(knots) == 1:
            return cls(np.zeros((len(column), 0)), np.zeros(0), knots, direction)
        way = (column[:, None] - knots[:-1]) / np.diff(knots)
        done = np.clip(np.nan_to_num(way), 0.0, 1.0)
        promise = 1.0 - done if direction < 0 else done
        promise[is_unknown] = 0.0
        # The unknown has a coefficient of its own, free here and held down in the
        # shape: held down in the fit it would flatten the slope of all that is known.
        lower = -np.inf if direction == 0 else 0.0
        return cls(
            np.column_stack([promise, is_unknown]),
            np.append(np.full(len(knots) - 1, lower), -np.inf),
            knots,
            direction,
        )

    @classmethod
    def of_categories(cls, column: Floats) -> "_Terms":
        """One column per category, all 0 where it is unknown."""
        names = np.unique(column[~np.isnan(column)])
        design = (column[:, None] == names).astype(np.float64)
        return cls(design, np.full(len(names), -np.inf), names, None)

    def shape(self, name: str, coefficients: Floats) -> Shape:
        """Shape of the fitted coefficients."""
        if self._direction is None:
            return category_shape(name, self._knots, coefficients, None)
        if not len(coefficients):
            return flat_shape(name, float(self._knots[0]))
        rises, unknown = coefficients[:-1], float(coefficients[-1])
        if self._direction < 0:
            values = np.append(rises[::-1].cumsum()[::-1], 0.0)
        else:
            values = np.append(0.0, rises.cumsum())
        return Shape(
            name=name,
            kind="linear",
            knots=tuple(self._knots.tolist()),
            values=tuple(values.tolist()),
            unknown=min(unknown, float(values.min())),
        )
