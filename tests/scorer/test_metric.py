"""Measures against their definitions."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as reference_log_loss

from matcher.scorer.metric import (
    Scored,
    auc,
    brier,
    calibration_bins,
    calibration_error,
    calibration_gap,
    interval,
    interval_against,
    log_loss,
)


def rows(seed, num_rows=300):
    rng = np.random.default_rng(seed)
    chance = rng.integers(0, 12, num_rows) / 11  # many ties
    lasted = rng.random(num_rows) < 0.2 + 0.6 * chance
    return np.clip(chance, 0.02, 0.98), lasted, rng.uniform(0.5, 2.0, num_rows)


@pytest.mark.parametrize("seed", range(10))
def test_measures_agree_with_another_library(seed):
    chance, lasted, weight = rows(seed)
    known = {"sample_weight": weight}
    assert auc(chance, lasted, weight) == pytest.approx(
        roc_auc_score(lasted, chance, **known)
    )
    assert brier(chance, lasted, weight) == pytest.approx(
        brier_score_loss(lasted, chance, **known)
    )
    assert log_loss(chance, lasted, weight) == pytest.approx(
        reference_log_loss(lasted, chance, **known)
    )


def test_auc_of_one_outcome_cannot_be_told():
    assert np.isnan(auc(np.array([0.2, 0.4]), np.array([True, True]), np.ones(2)))


@pytest.mark.parametrize("seed", range(5))
def test_bins_keep_all_weight_and_all_outcomes(seed):
    chance, lasted, weight = rows(seed)
    bins = calibration_bins(chance, lasted, weight)
    assert bins.weight.sum() == pytest.approx(weight.sum())
    assert bins.weight @ bins.share_lasted == pytest.approx(weight @ lasted)
    assert bins.weight @ bins.mean_chance == pytest.approx(weight @ chance)
    assert (np.diff(bins.mean_chance) > 0).all()


def test_right_chances_have_no_calibration_error_and_moved_ones_what_was_added():
    chance = np.repeat([0.25, 0.75], 400)
    lasted = np.concatenate([np.arange(400) < 100, np.arange(400) < 300])
    weight = np.ones(800)
    assert calibration_error(chance, lasted, weight) == pytest.approx(0.0)
    assert calibration_error(chance + 0.1, lasted, weight) == pytest.approx(0.1)
    assert calibration_gap(chance + 0.1, lasted, weight) == pytest.approx(0.1)


def test_interval_holds_the_truth_about_as_often_as_it_says():
    """Enterprises of ten rows that share their luck: rows alone would be too sure."""
    held = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        luck = np.repeat(rng.normal(0, 0.2, 60), 10)
        scored = Scored(
            chance=np.full(600, 0.5),
            lasted=rng.random(600) < 0.5 + luck,
            weight=np.ones(600),
            cluster=np.repeat([f"O{at}" for at in range(60)], 10).astype(object),
        )
        found = interval(scored, calibration_gap, seed=seed, num_draws=100)
        held += found.low <= 0 <= found.high
    assert 86 <= held <= 100


def of_two_groups(extra):
    """Rows of one group, and others whose chances are off by `extra` more."""
    rng = np.random.default_rng(9)
    inside = np.arange(2000) < 600
    lasted = rng.random(2000) < 0.5
    scored = Scored(
        chance=np.where(inside, 0.5 + extra, 0.5),
        lasted=lasted,
        weight=rng.uniform(0.5, 2.0, 2000),
        cluster=np.array([f"O{at % 80}" for at in range(2000)], dtype=object),
    )
    return scored, inside


def test_difference_of_groups_is_that_of_their_measures_and_lies_in_its_interval():
    scored, inside = of_two_groups(0.3)
    own, others = scored.take(inside), scored.take(~inside)
    found = interval_against(scored, inside, brier, seed=1)
    assert found.value == pytest.approx(
        brier(own.chance, own.lasted, own.weight)
        - brier(others.chance, others.lasted, others.weight)
    )
    assert 0 < found.low < found.value < found.high
    same, inside = of_two_groups(0.0)
    found = interval_against(same, inside, brier, seed=1)
    assert found.low <= 0 <= found.high


def test_difference_cannot_be_told_without_others_nor_from_draws_that_miss_the_group():
    scored, inside = of_two_groups(0.3)
    assert np.isnan(interval_against(scored, inside | True, brier, seed=1).value)
    alone = np.arange(2000) == 7  # one row of one enterprise: many draws miss it
    found = interval_against(scored, alone, brier, seed=1)
    assert np.isfinite([found.value, found.low, found.high]).all()
