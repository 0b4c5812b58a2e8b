"""Blocks of one learner: what each site costs over each run of periods."""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import inner
from matcher.planning.plan_space import PlanSpace

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]


@inner
def block_costs(
    space: PlanSpace, learner: int, option_cost: _Floats, startup_cost: _Floats
) -> _Floats:
    """Cheapest cost of a block of each pair from one period to another.

    Parameters
    ----------
    option_cost
        (options, periods), points and prices of a placement; infinite if barred.
    startup_cost
        (options, periods), what the first period of a block costs on top.

    Returns
    -------
    ndarray
        (pairs of the learner, first period, last period), infinite where the
        block is barred (P1 included). Mentors may change at the price of a
        handover; rotation is not in it.
    """
    first_pair = space.pair_start[learner]
    num_pairs = space.pair_start[learner + 1] - first_pair
    num_periods = len(space.weeks)
    costs = np.full((num_pairs, num_periods, num_periods), np.inf)
    for pair in range(num_pairs):
        low = space.option_start[first_pair + pair]
        high = space.option_start[first_pair + pair + 1]
        state = np.empty(high - low)
        for first in range(num_periods):
            cheapest = np.inf
            for option in range(low, high):
                state[option - low] = (
                    option_cost[option, first] + startup_cost[option, first]
                )
                cheapest = min(cheapest, state[option - low])
            weeks = 0.0
            all_signed = True
            for last in range(first, num_periods):
                if last > first:
                    before = cheapest + space.handover
                    cheapest = np.inf
                    for option in range(low, high):
                        stay = min(state[option - low], before)
                        state[option - low] = stay + option_cost[option, last]
                        cheapest = min(cheapest, state[option - low])
                if not cheapest < np.inf:
                    break
                weeks += space.weeks[last]
                all_signed &= space.signed_pair[learner, last] >= 0
                if weeks >= space.min_block_weeks[learner] or all_signed:
                    costs[pair, first, last] = cheapest
    return costs


@inner
def block_options(
    space: PlanSpace,
    pair: int,
    first: int,
    last: int,
    option_cost: _Floats,
    startup_cost: _Floats,
) -> _Ints:
    """(last - first + 1,), the option of each period of a cheapest block.

    Ties go to the option that stands first, and to staying before changing.
    """
    low = space.option_start[pair]
    num_options = space.option_start[pair + 1] - low
    length = last - first + 1
    state = np.empty((length, num_options))
    came_from = np.full((length, num_options), -1)
    for option in range(num_options):
        state[0, option] = (
            option_cost[low + option, first] + startup_cost[low + option, first]
        )
    for step in range(1, length):
        best = 0
        for option in range(1, num_options):
            if state[step - 1, option] < state[step - 1, best]:
                best = option
        for option in range(num_options):
            came_from[step, option] = option
            reach = state[step - 1, option]
            if state[step - 1, best] + space.handover < reach:
                came_from[step, option] = best
                reach = state[step - 1, best] + space.handover
            state[step, option] = reach + option_cost[low + option, first + step]
    option = 0
    for other in range(1, num_options):
        if state[length - 1, other] < state[length - 1, option]:
            option = other
    path = np.empty(length, dtype=np.int64)
    for step in range(length - 1, -1, -1):
        path[step] = low + option
        option = came_from[step, option]
    return path


@inner
def undominated_pairs(space: PlanSpace, learner: int, costs: _Floats) -> _Ints:
    """Pairs of a learner that no other pair replaces at equal or lower cost.

    A pair replaces another when each of its blocks costs no more, it teaches at
    least as much in every period and asks no attest that the other does not ask.
    Putting it in the other's place keeps a plan feasible: where two of its blocks
    meet they become one, which saves a rotation (and asks at most a handover, so
    callers use this only while a handover costs no more than a rotation). Signed
    pairs always stay. Of two that replace each other the first stays.
    """
    first_pair = space.pair_start[learner]
    num_pairs = len(costs)
    start = space.unit_start[space.trajectory[learner]]
    num_units = space.unit_start[space.trajectory[learner] + 1] - start
    kept = np.ones(num_pairs, dtype=np.bool_)
    for pair in range(num_pairs):
        if not _has_block(costs[pair]):
            kept[pair] = False
            continue
        if _is_signed(space, learner, first_pair + pair):
            continue
        for other in range(num_pairs):
            if other == pair or not kept[other]:
                continue
            if not _costs_no_more(costs[other], costs[pair]):
                continue
            if not _teaches_as_much(
                space, learner, first_pair + other, first_pair + pair, num_units
            ):
                continue
            if not _asks_no_more(space, learner, first_pair + other, first_pair + pair):
                continue
            kept[pair] = False
            break
    return np.flatnonzero(kept)


@inner
def _has_block(costs: _Floats) -> bool:
    for first in range(len(costs)):
        for last in range(first, len(costs)):
            if costs[first, last] < np.inf:
                return True
    return False


@inner
def _is_signed(space: PlanSpace, learner: int, pair: int) -> bool:
    for period in range(len(space.weeks)):
        if space.signed_pair[learner, period] == pair:
            return True
    return False


@inner
def _costs_no_more(costs: _Floats, than: _Floats) -> bool:
    for first in range(len(costs)):
        for last in range(first, len(costs)):
            if costs[first, last] > than[first, last]:
                return False
    return True


@inner
def _teaches_as_much(
    space: PlanSpace, learner: int, pair: int, than: int, num_units: int
) -> bool:
    row = space.credit_start[space.pair_offering[pair]]
    than_row = space.credit_start[space.pair_offering[than]]
    for unit in range(num_units):
        if not space.needed[learner, unit]:
            continue
        for period in range(len(space.weeks)):
            if space.credit[row + unit, period] < space.credit[than_row + unit, period]:
                return False
    return True


@inner
def _asks_no_more(space: PlanSpace, learner: int, pair: int, than: int) -> bool:
    offering, other = space.pair_offering[pair], space.pair_offering[than]
    for at in range(space.required_start[offering], space.required_start[offering + 1]):
        unit = space.required_unit[at]
        if not space.needed[learner, unit]:
            continue
        found = False
        for there in range(
            space.required_start[other], space.required_start[other + 1]
        ):
            found |= space.required_unit[there] == unit
        if not found:
            return False
    return True
