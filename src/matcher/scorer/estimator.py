"""Estimators of the chance, with the conventions of scikit-learn.

Each fits a sum of shapes (`matcher.scorer.shape`) under two promises: an input with
a direction moves the chance that way or not at all, and an unknown value gives at
most what the least promising known value gives.
"""

from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from matcher.dataset.tables import Floats
from matcher.scorer.shape import Shape


class AdditiveClassifier(ClassifierMixin, BaseEstimator):
    """What the estimators share; by itself it predicts the base rate.

    Parameters
    ----------
    directions
        Per column 1, -1 or 0, as in `Input.direction`; all 0 when absent.
    categorical
        Columns whose numbers are names.

    Attributes
    ----------
    classes_
        The two classes; a shape that rises makes the second one likelier.
    intercept_, shapes_
        Log-odds of the average row, and per column what it adds to them.
    """

    def __init__(
        self,
        directions: tuple[int, ...] | None = None,
        categorical: tuple[int, ...] = (),
    ) -> None:
        self.directions = directions
        self.categorical = categorical

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 - scikit-learn's name
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Fit the shapes; rows of weight 0 count as absent."""
        matrix, target = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        self._check_columns(matrix.shape[1])
        check_classification_targets(target)
        if type_of_target(target, input_name="y") != "binary":
            kind = type_of_target(target)
            message = (
                "Only binary classification is supported. The type of the target is "
                f"{kind}."
            )
            raise ValueError(message)
        self.classes_, codes = np.unique(target, return_inverse=True)
        weight = _checked_weight(sample_weight, target)
        kept = weight > 0
        if not kept.any():
            message = "Expected a row of some weight, found weights of zero alone."
            raise ValueError(message)
        if len(np.unique(codes[kept])) < 2:
            message = "Expected rows of both classes, found those of one class."
            raise ValueError(message)
        intercept, shapes = self._fitted(
            matrix[kept], codes[kept].astype(np.float64), weight[kept]
        )
        self.intercept_, self.shapes_ = _centred(
            intercept, shapes, matrix[kept], weight[kept]
        )
        return self

    def _fitted(
        self, matrix: Floats, target: Floats, weight: Floats
    ) -> tuple[float, list[Shape]]:
        rate = float(np.average(target, weights=weight))
        flat = [flat_shape(str(at)) for at in range(matrix.shape[1])]
        return float(np.log(rate / (1.0 - rate))), flat

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803 - scikit-learn's name
        """(rows,), log-odds of the second class."""
        check_is_fitted(self)
        matrix = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        parts = [
            _part(shape, column)
            for shape, column in zip(self.shapes_, matrix.T, strict=True)
        ]
        return np.asarray(self.intercept_ + sum(parts), dtype=np.float64)

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803 - scikit-learn's name
        """(rows, 2), chances of both classes."""
        chance = expit(self.decision_function(X))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """(rows,), the likelier class; of a tie the first."""
        is_second = self.decision_function(X) > 0
        return np.asarray(self.classes_[is_second.astype(np.int64)])

    def _check_columns(self, num_columns: int) -> None:
        """A column more or fewer would move every promise on to its neighbour."""
        if self.directions is not None and len(self.directions) != num_columns:
            message = f"Expected {num_columns} directions, got {self.directions!r}."
            raise ValueError(message)
        if not set(self.categorical) <= set(range(num_columns)):
            message = (
                f"Expected columns 0 to {num_columns - 1}, got {self.categorical!r}."
            )
            raise ValueError(message)

    def _direction(self, column: int) -> int:
        return 0 if self.directions is None else self.directions[column]

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn has no types
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


class BaseRate(AdditiveClassifier):
    """The base rate for everybody: what a model must beat to be of any use."""

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 - scikit-learn has no types
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags


def category_shape(
    name: str, names: Floats, values: Floats, unknown: float | None
) -> Shape:
    """Shape of a value per category; the unknown at most the least of them."""
    if not len(names):
        return flat_shape(name)
    least = float(values.min())
    return Shape(
        name=name,
        kind="category",
        categories=tuple(repr(float(each)) for each in names),
        values=tuple(values.tolist()),
        unknown=least if unknown is None else min(unknown, least),
    )


def quantiles(column: Floats, weight: Floats, shares: Floats) -> Floats:
    """Quantiles of the known values; a row of weight 2 counts as two rows."""
    is_known = ~np.isnan(column)
    return np.asarray(
        np.quantile(
            column[is_known], shares, method="inverted_cdf", weights=weight[is_known]
        )
    )


def flat_shape(name: str, knot: float = 0.0) -> Shape:
    """Shape of an input that tells nothing."""
    return Shape(name=name, kind="linear", knots=(knot,), values=(0.0,), unknown=0.0)


def _part(shape: Shape, column: Floats) -> Floats:
    if shape.kind != "category":
        return shape.of_numbers(column)
    names = np.array([float(each) for each in shape.categories])
    at = np.searchsorted(names, np.nan_to_num(column)).clip(max=len(names) - 1)
    return np.where(names[at] == column, np.array(shape.values)[at], shape.unknown)


def _centred(
    intercept: float, shapes: list[Shape], matrix: Floats, weight: Floats
) -> tuple[float, tuple[Shape, ...]]:
    """Move the mean of each shape over the rows into the intercept."""
    centred = []
    for shape, column in zip(shapes, matrix.T, strict=True):
        mean = float(np.average(_part(shape, column), weights=weight))
        intercept += mean
        centred.append(moved(shape, by=-mean))
    return intercept, tuple(centred)


def moved(shape: Shape, *, by: float = 0.0, times: float = 1.0) -> Shape:
    """The shape with all its values times a factor of 0 or more, and moved."""
    return replace(
        shape,
        values=tuple(value * times + by for value in shape.values),
        unknown=shape.unknown * times + by,
    )


def _checked_weight(sample_weight: ArrayLike | None, target: NDArray[Any]) -> Floats:
    if sample_weight is None:
        return np.ones(len(target))
    weight = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weight.ndim != 1 or (weight < 0).any():
        message = "Sample weights must be 1D and 0 or more."
        raise ValueError(message)
    check_consistent_length(weight, target)
    return np.asarray(weight, dtype=np.float64)
