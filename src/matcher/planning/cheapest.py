"""One learner's cheapest plans: sets of sites first, then blocks within a set."""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import inner
from matcher.planning.menu import EPSILON, Menu
from matcher.planning.plan_space import PlanSpace
from matcher.planning.search import search_menu
from matcher.planning.site_set import (
    Lesson,
    begin_walk,
    lesson_of,
    next_set,
    sub_menu,
    untaught_points,
)
from matcher.planning.together import pairs_beside, pairs_together

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]

FIRST_SETS: int = np.int64(16)  # type: ignore[assignment]
"""Sets of the lowest bounds that are searched before all others."""

FIRST_PAIRS = 24
"""Pairs from which those sets are drawn, beside the signed ones."""

MOST_NODES: int = np.int64(100)  # type: ignore[assignment]
"""Nodes in one of these sets."""


@inner
def search(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    floors: _Floats,
    cutoff: float,
    node_limit: int,
    plan_pair: _Ints,
    plan_seat: _Ints,
) -> tuple[float, float, int]:
    """Find the cheapest plan that costs less than `cutoff`.

    Parameters
    ----------
    menu, floors
        Signed pairs first; see `signed_first` and `period_floors`.
    cutoff
        Without one, the most promising sets are searched first.
    node_limit
        Nodes after which the search stops with what it has.
    plan_pair, plan_seat
        (periods,) position in the menu, -1 for none, and (units,) course, -1 for
        none, of the plan found; filled here.

    Returns
    -------
    tuple of float, float, int
        Its cost (`cutoff` without one), a cost below which no plan lies, and the
        nodes searched. The two costs are equal where the search ended by itself.
    """
    best = cutoff
    lowest = cutoff
    nodes = 0
    if not cutoff < np.inf:
        first = np.full(1, np.inf)
        pairs, seats = (
            np.full((1, len(plan_pair)), -1),
            np.full((1, len(plan_seat)), -1),
        )
        nodes = promising(
            space, learner, menu, floors, cutoff, FIRST_SETS, pairs, seats, first
        )
        if first[0] < best:
            best = first[0]
            plan_pair[:] = pairs[0]
            plan_seat[:] = seats[0]
    num_signed = count_signed(space, learner, menu)
    together, bound = pairs_together(space, learner, menu, best)
    if not bound < best - EPSILON:
        return best, best, nodes + 1
    likely = pairs_beside(together, num_signed)
    few = sub_menu(menu, likely)
    few_floors = floors[likely]
    lesson = lesson_of(space, learner, few, few_floors)
    walk = begin_walk(
        space, learner, few, lesson, num_signed, together[likely][:, likely]
    )
    while True:
        bound = next_set(space, few, few_floors, lesson, walk, best)
        if not bound < np.inf:
            break
        if nodes >= node_limit:
            lowest = min(lowest, bound)
            continue
        kept = likely[walk.chosen[: walk.size[0]]]
        best, bound, visited = _search_set(
            space, learner, menu, kept, best, node_limit - nodes, plan_pair, plan_seat
        )
        nodes += visited + 1
        if bound < best:
            lowest = min(lowest, bound)
    return best, min(best, lowest), nodes


@inner
def promising(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    floors: _Floats,
    cutoff: float,
    num_sets: int,
    plan_pairs: _Ints,
    plan_seats: _Ints,
    costs: _Floats,
) -> int:
    """Cheap plans of the most promising sets of sites: quick, without a bound.

    Parameters
    ----------
    num_sets
        How many sets.
    plan_pairs, plan_seats, costs
        (plans, periods), (plans, units) and (plans,), filled in the order of cost,
        each plan once; as many plans as there are, cost infinite beyond.

    Returns
    -------
    int
        Nodes searched.
    """
    costs[:] = np.inf
    num_signed = count_signed(space, learner, menu)
    likely = _promising_pairs(space, learner, menu, floors, num_signed)
    few = sub_menu(menu, likely)
    few_floors = floors[likely]
    lesson = lesson_of(space, learner, few, few_floors)
    sets, sizes = _first_sets(
        space, learner, few, num_signed, few_floors, lesson, num_sets
    )
    pair_at, seat_at = np.empty_like(plan_pairs[0]), np.empty_like(plan_seats[0])
    nodes = 0
    for at in range(len(sizes)):
        best = min(cutoff, costs[-1])
        cost, _, visited = _search_set(
            space,
            learner,
            few,
            sets[at, : sizes[at]],
            best,
            MOST_NODES,
            pair_at,
            seat_at,
        )
        nodes += visited
        if not cost < best - EPSILON / 2:
            continue
        for period in range(len(pair_at)):
            if pair_at[period] >= 0:
                pair_at[period] = likely[pair_at[period]]
        _rank(pair_at, seat_at, cost, plan_pairs, plan_seats, costs)
    return nodes


@inner
def _rank(
    pair_at: _Ints,
    seat_at: _Ints,
    cost: float,
    plan_pairs: _Ints,
    plan_seats: _Ints,
    costs: _Floats,
) -> None:
    """Put a plan among those found, in the order of cost, unless it is there."""
    for known in range(len(costs)):
        same = costs[known] < np.inf and (plan_pairs[known] == pair_at).all()
        if same and (plan_seats[known] == seat_at).all():
            return
    at = len(costs) - 1
    while at > 0 and costs[at - 1] > cost:
        costs[at] = costs[at - 1]
        plan_pairs[at] = plan_pairs[at - 1]
        plan_seats[at] = plan_seats[at - 1]
        at -= 1
    costs[at] = cost
    plan_pairs[at] = pair_at
    plan_seats[at] = seat_at


@inner
def _promising_pairs(
    space: PlanSpace, learner: int, menu: Menu, floors: _Floats, num_signed: int
) -> _Ints:
    """The signed pairs and the most promising others, in the order of the menu.

    Half of them promise most alone, half beside the one that promises most.
    """
    num_pairs = len(menu.pairs)
    kept = np.ones(num_pairs, dtype=np.bool_)
    if num_pairs - num_signed <= FIRST_PAIRS:
        return np.flatnonzero(kept)
    kept[num_signed:] = False
    lesson = lesson_of(space, learner, menu, floors)
    way = menu.leave.copy()
    taught = np.zeros(len(lesson.needed), dtype=np.uint64)
    for pair in range(num_signed):
        way = np.minimum(way, floors[pair])
        taught |= lesson.bits[pair]
    promise = np.empty(num_pairs)
    for half in range(2):
        for pair in range(num_pairs):
            promise[pair] = np.inf
            if not kept[pair]:
                promise[pair] = np.minimum(way, floors[pair]).sum()
                promise[pair] += untaught_points(
                    menu, lesson, taught | lesson.bits[pair]
                )
        order = np.argsort(promise, kind="mergesort")
        kept[order[: FIRST_PAIRS // 2]] = True
        if half == 0:
            way = np.minimum(way, floors[order[0]])
            taught |= lesson.bits[order[0]]
    return np.flatnonzero(kept)


@inner
def count_signed(space: PlanSpace, learner: int, menu: Menu) -> int:
    """Signed pairs of the menu."""
    count = 0
    for pair in menu.pairs:
        signed = False
        for period in range(len(space.weeks)):
            signed |= space.signed_pair[learner, period] == pair
        count += signed
    return count


@inner
def _first_sets(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    num_signed: int,
    floors: _Floats,
    lesson: Lesson,
    num_sets: int,
) -> tuple[_Ints, _Ints]:
    """The sets of the lowest bounds, in their order, and their sizes."""
    any_two = np.ones((len(menu.pairs), len(menu.pairs)), dtype=np.bool_)
    walk = begin_walk(space, learner, menu, lesson, num_signed, any_two)
    sets = np.empty((num_sets, len(walk.chosen)), dtype=np.int64)
    sizes = np.empty(num_sets, dtype=np.int64)
    bounds = np.full(num_sets, np.inf)
    while True:
        bound = next_set(space, menu, floors, lesson, walk, bounds[-1])
        if not bound < np.inf:
            break
        at = num_sets - 1
        while at > 0 and bounds[at - 1] > bound:
            bounds[at] = bounds[at - 1]
            sets[at] = sets[at - 1]
            sizes[at] = sizes[at - 1]
            at -= 1
        bounds[at] = bound
        sets[at] = walk.chosen
        sizes[at] = walk.size[0]
    count = 0
    while count < num_sets and bounds[count] < np.inf:
        count += 1
    return sets[:count], sizes[:count]


@inner
def _search_set(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    kept: _Ints,
    best: float,
    node_limit: int,
    plan_pair: _Ints,
    plan_seat: _Ints,
) -> tuple[float, float, int]:
    """Search one set; the plan found is told in positions of the whole menu."""
    found_pair = np.full(len(plan_pair), -1)
    found_seat = np.full(len(plan_seat), -1)
    cost, bound, nodes = search_menu(
        space, learner, sub_menu(menu, kept), best, node_limit, found_pair, found_seat
    )
    if cost < best - EPSILON / 2:
        for period in range(len(plan_pair)):
            at = found_pair[period]
            plan_pair[period] = kept[at] if at >= 0 else -1
        plan_seat[:] = found_seat
    return cost, bound, nodes
