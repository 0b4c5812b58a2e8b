"""Which pairs may stand in one plan that costs less than a limit.

At given rewards (see `search`), a plan costs at least a constant and, for each of its
blocks, the block's cost and a rotation less the rewards that it earns. So the cheapest
way through all periods with a block of a pair bounds every plan with that pair, and the
cheapest way with a block of each of two pairs every plan with both, however many sites
that takes. Both follow from the cheapest ways between any two periods.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import ROOT, inner
from matcher.planning.frontier import open_frontier
from matcher.planning.menu import EPSILON, Menu, missing_points
from matcher.planning.plan_space import PlanSpace
from matcher.planning.reward import best_rewards, needs_of, shares_of

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]


@inner
def pairs_beside(together: _Bools, num_signed: int) -> _Ints:
    """The signed pairs, which stand first, and those that may stand beside each."""
    beside = np.diag(together).copy()
    for signed in range(num_signed):
        beside &= together[signed]
    beside[:num_signed] = True
    return np.flatnonzero(beside)


@inner
def pairs_together(
    space: PlanSpace, learner: int, menu: Menu, best: float
) -> tuple[_Bools, float]:
    """Pairs of pairs of which some plan with both may cost less than `best`.

    Returns
    -------
    tuple of ndarray, float
        (pairs, pairs), the diagonal for plans with that pair; and a cost below which
        no plan lies.
    """
    num_pairs = len(menu.pairs)
    points = np.empty(len(menu.unit_points))
    frontier = open_frontier(space, learner, menu)
    base = missing_points(
        space, learner, menu, frontier.weeks[0], frontier.held[0], points
    )
    units = np.flatnonzero(points > 0.0)
    need = needs_of(space, learner, menu, frontier, ROOT, units)
    share = shares_of(space, learner, menu, frontier, ROOT, units, need)
    top = points[units]
    reward, bound = best_rewards(
        space, learner, menu, frontier, ROOT, base, best, units, top, need, share
    )
    together = np.zeros((num_pairs, num_pairs), dtype=np.bool_)
    if not bound < best - EPSILON or num_pairs == 0:
        return together, bound
    # Every block pays a rotation, and one is given back.
    base -= (need * (top - reward)).sum() + space.rotation
    cost = menu.costs + space.rotation
    _deduct(cost, reward, share)
    way = _cheapest_ways(cost, menu.leave)
    until, onward = _ways_with(cost, way)
    num_periods = len(menu.leave)
    for one in range(num_pairs):
        for period in range(num_periods):
            alone = until[one, period] + way[period + 1, num_periods]
            together[one, one] |= base + alone < best - EPSILON
    for one in range(num_pairs):
        if not together[one, one]:
            continue
        for other in range(num_pairs):
            if other == one or not together[other, other]:
                continue
            for period in range(num_periods - 1):
                both = until[one, period] + onward[other, period + 1]
                if base + both < best - EPSILON:
                    together[one, other] = True
                    together[other, one] = True
                    break
    return together, bound


@inner
def _deduct(cost: _Floats, reward: _Floats, share: _Floats) -> None:
    """Take from each block's cost the rewards that it earns."""
    num_periods = cost.shape[1]
    for pair in range(len(cost)):
        for first in range(num_periods):
            for last in range(first, num_periods):
                for at in range(len(reward)):
                    cost[pair, first, last] -= reward[at] * share[pair, first, last, at]


@inner
def _cheapest_ways(cost: _Floats, leave: _Floats) -> _Floats:
    """(periods + 1, periods + 1), cheapest way from one period until before another."""
    num_periods = len(leave)
    way = np.full((num_periods + 1, num_periods + 1), np.inf)
    cheapest = np.empty((num_periods, num_periods))
    for first in range(num_periods):
        for last in range(first, num_periods):
            cheapest[first, last] = cost[:, first, last].min()
    for begin in range(num_periods + 1):
        way[begin, begin] = 0.0
        for last in range(begin, num_periods):
            best = way[begin, last] + leave[last]
            for first in range(begin, last + 1):
                best = min(best, way[begin, first] + cheapest[first, last])
            way[begin, last + 1] = best
    return way


@inner
def _ways_with(cost: _Floats, way: _Floats) -> tuple[_Floats, _Floats]:
    """Cheapest ways that hold a block of each pair.

    Returns
    -------
    tuple of ndarray, ndarray
        (pairs, periods), from the first period to the block's end in that period; and
        from that period to the last one, the block anywhere on that way.
    """
    num_pairs, num_periods = len(cost), cost.shape[1]
    until = np.full((num_pairs, num_periods), np.inf)
    onward = np.full((num_pairs, num_periods), np.inf)
    for pair in range(num_pairs):
        for last in range(num_periods):
            for first in range(last + 1):
                whole = way[0, first] + cost[pair, first, last]
                until[pair, last] = min(until[pair, last], whole)
        for begin in range(num_periods):
            for first in range(begin, num_periods):
                for last in range(first, num_periods):
                    whole = way[begin, first] + cost[pair, first, last]
                    whole += way[last + 1, num_periods]
                    onward[pair, begin] = min(onward[pair, begin], whole)
    return until, onward
