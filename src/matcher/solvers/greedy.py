"""One learner after the other: quick, allowed, and not the best.

Each learner in turn takes the cheapest plan found that the places left allow. It is a
start for the exact engine and the baseline that it must beat; it proves nothing.
"""

from collections.abc import Callable

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.planning import (
    PricedOptions,
    PriceList,
    cheapest_plans,
    promising_plans,
)
from matcher.problem.plans import (
    Plans,
    block_starts,
    empty_plans,
    plan_points,
    plan_sites,
)
from matcher.problem.prices import Prices, no_prices
from matcher.problem.problem import Problem

EXACT_LEARNERS = 150
"""Learners of a problem up to which each takes the cheapest plan there is, proven;
beyond, the cheapest of the most promising ones."""


class _Residual:
    """What is left of every shared capacity while plans are handed out."""

    def __init__(self, problem: Problem) -> None:
        capacities = problem.capacities
        self._problem = problem
        self.site = capacities.site.copy()
        self.enterprise = capacities.enterprise.copy()
        self.mentor = capacities.mentor.copy()
        # Where signed hours may exceed the limit in some plans, no unsigned one is
        # handed out: allowed, though not always the best.
        self.hours = np.where(capacities.hours_gated, -np.inf, capacities.hours)
        self.seats = capacities.seats.astype(float)

    def take(self, plans: Plans, sign: float = 1.0) -> None:
        """Take what the plans use; give it back with sign -1."""
        problem = self._problem
        plan, period = np.nonzero(plans.option >= 0)
        option = plans.option[plan, period]
        if len(option):
            sites = plan_sites(problem, plans)
            site, mentor = sites[plan, period], problem.pairs.option_mentor[option]
            enterprise = problem.pairs.positions.site_enterprise[site]
            owned = enterprise >= 0
            np.subtract.at(self.site, (site, period), sign)
            np.subtract.at(self.mentor, (mentor, period), sign)
            np.subtract.at(self.enterprise, (enterprise[owned], period[owned]), sign)
            factor = np.where(
                block_starts(sites), problem.policy.guidance.startup_factor, 1.0
            )[plan, period]
            hours = problem.scored.guidance_hours[option] * factor
            np.subtract.at(self.hours, (mentor, period), sign * hours)
        plan, unit = np.nonzero(plans.course >= 0)
        np.subtract.at(self.seats, plans.course[plan, unit], sign)

    def allows(self, options: Index) -> np.ndarray:
        """(options, periods): there is room, were a block to start there."""
        problem = self._problem
        site, mentor = (
            problem.sites_of(options),
            problem.pairs.option_mentor[options],
        )
        enterprise = problem.pairs.positions.site_enterprise[site]
        factor = max(1.0, problem.policy.guidance.startup_factor)
        hours = problem.scored.guidance_hours[options] * factor
        room = (self.site[site] >= 1) & (self.mentor[mentor] >= 1)
        room &= self.hours[mentor] + TOLERANCE >= hours[:, None]
        if len(self.enterprise):
            room &= (enterprise < 0)[:, None] | (self.enterprise[enterprise] >= 1)
        return np.asarray(room)


def greedy_plans(
    problem: Problem,
    price_list: PriceList,
    prices: Prices | None = None,
    order: Index | None = None,
    may_go_on: Callable[[], bool] = lambda: True,
    start: Plans | None = None,
) -> Plans:
    """A plan for every learner, all limits kept.

    Parameters
    ----------
    prices
        Shadow prices that steer towards places others need less; none by default.
    order
        Learners in the order in which they choose; by default those with the
        fewest options first, ties in the order of the table.
    may_go_on
        Asked before each learner; after False the rest keep what they have.
    start
        One plan per learner, all limits kept; by default only what is signed.
    """
    plans = empty_plans(problem)
    if start is not None:
        plans = start.take(plans.learner)
    residual = _Residual(problem)
    residual.take(plans)
    first = problem.option_start[problem.pair_start]
    if order is None:
        order = np.argsort(np.diff(first), kind="stable")
    priced = price_list.at(prices or no_prices(problem))
    for learner in order:
        if not may_go_on():
            break
        options = np.arange(first[learner], first[learner + 1])
        mine = plans.take(np.array([learner]))
        residual.take(mine, sign=-1.0)
        plan = _best_left(problem, price_list, priced, residual, learner, options)
        plans.option[learner] = plan.option[0]
        plans.course[learner] = plan.course[0]
        residual.take(plan)
    return plans


def improve_one_by_one(
    problem: Problem,
    price_list: PriceList,
    plans: Plans,
    learners: Index,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Plans:
    """Better plans, each learner in turn taking the cheapest that the others leave.

    Goes round until nobody gains, those who gained most in the round before first.
    """
    plans = plans.take(np.arange(len(plans)))
    residual = _Residual(problem)
    residual.take(plans)
    first = problem.option_start[problem.pair_start]
    priced = price_list.at(no_prices(problem))
    points = plan_points(problem, plans).sum(axis=1)
    order = learners[np.argsort(-points[learners], kind="stable")]
    while len(order) and may_go_on():
        gains = np.zeros(len(order))
        for at, learner in enumerate(order):
            mine = plans.take(np.array([learner]))
            residual.take(mine, sign=-1.0)
            options = np.arange(first[learner], first[learner + 1])
            plan = _best_left(problem, price_list, priced, residual, learner, options)
            gain = points[learner] - plan_points(problem, plan).sum()
            if gain > 1e-7:
                gains[at] = gain
                points[learner] -= gain
                plans.option[learner] = plan.option[0]
                plans.course[learner] = plan.course[0]
                mine = plan
            residual.take(mine)
        if not gains.any():
            break
        order = order[np.argsort(-gains, kind="stable")]
    return plans


def _best_left(
    problem: Problem,
    price_list: PriceList,
    priced: PricedOptions,
    residual: _Residual,
    learner: int,
    options: Index,
) -> Plans:
    """The learner's cheapest plan in the room that is left."""
    signed = problem.pairs.signed_option[learner]
    room = residual.allows(options)
    for period in np.flatnonzero(signed >= 0):
        room[signed[period] - options[0], period] = True
    costs: Floats = priced.cost[options]
    priced.cost[options] = np.where(room, costs, np.inf)
    seat = np.where(residual.seats >= 1, priced.seat, np.inf)
    left = PricedOptions(
        cost=priced.cost, startup=priced.startup, leave=priced.leave, seat=seat
    )
    alone = np.array([learner])
    if problem.num_learners > EXACT_LEARNERS:
        plan, _ = promising_plans(price_list, left, alone, plans_each=1)
    else:
        plan = cheapest_plans(price_list, left, alone).plans
    priced.cost[options] = costs
    return plan
