"""Open nodes of the search for one learner: plans up to a period."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import inner
from matcher.planning.menu import Menu
from matcher.planning.plan_space import PlanSpace

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]


class Frontier(NamedTuple):
    """Nodes of the search that are open, one per depth.

    Attributes
    ----------
    period, last, blocks, sites
        (depths,), the next period; the kept pair of the period before, -1 for
        none; blocks so far; distinct sites, those that are signed included.
    cost
        (depths,), without the points of units.
    used
        (depths, kept): the site counts already.
    weeks
        (depths, units), workplace weeks of each unit.
    held
        (depths, units), course of a seat taken for an attest; -1 without.
    reward
        (depths, units), points that blocks earn for reaching a unit, in bounds.
    bound, pair, end
        (depths, choices), in the order in which they are tried; pair -1 leaves
        the period empty.
    choices, cursor
        (depths,), how many choices, and the next to try.
    """

    period: _Ints
    last: _Ints
    blocks: _Ints
    sites: _Ints
    cost: _Floats
    used: _Bools
    weeks: _Floats
    held: _Ints
    reward: _Floats
    bound: _Floats
    pair: _Ints
    end: _Ints
    choices: _Ints
    cursor: _Ints


@inner
def open_frontier(space: PlanSpace, learner: int, menu: Menu) -> Frontier:
    """A frontier that holds the empty plan at depth 0; choices not yet listed."""
    num_periods = len(space.weeks)
    num_kept = len(menu.pairs)
    num_units = len(menu.unit_points)
    depths = num_periods + 1
    choices = num_kept * num_periods + 1
    frontier = Frontier(
        np.zeros(depths, dtype=np.int64),
        np.full(depths, -1),
        np.zeros(depths, dtype=np.int64),
        np.zeros(depths, dtype=np.int64),
        np.zeros(depths),
        np.zeros((depths, num_kept), dtype=np.bool_),
        np.zeros((depths, num_units)),
        np.full((depths, num_units), -1),
        np.zeros((depths, num_units)),
        np.empty((depths, choices)),
        np.empty((depths, choices), dtype=np.int64),
        np.empty((depths, choices), dtype=np.int64),
        np.zeros(depths, dtype=np.int64),
        np.zeros(depths, dtype=np.int64),
    )
    for kept in range(num_kept):
        for period in range(num_periods):
            if space.signed_pair[learner, period] == menu.pairs[kept]:
                frontier.used[0, kept] = True
        frontier.sites[0] += frontier.used[0, kept]
    return frontier


@inner
def take_choice(
    space: PlanSpace, learner: int, menu: Menu, frontier: Frontier, depth: int
) -> None:
    """Carry out the choice at the cursor: fill the node one deeper."""
    unit_from = space.unit_start[space.trajectory[learner]]
    at = frontier.cursor[depth]
    pair, end = frontier.pair[depth, at], frontier.end[depth, at]
    first = frontier.period[depth]
    child = depth + 1
    frontier.period[child] = end + 1
    frontier.last[child] = pair
    frontier.blocks[child] = frontier.blocks[depth]
    frontier.sites[child] = frontier.sites[depth]
    frontier.cost[child] = frontier.cost[depth]
    frontier.used[child] = frontier.used[depth]
    frontier.weeks[child] = frontier.weeks[depth]
    frontier.held[child] = frontier.held[depth]
    frontier.reward[child] = frontier.reward[depth]
    if pair < 0:
        frontier.cost[child] += menu.leave[first]
        return
    frontier.cost[child] += menu.costs[pair, first, end]
    if frontier.blocks[depth] > 0:
        frontier.cost[child] += space.rotation
    frontier.blocks[child] += 1
    if not frontier.used[depth, pair]:
        frontier.used[child, pair] = True
        frontier.sites[child] += 1
    offering = space.pair_offering[menu.pairs[pair]]
    if space.signed_pair[learner, first] < 0:
        for asked in range(
            space.required_start[offering], space.required_start[offering + 1]
        ):
            unit = space.required_unit[asked]
            if not space.needed[learner, unit] or frontier.held[child, unit] >= 0:
                continue
            if frontier.weeks[child, unit] < space.unit_weeks[unit_from + unit]:
                course = menu.seat[unit, first]
                frontier.held[child, unit] = course
                frontier.cost[child] += menu.seat_cost[course]
    row = space.credit_start[offering]
    for unit in range(len(menu.unit_points)):
        for period in range(first, end + 1):
            frontier.weeks[child, unit] += space.credit[row + unit, period]
