"""Plans selected by CP-SAT against every choice there is."""

from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from matcher.solvers.column_generation.master import MasterRows
from matcher.solvers.column_generation.selection import select

NO_GATES = {
    "gate_hours": np.empty(0, dtype=np.int64),
    "gate_unsigned": np.empty(0, dtype=np.int64),
    "gate_drop": np.empty(0),
    "gate_lift": np.empty(0),
}


def random_case(seed):
    """Plans of 4 learners, 3 each, over 5 rows; the first plan uses nothing."""
    rng = np.random.default_rng(seed)
    learners = np.repeat(np.arange(4), 3)
    points = np.round(rng.uniform(0, 100, 12), 1)
    use = rng.choice([0.0, 0.0, 1.0, 2.0, 0.75], size=(12, 5))
    use[::3] = 0.0
    rows = MasterRows(limit=rng.choice([1.0, 2.0, 2.5], size=5), **NO_GATES)
    return learners, points, use, rows


def cheapest_choice(points, use, rows):
    """The least points over all choices that keep every row."""
    choices = product(*(range(3 * at, 3 * at + 3) for at in range(4)))
    return min(
        points[list(choice)].sum()
        for choice in choices
        if (use[list(choice)].sum(axis=0) <= rows.limit + 1e-9).all()
    )


@pytest.mark.parametrize("seed", range(25))
def test_selection_is_the_cheapest_choice_that_keeps_every_row(seed):
    learners, points, use, rows = random_case(seed)
    start = np.arange(0, 12, 3)
    chosen = select(learners, points, sp.csr_array(use), rows, start, work=10.0, seed=1)
    assert learners[chosen].tolist() == [0, 1, 2, 3]
    assert (use[chosen].sum(axis=0) <= rows.limit + 1e-9).all()
    assert points[chosen].sum() == pytest.approx(cheapest_choice(points, use, rows))


def test_selection_keeps_its_start_when_nothing_is_better():
    learners, points, use, rows = random_case(3)
    points[::3] = 0.0
    start = np.arange(0, 12, 3)
    chosen = select(learners, points, sp.csr_array(use), rows, start, work=10.0, seed=1)
    assert chosen.tolist() == start.tolist()


@pytest.mark.parametrize(("gate_cost_hours", "may_enter"), [(1.0, True), (3.0, False)])
def test_gate_opens_only_where_the_hours_left_allow(gate_cost_hours, may_enter):
    # Row 0: hours, limit 4; row 1: unsigned learners, 0 until the gate lifts it.
    rows = MasterRows(
        limit=np.array([4.0, 0.0]),
        gate_hours=np.array([0]),
        gate_unsigned=np.array([1]),
        gate_drop=np.array([gate_cost_hours]),
        gate_lift=np.array([5.0]),
    )
    use = sp.csr_array(np.array([[0.0, 0.0], [2.0, 1.0]]))
    chosen = select(
        np.zeros(2, dtype=np.int64),
        np.array([10.0, 1.0]),
        use,
        rows,
        np.array([0]),
        work=10.0,
        seed=1,
    )
    assert chosen.tolist() == [int(may_enter)]
