"""Exact search for one learner's cheapest plan: branch and bound over blocks.

A node is a plan up to a period. Its choices are to leave that period empty, or to
start there a block of a pair and end it in some period. The bound of a choice
adds up

* the cost so far, with the choice;
* the points of every unit that is not yet reached (`Frontier.penalty`);
* the cheapest way through the periods left, where a block earns, for each unit
  not yet reached, the unit's points times the share of the missing weeks that it
  gives, at most all of them.

Blocks that reach a unit together earn its points at least once, so the bound holds
(each block earns min(1, weeks given / weeks missing), and these shares add up to 1
or more when the unit is reached, and to less than what counts otherwise). It is
exact where one block is left to choose. Choices are tried in the order of their
bounds, ties in the order of pairs; those at or above the best plan are cut.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import NOTHING, ROOT, inner
from matcher.planning.plan_space import PlanSpace

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]

ROOT_STEPS = 10
NODE_STEPS = 3
"""Subgradient steps on the rewards, at the empty plan and at every other node."""

EPSILON = 1e-9
"""Points below which two costs are held to be equal."""


class Menu(NamedTuple):
    """What one learner may choose from, at given prices.

    Attributes
    ----------
    pairs
        (kept,), positions of the pairs.
    costs
        (kept, periods, periods), cost of a block (see `block_costs`).
    leave
        (periods,), cost of no placement; infinite where one is signed.
    unit_points
        (units,), points of a unit that the workplace does not reach: the
        cheapest of its seats, if a course covers it, and its fallback.
    unit_seat
        (units,), that seat's course; -1 where the fallback is no dearer.
    seat
        (units, periods), cheapest course of an earlier period; -1 without.
    seat_cost
        (courses,), points and price of a seat.
    group
        (units,), local group of a context; -1 for a competence.
    group_at_least, group_points
        (local groups,)
    """

    pairs: _Ints
    costs: _Floats
    leave: _Floats
    unit_points: _Floats
    unit_seat: _Ints
    seat: _Ints
    seat_cost: _Floats
    group: _Ints
    group_at_least: _Ints
    group_points: _Floats


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
def menu_of(
    space: PlanSpace,
    learner: int,
    pairs: _Ints,
    costs: _Floats,
    leave: _Floats,
    seat_cost: _Floats,
) -> Menu:
    """Menu of a learner over the given pairs of that learner (local positions)."""
    num_periods = len(space.weeks)
    unit_from = space.unit_start[space.trajectory[learner]]
    num_units = space.unit_start[space.trajectory[learner] + 1] - unit_from
    points = np.zeros(num_units)
    unit_seat = np.full(num_units, -1)
    seat = np.full((num_units, num_periods), -1)
    for unit in range(num_units):
        points[unit] = space.unit_fallback[unit_from + unit]
    for at in range(space.reach_start[learner], space.reach_start[learner + 1]):
        course = space.reach_course[at]
        unit = space.course_unit[course]
        cost = seat_cost[course]
        if space.unit_at_centre[unit_from + unit] and cost < points[unit]:
            points[unit] = cost
            unit_seat[unit] = course
        for period in range(space.course_period[course] + 1, num_periods):
            if seat[unit, period] < 0 or cost < seat_cost[seat[unit, period]]:
                seat[unit, period] = course
    group = np.full(num_units, -1)
    members = np.full(num_units, -1)
    num_groups = 0
    for unit in range(num_units):
        of = space.unit_group[unit_from + unit]
        if of < 0:
            continue
        for known in range(num_groups):
            if members[known] == of:
                group[unit] = known
        if group[unit] < 0:
            members[num_groups] = of
            group[unit] = num_groups
            num_groups += 1
    at_least = np.zeros(num_groups, dtype=np.int64)
    group_points = np.zeros(num_groups)
    for known in range(num_groups):
        at_least[known] = space.group_at_least[members[known]]
        group_points[known] = space.group_points[members[known]]
    return Menu(
        space.pair_start[learner] + pairs,
        costs[pairs],
        leave,
        points,
        unit_seat,
        seat,
        seat_cost,
        group,
        at_least,
        group_points,
    )


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
def missing_points(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    weeks: _Floats,
    held: _Ints,
    points: _Floats,
) -> float:
    """Points of all units not reached with these weeks; each one's go to `points`.

    A context's points count while its group lacks any; the sum counts only as many
    contexts as the group lacks.
    """
    unit_from = space.unit_start[space.trajectory[learner]]
    total = 0.0
    num_groups = len(menu.group_at_least)
    lacks = menu.group_at_least.copy()
    for unit in range(len(points)):
        points[unit] = 0.0
        if not space.needed[learner, unit]:
            continue
        reached = weeks[unit] >= space.unit_weeks[unit_from + unit]
        if menu.group[unit] >= 0:
            lacks[menu.group[unit]] -= reached
            continue
        if reached:
            continue
        if held[unit] >= 0:
            if not space.unit_at_centre[unit_from + unit]:
                points[unit] = space.unit_fallback[unit_from + unit]
        else:
            points[unit] = menu.unit_points[unit]
        total += points[unit]
    for group in range(num_groups):
        total += max(0, lacks[group]) * menu.group_points[group]
    for unit in range(len(points)):
        group = menu.group[unit]
        if group < 0 or lacks[group] <= 0:
            continue
        if weeks[unit] < space.unit_weeks[unit_from + unit]:
            points[unit] = menu.group_points[group]
    return total


@inner
def attest_cost(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    pair: int,
    period: int,
    weeks: _Floats,
    held: _Ints,
    points: _Floats,
) -> float:
    """Cost of the seats that a block of the pair asks before it starts (P3).

    Less the points that those seats save as coverage; infinite where an attest
    cannot be had in time.
    """
    if space.signed_pair[learner, period] >= 0:
        return 0.0
    unit_from = space.unit_start[space.trajectory[learner]]
    offering = space.pair_offering[menu.pairs[pair]]
    cost = 0.0
    for at in range(space.required_start[offering], space.required_start[offering + 1]):
        unit = space.required_unit[at]
        if not space.needed[learner, unit] or held[unit] >= 0:
            continue
        if weeks[unit] >= space.unit_weeks[unit_from + unit]:
            continue
        course = menu.seat[unit, period]
        if course < 0:
            return np.inf
        cost += menu.seat_cost[course]
        if space.unit_at_centre[unit_from + unit]:
            cost -= points[unit]
    return cost


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
    _cheapest_way(
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
def best_rewards(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    base: float,
    best: float,
    units: _Ints,
    top: _Floats,
    need: _Floats,
    shares: _Floats,
) -> tuple[_Floats, float]:
    """(open units,), rewards from those of the frontier to a high bound; that bound.

    Ends at once where the bound reaches `best`.
    """
    reward = np.minimum(frontier.reward[depth][units], top)
    for at in range(len(units)):
        if need[at] > 0.0 and not shares[:, :, :, at].any():
            reward[at] = top[at]  # nothing left teaches it
    best_bound = -np.inf
    best_reward = reward.copy()
    slope = np.empty(len(units))
    through = np.empty(len(space.weeks) + 1)
    scale = 1.0
    for _ in range(ROOT_STEPS if depth == 0 else NODE_STEPS):
        bound = base - (need * (top - reward)).sum()
        bound += _cheapest_way(
            space, learner, menu, frontier, depth, shares, reward, through, need, slope
        )
        if not bound < best - EPSILON:
            return reward, bound
        if bound > best_bound:
            best_bound = bound
            best_reward[:] = reward
        else:
            scale *= 0.7
        length = (slope * slope).sum()
        if length < 1e-12:
            break
        target = best if best < np.inf else bound + 100.0
        step = scale * max(target - bound, 1.0) / length
        reward = np.minimum(np.maximum(reward + step * slope, 0.0), top)
    return best_reward, best_bound


@inner
def needs_of(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    units: _Ints,
) -> _Floats:
    """(open units,), how often each is to be reached: 1 for a competence.

    The first open context of a group stands for the group, with what it lacks; the
    others have 0.
    """
    unit_from = space.unit_start[space.trajectory[learner]]
    lacks = menu.group_at_least.copy()
    for unit in range(len(menu.group)):
        if menu.group[unit] >= 0:
            enough = space.unit_weeks[unit_from + unit]
            lacks[menu.group[unit]] -= frontier.weeks[depth, unit] >= enough
    need = np.ones(len(units))
    for at in range(len(units)):
        group = menu.group[units[at]]
        if group >= 0:
            need[at] = lacks[group]
            lacks[group] = 0
    return need


@inner
def shares_of(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    units: _Ints,
    need: _Floats,
) -> _Floats:
    """(kept, periods, periods, open units), share of the missing weeks in a block.

    The shares of a group's contexts are added up at the one that stands for it.
    """
    num_periods = len(space.weeks)
    unit_from = space.unit_start[space.trajectory[learner]]
    period = frontier.period[depth]
    full = frontier.sites[depth] >= space.max_sites[learner]
    shares = np.zeros((len(menu.pairs), num_periods, num_periods, len(units)))
    for pair in range(len(menu.pairs)):
        if full and not frontier.used[depth, pair]:
            continue
        row = space.credit_start[space.pair_offering[menu.pairs[pair]]]
        for at in range(len(units)):
            unit = units[at]
            goes_to = at
            while (
                menu.group[units[goes_to]] != menu.group[unit] or need[goes_to] == 0.0
            ):
                goes_to -= 1
            missing = space.unit_weeks[unit_from + unit] - frontier.weeks[depth, unit]
            for first in range(period, num_periods):
                weeks = 0.0
                for last in range(first, num_periods):
                    weeks += space.credit[row + unit, last]
                    shares[pair, first, last, goes_to] += min(1.0, weeks / missing)
    return shares


@inner
def _cheapest_way(
    space: PlanSpace,
    learner: int,
    menu: Menu,
    frontier: Frontier,
    depth: int,
    shares: _Floats,
    reward: _Floats,
    through: _Floats,
    need: _Floats,
    slope: _Floats,
) -> float:
    """Cheapest way through the periods left, rewards deducted.

    Fills `through` with the cheapest way from each later period on (every block
    there pays a rotation) and `slope` with what each unit misses on that way.
    """
    num_periods = len(space.weeks)
    period = frontier.period[depth]
    full = frontier.sites[depth] >= space.max_sites[learner]
    pair_at = np.full(num_periods, -1)
    last_at = np.zeros(num_periods, dtype=np.int64)
    free = frontier.blocks[depth] == 0
    through[num_periods] = 0.0
    for first in range(num_periods - 1, period - 1, -1):
        here = first == period
        cheapest = menu.leave[first] + through[first + 1]
        if here and free:
            cheapest -= space.rotation
        pair_at[first] = -1
        last_at[first] = first
        for pair in range(len(menu.pairs)):
            if full and not frontier.used[depth, pair]:
                continue
            if here and frontier.last[depth] == pair:
                continue
            for last in range(first, num_periods):
                cost = menu.costs[pair, first, last] + through[last + 1]
                if not (here and free):
                    cost += space.rotation
                if not cost < np.inf:
                    continue
                for at in range(len(reward)):
                    cost -= reward[at] * shares[pair, first, last, at]
                if cost < cheapest:
                    cheapest = cost
                    pair_at[first] = pair
                    last_at[first] = last
        through[first] = cheapest
    slope[:] = need
    at_period = period
    while at_period < num_periods:
        if pair_at[at_period] >= 0:
            slope -= shares[pair_at[at_period], at_period, last_at[at_period]]
        at_period = last_at[at_period] + 1
    return float(through[period])


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
