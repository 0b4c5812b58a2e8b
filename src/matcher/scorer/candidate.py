"""What may be fitted: pipelines from the inputs as they stand to a sum of curves.

Each candidate is a `Pipeline` of scikit-learn: words become numbers, then an estimator
of this room. The words are learned from the rows it is fitted on and from no others, so
that a word seen first in a later test counts there as unknown.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from matcher.dataset.tables import Bools, Floats
from matcher.scorer.boosting import AdditiveBoosting
from matcher.scorer.estimator import AdditiveClassifier, BaseRate
from matcher.scorer.features import NUMBERS, Features
from matcher.scorer.inputs import INPUTS
from matcher.scorer.logistic import MonotoneLogistic
from matcher.scorer.shape import Shape

CANDIDATES = ("base_rate", "logistic", "boosting")
"""From simple to less simple."""

_WORDS = tuple(each for each in INPUTS if each.is_category)
_COLUMNS = (*_WORDS, *(each for each in INPUTS if not each.is_category))
"""As an estimator gets them: words first, as their transformer stands first."""


def candidate(name: str, *, num_rows: int, seed: int) -> Pipeline:
    """Pipeline that is not fitted yet, with the directions of `INPUTS`."""
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    inputs = ColumnTransformer(
        [
            ("words", encoder, [each.name for each in _WORDS]),
            ("numbers", "passthrough", list(NUMBERS)),
        ]
    )
    curves = _estimator(name, num_rows=num_rows, seed=seed)
    return Pipeline([("inputs", inputs), ("curves", curves)])


def fitted(
    name: str, features: Features, lasted: Bools, weight: Floats, *, seed: int
) -> Pipeline:
    """Fit a candidate on the rows of some weight."""
    used = weight > 0
    made = candidate(name, num_rows=int(used.sum()), seed=seed)
    return made.fit(
        table_of(features.take(used)), lasted[used], curves__sample_weight=weight[used]
    )


def table_of(features: Features) -> pd.DataFrame:
    """Return the inputs as columns by name, NaN where nobody knows."""
    table = pd.DataFrame(features.numbers, columns=list(NUMBERS))
    sectors = np.array([*features.sectors, np.nan], dtype=object)
    table.insert(0, "sector", sectors[features.sector])
    return table


def shapes_of(pipeline: Pipeline) -> tuple[Shape, ...]:
    """Shapes of a fitted candidate, under the names of `INPUTS` and in that order."""
    encoder = pipeline.named_steps["inputs"].named_transformers_["words"]
    words = {
        each.name: tuple(word for word in known if isinstance(word, str))
        for each, known in zip(_WORDS, encoder.categories_, strict=True)
    }
    shapes = {
        each.name: replace(shape, name=each.name)
        for each, shape in zip(
            _COLUMNS, pipeline.named_steps["curves"].shapes_, strict=True
        )
    }
    return tuple(
        _in_words(shapes[each.name], words[each.name])
        if each.is_category
        else shapes[each.name]
        for each in INPUTS
    )


def _estimator(name: str, *, num_rows: int, seed: int) -> AdditiveClassifier:
    directions = tuple(each.direction for each in _COLUMNS)
    categorical = tuple(range(len(_WORDS)))
    if name == "base_rate":
        return BaseRate(directions, categorical)
    if name == "logistic":
        return MonotoneLogistic(directions, categorical, l2=5.0)
    return AdditiveBoosting(
        directions,
        categorical,
        min_samples_leaf=max(20, num_rows // 150),
        random_state=seed,
    )


def _in_words(shape: Shape, words: tuple[str, ...]) -> Shape:
    """Words for the numbers of a shape; one that is flat says the same of each."""
    if shape.kind == "category":
        named = tuple(words[int(float(number))] for number in shape.categories)
        return replace(shape, categories=named)
    words = words or ("",)
    return replace(
        shape,
        kind="category",
        knots=(),
        categories=words,
        values=(shape.unknown,) * len(words),
    )
