"""Rewards: points that blocks earn for the units they teach, in the bound of a node."""

import numpy as np
from numpy.typing import NDArray

from matcher.planning.compiled import inner
from matcher.planning.frontier import Frontier
from matcher.planning.menu import EPSILON, Menu
from matcher.planning.plan_space import PlanSpace

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]

ROOT_STEPS = 10
NODE_STEPS = 3
"""Subgradient steps on the rewards, at the empty plan and at every other node."""


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
        bound += cheapest_way(
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
def cheapest_way(
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
