"""One learner's cheapest plan: sets of sites first, then blocks within a set."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.planning.plan_space import PlanSpace
from matcher.planning.search import EPSILON, Menu, search_menu
from matcher.planning.site_set import Lesson, begin_walk, lesson_of, next_set, sub_menu

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]

FIRST_SETS = 16
"""Sets of the lowest bounds that are searched before all others."""

MOST_NODES = 20_000
"""Nodes in one of these sets."""


@njit(cache=True, nogil=True)
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
        Without one, the sets of the lowest bounds are searched first.
    node_limit
        Nodes after which the search stops with what it has; with 0 only the sets
        of the lowest bounds are searched, and no bound is told.
    plan_pair, plan_seat
        (periods,) position in the menu, -1 for none, and (units,) course, -1 for
        none, of the plan found; filled here.

    Returns
    -------
    tuple of float, float, int
        Its cost (`cutoff` without one), a cost below which no plan lies, and the
        nodes searched. The two costs are equal where the search ended by itself.
    """
    lesson = lesson_of(space, learner, menu, floors)
    num_signed = count_signed(space, learner, menu)
    best = cutoff
    lowest = cutoff
    nodes = 0
    if node_limit == 0 or not cutoff < np.inf:
        first_sets, sizes = _first_sets(
            space, learner, menu, num_signed, floors, lesson
        )
        for at in range(len(sizes)):
            kept = first_sets[at, : sizes[at]]
            best, bound, visited = _search_set(
                space, learner, menu, kept, best, MOST_NODES, plan_pair, plan_seat
            )
            nodes += visited
            if bound < best:
                lowest = min(lowest, bound)
    if node_limit == 0:
        return best, -np.inf, nodes
    walk = begin_walk(space, learner, menu, lesson, num_signed)
    while True:
        bound = next_set(space, menu, floors, lesson, walk, best)
        if not bound < np.inf:
            break
        if nodes >= node_limit:
            lowest = min(lowest, bound)
            continue
        kept = walk.chosen[: walk.size[0]]
        best, bound, visited = _search_set(
            space, learner, menu, kept, best, node_limit - nodes, plan_pair, plan_seat
        )
        nodes += visited + 1
        if bound < best:
            lowest = min(lowest, bound)
    return best, min(best, lowest), nodes


@njit(cache=True, nogil=True)
def count_signed(space: PlanSpace, learner: int, menu: Menu) -> int:
    """Signed pairs of the menu."""
    count = 0
    for pair in menu.pairs:
        signed = False
        for period in range(len(space.weeks)):
            signed |= space.signed_pair[learner, period] == pair
        count += signed
    return count


@njit(cache=True, nogil=True)
def _first_sets(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    num_signed: int,
    floors: _Floats,
    lesson: Lesson,
) -> tuple[_Ints, _Ints]:
    """The sets of the lowest bounds, in their order, and their sizes."""
    walk = begin_walk(space, learner, menu, lesson, num_signed)
    sets = np.empty((FIRST_SETS, len(walk.chosen)), dtype=np.int64)
    sizes = np.empty(FIRST_SETS, dtype=np.int64)
    bounds = np.full(FIRST_SETS, np.inf)
    while True:
        bound = next_set(space, menu, floors, lesson, walk, bounds[-1])
        if not bound < np.inf:
            break
        at = FIRST_SETS - 1
        while at > 0 and bounds[at - 1] > bound:
            bounds[at] = bounds[at - 1]
            sets[at] = sets[at - 1]
            sizes[at] = sizes[at - 1]
            at -= 1
        bounds[at] = bound
        sets[at] = walk.chosen
        sizes[at] = walk.size[0]
    count = 0
    while count < FIRST_SETS and bounds[count] < np.inf:
        count += 1
    return sets[:count], sizes[:count]


@njit(cache=True, nogil=True)
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
