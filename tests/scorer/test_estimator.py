"""The estimators keep scikit-learn's conventions, and their own two promises."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from sklearn.utils.estimator_checks import estimator_checks_generator

from matcher.scorer.boosting import AdditiveBoosting
from matcher.scorer.estimator import BaseRate
from matcher.scorer.logistic import MonotoneLogistic

NEEDS_AN_ARRAY_LIBRARY = "check_array_api_input"
CHECKS = [
    (estimator, check)
    for made in (BaseRate(), MonotoneLogistic(), AdditiveBoosting(max_iter=40))
    for estimator, check in estimator_checks_generator(made)
    if NEEDS_AN_ARRAY_LIBRARY not in str(check)
]


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_estimator_keeps_the_conventions(estimator, check):
    check(estimator)


def drawn_rows(rng, num_rows=1500):
    """A column that rises, one that falls, a free one and a category; some unknown."""
    matrix = np.column_stack(
        [
            rng.normal(size=num_rows),
            rng.gamma(2.0, 10.0, num_rows),
            rng.integers(0, 6, num_rows),
            rng.integers(0, 4, num_rows),
        ]
    ).astype(float)
    log_odds = 0.8 * matrix[:, 0] - 0.03 * matrix[:, 1] + 0.3 * (matrix[:, 3] == 2)
    target = (rng.random(num_rows) < expit(log_odds + 0.5)).astype(int)
    matrix[rng.random(matrix.shape) < 0.05] = np.nan
    return matrix, target


MADE = (MonotoneLogistic, AdditiveBoosting)


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("seed", range(5))
def test_directions_hold_even_where_the_rows_say_the_opposite(made, seed):
    matrix, target = drawn_rows(np.random.default_rng(seed))
    against = made(directions=(-1, 1, 0, 0), categorical=(3,)).fit(matrix, target)
    rises, falls = against.shapes_[0].rises_by(), against.shapes_[1].rises_by()
    assert (rises <= 0).all()
    assert (falls >= 0).all()


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("seed", range(5))
def test_unknown_never_promises_more_than_any_known_value(made, seed):
    rng = np.random.default_rng(seed)
    matrix, target = drawn_rows(rng)
    target[np.isnan(matrix[:, 0])] = 1  # the rows say: unknown is a sure success
    fitted = made(directions=(1, -1, 0, 0), categorical=(3,)).fit(matrix, target)
    known = rng.choice(matrix[~np.isnan(matrix).any(axis=1)], 400)
    for column in range(4):
        unknown = known.copy()
        unknown[:, column] = np.nan
        drop = fitted.decision_function(known) - fitted.decision_function(unknown)
        assert drop.min() >= -1e-12


@pytest.mark.parametrize("made", MADE)
def test_effects_are_found_again(made):
    rng = np.random.default_rng(3)
    matrix, target = drawn_rows(rng, 20_000)
    fitted = made(directions=(1, -1, 0, 0), categorical=(3,)).fit(matrix, target)
    probe = np.array([[1.0, 10, 2, 1], [-1.0, 10, 2, 1], [1, 40, 2, 1], [1, 10, 2, 2]])
    found = fitted.decision_function(probe)
    assert found[0] - found[1] == pytest.approx(1.6, abs=0.25)
    assert found[2] - found[0] == pytest.approx(-0.9, abs=0.25)
    assert found[3] - found[0] == pytest.approx(0.3, abs=0.2)


@pytest.mark.parametrize("made", MADE)
def test_category_that_was_never_seen_counts_as_unknown(made):
    matrix, target = drawn_rows(np.random.default_rng(4))
    fitted = made(categorical=(3,)).fit(matrix, target)
    unseen, unknown = np.array([0.0, 10, 2, 99]), np.array([0.0, 10, 2, np.nan])
    assert fitted.decision_function([unseen]) == fitted.decision_function([unknown])


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize(
    "wrong", [{"directions": (1, -1)}, {"categorical": (4,)}, {"categorical": (-1,)}]
)
def test_promise_about_a_column_that_is_not_there_is_refused(made, wrong):
    matrix, target = drawn_rows(np.random.default_rng(5))
    with pytest.raises(ValueError, match="Expected"):
        made(**wrong).fit(matrix, target)


@pytest.mark.parametrize("made", MADE)
def test_estimator_is_at_home_in_a_pipeline(made):
    matrix, target = drawn_rows(np.random.default_rng(6), 4000)
    table = matrix.astype(object)
    table[:, 3] = [f"sector {value}" for value in matrix[:, 3]]
    words = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    pipeline = make_pipeline(
        ColumnTransformer([("words", words, [3])], remainder="passthrough"),
        made(directions=(0, 1, -1, 0), categorical=(0,)),
    )
    assert cross_val_score(pipeline, table, target, scoring="roc_auc").min() > 0.65
    fitted = pipeline.fit(table, target)
    unseen, known = table[:300].copy(), table[:300]
    unseen[:, 3] = "nergens gezien"
    drop = fitted.predict_proba(known)[:, 1] - fitted.predict_proba(unseen)[:, 1]
    assert drop.min() >= -1e-12
    assert drop.max() > 0
