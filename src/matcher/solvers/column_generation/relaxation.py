"""Column generation: the master LP and pricing in turn, with a bound throughout.

The bound of a round is Lagrangian: the sum of every learner's cheapest plan at
some prices, less what the capacities are worth at these prices. It holds for any
prices of 0 or more, so a run may stop at any round.

A large part is first brought near its optimum with central prices (`central`).
Then, and in a small part from the start, the master is solved by the simplex
method and prices are smoothed (Wentges): pricing asks at a point between the best
prices so far and the master's, which damps the master's jumps; where that yields
no plan that improves, the master's own prices are asked. Rounds are quick as long
as these find plans: they search only each learner's most promising sets of sites,
and tell no bound. Once they find little, exact rounds follow.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList, cheapest_plans, promising_plans
from matcher.planning.cheapest import FIRST_SETS
from matcher.planning.menu import EPSILON
from matcher.problem.prices import Prices
from matcher.problem.room import Room, room_of
from matcher.problem.rows import capacity_value, prices_of
from matcher.solvers.column_generation.central import (
    CentralMaster,
    cheapest_known,
    fillable_rows,
)
from matcher.solvers.column_generation.master import Master, MasterSolution
from matcher.solvers.column_generation.pool import Pool, master_rows

REDUCED_COST_TOLERANCE = 1e-7
"""Points below zero from which a plan counts as improving."""

SMOOTHING = 0.6
"""Weight of the best prices so far when pricing asks; measured on 300 learners."""


CENTRAL_LEARNERS = 150
"""Learners of a part from which on it begins with central prices."""

COARSE, FINE = 1e-3, 3e-4
"""Tolerances of central prices while the bound is far, and then."""

CENTRAL_GAP = 1e-3
"""Relative distance of LP value and bound to which central prices lead."""

CENTRAL_SMOOTHING = 0.3
"""Weight of the best prices so far in central rounds while the bound is far."""

FAR = 0.02
"""Relative distance of LP value and bound beyond which the bound is far."""

LITTLE = 0.01
"""Share of the LP value that a quick round may gain for an exact one to follow."""

MUCH = 0.1
"""Share of the LP value beyond which a quick round may gain so much that it need not
search many sets of sites."""

SIMPLEX_LEARNERS = 800
"""Learners of a part beyond which the simplex method is not tried."""

PLANS_EACH = 4
"""Plans of one learner that a quick central round adds at most."""

SETS_EACH = 64
"""Sets of sites of one learner that a quick central round searches, once it gains no
longer much. With 16 quick rounds end 5 % above what exact ones reach, with 64 about 2 %
(1,366 learners)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round found.

    Attributes
    ----------
    number
        From 1.
    value
        Of the restricted master, points.
    bound
        Best Lagrangian bound so far, points.
    columns
        Plans in the master.
    """

    number: int
    value: float
    bound: float
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedBound:
    """Prices, and the bound that they prove.

    Attributes
    ----------
    bound
        Proven: no plans of these learners cost less.
    row_prices
        (rows of the part,), at which the bound holds.
    learner_floors
        (learners of the part,), no plan of the learner costs less at these prices.
    """

    bound: float
    row_prices: Floats
    learner_floors: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation(PricedBound):
    """Where column generation ended.

    Attributes
    ----------
    master
        Last optimum of the restricted master.
    rounds
        Rounds taken.
    """

    master: MasterSolution
    rounds: int


class _Pricer:
    """Prices the learners of a part and remembers the best bound."""

    def __init__(
        self,
        pool: Pool,
        price_list: PriceList,
        workers: int,
        plans_each: int | None = None,
        room: Room | None = None,
    ) -> None:
        self._room = room
        self.sets_each = FIRST_SETS
        self._pool = pool
        self._price_list = price_list
        self.workers = workers
        self.bound = -np.inf
        self.row_prices = np.zeros(len(pool.part.rows))
        self.learner_floors = np.zeros(len(pool.part.learners))
        self.plans_each = plans_each or (PLANS_EACH if self.is_large else 1)

    def ask(self, row_prices: Floats, *, exact: bool) -> tuple[Index, Floats]:
        """Price at these prices; rows of the new plans in the pool, and costs."""
        pool = self._pool
        cutoffs = cheapest_known(pool, row_prices)
        priced = self._price_list.at(
            part_prices(pool, row_prices),
            learners=pool.part.learners,
            room=self._room,
        )
        if not exact:
            plans, costs = promising_plans(
                self._price_list,
                priced,
                pool.part.learners,
                plans_each=self.plans_each,
                sets_each=self.sets_each,
                cutoffs=cutoffs,
                workers=self.workers,
            )
            return pool.add(plans), costs
        pricing = cheapest_plans(
            self._price_list,
            priced,
            pool.part.learners,
            cutoffs=cutoffs,
            workers=self.workers,
        )
        bound = float(pricing.bounds.sum()) - part_value(pool, row_prices)
        bound -= EPSILON * len(cutoffs)  # plans that close to the cheapest are cut
        if bound > self.bound:
            self.bound = bound
            self.row_prices = row_prices
            self.learner_floors = pricing.bounds
        return pool.add(pricing.plans), pricing.costs

    def begin_at(self, start: PricedBound) -> None:
        """Take over a proven bound and the prices at which it holds."""
        self.bound = start.bound
        self.row_prices = start.row_prices
        self.learner_floors = start.learner_floors

    @property
    def is_proven(self) -> bool:
        """There is a bound."""
        return self.bound > -np.inf

    @property
    def is_large(self) -> bool:
        """The part is large enough for central prices."""
        return len(self._pool.part.learners) >= CENTRAL_LEARNERS


def part_prices(pool: Pool, row_prices: Floats) -> Prices:
    """Prices by place of a part's row prices."""
    everywhere = np.zeros(len(pool.rows))
    everywhere[pool.part.rows] = row_prices
    return prices_of(pool.rows, everywhere)


def part_value(pool: Pool, row_prices: Floats) -> float:
    """What the part's capacities are worth at most."""
    everywhere = np.zeros(len(pool.rows))
    everywhere[pool.part.rows] = row_prices
    return capacity_value(pool.rows, everywhere)


def relax(
    pool: Pool,
    price_list: PriceList,
    *,
    target_gap: float,
    workers: int,
    on_round: Callable[[Round], bool],
    may_be_quick: Callable[[], bool] = lambda: True,
    start: PricedBound | None = None,
) -> Relaxation:
    """Column generation over one part.

    Parameters
    ----------
    pool
        Plans to start from, one per learner that together keep every limit; the
        plans found are added.
    target_gap
        Relative distance of bound and LP value at which to stop.
    on_round
        Called after each round; stops the search when it returns False.
    may_be_quick
        Asked after each quick round; after False the rounds are exact.
    start
        Where an earlier search over this part ended.
    """
    pricer = _Pricer(pool, price_list, workers)
    if start is not None:
        pricer.begin_at(start)
    number, going = 0, True
    if pricer.is_large:
        relaxation, going = _central_rounds(
            pool, pricer, max(target_gap, CENTRAL_GAP), on_round, may_be_quick
        )
        number = relaxation.rounds
        close = _is_close(relaxation.master.value, pricer.bound, target_gap)
        too_large = len(pool.part.learners) > SIMPLEX_LEARNERS
        if close or not going or too_large:
            return relaxation
    return _simplex_rounds(pool, pricer, number, target_gap, on_round, may_be_quick)


def relax_quickly(
    pool: Pool,
    price_list: PriceList,
    *,
    start_prices: Floats,
    max_rounds: int,
    workers: int,
    may_go_on: Callable[[], bool],
    plans_each: int | None = None,
) -> tuple[MasterSolution, Floats]:
    """A few quick rounds: plans and shares, but no bound.

    Parameters
    ----------
    start_prices
        (rows of the part,), prices near which to begin.

    Returns
    -------
    tuple of MasterSolution, ndarray
        The last optimum over the plans known, and the prices last asked.
    """
    pricer = _Pricer(pool, price_list, workers, plans_each, room=room_of(pool.rows))
    if pricer.is_large:
        central = CentralMaster(pool, row_prices=start_prices, workers=workers)
        solution = central.solve(COARSE)
        for _ in range(max_rounds):
            new, _ = pricer.ask(solution.row_prices, exact=False)
            if not len(new) or not may_go_on():
                break
            solution = central.solve(COARSE)
        return solution, solution.row_prices
    solution = _corner_solution(pool)
    centre = start_prices
    for _ in range(max_rounds):
        centre = SMOOTHING * centre + (1 - SMOOTHING) * solution.row_prices
        new, _ = pricer.ask(centre, exact=False)
        if not _improving(pool, new, solution):
            more, _ = pricer.ask(solution.row_prices, exact=False)
            new = np.concatenate([new, more])
        if not len(new) or not may_go_on():
            break
        solution = _corner_solution(pool)
    return solution, centre


def _corner_solution(pool: Pool) -> MasterSolution:
    """The master of a few learners, solved anew without the rows nobody can fill."""
    rows = master_rows(pool.rows, pool.part)
    kept = fillable_rows(len(pool.part.learners), pool.learners, pool.use, rows)
    master = Master(len(pool.part.learners), rows.take(kept))
    master.add(pool.learners, pool.points, pool.use[:, kept])
    solution = master.solve()
    row_prices = np.zeros(len(rows))
    row_prices[kept] = solution.row_prices
    return replace(solution, row_prices=row_prices)


def _is_close(value: float, bound: float, gap: float) -> bool:
    return value - bound <= gap * abs(value)


def _central_rounds(
    pool: Pool,
    pricer: _Pricer,
    target_gap: float,
    on_round: Callable[[Round], bool],
    may_be_quick: Callable[[], bool],
) -> tuple[Relaxation, bool]:
    """Rounds at central prices; where they end, and whether there may be more."""
    central = CentralMaster(pool, row_prices=pricer.row_prices, workers=pricer.workers)
    number = 0
    exact, far = pricer.is_proven, not pricer.is_proven
    likely = pricer.bound  # the best bound, were quick rounds exact
    centre = pricer.row_prices if pricer.is_proven else None
    while True:
        number += 1
        solution = central.solve(COARSE if far else FINE)
        ask = solution.row_prices
        if far and centre is not None:
            ask = CENTRAL_SMOOTHING * centre + (1 - CENTRAL_SMOOTHING) * ask
        known = cheapest_known(pool, ask)
        new, costs = pricer.ask(ask, exact=exact)
        bound = float(costs.sum()) - part_value(pool, ask)
        if bound > likely:
            likely, centre = bound, ask
        far = not _is_close(solution.value, likely, FAR)
        gain = float((known - costs).sum())
        going = on_round(
            Round(
                number=number,
                value=solution.value,
                bound=pricer.bound,
                columns=len(pool),
            )
        )
        done = exact and (
            _is_close(solution.value, pricer.bound, target_gap) or not len(new)
        )
        if done or not going:
            break
        if gain <= MUCH * abs(solution.value):
            pricer.sets_each = SETS_EACH
        little = gain <= LITTLE * abs(solution.value)
        exact = (little and not exact) or not may_be_quick() or not len(new)
    return _relaxation(pricer, solution, number), going


def _relaxation(pricer: _Pricer, solution: MasterSolution, rounds: int) -> Relaxation:
    return Relaxation(
        bound=pricer.bound,
        row_prices=pricer.row_prices if pricer.is_proven else solution.row_prices,
        learner_floors=(
            pricer.learner_floors if pricer.is_proven else solution.learner_duals
        ),
        master=solution,
        rounds=rounds,
    )


def _master_over(pool: Pool) -> Master:
    master = Master(len(pool.part.learners), master_rows(pool.rows, pool.part))
    master.add(pool.learners, pool.points, pool.use)
    return master


def _simplex_rounds(
    pool: Pool,
    pricer: _Pricer,
    number: int,
    target_gap: float,
    on_round: Callable[[Round], bool],
    may_be_quick: Callable[[], bool],
) -> Relaxation:
    """Rounds at smoothed prices of the simplex method, to the end."""
    master = _master_over(pool)
    solution = master.solve()
    exact = pricer.is_proven
    centre = pricer.row_prices if exact else solution.row_prices
    while True:
        number += 1
        if exact and pricer.is_proven:
            centre = pricer.row_prices
        ask = SMOOTHING * centre + (1 - SMOOTHING) * solution.row_prices
        new, _ = pricer.ask(ask, exact=exact)
        if not exact:
            centre = ask
        improves = _improving(pool, new, solution)
        if not improves:
            more, costs = pricer.ask(solution.row_prices, exact=exact)
            new = np.concatenate([new, more])
            slack = costs - solution.learner_duals
            improves = bool((slack < -REDUCED_COST_TOLERANCE).any())
        going = on_round(
            Round(
                number=number,
                value=solution.value,
                bound=pricer.bound,
                columns=len(pool),
            )
        )
        close = _is_close(solution.value, pricer.bound, target_gap)
        if close or not going or (exact and not improves):
            break
        exact = exact or not improves or not may_be_quick()
        if len(new):
            master.add(pool.learners[new], pool.points[new], pool.use[new])
            solution = master.solve()
    return _relaxation(pricer, solution, number)


def _improving(pool: Pool, new: Index, solution: MasterSolution) -> bool:
    if not len(new):
        return False
    reduced = (
        pool.points[new]
        + pool.use[new] @ solution.row_prices
        - solution.learner_duals[pool.learners[new]]
    )
    return bool((reduced < -REDUCED_COST_TOLERANCE).any())
