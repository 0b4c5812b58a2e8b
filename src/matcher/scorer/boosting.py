"""Gradient boosting that stays a sum of curves, under directions."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from matcher.dataset.tables import Floats
from matcher.scorer.estimator import (
    AdditiveClassifier,
    category_shape,
    quantiles,
)
from matcher.scorer.shape import Shape


class AdditiveBoosting(AdditiveClassifier):
    """Gradient boosting of trees that each look at one input, under directions.

    Numbers are put into bins first, ordered from the least promising one.

    Parameters
    ----------
    max_iter, learning_rate, min_samples_leaf, l2
        As `HistGradientBoostingClassifier` has them.
    bins
        Most bins of one input, about equally full.
    random_state
        Kept for the convention: nothing here is drawn.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn's convention: every setting is an argument
        self,
        directions: tuple[int, ...] | None = None,
        categorical: tuple[int, ...] = (),
        max_iter: int = 150,
        learning_rate: float = 0.08,
        min_samples_leaf: int = 20,
        l2: float = 1.0,
        bins: int = 24,
        random_state: int | None = None,
    ) -> None:
        super().__init__(directions=directions, categorical=categorical)
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.min_samples_leaf = min_samples_leaf
        self.l2 = l2
        self.bins = bins
        self.random_state = random_state

    def _fitted(
        self, matrix: Floats, target: Floats, weight: Floats
    ) -> tuple[float, list[Shape]]:
        binned = [
            _Bins.of_categories(column)
            if at in self.categorical
            else _Bins.of_numbers(column, weight, self._direction(at), self.bins)
            for at, column in enumerate(matrix.T)
        ]
        boosting = HistGradientBoostingClassifier(
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.l2,
            monotonic_cst=[int(self._direction(at) != 0) for at in range(len(binned))],
            categorical_features=list(self.categorical) or None,
            interaction_cst="no_interactions",
            early_stopping=False,
            random_state=self.random_state,
        )
        codes = np.column_stack([each.codes for each in binned])
        # Threads gain nothing on so few rows, and lose much where cores are shared.
        with threadpool_limits(limits=1, user_api="openmp"):
            boosting.fit(codes, target, sample_weight=weight)
            intercept, shapes = self._read_out(boosting, binned)
        self.n_iter_ = int(boosting.n_iter_)
        return intercept, shapes

    @staticmethod
    def _read_out(
        boosting: HistGradientBoostingClassifier, binned: list["_Bins"]
    ) -> tuple[float, list[Shape]]:
        """Shapes of fitted trees, one input moved at a time: none acts on others."""
        base = np.zeros((1, len(binned)))
        intercept = float(boosting.decision_function(base)[0])
        shapes = []
        for at, each in enumerate(binned):
            grid = np.repeat(base, each.num_codes + 1, axis=0)
            grid[:, at] = [*range(each.num_codes), np.nan]
            parts = boosting.decision_function(grid) - intercept
            shapes.append(each.shape(str(at), np.asarray(parts, dtype=np.float64)))
        return intercept, shapes


class _Bins:
    """One input as bins: code 0 is the least promising one, NaN the unknown."""

    def __init__(self, codes: Floats, knots: Floats, direction: int | None) -> None:
        self.codes = codes
        self.num_codes = max(len(knots) + (direction is not None), 1)
        self._knots = knots
        self._direction = direction

    @classmethod
    def of_numbers(
        cls, column: Floats, weight: Floats, direction: int, most: int
    ) -> "_Bins":
        """Bins between quantiles."""
        is_unknown = np.isnan(column)
        known = column[~is_unknown]
        if not len(known):  # one bin for all: there is nothing to tell apart
            return cls(np.zeros(len(column)), np.zeros(0), direction)
        shares = np.linspace(0.0, 1.0, most + 1)[1:-1]
        knots = np.unique(quantiles(column, weight, shares))
        knots = knots[knots < known.max()]
        at = np.searchsorted(knots, np.nan_to_num(column), side="left")
        codes = len(knots) - at if direction < 0 else at
        return cls(np.where(is_unknown, np.nan, codes), knots, direction)

    @classmethod
    def of_categories(cls, column: Floats) -> "_Bins":
        """A bin per category."""
        names = np.unique(column[~np.isnan(column)])
        if not len(names):
            return cls(np.zeros(len(column)), names, None)
        at = np.searchsorted(names, np.nan_to_num(column))
        return cls(np.where(np.isnan(column), np.nan, at), names, None)

    def shape(self, name: str, parts: Floats) -> Shape:
        """Shape of the parts of code 0, 1, and so on, and of the unknown as last."""
        known, unknown = parts[:-1], float(parts[-1])
        if self._direction is None:
            return category_shape(name, self._knots, known, unknown)
        if self._direction:  # a sum of floats may step back by its last bit
            known = np.maximum.accumulate(known)
        if self._direction < 0:
            known = known[::-1]
        return Shape(
            name=name,
            kind="step",
            knots=tuple(self._knots.tolist()),
            values=tuple(known.tolist()),
            unknown=min(unknown, float(known.min())),
        )
