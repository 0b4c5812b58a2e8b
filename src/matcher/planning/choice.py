"""Choices of a node: leave its period empty, or start a block there."""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import NOTHING, inner
from matcher.planning.frontier import Frontier
from matcher.planning.menu import EPSILON, Menu, attest_cost, missing_points
from matcher.planning.plan_space import PlanSpace
from matcher.planning.reward import best_rewards, cheapest_way, needs_of, shares_of

_Floats = NDArray[np.float64]


@inner
def list_choices(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    best: float,
) -> None:
    """List the choices of the node at a depth whose bound is below `best`.

    The rewards of units are first moved, from those of the node above, to where
    the bound is highest (subgradient steps; any rewards from 0 to the unit's points
    give a valid bound).
    """
    points = np.empty(len(menu.unit_points))
    base = frontier.cost[depth] + missing_points(
        space, learner, menu, frontier.weeks[depth], frontier.held[depth], points
    )
    frontier.choices[depth] = 0
    frontier.cursor[depth] = 0
    units = np.flatnonzero(points > 0.0)
    need = needs_of(space, learner, menu, frontier, depth, units)
    shares = shares_of(space, learner, menu, frontier, depth, units, need)
    top = points[units]
    through = np.empty(len(space.weeks) + 1)
    reward, bound = best_rewards(
        space, learner, menu, frontier, depth, base, best, units, top, need, shares
    )
    if not bound < best - EPSILON:
        return
    slope = np.empty(len(units))
    cheapest_way(
        space, learner, menu, frontier, depth, shares, reward, through, need, slope
    )
    for at in range(len(units)):
        frontier.reward[depth, units[at]] = reward[at]
    _list_starts(
        space,
        learner,
        menu,
        frontier,
        depth,
        base - (need * (top - reward)).sum(),
        best,
        shares,
        reward,
        through,
        points,
    )


@inner
def _list_starts(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    base: float,
    best: float,
    shares: _Floats,
    reward: _Floats,
    through: _Floats,
    points: _Floats,
) -> None:
    """Insert every choice of the node's period with its bound."""
    num_periods = len(space.weeks)
    period = frontier.period[depth]
    full = frontier.sites[depth] >= space.max_sites[learner]
    # A plan without a block so far pays no rotation for its first.
    free = frontier.blocks[depth] == 0
    empty = menu.leave[period] + through[period + 1]
    if free:
        empty -= space.rotation
    _insert(frontier, depth, base + empty, NOTHING, period, best)
    for pair in range(len(menu.pairs)):
        if full and not frontier.used[depth, pair]:
            continue
        if frontier.last[depth] == pair:
            continue
        attest = attest_cost(
            space,
            learner,
            menu,
            pair,
            period,
            frontier.weeks[depth],
            frontier.held[depth],
            points,
        )
        if not free:
            attest += space.rotation
        for last in range(period, num_periods):
            cost = menu.costs[pair, period, last] + through[last + 1] + attest
            if not cost < np.inf:
                continue
            for at in range(len(reward)):
                cost -= reward[at] * shares[pair, period, last, at]
            _insert(frontier, depth, base + cost, pair, last, best)


@inner
def _insert(
    frontier: Frontier, depth: int, bound: float, pair: int, end: int, best: float
) -> None:
    """Insert a choice behind those with the same or a lower bound."""
    if not bound < best - EPSILON:
        return
    at = frontier.choices[depth]
    while at > 0 and frontier.bound[depth, at - 1] > bound:
        frontier.bound[depth, at] = frontier.bound[depth, at - 1]
        frontier.pair[depth, at] = frontier.pair[depth, at - 1]
        frontier.end[depth, at] = frontier.end[depth, at - 1]
        at -= 1
    frontier.bound[depth, at] = bound
    frontier.pair[depth, at] = pair
    frontier.end[depth, at] = end
    frontier.choices[depth] += 1
