"""Exact search for one learner's cheapest plan: branch and bound over blocks.

A node is a plan up to a period. Its choices are to leave that period empty, or to
start there a block of a pair and end it in some period. The bound of a choice
adds up

* the cost so far, with the choice;
* the points of every unit that is not yet reached (`menu.missing_points`);
* the cheapest way through the periods left, where a block earns, for each unit
  not yet reached, the unit's points times the share of the missing weeks that it
  gives, at most all of them.

Blocks that reach a unit together earn its points at least once, so the bound holds
(each block earns min(1, weeks given / weeks missing), and these shares add up to 1
or more when the unit is reached, and to less than what counts otherwise). It is
exact where one block is left to choose. Choices are tried in the order of their
bounds, ties in the order of pairs; those at or above the best plan are cut.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.choice import list_choices
from matcher.planning.compiled import ROOT, inner
from matcher.planning.frontier import Frontier, open_frontier, take_choice
from matcher.planning.menu import EPSILON, Menu, missing_points
from matcher.planning.plan_space import PlanSpace

_Ints = NDArray[np.int64]


@inner
def search_menu(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    cutoff: float,
    node_limit: int,
    plan_pair: _Ints,
    plan_seat: _Ints,
) -> tuple[float, float, int]:
    """Find the cheapest plan that costs less than `cutoff`.

    Parameters
    ----------
    node_limit
        Nodes after which the search stops with what it has.
    plan_pair, plan_seat
        (periods,) kept pair, -1 for none, and (units,) course, -1 for none, of
        the plan found; filled here.

    Returns
    -------
    tuple of float, float, int
        Its cost (`cutoff` without one), a cost below which no plan lies, and the
        nodes searched. The two costs are equal where the search ended by itself.
    """
    num_periods = len(space.weeks)
    points = np.empty(len(menu.unit_points))
    frontier = open_frontier(space, learner, menu)
    best = cutoff
    nodes = 0
    depth = ROOT
    list_choices(space, learner, menu, frontier, ROOT, best)
    while depth >= 0:
        at = frontier.cursor[depth]
        if (
            at >= frontier.choices[depth]
            or not frontier.bound[depth, at] < best - EPSILON
        ):
            depth -= 1
            if depth >= 0:
                frontier.cursor[depth] += 1
            continue
        if nodes >= node_limit:
            lowest = best
            for open_depth in range(depth + 1):
                at = frontier.cursor[open_depth] + (open_depth < depth)
                if at < frontier.choices[open_depth]:
                    lowest = min(lowest, frontier.bound[open_depth, at])
            return best, lowest, nodes
        nodes += 1
        take_choice(space, learner, menu, frontier, depth)
        depth += 1
        if frontier.period[depth] < num_periods:
            list_choices(space, learner, menu, frontier, depth, best)
            continue
        total = frontier.cost[depth] + missing_points(
            space, learner, menu, frontier.weeks[depth], frontier.held[depth], points
        )
        if total < best - EPSILON:
            best = total
            keep_plan(space, learner, menu, frontier, depth, plan_pair, plan_seat)
        frontier.choices[depth] = 0
        frontier.cursor[depth] = 0
    return best, best, nodes


@inner
def keep_plan(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    plan_pair: _Ints,
    plan_seat: _Ints,
) -> None:
    """Write the plan of a complete node: pairs by period, seats by unit."""
    unit_from = space.unit_start[space.trajectory[learner]]
    for node in range(depth):
        at = frontier.cursor[node]
        for period in range(frontier.period[node], frontier.end[node, at] + 1):
            plan_pair[period] = frontier.pair[node, at]
    for unit in range(len(menu.unit_points)):
        plan_seat[unit] = frontier.held[depth, unit]
        if frontier.held[depth, unit] >= 0 or not space.needed[learner, unit]:
            continue
        if frontier.weeks[depth, unit] < space.unit_weeks[unit_from + unit]:
            plan_seat[unit] = menu.unit_seat[unit]
