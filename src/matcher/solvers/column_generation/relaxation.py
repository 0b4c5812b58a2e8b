"""Column generation: the master LP and pricing in turn, with a bound throughout.

The bound of a round is Lagrangian: the sum of every learner's cheapest plan at
some prices, less what the capacities are worth at these prices. It holds for any
prices of 0 or more, so a run may stop at any round. Prices are smoothed (Wentges):
pricing asks at a point between the best prices so far and the master's, which
damps the master's jumps; where that yields no plan that improves, the master's own
prices are asked. The first rounds are quick: they search only each learner's most
promising sets of sites, and tell no bound. Once they find nothing, exact rounds do.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList, cheapest_plans
from matcher.planning.price import DEFAULT_NODE_LIMIT
from matcher.planning.search import EPSILON
from matcher.problem.prices import Prices
from matcher.problem.rows import capacity_value, prices_of
from matcher.solvers.column_generation.master import Master, MasterSolution
from matcher.solvers.column_generation.pool import Pool, master_rows

REDUCED_COST_TOLERANCE = 1e-7
"""Points below zero from which a plan counts as improving."""

SMOOTHING = 0.6
"""Weight of the best prices so far when pricing asks; measured on 300 learners."""


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
class Relaxation:
    """Where column generation ended.

    Attributes
    ----------
    bound
        Proven: no plans of these learners cost less.
    row_prices
        (rows of the part,), at which the bound holds.
    learner_floors
        (learners of the part,), no plan of the learner costs less at these prices.
    master
        Last optimum of the restricted master.
    rounds
        Rounds taken.
    """

    bound: float
    row_prices: Floats
    learner_floors: Floats
    master: MasterSolution
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickRounds:
    """Rounds that only look for plans.

    Attributes
    ----------
    max_rounds
        At most this many.
    start_prices
        (rows of the part,), prices near which to begin.
    """

    max_rounds: int
    start_prices: Floats


class _Pricer:
    """Prices the learners of a part and remembers the best bound."""

    def __init__(self, pool: Pool, price_list: PriceList, workers: int) -> None:
        self._pool = pool
        self._price_list = price_list
        self._workers = workers
        self.bound = -np.inf
        self.row_prices = np.zeros(len(pool.part.rows))
        self.learner_floors = np.zeros(len(pool.part.learners))

    def ask(self, row_prices: Floats, *, exact: bool) -> tuple[Index, Floats]:
        """Price at these prices; rows of the new plans in the pool, and costs."""
        pool = self._pool
        cutoffs = np.full(len(pool.part.learners), np.inf)
        np.minimum.at(cutoffs, pool.learners, pool.points + pool.use @ row_prices)
        pricing = cheapest_plans(
            self._price_list,
            self._price_list.at(part_prices(pool, row_prices)),
            pool.part.learners,
            cutoffs=cutoffs,
            node_limit=DEFAULT_NODE_LIMIT if exact else 0,
            workers=self._workers,
        )
        bound = float(pricing.bounds.sum()) - part_value(pool, row_prices)
        bound -= EPSILON * len(cutoffs)  # plans that close to the cheapest are cut
        if bound > self.bound:
            self.bound = bound
            self.row_prices = row_prices
            self.learner_floors = pricing.bounds
        return pool.add(pricing.plans), pricing.costs


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
    quick: QuickRounds | None = None,
    may_be_quick: Callable[[], bool] = lambda: True,
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
    quick
        Quick rounds only, without a bound: enough for plans.
    may_be_quick
        Asked after each quick round; after False the rounds are exact.
    """
    master = Master(len(pool.part.learners), master_rows(pool.rows, pool.part))
    master.add(pool.learners, pool.points, pool.use)
    pricer = _Pricer(pool, price_list, workers)
    solution = master.solve()
    centre = solution.row_prices if quick is None else quick.start_prices
    max_rounds = None if quick is None else quick.max_rounds
    exact = False
    number = 0
    while True:
        number += 1
        if exact and pricer.bound > -np.inf:
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
        close = solution.value - pricer.bound <= target_gap * abs(solution.value)
        if close or not going or number == max_rounds:
            break
        if not improves and (exact or max_rounds is not None):
            break
        exact = exact or not improves or not may_be_quick()
        if len(new):
            master.add(pool.learners[new], pool.points[new], pool.use[new])
            solution = master.solve()
    return Relaxation(
        bound=pricer.bound,
        row_prices=pricer.row_prices if max_rounds is None else centre,
        learner_floors=pricer.learner_floors,
        master=solution,
        rounds=number,
    )


def _improving(pool: Pool, new: Index, solution: MasterSolution) -> bool:
    if not len(new):
        return False
    reduced = (
        pool.points[new]
        + pool.use[new] @ solution.row_prices
        - solution.learner_duals[pool.learners[new]]
    )
    return bool((reduced < -REDUCED_COST_TOLERANCE).any())
