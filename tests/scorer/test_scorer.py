"""The promises of a fitted scorer, on pairs at random."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from matcher.scorer import Features
from matcher.scorer.candidate import CANDIDATES, fitted, shapes_of, table_of
from matcher.scorer.features import NUMBERS, history_features
from matcher.scorer.inputs import INPUTS, ForbiddenInputError, check_inputs
from matcher.scorer.scorer import Scorer
from matcher.scorer.shape import Shape
from tests.scorer.histories import drawn, trained

NUM_PAIRS = 100_000


def random_features(seed, num_rows=NUM_PAIRS):
    rng = np.random.default_rng(seed)
    numbers = np.column_stack(
        [
            rng.uniform(0, 200, num_rows),
            rng.integers(0, 12, num_rows),
            rng.uniform(0, 12, num_rows),
            rng.uniform(0, 30, num_rows),
            rng.uniform(0, 1, num_rows),
            rng.integers(1, 60, num_rows),
        ]
    )
    sectors = (*history_features(drawn().history).sectors, "nergens gezien")
    sector = rng.integers(-1, len(sectors), num_rows)
    return Features(numbers=numbers, sector=sector, sectors=sectors)


def moved(features, name, values):
    numbers = features.numbers.copy()
    numbers[:, NUMBERS.index(name)] = values
    return replace(features, numbers=numbers)


@pytest.mark.parametrize(
    "each", [i for i in INPUTS if i.direction], ids=lambda i: i.name
)
def test_more_of_an_input_never_moves_the_chance_the_wrong_way(each):
    scorer = trained().scorer
    here = random_features(1)
    more = np.random.default_rng(2).uniform(0, 50, NUM_PAIRS)
    there = moved(here, each.name, here.column(each.name) + more)
    rise = each.direction * (scorer.chance(there) - scorer.chance(here))
    assert (rise < 0).sum() == 0
    assert (rise > 0).any()


@pytest.mark.parametrize("each", INPUTS, ids=lambda i: i.name)
def test_unknown_never_raises_the_chance(each):
    scorer = trained().scorer
    here = random_features(3)
    if each.name == "sector":
        there = replace(here, sector=np.full(NUM_PAIRS, -1))
    else:
        there = moved(here, each.name, np.nan)
    rise = scorer.chance(there) - scorer.chance(here)
    assert (rise > 0).sum() == 0


def test_contributions_add_up():
    scorer = trained().scorer
    features = random_features(4)
    parts = scorer.contributions(features)
    np.testing.assert_allclose(
        scorer.intercept + parts.sum(axis=1), scorer.log_odds(features), atol=1e-9
    )
    shares = scorer.chance_contributions(features)
    np.testing.assert_allclose(
        scorer.base_chance + shares.sum(axis=1), scorer.chance(features), atol=1e-9
    )
    assert (np.sign(shares) == np.sign(parts)).all()


def test_contributions_of_the_base_are_nothing_and_near_it_are_smooth():
    flat = trained().scorer
    shapes = tuple(
        replace(
            shape,
            values=tuple(0.0 for _ in shape.values),
            unknown=0.0 if shape.name != "places" else -1e-12,
        )
        for shape in flat.shapes
    )
    scorer = replace(flat, shapes=shapes)
    features = moved(random_features(5, 10), "places", np.nan)
    shares = scorer.chance_contributions(features)
    slope = expit(scorer.intercept) * (1 - expit(scorer.intercept))
    np.testing.assert_allclose(shares.sum(axis=1), -1e-12 * slope, rtol=1e-3)


@pytest.mark.parametrize("name", CANDIDATES)
def test_scorer_says_what_its_estimator_says(name):
    """The shapes that are written are all there is to an estimator."""
    history = drawn().history
    features = history_features(history)
    pipeline = fitted(name, features, drawn().lasted, np.ones(len(features)), seed=1)
    scorer = Scorer(
        horizon_days=180,
        intercept=pipeline.named_steps["curves"].intercept_,
        shapes=shapes_of(pipeline),
    )
    np.testing.assert_allclose(
        scorer.log_odds(features),
        pipeline.decision_function(table_of(features)),
        atol=1e-9,
    )


def test_word_that_was_not_learned_from_counts_as_unknown():
    features = history_features(drawn().history)
    seen = features.sector != 0
    weight = seen.astype(float)
    pipeline = fitted("logistic", features, drawn().lasted, weight, seed=1)
    assert features.sectors[0] not in shapes_of(pipeline)[0].categories
    unseen = features.take(~seen)
    unknown = replace(unseen, sector=np.full(len(unseen), -1))
    np.testing.assert_array_equal(
        pipeline.decision_function(table_of(unseen)),
        pipeline.decision_function(table_of(unknown)),
    )


@pytest.mark.parametrize("name", ["gender", "school_id", "postcode", "learner_name"])
def test_forbidden_input_is_refused_by_name(name):
    with pytest.raises(ForbiddenInputError, match=name):
        check_inputs((name,))
    first, *rest = trained().scorer.shapes
    with pytest.raises(ForbiddenInputError, match=name):
        replace(trained().scorer, shapes=(replace(first, name=name), *rest))


def test_unknown_input_is_refused_by_name():
    with pytest.raises(ForbiddenInputError, match="shoe_size"):
        check_inputs(("coverage", "shoe_size"))


def test_scorer_against_its_directions_cannot_exist():
    scorer = trained().scorer
    shapes = [
        replace(
            shape, knots=(10.0, 20.0), values=(0.0, 1.0), kind="linear", unknown=-1.0
        )
        if shape.name == "travel_minutes"
        else shape
        for shape in scorer.shapes
    ]
    with pytest.raises(ValueError, match="monotone"):
        replace(scorer, shapes=tuple(shapes))


@pytest.mark.parametrize(
    "wrong",
    [
        {"knots": (2.0, 1.0)},
        {"knots": (1.0,)},
        {"values": ()},
        {"values": (0.0, float("nan"))},
        {"unknown": 0.5},
    ],
)
def test_shape_that_makes_no_sense_cannot_exist(wrong):
    right = {
        "name": "places", "kind": "linear", "knots": (1.0, 2.0), "values": (0.0, 1.0),
        "unknown": 0.0,
    }  # fmt: skip
    assert Shape(**right).of_numbers(np.array([1.5]))[0] == pytest.approx(0.5)
    with pytest.raises(ValueError, match="Expected"):
        Shape(**(right | wrong))
