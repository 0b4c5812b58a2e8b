"""The master: the simplex method and central prices, over plans of one largest part."""

import numpy as np
import pytest

from matcher.planning import PriceList, promising_plans
from matcher.problem.plans import empty_plans
from matcher.problem.prices import no_prices
from matcher.problem.rows import rows_of
from matcher.solvers.column_generation.central import CentralMaster
from matcher.solvers.column_generation.master import Master
from matcher.solvers.column_generation.pool import Pool, master_rows
from matcher.solvers.column_generation.region_part import region_parts

PLANS_EACH = 40
FINE = 1e-4


@pytest.fixture(scope="module")
def pool(problem) -> Pool:
    """What is signed, and cheap plans of the learners of the largest part."""
    rows = rows_of(problem)
    part = region_parts(problem, rows)[0]
    pool = Pool(problem, rows, part)
    pool.add(empty_plans(problem).take(part.learners))
    price_list = PriceList(problem)
    plans, _ = promising_plans(
        price_list,
        price_list.at(no_prices(problem)),
        part.learners,
        plans_each=PLANS_EACH,
    )
    pool.add(plans)
    return pool


def test_the_master_from_nothing(benchmark, pool):
    def solved():
        master = Master(len(pool.part.learners), master_rows(pool.rows, pool.part))
        master.add(pool.learners, pool.points, pool.use)
        return master.solve()

    solution = benchmark.pedantic(solved, rounds=3)
    benchmark.extra_info["plans"] = len(pool)
    benchmark.extra_info["iterations"] = solution.iterations
    used = pool.use.T @ solution.shares
    assert (used <= pool.rows.limit[pool.part.rows] + 1e-6).all()
    assert solution.value == pytest.approx(pool.points @ solution.shares)


def test_central_prices_from_nothing(benchmark, pool):
    def solved():
        none = np.zeros(len(pool.part.rows))
        return CentralMaster(pool, row_prices=none, workers=1).solve(FINE)

    solution = benchmark.pedantic(solved, rounds=3)
    benchmark.extra_info["plans"] = len(pool)
    benchmark.extra_info["steps"] = solution.iterations
    corner = Master(len(pool.part.learners), master_rows(pool.rows, pool.part))
    corner.add(pool.learners, pool.points, pool.use)
    assert solution.value == pytest.approx(corner.solve().value, rel=10 * FINE)
