"""Plans priced for many learners at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from matcher.dataset.tables import Bools, Floats, Ints
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.planning.block import block_costs, block_options, undominated_pairs
from matcher.planning.cheapest import search
from matcher.planning.plan_space import PlanSpace, plan_space_of
from matcher.planning.search import menu_of
from matcher.planning.site_set import period_floors, signed_first
from matcher.problem.plans import Plans
from matcher.problem.prices import Prices
from matcher.problem.problem import Problem

DEFAULT_NODE_LIMIT = 200_000
"""Nodes of one search after which its bound stands in for its optimum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedOptions:
    """What placements cost at given prices.

    Attributes
    ----------
    cost
        (options, periods), points and prices; infinite where barred.
    startup
        (options, periods), price of the extra hours of a block's first period.
    leave
        (learners, periods), points of no placement; infinite where one is signed.
    seat
        (courses,), points and price.
    """

    cost: Floats
    startup: Floats
    leave: Floats
    seat: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """The cheapest plan of each learner asked, at given prices.

    Attributes
    ----------
    found
        (learners,): a plan cheaper than the cutoff was found.
    plans
        One per learner found.
    costs
        (learners,), points and prices of the cheapest plan, or the cutoff.
    bounds
        (learners,), no plan of that learner costs less; equal to the cost where
        the search ended by itself.
    nodes
        Nodes searched in all: the work done.
    """

    found: Bools
    plans: Plans
    costs: Floats
    bounds: Floats
    nodes: int


class PriceList:
    """The points of a problem's placements, ready to have prices added."""

    def __init__(self, problem: Problem) -> None:
        weeks = problem.weeks
        factor = problem.policy.guidance.startup_factor
        self._problem = problem
        self.space: PlanSpace = plan_space_of(problem)
        points = problem.weekly_points[:, None] * weeks + problem.disruption_points
        signed = problem.pairs.signed_option
        at_learner, at_period = np.nonzero(signed >= 0)
        taken = (signed >= 0)[problem.option_learner]
        self._unsigned = problem.open_options & ~taken
        self._unsigned &= self._has_hours(min(1.0, factor))
        self._signed = np.zeros_like(self._unsigned)
        self._signed[signed[at_learner, at_period], at_period] = True
        self._points = np.where(self._unsigned | self._signed, points, np.inf)
        self._leave = np.where(signed >= 0, np.inf, problem.leave_points)
        self._startup_hours = problem.scored.guidance_hours * (factor - 1.0)
        self._may_start = self._signed | self._has_hours(factor)
        self.may_drop_dominated = (
            problem.policy.handover <= problem.policy.rotation and factor >= 1.0
        )

    def _has_hours(self, factor: float) -> Bools:
        """(options, periods): the mentor has the hours for this learner alone."""
        problem = self._problem
        hours = problem.scored.guidance_hours[:, None] * factor
        left = problem.capacities.hours_left[problem.pairs.option_mentor]
        return np.asarray(hours <= left + TOLERANCE)

    def at(self, prices: Prices) -> PricedOptions:
        """Cost of every placement at these prices."""
        problem = self._problem
        site, mentor = problem.option_site, problem.pairs.option_mentor
        cost = self._points + prices.site[site] + prices.mentor[mentor]
        enterprise = problem.pairs.positions.site_enterprise[site]
        if len(prices.enterprise):
            owned = (enterprise >= 0)[:, None]
            cost += np.where(owned, prices.enterprise[enterprise], 0.0)
        hours_price = prices.hours[mentor]
        cost += problem.scored.guidance_hours[:, None] * hours_price
        cost += np.where(self._unsigned, prices.unsigned[mentor], 0.0)
        startup = self._startup_hours[:, None] * hours_price
        return PricedOptions(
            cost=cost,
            startup=np.where(self._may_start, startup, np.inf),
            leave=self._leave,
            seat=problem.policy.course + prices.seat,
        )


def cheapest_plans(
    price_list: PriceList,
    priced: PricedOptions,
    learners: Index,
    *,
    cutoffs: Floats | None = None,
    node_limit: int = DEFAULT_NODE_LIMIT,
    workers: int = 1,
) -> Pricing:
    """Cheapest plan of each of these learners.

    The answer does not depend on the number of workers.

    Parameters
    ----------
    cutoffs
        (learners,), cost of a plan that each learner is known to have: only a
        cheaper plan is looked for.
    workers
        Threads; the compiled search holds no lock.
    """
    if cutoffs is None:
        cutoffs = np.full(len(learners), np.inf)
    space = price_list.space
    num_periods = len(space.weeks)
    num_units = space.needed.shape[1]
    option = np.full((len(learners), num_periods), -1)
    course = np.full((len(learners), num_units), -1)
    costs, bounds = np.empty(len(learners)), np.empty(len(learners))
    nodes = np.zeros(len(learners), dtype=np.int64)

    def run(part: Index) -> None:
        _price_learners(
            space,
            learners,
            part,
            priced.cost,
            priced.startup,
            priced.leave,
            priced.seat,
            price_list.may_drop_dominated,
            node_limit,
            cutoffs,
            option,
            course,
            costs,
            bounds,
            nodes,
        )

    everyone = np.arange(len(learners))
    if workers <= 1 or len(learners) < 2 * workers:
        run(everyone)
    else:
        # Interleaved parts: learners of one training stand together, and some
        # trainings are much harder than others.
        parts = [everyone[at :: 4 * workers] for at in range(4 * workers)]
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, parts))
    found = costs < cutoffs
    return Pricing(
        found=found,
        plans=Plans(learner=learners, option=option, course=course).take(found),
        costs=costs,
        bounds=bounds,
        nodes=int(nodes.sum()),
    )


@njit(cache=True, nogil=True)
def _price_learners(
    space: PlanSpace,
    learners: Ints,
    part: Ints,
    option_cost: Floats,
    startup_cost: Floats,
    leave: Floats,
    seat_cost: Floats,
    may_drop_dominated: bool,
    node_limit: int,
    cutoffs: Floats,
    option: Ints,
    course: Ints,
    costs: Floats,
    bounds: Floats,
    nodes: Ints,
) -> None:
    """Price the learners at the positions `part`; fill the arrays from `option` on."""
    num_periods = len(space.weeks)
    plan_pair = np.empty(num_periods, dtype=np.int64)
    for at in part:
        learner = learners[at]
        block = block_costs(space, learner, option_cost, startup_cost)
        kept = np.arange(len(block))
        if may_drop_dominated:
            kept = undominated_pairs(space, learner, block)
        menu = menu_of(space, learner, kept, block, leave[learner], seat_cost)
        plan_pair[:] = -1
        seats = course[at, : len(menu.unit_points)]
        menu, _ = signed_first(space, learner, menu)
        floors = period_floors(space, menu, option_cost, startup_cost)
        cost, bound, visited = search(
            space, learner, menu, floors, cutoffs[at], node_limit, plan_pair, seats
        )
        costs[at], bounds[at], nodes[at] = cost, bound, visited
        first = 0
        while first < num_periods:
            last = first
            while last + 1 < num_periods and plan_pair[last + 1] == plan_pair[first]:
                last += 1
            if plan_pair[first] >= 0:
                pair = menu.pairs[plan_pair[first]]
                option[at, first : last + 1] = block_options(
                    space, pair, first, last, option_cost, startup_cost
                )
            first = last + 1
