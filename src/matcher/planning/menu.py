"""What one learner may choose from at given prices, and what units cost then."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import inner
from matcher.planning.plan_space import PlanSpace

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]

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
