"""One learner's cheapest plan under wishes: a site that must be in it, or must not.

The search is the exact one that prices plans (`matcher.planning`); wishes come in as
costs. The plans of all others stay as they are where room is asked for.
"""

import threading
from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.planning import PricedOptions, cheapest_plans
from matcher.planning.price import DEFAULT_NODE_LIMIT
from matcher.problem.plans import Plans, plan_sites
from matcher.suggestions.loaded_run import LoadedRun

_LOCK = threading.Lock()
"""The search reads arrays of the whole region, of which one learner's rows are lent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a plan beside being cheap.

    Attributes
    ----------
    in_room
        Only what the plans of the others leave; else what is signed for them leaves.
    extra
        (options of the learner, periods), points that a placement costs more.
    barred
        (options of the learner,), options that are not to be used.
    forced
        (options of the learner, periods): where a period has any, one of these
        is to be used in it.
    seat_prices
        (courses,), points that a seat costs more; None is nothing.
    node_limit
        Work after which the best plan so far will do.
    """

    in_room: bool
    extra: Floats | None = None
    barred: Bools | None = None
    forced: Bools | None = None
    seat_prices: Floats | None = None
    node_limit: int = DEFAULT_NODE_LIMIT


def options_of(run: LoadedRun, learner: int) -> Index:
    """The options of one learner."""
    problem = run.problem
    first, last = problem.option_start[problem.pair_start[[learner, learner + 1]]]
    return np.arange(first, last)


def cheapest_plan(run: LoadedRun, learner: int, wish: Wish) -> Plans | None:
    """The learner's cheapest plan under a wish, as one row; None where there is none.

    Where the search does not end within its limit, the best plan that it found.
    """
    priced, problem = run.priced, run.problem
    options = options_of(run, learner)
    signed = problem.pairs.signed_option[learner]
    with _LOCK:
        cost = priced.cost[options]
        startup = priced.startup[options]
        leave = priced.leave[learner].copy()
        seat = priced.seat
        try:
            wished = cost if wish.extra is None else cost + wish.extra
            left = run.room if wish.in_room else run.signed_room
            room = left.of(learner)
            wished = np.where(room.start | room.stay, wished, np.inf)
            started = np.where(room.start, startup, np.inf)
            seat = np.where(room.seat, seat, np.inf)
            is_signed = options[:, None] == signed
            if wish.barred is not None:
                wished = np.where(wish.barred[:, None] & ~is_signed, np.inf, wished)
            if wish.forced is not None:
                asked = wish.forced.any(axis=0)
                wished = np.where(asked & ~wish.forced, np.inf, wished)
                priced.leave[learner] = np.where(asked, np.inf, leave)
            if wish.seat_prices is not None:
                seat = seat + wish.seat_prices
            priced.cost[options], priced.startup[options] = wished, started
            lent = PricedOptions(
                cost=priced.cost, startup=priced.startup, leave=priced.leave, seat=seat
            )
            pricing = cheapest_plans(
                run.price_list,
                lent,
                np.array([learner]),
                node_limit=wish.node_limit,
            )
        finally:
            priced.cost[options], priced.startup[options] = cost, startup
            priced.leave[learner] = leave
    found = bool(pricing.found[0]) and np.isfinite(pricing.costs[0])
    return pricing.plans if found else None


def fits(run: LoadedRun, plan: Plans) -> bool:
    """A plan of one learner finds room beside the plans of all others."""
    learner = int(plan.learner[0])
    room, options = run.room.of(learner), options_of(run, learner)
    sites = plan_sites(run.problem, plan)[0]
    starts = np.append(True, sites[1:] != sites[:-1])
    for period in np.flatnonzero(plan.option[0] >= 0):
        at = plan.option[0, period] - options[0]
        allowed = room.start if starts[period] else room.stay
        if not allowed[at, period]:
            return False
    seats = plan.course[0][plan.course[0] >= 0]
    return bool(room.seat[seats].all())
