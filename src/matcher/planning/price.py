"""Plans priced for many learners at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Bools, Floats, Ints
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.planning.block import block_costs, block_options, undominated_pairs
from matcher.planning.cheapest import FIRST_SETS, promising, search
from matcher.planning.compiled import entered, inner, settled
from matcher.planning.menu import menu_of
from matcher.planning.plan_space import PlanSpace, plan_space_of
from matcher.planning.site_set import period_floors, signed_first
from matcher.problem.plans import Plans
from matcher.problem.prices import Prices
from matcher.problem.problem import Problem
from matcher.problem.room import Room

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

    def at(
        self,
        prices: Prices,
        *,
        learners: Index | None = None,
        room: Room | None = None,
    ) -> PricedOptions:
        """Cost of every placement at these prices.

        Parameters
        ----------
        learners
            Only the placements of these learners are priced; those of others are
            left unset. By default everyone's.
        room
            Bars placements and seats for which there is no room, signed ones apart.
        """
        problem = self._problem
        options = np.arange(len(self._points))
        if learners is not None:
            options = self._options_of(learners)
        site, mentor = problem.sites_of(options), problem.pairs.option_mentor[options]
        hours = problem.scored.guidance_hours[options][:, None]
        unsigned = self._unsigned[options]
        cost = self._points[options] + prices.site[site] + prices.mentor[mentor]
        enterprise = problem.pairs.positions.site_enterprise[site]
        owned = (enterprise >= 0)[:, None]
        if len(prices.enterprise):
            cost += np.where(owned, prices.enterprise[enterprise], 0.0)
        hours_price = prices.hours[mentor]
        cost += hours * hours_price
        cost += np.where(unsigned, prices.unsigned[mentor], 0.0)
        startup_hours = self._startup_hours[options][:, None]
        startup = np.where(
            self._may_start[options], startup_hours * hours_price, np.inf
        )
        seat = problem.policy.course + prices.seat
        if room is not None:
            full = (room.site[site] < 1) | (room.mentor[mentor] < 1)
            if len(room.enterprise):
                full |= owned & (room.enterprise[enterprise] < 1)
            hours_left = room.hours[mentor] + TOLERANCE
            full |= hours > hours_left
            cost[full & unsigned] = np.inf
            startup[(hours + startup_hours > hours_left) & unsigned] = np.inf
            seat[room.seat < 1] = np.inf
        return PricedOptions(
            cost=self._spread(options, cost),
            startup=self._spread(options, startup),
            leave=self._leave,
            seat=seat,
        )

    def _options_of(self, learners: Index) -> Index:
        """All options of these learners, in their order."""
        problem = self._problem
        of_learner = problem.option_start[problem.pair_start]
        first, count = of_learner[learners], np.diff(of_learner)[learners]
        skipped = np.repeat(first - np.cumsum(count) + count, count)
        return np.asarray(skipped + np.arange(len(skipped)))

    def _spread(self, options: Index, amounts: Floats) -> Floats:
        """(options, periods), these amounts at these options, the rest unset."""
        if len(options) == len(self._points):
            return amounts
        spread = np.empty(self._points.shape)
        spread[options] = amounts
        return spread


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
    room = _Room(price_list, len(learners), 1)
    _price(price_list, priced, learners, cutoffs, node_limit, 0, workers, room)
    found = room.costs[:, 0] < np.inf
    costs = room.costs[:, 0]
    if cutoffs is not None:
        costs = np.minimum(costs, cutoffs)
    return Pricing(
        found=found,
        plans=room.plans(learners),
        costs=costs,
        bounds=room.bounds,
        nodes=int(room.nodes.sum()),
    )


def promising_plans(
    price_list: PriceList,
    priced: PricedOptions,
    learners: Index,
    *,
    plans_each: int,
    sets_each: int = FIRST_SETS,
    cutoffs: Floats | None = None,
    workers: int = 1,
) -> tuple[Plans, Floats]:
    """Some cheap plans of each of these learners: quick, and no proof of anything.

    Parameters
    ----------
    plans_each
        At most this many of each learner.
    sets_each
        Sets of sites of each learner that are searched: more find cheaper plans.
    cutoffs
        (learners,), only cheaper plans are looked for.

    Returns
    -------
    tuple of Plans, ndarray
        The plans, in the order of `learners` and then of cost; and (learners,),
        the cost of the cheapest, or the cutoff.
    """
    room = _Room(price_list, len(learners), plans_each)
    _price(price_list, priced, learners, cutoffs, 0, sets_each, workers, room)
    costs = room.costs[:, 0]
    if cutoffs is not None:
        costs = np.minimum(costs, cutoffs)
    return room.plans(learners), costs


class _Room:
    """Room for what the compiled search finds; see `_price_learners`."""

    def __init__(self, price_list: PriceList, learners: int, plans_each: int) -> None:
        num_periods = len(price_list.space.weeks)
        num_units = price_list.space.needed.shape[1]
        self.option = np.full((learners, plans_each, num_periods), -1)
        self.course = np.full((learners, plans_each, num_units), -1)
        self.costs = np.full((learners, plans_each), np.inf)
        self.bounds = np.full(learners, -np.inf)
        self.nodes = np.zeros(learners, dtype=np.int64)

    def plans(self, learners: Index) -> Plans:
        """The plans found."""
        at, slot = np.nonzero(self.costs < np.inf)
        return Plans(
            learner=learners[at],
            option=self.option[at, slot],
            course=self.course[at, slot],
        )


def _price(
    price_list: PriceList,
    priced: PricedOptions,
    learners: Index,
    cutoffs: Floats | None,
    node_limit: int,
    num_sets: int,
    workers: int,
    room: _Room,
) -> None:
    """Price the learners on several threads."""
    if cutoffs is None:
        cutoffs = np.full(len(learners), np.inf)
    wanted, below = settled(learners), settled(cutoffs)
    cost, startup = settled(priced.cost), settled(priced.startup)
    leave, seat = settled(priced.leave), settled(priced.seat)

    def run(part: Index) -> None:
        _price_learners(
            price_list.space,
            wanted,
            settled(part),
            cost,
            startup,
            leave,
            seat,
            price_list.may_drop_dominated,
            node_limit,
            num_sets,
            below,
            room.option,
            room.course,
            room.costs,
            room.bounds,
            room.nodes,
        )

    everyone = np.arange(len(learners))
    if workers <= 1 or len(learners) < 2 * workers:
        run(everyone)
        return
    # Interleaved parts: learners of one training stand together, and some
    # trainings are much harder than others.
    parts = [everyone[at :: 16 * workers] for at in range(16 * workers)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, parts))


@entered
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
    num_sets: int,
    cutoffs: Floats,
    option: Ints,
    course: Ints,
    costs: Floats,
    bounds: Floats,
    nodes: Ints,
) -> None:
    """Price the learners at the positions `part`; fill the arrays from `option` on.

    Parameters
    ----------
    num_sets
        Above 0 it asks for plans of this many promising sets of sites, as many as
        there is room for, without a bound and whatever the `node_limit`.
    option, course, costs
        (learners, plans each, periods), (learners, plans each, units) and
        (learners, plans each), cost infinite where no plan below the cutoff is.
    bounds, nodes
        (learners,)
    """
    num_periods = len(space.weeks)
    plan_pairs = np.empty((costs.shape[1], num_periods), dtype=np.int64)
    for at in part:
        learner = learners[at]
        block = block_costs(space, learner, option_cost, startup_cost)
        kept = np.arange(len(block))
        if may_drop_dominated:
            kept = undominated_pairs(space, learner, block)
        menu = menu_of(space, learner, kept, block, leave[learner], seat_cost)
        plan_pairs[:] = -1
        seats = np.full((costs.shape[1], len(menu.unit_points)), -1)
        menu, _ = signed_first(space, learner, menu)
        floors = period_floors(space, menu, option_cost, startup_cost)
        cutoff = cutoffs[at]
        if num_sets > 0:
            nodes[at] = promising(
                space,
                learner,
                menu,
                floors,
                cutoff,
                num_sets,
                plan_pairs,
                seats,
                costs[at],
            )
        else:
            cost, bounds[at], nodes[at] = search(
                space,
                learner,
                menu,
                floors,
                cutoff,
                node_limit,
                plan_pairs[0],
                seats[0],
            )
            if cost < cutoff:
                costs[at, 0] = cost
        for slot in range(costs.shape[1]):
            if costs[at, slot] < np.inf:
                course[at, slot, : seats.shape[1]] = seats[slot]
                _fill_options(
                    space,
                    menu.pairs,
                    plan_pairs[slot],
                    option_cost,
                    startup_cost,
                    option[at, slot],
                )


@inner
def _fill_options(
    space: PlanSpace,
    pairs: Ints,
    plan_pair: Ints,
    option_cost: Floats,
    startup_cost: Floats,
    option: Ints,
) -> None:
    """(periods,), the cheapest option of each period of a plan told in pairs."""
    num_periods = len(space.weeks)
    first = 0
    while first < num_periods:
        last = first
        while last + 1 < num_periods and plan_pair[last + 1] == plan_pair[first]:
            last += 1
        if plan_pair[first] >= 0:
            pair = pairs[plan_pair[first]]
            option[first : last + 1] = block_options(
                space, pair, first, last, option_cost, startup_cost
            )
        first = last + 1
