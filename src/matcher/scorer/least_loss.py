"""Coefficients of least log loss, to the last digits that matter."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from matcher.dataset.tables import Bools, Floats

_NEAR = 1e-3
"""A step that is longer says that the search has not come near the least loss."""
_NUM_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LossProblem:
    """Weighted log loss of a logistic regression, under lower bounds.

    Attributes
    ----------
    design
        (rows, coefficients)
    target, weight
        (rows,), the target from 0 to 1.
    pull
        (coefficients,), strength of the pull to 0, in rows.
    lower
        (coefficients,), minus infinity where there is no bound.
    """

    design: Floats
    target: Floats | Bools
    weight: Floats
    pull: Floats
    lower: Floats


def least_loss(problem: LossProblem, start: Floats) -> tuple[Floats, int]:
    """Coefficients, and how many rounds they took.

    A search by slopes alone leaves the eighth digit to the order in which the machine
    adds up, and with it the digest of an artefact. Newton steps settle it.
    """
    total = problem.weight.sum()

    def loss(at: Floats) -> tuple[float, Floats]:
        log_odds = problem.design @ at
        rows = np.logaddexp(0.0, log_odds) - problem.target * log_odds
        value = problem.weight @ rows + 0.5 * problem.pull @ (at * at)
        return value / total, _slope(problem, at) / total

    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None if np.isinf(low) else low, None) for low in problem.lower],
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-9},
    )
    return _settled(problem, np.asarray(found.x, dtype=np.float64)), int(found.nit)


def _settled(problem: LossProblem, at: Floats) -> Floats:
    """Step by Newton over what is not held by its bound, while steps get shorter."""
    last = _NEAR
    for _ in range(_NUM_STEPS):
        step = _newton_step(problem, at)
        size = float(np.abs(step).max())
        if not 0.0 < size < last:
            break
        at, last = at + step, size
    return at


def _newton_step(problem: LossProblem, at: Floats) -> Floats:
    slope = _slope(problem, at)
    is_free = (at > problem.lower) | (slope < 0)
    chance = expit(problem.design @ at)
    bend = problem.weight * chance * (1.0 - chance)
    design = problem.design[:, is_free]
    curve = design.T @ (bend[:, None] * design) + np.diag(problem.pull[is_free])
    step = np.zeros(len(at))
    # Least squares: columns that say the same have no curve between them.
    step[is_free] = np.linalg.lstsq(curve, -slope[is_free], rcond=None)[0]
    return np.maximum(at + step, problem.lower) - at


def _slope(problem: LossProblem, at: Floats) -> Floats:
    gap = problem.weight * (expit(problem.design @ at) - problem.target)
    return np.asarray(problem.design.T @ gap + problem.pull * at)
