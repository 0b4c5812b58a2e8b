"""Shadow prices around a run: what places, hours and seats are worth to the others.

They come from the relaxation of the region, within limits of work, so that every
machine finds the same ones. With them goes a proven bound: what they say of a plan
is an estimate that has a lower bound beside it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.planning.menu import EPSILON
from matcher.problem.plans import Plans, empty_plans
from matcher.problem.rows import Rows, capacity_value, plan_use
from matcher.solvers.column_generation.central import CentralMaster
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.region_part import RegionPart
from matcher.solvers.column_generation.relaxation import (
    CENTRAL_LEARNERS,
    COARSE,
    PricedBound,
    Relaxation,
    Round,
    relax,
)
from matcher.solvers.column_generation.warm_start import WarmStart, warm_start
from matcher.solvers.state import STATE_FILE, RunState
from matcher.suggestions.kept_state import kept_state
from matcher.suggestions.loaded_run import LoadedRun

_GAP = 0.005
"""Relative distance of bound and relaxation at which the prices are good enough."""

MOST_LEFT = 0.05
"""Share of a relaxation that prices which a run kept may leave unproven.

A run that was stopped early keeps the prices of its first rounds, at which hardly a
limit binds: they would say that nothing is short.
"""

_MOST_ROUNDS = 60
_QUICK_ROUNDS = 30
"""Rounds of the relaxation, and those of them that only look for plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPrices:
    """Prices at which bounds hold, per part of the region that shares capacities.

    Attributes
    ----------
    row_prices
        (rows,), points per unit.
    floors
        (learners,), no plan of the learner costs less at these prices.
    part_of
        (learners,), the part of each learner.
    bounds, points
        (parts,), what these prices prove of the part, and points of its plans in the
        run. A better bound has no place here: what a plan costs more than its floor
        comes on top of this one alone.
    """

    rows: Rows
    row_prices: Floats
    floors: Floats
    part_of: Index
    bounds: Floats
    points: Floats


def sharers_of(run: LoadedRun, learner: int) -> Index:
    """Learners who may want what one learner may want, directly or in a chain."""
    part = run.lookup.parts[run.lookup.part_of[learner]]
    # Learners who share nothing at all stand in one part without rows.
    return part.learners if len(part.rows) else np.array([learner])


def region_prices(
    run: LoadedRun, state: RunState | None = None, *, workers: int = 1
) -> RegionPrices:
    """Prices of a whole region.

    Parameters
    ----------
    state
        What the run kept: its prices stay, of a part where they prove nearly as much
        as any prices can; else the search begins there.
    workers
        Threads; the answer does not depend on them.
    """
    problem = run.problem
    rows, parts = run.lookup.rows, run.lookup.parts
    start = None if state is None else _warm(run, state, workers)
    row_prices, floors = np.zeros(len(rows)), np.zeros(problem.num_learners)
    bounds, points = np.zeros(len(parts)), np.zeros(len(parts))
    own = run.points.sum(axis=1)
    for at, part in enumerate(parts):
        relaxed = _priced(run, part, start, workers)
        row_prices[part.rows] = relaxed.row_prices
        floors[part.learners] = relaxed.learner_floors
        bounds[at] = relaxed.bound
        points[at] = own[part.learners].sum()
    return RegionPrices(
        rows=rows,
        row_prices=row_prices,
        floors=floors,
        part_of=run.lookup.part_of,
        bounds=bounds,
        points=points,
    )


def stored_prices(run: LoadedRun, state: RunState) -> RegionPrices:
    """Prices that the run kept (`solve --keep-state`): nothing is solved again.

    A state of other data or another policy is no harm: what changed is priced anew.
    """
    rows, parts = run.lookup.rows, run.lookup.parts
    start = _warm(run, state, workers=1)
    own = run.points.sum(axis=1)
    return RegionPrices(
        rows=rows,
        row_prices=start.row_prices,
        floors=start.floors,
        part_of=run.lookup.part_of,
        bounds=np.array([_proven(rows, part, start) for part in parts]),
        points=np.array([own[part.learners].sum() for part in parts]),
    )


def prices_in(run: LoadedRun, folder: Path) -> RegionPrices:
    """Prices of a run folder: those it kept, else worked out here.

    Raises
    ------
    RunError
        The folder keeps a state that cannot be read.
    """
    if (folder / STATE_FILE).is_file():
        return stored_prices(run, kept_state(folder))
    return region_prices(run)


def _warm(run: LoadedRun, state: RunState, workers: int) -> WarmStart:
    rows, parts = run.lookup.rows, list(run.lookup.parts)
    return warm_start(run.problem, run.price_list, rows, parts, state, workers=workers)


def _proven(rows: Rows, part: RegionPart, start: WarmStart) -> float:
    """What the prices prove of a part."""
    prices = np.zeros(len(rows))
    prices[part.rows] = start.row_prices[part.rows]
    value = capacity_value(rows, prices)
    value += EPSILON * len(part.learners)  # by which floors may be too high
    return float(start.floors[part.learners].sum()) - value


def _priced(
    run: LoadedRun, part: RegionPart, start: WarmStart | None, workers: int
) -> PricedBound:
    """Prices of one part."""
    rows = run.lookup.rows
    pool = Pool(run.problem, rows, part)
    pool.add(run.plans.take(part.learners))
    pool.add(empty_plans(run.problem).take(part.learners))
    if start is None:
        return _relaxed(run, pool, None, workers)
    own = np.isin(start.plans.learner, part.learners)
    pool.add(start.plans.take(np.flatnonzero(own)))
    kept = PricedBound(
        bound=_proven(rows, part, start),
        row_prices=start.row_prices[part.rows],
        learner_floors=start.floors[part.learners],
    )
    if prove_enough(pool, kept, workers):
        return kept
    return _relaxed(run, pool, kept, workers)


def prove_enough(pool: Pool, kept: PricedBound, workers: int = 1) -> bool:
    """Whether prices prove nearly as much of a large part as any prices can.

    No prices prove more than the relaxation over plans that are known costs. A small
    part is not asked: to search it takes no time.
    """
    if len(pool.part.learners) < CENTRAL_LEARNERS:
        return False
    central = CentralMaster(pool, row_prices=kept.row_prices, workers=workers)
    value = central.solve(COARSE).value
    return value - kept.bound <= MOST_LEFT * abs(value)


def _relaxed(
    run: LoadedRun, pool: Pool, start: PricedBound | None, workers: int
) -> Relaxation:
    rounds = 0

    def on_round(done: Round) -> bool:
        nonlocal rounds
        rounds = done.number
        return rounds < _MOST_ROUNDS

    return relax(
        pool,
        run.price_list,
        target_gap=_GAP,
        workers=workers,
        on_round=on_round,
        may_be_quick=lambda: rounds < _QUICK_ROUNDS,
        start=start,
    )


def dearer_by(
    run: LoadedRun, prices: RegionPrices, plans: Plans, points: Floats
) -> Floats:
    """(plans,), points by which each exceeds its learner's cheapest at these prices.

    In the relaxation the region gets worse by at least this when the plan is taken.

    Parameters
    ----------
    points
        (plans,), of each plan.
    """
    use = plan_use(run.problem, prices.rows, plans)
    cost = points + use @ prices.row_prices
    return np.asarray(np.maximum(0.0, cost - prices.floors[plans.learner]))


def worse_by_at_least(prices: RegionPrices, plan: Plans, dearer: float) -> float:
    """Points by which the region surely gets worse; `dearer` is of `dearer_by`."""
    part = prices.part_of[plan.learner[0]]
    open_points = prices.points[part] - prices.bounds[part]
    return float(max(0.0, dearer - open_points))
