"""Neighbourhoods worked at the same time never take the same room."""

import numpy as np
import pytest

from matcher import read_dataset
from matcher.planning import PriceList
from matcher.problem.plans import empty_plans
from matcher.problem.problem import prepare
from matcher.problem.rows import rows_of
from matcher.solvers.column_generation.neighbourhood import _Region
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.region_part import region_parts
from matcher.solvers.column_generation.relaxation import PricedBound, relax_quickly
from tests.oracle.optima import known_optima


@pytest.mark.parametrize("case", range(0, 20, 4))
def test_of_two_who_ask_the_last_place_the_first_gets_it(case, tmp_path):
    data, _ = known_optima("twelve")[case].case().write(tmp_path)
    problem = prepare(read_dataset(data))
    rows = rows_of(problem)
    part = region_parts(problem, rows)[0]
    pool = Pool(problem, rows, part)
    pool.add(empty_plans(problem).take(part.learners))
    start = pool.signed_rows()
    no_prices = np.zeros(len(part.rows))
    relax_quickly(
        pool,
        PriceList(problem),
        start_prices=no_prices,
        max_rounds=4,
        workers=1,
        may_go_on=lambda: True,
    )
    proven = PricedBound(
        bound=0.0, row_prices=no_prices, learner_floors=np.zeros(len(part.learners))
    )
    limit = rows.limit[part.rows] + 1e-7
    alone = pool.use - pool.use[start[pool.learners]]
    signed = pool.use[start].sum(axis=0)
    fits = ((alone.toarray() + signed) <= np.maximum(limit, signed)).all(axis=1)
    plans = np.flatnonzero(fits)
    num_refused = 0
    for first in plans:
        for second in plans[pool.learners[plans] > pool.learners[first]]:
            region = _Region(pool, proven, start)
            for plan in (first, second):
                learners = pool.learners[[plan]]
                region.take(learners, np.array([plan]))
            used = pool.use[region.chosen].sum(axis=0)
            gated = np.isin(part.rows, np.append(rows.gate_hours, rows.gate_unsigned))
            assert ((used <= np.maximum(limit, signed)) | gated).all()
            assert region.chosen[pool.learners[first]] == first
            refused = region.chosen[pool.learners[second]] != second
            both = alone[[first, second]].toarray().sum(axis=0) + signed
            assert refused == ((both > np.maximum(limit, signed)) & ~gated).any()
            num_refused += refused
    assert num_refused > 0
