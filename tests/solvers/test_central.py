"""Central prices against the simplex method, and the rows that are left out."""

from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from matcher import read_dataset
from matcher.planning import PriceList
from matcher.problem.plans import empty_plans
from matcher.problem.problem import prepare
from matcher.problem.rows import rows_of
from matcher.solvers.column_generation.central import CentralMaster, fillable_rows
from matcher.solvers.column_generation.master import Master, MasterRows
from matcher.solvers.column_generation.pool import Pool, master_rows
from matcher.solvers.column_generation.region_part import region_parts
from matcher.solvers.column_generation.relaxation import part_value, relax_quickly
from tests.oracle.optima import known_optima


@pytest.fixture(params=range(0, 20, 5))
def pool(request, tmp_path):
    """The largest part of a case of 12 learners, with some plans priced."""
    data, _ = known_optima("twelve")[request.param].case().write(tmp_path)
    problem = prepare(read_dataset(data))
    rows = rows_of(problem)
    part = region_parts(problem, rows)[0]
    pool = Pool(problem, rows, part)
    pool.add(empty_plans(problem).take(part.learners))
    relax_quickly(
        pool,
        PriceList(problem),
        start_prices=np.zeros(len(part.rows)),
        max_rounds=4,
        workers=1,
        may_go_on=lambda: True,
    )
    return pool


def test_central_value_and_prices_come_near_the_optimum_over_the_pool(pool):
    master = Master(len(pool.part.learners), master_rows(pool.rows, pool.part))
    master.add(pool.learners, pool.points, pool.use)
    optimum = master.solve().value
    central = CentralMaster(pool).solve(1e-6)
    assert central.value == pytest.approx(optimum, rel=2e-3)
    assert (central.row_prices >= 0).all()
    # What the prices alone prove of the plans known: never more than the optimum.
    bound = central.learner_duals.sum() - part_value(pool, central.row_prices)
    assert bound <= optimum * (1 + 1e-9)
    assert bound == pytest.approx(optimum, rel=2e-2)


def test_central_prices_do_not_depend_on_the_number_of_workers(pool):
    alone = CentralMaster(pool, workers=1).solve(1e-4)
    together = CentralMaster(pool, workers=3).solve(1e-4)
    assert (alone.row_prices == together.row_prices).all()
    assert (alone.shares == together.shares).all()


@pytest.mark.parametrize("seed", range(20))
def test_rows_left_out_are_those_no_choice_exceeds(seed):
    rng = np.random.default_rng(seed)
    learners = np.repeat(np.arange(3), 3)
    use = rng.choice([0.0, 0.0, 1.0, 0.5], size=(9, 6))
    gate = np.array([0]), np.array([1])
    rows = MasterRows(
        limit=rng.choice([0.5, 1.0, 2.0], size=6),
        gate_hours=gate[0],
        gate_unsigned=gate[1],
        gate_drop=np.ones(1),
        gate_lift=np.ones(1),
    )
    most = np.zeros(6)
    for choice in product(range(3), range(3, 6), range(6, 9)):
        most = np.maximum(most, use[list(choice)].sum(axis=0))
    expected = set(np.flatnonzero(most > rows.limit)) | {0, 1}
    kept = fillable_rows(3, learners, sp.csr_array(use), rows)
    assert set(kept.tolist()) == expected
