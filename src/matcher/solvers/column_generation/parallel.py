"""The parts of a region, solved side by side: on threads, or on a Dask cluster.

Each is solved to a gap that is laid down before any of them; the largest ends last,
here, with the slack that the others leave. So no answer depends on which one was
quicker, or where it was solved.
"""

from dataclasses import dataclass, replace

import joblib
import numpy as np

from matcher.planning import PriceList
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem
from matcher.problem.rows import rows_of
from matcher.solvers.cluster import on_cluster
from matcher.solvers.column_generation.board import Board
from matcher.solvers.column_generation.incumbent import Incumbent
from matcher.solvers.column_generation.integer import is_large
from matcher.solvers.column_generation.part_solver import (
    allowed_gap,
    gap_left,
    lp_gap,
    pool_of,
    relax_part,
    share_of_time,
    solve_part,
)
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.region_part import RegionPart
from matcher.solvers.column_generation.relaxation import PricedBound, Relaxation
from matcher.solvers.run import Clock, SolveParams, Watch


def solve_parts(board: Board, known: Plans | None) -> None:
    """Solve all parts, the largest last.

    A first bound of the largest, where it is large, is found beside the others.

    Parameters
    ----------
    known
        Plans of an earlier run.
    """
    if not board.parts:
        return
    params = board.clock.params
    gaps = [allowed_gap(board, at) for at in range(len(board.parts))]
    was_close = board.is_close
    if was_close:
        for at in range(len(gaps)) if params.keep_state else ():
            board.keep(at, pool_of(board, at, known), board.proven(at))
        return
    largest = pool_of(board, 0, known)
    solve_others = _on_threads if params.scheduler is None else _on_a_cluster
    relaxation = solve_others(board, known, gaps, largest)
    if not board.is_close:
        solve_part(board, largest, 0, gap_left(board), relaxation=relaxation)
    elif params.keep_state:
        board.keep(0, largest, relaxation or board.proven(0))


def _first_bound(board: Board, largest: Pool, gap: float) -> Relaxation | None:
    """As close as the largest part needs before its plans are chosen."""
    if not _has_first_bound(board, largest):
        return None
    return relax_part(board, largest, 0, lp_gap(largest, gap), board.clock)


def _has_first_bound(board: Board, largest: Pool) -> bool:
    return is_large(largest) and not board.is_warm


def _on_threads(
    board: Board, known: Plans | None, gaps: list[float], largest: Pool
) -> Relaxation | None:
    """Solve all parts but the largest, and find a first bound of that one.

    A limit of work asks for one thing after the other, to end at the same one always.
    """
    params = board.clock.params
    jobs = 1 if params.work_limit is not None else params.workers
    is_beside = jobs > 1 and _has_first_bound(board, largest)

    def solve(at: int) -> None:
        end = share_of_time(board, at, is_beside_largest=is_beside)
        solve_part(board, pool_of(board, at, known), at, gaps[at], end)

    # The smallest first: where time runs out, only the largest is unfinished.
    others = [joblib.delayed(solve)(at) for at in range(len(gaps) - 1, 0, -1)]
    first = joblib.delayed(_first_bound)(board, largest, gaps[0])
    steps = [*others, first] if jobs == 1 else [first, *others]
    answers = joblib.Parallel(n_jobs=jobs, backend="threading")(steps)
    found: Relaxation | None = answers[-1 if jobs == 1 else 0]
    return found


def _on_a_cluster(
    board: Board, known: Plans | None, gaps: list[float], largest: Pool
) -> Relaxation | None:
    """The same, the others elsewhere; their answers are taken as they come."""
    problem = board.problem
    tasks = [
        joblib.delayed(_solved_apart)(problem, _task(board, known, at, gaps[at]))
        for at in range(len(gaps) - 1, 0, -1)
    ]
    with on_cluster(board.clock.params.scheduler, shared=(problem,)):
        answers = joblib.Parallel(
            n_jobs=-1, return_as="generator_unordered", batch_size=1
        )(tasks)
        first = _first_bound(board, largest, gaps[0])
        for answer in answers:
            _take(board, answer)
    return first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A part to solve where nothing else of the region is known.

    Attributes
    ----------
    at
        Which part.
    plans
        Of its learners.
    known
        Plans of an earlier run.
    """

    at: int
    part: RegionPart
    plans: Plans
    bound: float
    proven: PricedBound
    gap: float
    known: Plans | None
    is_warm: bool
    params: SolveParams


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The plans of a part's learners, and what is proven of them."""

    at: int
    plans: Plans
    bound: float
    proven: PricedBound
    known: Plans | None
    rounds: int


def _task(board: Board, known: Plans | None, at: int, gap: float) -> _Task:
    part, clock = board.parts[at], board.clock
    limit = clock.params.time_limit_seconds
    if limit is not None:
        end = share_of_time(board, at, is_beside_largest=True)
        limit = max(clock.until(end).seconds_left, 0.0)
    if known is not None:
        known = known.take(np.isin(known.learner, part.learners))
    return _Task(
        at=at,
        part=part,
        plans=board.plans.take(part.learners),
        bound=board.bounds[at],
        proven=board.proven(at),
        gap=gap,
        known=known,
        is_warm=board.is_warm,
        params=replace(
            clock.params,
            workers=1,
            scheduler=None,
            start=None,
            time_limit_seconds=limit,
        ),
    )


def _solved_apart(problem: Problem, task: _Task) -> _Answer:
    """The answer of a part, on a board of its own."""
    part, rows = task.part, rows_of(problem)
    plans = empty_plans(problem)
    plans.option[part.learners] = task.plans.option
    plans.course[part.learners] = task.plans.course
    board = Board(
        problem=problem,
        price_list=PriceList(problem),
        rows=rows,
        parts=[part],
        clock=Clock(params=task.params, watch=Watch()),
        plans=plans,
        values=[_value(problem, task.plans)],
        bounds=[task.bound],
        row_prices=np.zeros(len(rows)),
        floors=np.zeros(problem.num_learners),
        is_warm=task.is_warm,
    )
    board.row_prices[part.rows] = task.proven.row_prices
    board.floors[part.learners] = task.proven.learner_floors
    solve_part(board, pool_of(board, 0, task.known), 0, task.gap)
    return _Answer(
        at=task.at,
        plans=board.plans.take(part.learners),
        bound=board.bounds[0],
        proven=board.proven(0),
        known=board.known.get(0),
        rounds=board.rounds,
    )


def _take(board: Board, answer: _Answer) -> None:
    """Take over an answer."""
    at = answer.at
    pool = pool_of(board, at, None)
    found = Incumbent(
        chosen=pool.rows_of(answer.plans),
        value=_value(board.problem, answer.plans),
        bound=answer.bound,
        gap=0.0,
    )
    board.rounds += answer.rounds
    board.take(at, pool, found)
    board.prove(at, answer.proven)
    if answer.known is not None:
        board.known[at] = answer.known


def _value(problem: Problem, plans: Plans) -> float:
    return float(plan_points(problem, plans).sum())
