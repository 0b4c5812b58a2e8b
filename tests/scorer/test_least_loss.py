"""The least loss against another library, to the last digits, under bounds."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from matcher.scorer.least_loss import LossProblem, least_loss

NOTHING = np.full(5, -np.inf)


def drawn_problem(seed, num_rows=4000):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(num_rows), rng.normal(size=(num_rows, 4))])
    log_odds = design @ np.array([0.4, 1.0, -0.5, 0.0, -0.2])
    return LossProblem(
        design=design,
        target=rng.random(num_rows) < expit(log_odds),
        weight=rng.uniform(0.5, 2.0, num_rows),
        pull=np.array([0.0, 5.0, 5.0, 5.0, 5.0]),
        lower=NOTHING,
    )


def found(problem):
    return least_loss(problem, np.zeros(problem.design.shape[1]))[0]


@pytest.mark.parametrize("seed", range(3))
def test_coefficients_are_those_of_another_library(seed):
    problem = drawn_problem(seed)
    other = LogisticRegression(C=1 / 5.0, tol=1e-12, max_iter=10_000)
    other.fit(problem.design[:, 1:], problem.target, sample_weight=problem.weight)
    expected = [other.intercept_[0], *other.coef_[0]]
    np.testing.assert_allclose(found(problem), expected, atol=1e-5)


@pytest.mark.parametrize("lower", [-np.inf, 0.0])
@pytest.mark.parametrize("seed", range(5))
def test_digits_do_not_depend_on_the_order_of_adding_up(seed, lower):
    """Another order stands for another machine: the digest must not tell them apart."""
    problem = replace(drawn_problem(seed), lower=np.full(5, lower))
    rows = np.random.default_rng(seed).permutation(len(problem.weight))
    turned = replace(
        problem,
        design=problem.design[rows],
        target=problem.target[rows],
        weight=problem.weight[rows],
    )
    np.testing.assert_allclose(found(turned), found(problem), rtol=0, atol=1e-12)


def test_bound_holds_and_the_others_are_least_given_it():
    problem = replace(drawn_problem(1), lower=np.array([-np.inf, 0, 0, 0, -np.inf]))
    bound = found(problem)
    assert bound[2] == 0.0
    assert bound[1] > 0.5
    without = replace(problem, design=problem.design[:, [0, 1, 3, 4]])
    without = replace(without, pull=problem.pull[:4], lower=problem.lower[[0, 1, 3, 4]])
    np.testing.assert_allclose(bound[[0, 1, 3, 4]], found(without), atol=1e-9)


def test_columns_that_say_the_same_share_their_part():
    problem = drawn_problem(2)
    twice = problem.design.copy()
    twice[:, 2] = twice[:, 1]
    same = found(replace(problem, design=twice))
    assert same[1] == pytest.approx(same[2], abs=1e-6)
    pulled = replace(problem, design=twice, pull=np.zeros(5))
    assert np.isfinite(found(pulled)).all()


def test_rows_that_one_column_tells_apart_still_give_numbers():
    problem = drawn_problem(3, 200)
    apart = replace(problem, target=problem.design[:, 1] > 0, pull=np.zeros(5))
    log_odds = apart.design @ found(apart)
    np.testing.assert_array_equal(log_odds > 0, apart.target)
