"""Best plans, prices and bounds of all parts of a region, as they come in."""

from dataclasses import dataclass, field
from threading import RLock

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList
from matcher.planning.menu import EPSILON
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, capacity_value
from matcher.solvers.column_generation.incumbent import Incumbent
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.region_part import RegionPart
from matcher.solvers.column_generation.relaxation import PricedBound, Round
from matcher.solvers.column_generation.warm_start import PLANS_EACH
from matcher.solvers.run import Clock, Progress


@dataclass(slots=True, kw_only=True)
class Board:
    """What is known so far; parts on several threads write to it.

    Attributes
    ----------
    plans
        The best, one per learner.
    values, bounds
        (parts,), their points, and points below which no plans are.
    row_prices, floors
        (rows,) and (learners,), at which each part's bound is proven.
    is_warm
        Plans and prices come from an earlier run.
    known
        Plans to keep for a next run, by part.
    rounds, columns
        Rounds of pricing, and plans known in the last of them.
    """

    problem: Problem
    price_list: PriceList
    rows: Rows
    parts: list[RegionPart]
    clock: Clock
    plans: Plans
    values: list[float]
    bounds: list[float]
    row_prices: Floats
    floors: Floats
    is_warm: bool = False
    known: dict[int, Plans] = field(default_factory=dict)
    rounds: int = 0
    columns: int = 0
    lock: RLock = field(default_factory=RLock)

    @property
    def objective(self) -> float:
        """Points of all plans."""
        return float(sum(self.values))

    @property
    def bound(self) -> float:
        """Points below which no plans are."""
        return float(sum(self.bounds))

    @property
    def is_close(self) -> bool:
        """The region as a whole is as close to its bound as asked."""
        gap = self.clock.params.gap
        return gap > 0 and self.objective - self.bound <= gap * self.objective

    def proven(self, at: int) -> PricedBound:
        """Prices of a part, and the bound that they prove."""
        part = self.parts[at]
        value = capacity_value(self.rows, _only(self.row_prices, part.rows))
        value += EPSILON * len(part.learners)  # by which floors may be too high
        return PricedBound(
            bound=float(self.floors[part.learners].sum()) - value,
            row_prices=self.row_prices[part.rows],
            learner_floors=self.floors[part.learners],
        )

    def tell(self, phase: str, *, is_better: bool = False) -> None:
        """One line of progress."""
        self.clock.watch.on_progress(
            Progress(
                seconds=self.clock.seconds,
                phase=phase,
                round=self.rounds,
                columns=self.columns,
                objective=self.objective,
                bound=self.bound,
                is_better=is_better,
            )
        )

    def note(self, at: int, done: Round) -> None:
        """Take over the bound of a round."""
        with self.lock:
            self.rounds += 1
            self.columns = done.columns
            self.bounds[at] = max(self.bounds[at], done.bound)
            self.tell("bound")

    def take(self, at: int, pool: Pool, incumbent: Incumbent) -> None:
        """Take over a part's plans and bound."""
        with self.lock:
            self.bounds[at] = max(self.bounds[at], incumbent.bound)
            better = incumbent.value < self.values[at] - 1e-9
            if better:
                self.values[at] = incumbent.value
                chosen = pool.plans.take(incumbent.chosen)
                self.plans.option[chosen.learner] = chosen.option
                self.plans.course[chosen.learner] = chosen.course
                self.clock.watch.on_better(self.plans, self.bound)
            self.tell("plans", is_better=better)

    def prove(self, at: int, proven: PricedBound) -> None:
        """Note a part's prices, where they prove more."""
        part = self.parts[at]
        if proven.bound >= self.proven(at).bound:
            self.row_prices[part.rows] = proven.row_prices
            self.floors[part.learners] = proven.learner_floors

    def keep(self, at: int, pool: Pool, proven: PricedBound) -> None:
        """Note a part's prices and, for a next run, its cheapest plans."""
        self.prove(at, proven)
        if self.clock.params.keep_state:
            best = pool.cheapest_each(
                PLANS_EACH, proven.learner_floors, proven.row_prices
            )
            self.known[at] = pool.plans.take(best)


def _only(row_prices: Floats, rows: Index) -> Floats:
    """Prices of these rows, 0 of all others."""
    prices = np.zeros(len(row_prices))
    prices[rows] = row_prices[rows]
    return prices
