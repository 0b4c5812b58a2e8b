"""Every plan of a learner that costs less than a limit, at given prices.

What column generation cannot decide, this can: with a bound and a plan for all at
hand, only plans whose reduced cost is at most their distance can be part of a better
one. They are listed here, in full: every sequence of blocks, with every way to hand
over between mentors and every seat.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.block import block_costs
from matcher.planning.choice import list_choices
from matcher.planning.compiled import NONE_YET, ROOT, entered, inner
from matcher.planning.frontier import Frontier, open_frontier, take_choice
from matcher.planning.menu import EPSILON, Menu, menu_of, missing_points
from matcher.planning.plan_space import PlanSpace
from matcher.planning.site_set import (
    begin_walk,
    lesson_of,
    next_set,
    period_floors,
    signed_first,
    sub_menu,
)
from matcher.planning.together import pairs_beside, pairs_together

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]


@entered
def enumerate_plans(
    space: PlanSpace,
    learner: int,
    option_cost: _Floats,
    startup_cost: _Floats,
    leave: _Floats,
    seat_cost: _Floats,
    limit: float,
    node_limit: int,
    option: _Ints,
    course: _Ints,
) -> int:
    """List all plans that cost at most `limit`.

    Parameters
    ----------
    option, course
        (room, periods) and (room, units), filled from the first row.

    Returns
    -------
    int
        Plans listed; -1 where there are more than `option` has room for, or the
        search would take more than `node_limit` nodes.
    """
    block = block_costs(space, learner, option_cost, startup_cost)
    every_pair = np.arange(len(block))
    menu = menu_of(space, learner, every_pair, block, leave, seat_cost)
    menu, num_signed = signed_first(space, learner, menu)
    together, _ = pairs_together(space, learner, menu, limit + 3.0 * EPSILON)
    beside = pairs_beside(together, num_signed)
    menu = sub_menu(menu, beside)
    floors = period_floors(space, menu, option_cost, startup_cost)
    lesson = lesson_of(space, learner, menu, floors)
    walk = begin_walk(
        space, learner, menu, lesson, num_signed, together[beside][:, beside]
    )
    count, nodes = NONE_YET, NONE_YET
    while True:
        bound = next_set(space, menu, floors, lesson, walk, limit + 2.0 * EPSILON)
        if not bound < np.inf:
            return count
        kept = walk.chosen[: walk.size[0]]
        count, nodes = _list_set(
            space,
            learner,
            sub_menu(menu, kept),
            option_cost,
            startup_cost,
            limit,
            option,
            course,
            count,
            nodes,
        )
        if count < 0 or nodes > node_limit:
            return -1


@inner
def _list_set(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    option_cost: _Floats,
    startup_cost: _Floats,
    limit: float,
    option: _Ints,
    course: _Ints,
    count: int,
    nodes: int,
) -> tuple[int, int]:
    """List the plans that use every site of the menu; plans and nodes so far."""
    num_periods = len(space.weeks)
    frontier = open_frontier(space, learner, menu)
    cutoff = limit + 2.0 * EPSILON
    points = np.empty(len(menu.unit_points))
    depth = ROOT
    list_choices(space, learner, menu, frontier, ROOT, cutoff)
    while depth >= 0:
        if frontier.cursor[depth] >= frontier.choices[depth]:
            depth -= 1
            if depth >= 0:
                frontier.cursor[depth] += 1
            continue
        nodes += 1
        take_choice(space, learner, menu, frontier, depth)
        depth += 1
        if frontier.period[depth] < num_periods:
            list_choices(space, learner, menu, frontier, depth, cutoff)
            continue
        total = frontier.cost[depth] + missing_points(
            space, learner, menu, frontier.weeks[depth], frontier.held[depth], points
        )
        frontier.choices[depth] = 0
        frontier.cursor[depth] = 0
        if total > limit + EPSILON or not frontier.used[depth].all():
            continue
        count = _list_variants(
            space,
            learner,
            menu,
            frontier,
            depth,
            option_cost,
            startup_cost,
            limit - total + EPSILON,
            option,
            course,
            count,
        )
        if count < 0:
            return -1, nodes
    return count, nodes


@inner
def _list_variants(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    option_cost: _Floats,
    startup_cost: _Floats,
    slack: float,
    option: _Ints,
    course: _Ints,
    count: int,
) -> int:
    """List one sequence of blocks with all its mentors and seats within the slack."""
    num_periods = len(space.weeks)
    pair_of = np.full(num_periods, -1)
    starts = np.zeros(num_periods, dtype=np.bool_)
    for node in range(depth):
        at = frontier.cursor[node]
        first = frontier.period[node]
        for period in range(first, frontier.end[node, at] + 1):
            pair_of[period] = frontier.pair[node, at]
        starts[first] = True
    first_row = count
    count = _list_mentors(
        space, menu, pair_of, starts, option_cost, startup_cost, slack, option, count
    )
    if count < 0:
        return -1
    seats, extra = _list_seats(
        space, learner, menu, frontier, depth, slack, len(option)
    )
    if len(extra) == 0:
        return -1
    if len(extra) == 1:
        for row in range(first_row, count):
            course[row, : seats.shape[1]] = seats[0]
        return count
    # Costs of the mentor variants are needed to share the slack with the seats.
    num_rows = count - first_row
    paths = option[first_row:count].copy()
    spent = np.empty(num_rows)
    for row in range(num_rows):
        spent[row] = _path_cost(
            space, pair_of, starts, paths[row], option_cost, startup_cost
        )
    cheapest = spent.min()
    count = first_row
    for row in range(num_rows):
        for variant in range(len(extra)):
            if spent[row] - cheapest + extra[variant] > slack:
                continue
            if count >= len(option):
                return -1
            option[count] = paths[row]
            course[count, : seats.shape[1]] = seats[variant]
            count += 1
    return count


@inner
def _path_cost(
    space: PlanSpace,
    pair_of: _Ints,
    starts: np.ndarray,
    path: _Ints,
    option_cost: _Floats,
    startup_cost: _Floats,
) -> float:
    cost = 0.0
    for period in range(len(path)):
        if pair_of[period] < 0:
            continue
        cost += option_cost[path[period], period]
        if starts[period]:
            cost += startup_cost[path[period], period]
        elif path[period] != path[period - 1]:
            cost += space.handover
    return cost


@inner
def _list_mentors(
    space: PlanSpace,
    menu: Menu,
    pair_of: _Ints,
    starts: np.ndarray,
    option_cost: _Floats,
    startup_cost: _Floats,
    slack: float,
    option: _Ints,
    count: int,
) -> int:
    """List all ways through the mentors of a sequence of blocks within the slack."""
    num_periods = len(space.weeks)
    most = 1
    for period in range(num_periods):
        if pair_of[period] >= 0:
            pair = menu.pairs[pair_of[period]]
            most = max(most, space.option_start[pair + 1] - space.option_start[pair])
    # to_go[period, at]: cheapest cost of this period and later ones of its block
    # and all blocks behind it, with the option at `at` in this period.
    to_go = np.zeros((num_periods + 1, most))
    for period in range(num_periods - 1, -1, -1):
        if pair_of[period] < 0:
            to_go[period, :] = to_go[period + 1].min()
            continue
        low = space.option_start[menu.pairs[pair_of[period]]]
        high = space.option_start[menu.pairs[pair_of[period]] + 1]
        inside = period + 1 < num_periods and not starts[period + 1]
        after = to_go[period + 1].min()
        to_go[period, :] = np.inf
        for at in range(high - low):
            cost = option_cost[low + at, period]
            if starts[period]:
                cost += startup_cost[low + at, period]
            rest = after
            if inside:
                rest = min(to_go[period + 1, at], after + space.handover)
            to_go[period, at] = cost + rest
    cheapest = to_go[0].min()
    cursor = np.full(num_periods + 1, -1)
    spent = np.zeros(num_periods + 1)
    period = 0
    while period >= 0:
        if period == num_periods:
            if count >= len(option):
                return -1
            for at in range(num_periods):
                option[count, at] = -1
                if pair_of[at] >= 0:
                    low = space.option_start[menu.pairs[pair_of[at]]]
                    option[count, at] = low + cursor[at]
            count += 1
            period -= 1
            continue
        cursor[period] += 1
        size = 1
        if pair_of[period] >= 0:
            pair = menu.pairs[pair_of[period]]
            size = space.option_start[pair + 1] - space.option_start[pair]
        if cursor[period] >= size:
            cursor[period] = -1
            period -= 1
            continue
        cost = spent[period]
        ahead = to_go[period, cursor[period]]
        if pair_of[period] >= 0:
            if not starts[period] and cursor[period] != cursor[period - 1]:
                cost += space.handover
            if not cost + ahead - cheapest <= slack:
                continue
            low = space.option_start[menu.pairs[pair_of[period]]]
            cost += option_cost[low + cursor[period], period]
            if starts[period]:
                cost += startup_cost[low + cursor[period], period]
        spent[period + 1] = cost
        period += 1
    return count


@inner
def _list_seats(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    slack: float,
    room: int,
) -> tuple[_Ints, _Floats]:
    """All seats that fit one sequence of blocks, and what each set costs extra.

    A seat for an attest may be in any course before the block that asks it; a seat
    for coverage in any course, or none. Nothing is returned where more than `room`
    sets fit.
    """
    unit_from = space.unit_start[space.trajectory[learner]]
    num_units = len(menu.unit_points)
    latest = _latest_seats(space, menu, frontier, depth)
    seats = np.full((1, num_units), -1)
    extra = np.zeros(1)
    for unit in range(num_units):
        held = frontier.held[depth, unit]
        covered = not space.needed[learner, unit] or (
            frontier.weeks[depth, unit] >= space.unit_weeks[unit_from + unit]
        )
        if held < 0 and (covered or menu.group[unit] >= 0):
            continue
        teaches = space.unit_at_centre[unit_from + unit]
        if held < 0 and not teaches:
            continue
        base = menu.unit_points[unit] if held < 0 else menu.seat_cost[held]
        choices = np.full(
            space.reach_start[learner + 1] - space.reach_start[learner] + 1, -1
        )
        costs = np.empty(len(choices))
        num_choices = 0
        if held < 0:
            costs[0] = space.unit_fallback[unit_from + unit] - base
            num_choices = 1
        for at in range(space.reach_start[learner], space.reach_start[learner + 1]):
            reach = space.reach_course[at]
            if space.course_unit[reach] != unit:
                continue
            if held >= 0 and space.course_period[reach] >= latest[unit]:
                continue
            choices[num_choices] = reach
            costs[num_choices] = menu.seat_cost[reach] - base
            num_choices += 1
        fits = 0
        for old in range(len(extra)):
            for new in range(num_choices):
                fits += extra[old] + costs[new] <= slack
        if fits > room:
            return seats[:0], extra[:0]
        more_seats = np.empty((fits, num_units), dtype=np.int64)
        more_extra = np.empty(fits)
        row = 0
        for old in range(len(extra)):
            for new in range(num_choices):
                if extra[old] + costs[new] <= slack:
                    more_seats[row] = seats[old]
                    more_seats[row, unit] = choices[new]
                    more_extra[row] = extra[old] + costs[new]
                    row += 1
        seats, extra = more_seats, more_extra
    return seats, extra


@inner
def _latest_seats(
    space: PlanSpace, menu: Menu, frontier: Frontier, depth: int
) -> _Ints:
    """(units,), period before which the seat of a unit must lie for its attest."""
    latest = np.full(len(menu.unit_points), len(space.weeks))
    for node in range(1, depth + 1):
        for unit in range(len(latest)):
            taken = frontier.held[node, unit] >= 0
            if taken and frontier.held[node - 1, unit] < 0:
                latest[unit] = frontier.period[node - 1]
    return latest
