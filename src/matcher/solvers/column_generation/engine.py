"""The exact engine: plans as columns, prices, a bound, and whole plans chosen.

A region falls apart into parts that share no capacity; each is solved on its own
and the bounds add up. In each part: column generation gives a bound and prices
(`relaxation`), the integer step gives plans (`integer`).
"""

from dataclasses import dataclass

import numpy as np

from matcher.planning import PriceList, cheapest_plans
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.prices import no_prices
from matcher.problem.problem import Problem
from matcher.problem.rows import rows_of
from matcher.solvers.column_generation.integer import Incumbent, close_gap
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.region_part import RegionPart, region_parts
from matcher.solvers.column_generation.relaxation import Round, relax
from matcher.solvers.greedy import greedy_plans
from matcher.solvers.run import Clock, Progress, Result

SOLO_NODES = 2_000
"""Nodes of each search for the first bound."""

_SPENT_ON_QUICK_ROUNDS = 0.3
_SPENT_ON_BOUND = 0.6
"""Shares of a time limit after which quick rounds, and all rounds, come to an end."""

_TIGHTER = 0.2
"""Share of the gap asked for that column generation itself may leave."""


@dataclass(slots=True)
class _Board:
    """Best plans and bounds of all parts, as they come in."""

    problem: Problem
    clock: Clock
    plans: Plans
    values: list[float]
    bounds: list[float]
    rounds: int = 0
    columns: int = 0

    @property
    def objective(self) -> float:
        return float(sum(self.values))

    @property
    def bound(self) -> float:
        return float(sum(self.bounds))

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

    def take(self, part: int, pool: Pool, incumbent: Incumbent) -> None:
        """Take over a part's plans and bound."""
        self.bounds[part] = max(self.bounds[part], incumbent.bound)
        better = incumbent.value < self.values[part] - 1e-9
        if better:
            self.values[part] = incumbent.value
            chosen = pool.plans.take(incumbent.chosen)
            self.plans.option[chosen.learner] = chosen.option
            self.plans.course[chosen.learner] = chosen.course
            self.clock.watch.on_better(self.plans, self.bound)
        self.tell("plans", is_better=better)


def solve_by_columns(problem: Problem, clock: Clock) -> Result:
    """Solve by column generation."""
    price_list = PriceList(problem)
    rows = rows_of(problem)
    parts = region_parts(problem, rows)
    plans = greedy_plans(problem, price_list, may_go_on=clock.may_go_on)
    points = plan_points(problem, plans).sum(axis=1)
    board = _Board(
        problem=problem,
        clock=clock,
        plans=plans,
        values=[float(points[part.learners].sum()) for part in parts],
        bounds=_solo_bounds(problem, price_list, parts, clock),
    )
    clock.watch.on_better(board.plans, 0.0)
    board.tell("start", is_better=True)
    # The smallest parts first: where time runs out, only the largest is unfinished.
    for at, part in reversed(list(enumerate(parts))):
        _solve_part(board, price_list, Pool(problem, rows, part), at)
    return _result(board)


def _solo_bounds(
    problem: Problem, price_list: PriceList, parts: list[RegionPart], clock: Clock
) -> list[float]:
    """What the learners of each part cost at least, had they the region alone."""
    if not clock.may_go_on():
        return [0.0] * len(parts)
    solo = cheapest_plans(
        price_list,
        price_list.at(no_prices(problem)),
        np.arange(problem.num_learners),
        node_limit=SOLO_NODES,
        workers=clock.params.workers,
    ).bounds
    return [max(0.0, float(solo[part.learners].sum())) for part in parts]


def _solve_part(board: _Board, price_list: PriceList, pool: Pool, at: int) -> None:
    """Solve one part of the region; the board keeps what is found."""
    clock, part = board.clock, pool.part
    start = pool.add(board.plans.take(part.learners))
    pool.add(empty_plans(board.problem).take(part.learners))

    def on_round(done: Round) -> bool:
        board.rounds += 1
        board.columns = done.columns
        board.bounds[at] = max(board.bounds[at], done.bound)
        board.tell("bound")
        clock.work += 1
        return clock.may_go_on() and clock.spent < _SPENT_ON_BOUND

    def on_better(found: Incumbent) -> None:
        board.take(at, pool, found)

    relaxation = relax(
        pool,
        price_list,
        target_gap=_TIGHTER * clock.params.gap,
        workers=clock.params.workers,
        on_round=on_round,
        may_be_quick=lambda: clock.spent < _SPENT_ON_QUICK_ROUNDS,
    )
    incumbent = Incumbent(
        chosen=start,
        value=board.values[at],
        bound=max(relaxation.bound, 0.0),  # points are never below 0
    )
    close_gap(pool, price_list, relaxation, incumbent, clock=clock, on_better=on_better)


def _result(board: _Board) -> Result:
    objective, bound = board.objective, min(board.bound, board.objective)
    if objective - bound <= 1e-6:
        # The bound is the objective but for rounding in sums.
        bound, reason = objective, "proven"
    elif objective - bound <= board.clock.params.gap * objective:
        reason = "gap"
    else:
        reason = board.clock.reason or "exhausted"
    return Result(
        plans=board.plans,
        objective=float(np.sum(plan_points(board.problem, board.plans))),
        bound=bound,
        stop_reason=reason,  # type: ignore[arg-type]
        engine="column_generation",
    )
