"""One learner's cheapest plan under wishes: a site that must be in it, or must not.

The search is the exact one that prices plans (`matcher.planning`); wishes come in as
costs. The plans of all others stay as they are where room is asked for.

Somebody waits for the answer, so a question has a limit of counted work: every machine
ends at the same plan. What is not settled by then is told so.
"""

import threading
from dataclasses import dataclass

import numpy as np

from matcher.advice.room_left import Room
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.planning import PricedOptions, cheapest_plans, promising_plans
from matcher.planning.menu import EPSILON
from matcher.problem.plans import Plans, plan_sites
from matcher.suggestions.loaded_run import LoadedRun

QUESTION_NODES = 20_000
"""Nodes that the searches of one question visit at most: about half a second."""

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
    below
        Only a plan that costs less is looked for.
    is_quick
        Only the most promising sets of sites are tried.
    """

    in_room: bool
    extra: Floats | None = None
    barred: Bools | None = None
    forced: Bools | None = None
    seat_prices: Floats | None = None
    below: float = np.inf
    is_quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search for one plan ended with.

    Attributes
    ----------
    plan
        The cheapest plan found, as one row; None where none was.
    cost
        Its points with what the wish adds.
    is_settled
        The search ended by itself: no plan is cheaper, or there is none.
    """

    plan: Plans | None
    cost: float
    is_settled: bool


class Effort:
    """Nodes that the searches of one question may still visit."""

    def __init__(self, nodes: int = QUESTION_NODES) -> None:
        self._left = nodes

    @property
    def left(self) -> int:
        """Nodes left; 0 when no further search begins."""
        return self._left

    def spend(self, nodes: int) -> None:
        """Take off what a search visited."""
        self._left = max(0, self._left - nodes)


def options_of(run: LoadedRun, learner: int) -> Index:
    """The options of one learner."""
    return run.problem.options_of(learner)


def cheapest_plan(
    run: LoadedRun, learner: int, wish: Wish, effort: Effort | None = None
) -> Searched:
    """The learner's cheapest plan under a wish.

    Parameters
    ----------
    effort
        What is left of the question's work; that of a whole question when absent.
    """
    effort = Effort() if effort is None else effort
    if not effort.left:
        return Searched(plan=None, cost=np.inf, is_settled=False)
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
            room = _room(run, learner, in_room=wish.in_room)
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
            return _searched(run, lent, learner, wish, effort)
        finally:
            priced.cost[options], priced.startup[options] = cost, startup
            priced.leave[learner] = leave


def _searched(
    run: LoadedRun, lent: PricedOptions, learner: int, wish: Wish, effort: Effort
) -> Searched:
    """Search with the costs that were lent for it."""
    asked, below = np.array([learner]), np.array([wish.below])
    if wish.is_quick:
        plans, costs = promising_plans(
            run.price_list, lent, asked, plans_each=1, cutoffs=below
        )
        plan = plans if len(plans) else None
        return Searched(plan=plan, cost=float(costs[0]), is_settled=False)
    pricing = cheapest_plans(
        run.price_list, lent, asked, cutoffs=below, node_limit=effort.left
    )
    effort.spend(pricing.nodes)
    return Searched(
        plan=pricing.plans if pricing.found[0] else None,
        cost=float(pricing.costs[0]),
        is_settled=bool(pricing.bounds[0] >= pricing.costs[0] - EPSILON),
    )


def _room(run: LoadedRun, learner: int, *, in_room: bool) -> Room:
    """Room beside the plans of all others, or beside what is signed for them."""
    left = run.room if in_room else run.signed_room
    return run.lookup.once(learner, ("room", in_room), lambda: left.of(learner))


def fits(run: LoadedRun, plan: Plans) -> bool:
    """A plan of one learner finds room beside the plans of all others."""
    learner = int(plan.learner[0])
    room, options = _room(run, learner, in_room=True), options_of(run, learner)
    sites = plan_sites(run.problem, plan)[0]
    starts = np.append(True, sites[1:] != sites[:-1])
    for period in np.flatnonzero(plan.option[0] >= 0):
        at = plan.option[0, period] - options[0]
        allowed = room.start if starts[period] else room.stay
        if not allowed[at, period]:
            return False
    seats = plan.course[0][plan.course[0] >= 0]
    return bool(room.seat[seats].all())
