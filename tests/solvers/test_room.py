"""Plans priced in the room that others leave, against the limits themselves."""

from dataclasses import replace

import numpy as np
import pytest

from matcher import read_dataset
from matcher.planning import PriceList, promising_plans
from matcher.problem.plans import empty_plans
from matcher.problem.prices import no_prices
from matcher.problem.problem import prepare
from matcher.problem.room import room_of
from matcher.problem.rows import plan_use, rows_of
from matcher.solvers.greedy import greedy_plans
from tests.oracle.optima import known_optima


@pytest.fixture(params=range(0, 20, 2))
def problem(request, tmp_path):
    """A case of 12 learners with every feature."""
    data, _ = known_optima("twelve")[request.param].case().write(tmp_path)
    return prepare(read_dataset(data))


def test_a_plan_priced_in_the_room_left_fits_in_it(problem):
    price_list, rows = PriceList(problem), rows_of(problem)
    plans = greedy_plans(problem, price_list)
    use = plan_use(problem, rows, plans)
    signed = plan_use(problem, rows, empty_plans(problem)).toarray()
    num_fitting = 0
    for learner in range(problem.num_learners):
        others = np.delete(np.arange(problem.num_learners), learner)
        left = rows.limit - use[others].sum(axis=0)
        alone = np.array([learner])
        found, _ = promising_plans(
            price_list,
            price_list.at(
                no_prices(problem),
                learners=alone,
                room=room_of(replace(rows, limit=left)),
            ),
            alone,
            plans_each=3,
        )
        asked = plan_use(problem, rows, found).toarray()
        # What is signed stands even where it does not fit.
        most = np.maximum(left, signed[learner])
        gated = np.concatenate([rows.gate_unsigned, rows.gate_hours])
        fits = np.delete(asked <= most + 1e-6, gated, axis=1).all(axis=1)
        assert fits.all()
        num_fitting += len(found)
    assert num_fitting >= problem.num_learners / 2


def test_a_learner_costs_the_same_priced_alone_or_with_all(problem):
    price_list = PriceList(problem)
    everyone = price_list.at(no_prices(problem))
    first = problem.option_start[problem.pair_start]
    for learner in range(problem.num_learners):
        mine = slice(first[learner], first[learner + 1])
        alone = price_list.at(no_prices(problem), learners=np.array([learner]))
        assert np.array_equal(alone.cost[mine], everyone.cost[mine])
        assert np.array_equal(alone.startup[mine], everyone.startup[mine])
