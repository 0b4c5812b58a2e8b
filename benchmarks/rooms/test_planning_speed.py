"""Pricing: one round for all learners, at prices that a seed draws once."""

import numpy as np
import pytest

from matcher.planning import PriceList, cheapest_plans
from matcher.problem.plans import plan_points
from matcher.problem.prices import Prices, no_prices

SEED = 1
MOST_POINTS = 2000.0
"""Of the order of ten weeks without a placement."""


def drawn_prices(problem) -> Prices:
    """A price on one place in four, as the master asks of scarce ones."""
    random = np.random.default_rng(SEED)

    def draw(shape):
        is_scarce = random.random(shape) < 0.25
        return np.where(is_scarce, random.random(shape) * MOST_POINTS, 0.0)

    free = no_prices(problem)
    return Prices(
        site=draw(free.site.shape),
        enterprise=free.enterprise,
        mentor=free.mentor,
        hours=free.hours,
        unsigned=free.unsigned,
        seat=draw(free.seat.shape),
    )


@pytest.mark.parametrize("prices_of", [no_prices, drawn_prices])
def test_one_round_of_pricing(benchmark, problem, prices_of):
    price_list = PriceList(problem)
    priced = price_list.at(prices_of(problem))
    learners = np.arange(problem.num_learners)
    cheapest_plans(price_list, priced, learners[:1])  # compiles
    pricing = benchmark.pedantic(
        cheapest_plans, (price_list, priced, learners), rounds=3
    )
    benchmark.extra_info["nodes"] = pricing.nodes
    assert pricing.found.all()
    assert (pricing.bounds <= pricing.costs).all()
    points = plan_points(problem, pricing.plans).sum(axis=1)
    assert (pricing.costs >= points - 1e-6).all()
