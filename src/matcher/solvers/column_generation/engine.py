"""The exact engine: plans as columns, prices, a bound, and whole plans chosen.

A region falls apart into parts that share no capacity; each is solved on its own
and the bounds add up. In each part: column generation gives a bound and prices
(`relaxation`), the integer step gives plans (`integer`).
"""

import numpy as np

from matcher.dataset.tables import Floats
from matcher.planning import PriceList, cheapest_plans
from matcher.problem.plans import Plans, plan_points
from matcher.problem.prices import no_prices
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, prices_of, rows_of
from matcher.solvers.column_generation.board import Board
from matcher.solvers.column_generation.parallel import solve_parts
from matcher.solvers.column_generation.region_part import RegionPart, region_parts
from matcher.solvers.column_generation.warm_start import (
    Known,
    WarmStart,
    state_of,
    warm_start,
)
from matcher.solvers.greedy import greedy_plans, improve_one_by_one
from matcher.solvers.run import Clock, Result
from matcher.solvers.state import RunState

VERY_LARGE = 500
"""Learners of a part from which on none is searched alone for a first bound."""

SOLO_NODES = 200
"""Nodes of each search for the first bound."""


def solve_by_columns(problem: Problem, clock: Clock) -> Result:
    """Solve by column generation."""
    price_list = PriceList(problem)
    rows = rows_of(problem)
    parts = region_parts(problem, rows)
    state = clock.params.start
    if state is None:
        board, known = _cold(problem, price_list, rows, parts, clock), None
    else:
        start = warm_start(
            problem, price_list, rows, parts, state, workers=clock.params.workers
        )
        board, known = (
            _warm(problem, price_list, rows, parts, clock, start),
            start.plans,
        )
    clock.watch.on_better(board.plans, board.bound)
    board.tell("start", is_better=True)
    solve_parts(board, known)
    return _result(board)


def _cold(
    problem: Problem,
    price_list: PriceList,
    rows: Rows,
    parts: list[RegionPart],
    clock: Clock,
) -> Board:
    """Begin with greedy plans, and with what learners cost alone."""
    plans = greedy_plans(problem, price_list, may_go_on=clock.may_go_on)
    floors = _solo_floors(problem, price_list, parts, clock)
    return Board(
        problem=problem,
        price_list=price_list,
        rows=rows,
        parts=parts,
        clock=clock,
        plans=plans,
        values=_values(problem, plans, parts),
        bounds=[max(0.0, float(floors[part.learners].sum())) for part in parts],
        row_prices=np.zeros(len(rows)),
        floors=floors,
    )


def _warm(
    problem: Problem,
    price_list: PriceList,
    rows: Rows,
    parts: list[RegionPart],
    clock: Clock,
    start: WarmStart,
) -> Board:
    """Begin with what an earlier run left; who has no plan takes what there is."""
    plans = start.chosen
    if len(start.open_learners):
        plans = greedy_plans(
            problem,
            price_list,
            prices_of(rows, start.row_prices),
            start.open_learners,
            clock.may_go_on,
            plans,
        )
        plans = improve_one_by_one(
            problem, price_list, plans, start.open_learners, clock.may_go_on
        )
    board = Board(
        problem=problem,
        price_list=price_list,
        rows=rows,
        parts=parts,
        clock=clock,
        plans=plans,
        values=_values(problem, plans, parts),
        bounds=start.part_bounds.tolist(),
        row_prices=start.row_prices,
        floors=start.floors,
        is_warm=True,
    )
    for at in range(len(parts)):
        board.bounds[at] = max(0.0, board.bounds[at], board.proven(at).bound)
    return board


def _values(problem: Problem, plans: Plans, parts: list[RegionPart]) -> list[float]:
    points = plan_points(problem, plans).sum(axis=1)
    return [float(points[part.learners].sum()) for part in parts]


def _solo_floors(
    problem: Problem, price_list: PriceList, parts: list[RegionPart], clock: Clock
) -> Floats:
    """(learners,), what each costs at least, with the region for that one alone.

    0 in very large parts, whose first exact round tells more in the same time.
    """
    floors = np.zeros(problem.num_learners)
    few = [part.learners for part in parts if len(part.learners) < VERY_LARGE]
    if few and clock.may_go_on():
        learners = np.sort(np.concatenate(few))
        floors[learners] = cheapest_plans(
            price_list,
            price_list.at(no_prices(problem)),
            learners,
            node_limit=SOLO_NODES,
            workers=clock.params.workers,
        ).bounds
    return floors


def _result(board: Board) -> Result:
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
        state=_state(board) if board.clock.params.keep_state else None,
    )


def _state(board: Board) -> RunState:
    """What the next run may begin with."""
    chosen = board.plans
    known = [board.known[at] for at in sorted(board.known, reverse=True)]
    others = Plans.join([chosen.take(np.empty(0, dtype=np.int64)), *known])
    is_chosen = (others.option == chosen.option[others.learner]).all(axis=1)
    is_chosen &= (others.course == chosen.course[others.learner]).all(axis=1)
    others = others.take(~is_chosen)
    return state_of(
        board.problem,
        board.price_list,
        board.rows,
        board.parts,
        Known(
            row_prices=board.row_prices,
            floors=board.floors,
            plans=Plans.join([chosen, others]),
            is_chosen=np.arange(len(chosen) + len(others)) < len(chosen),
            part_bounds=np.minimum(board.bounds, board.values),
        ),
    )
