"""One part of a region, from its greedy plans to the gap that it may have."""

from dataclasses import replace

import numpy as np

from matcher.problem.plans import Plans, empty_plans
from matcher.solvers.column_generation.board import Board
from matcher.solvers.column_generation.incumbent import Incumbent
from matcher.solvers.column_generation.integer import close_gap, is_large
from matcher.solvers.column_generation.neighbourhood import search_neighbourhoods
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.relaxation import (
    PricedBound,
    Relaxation,
    Round,
    relax,
)
from matcher.solvers.run import Clock

_SPENT_ON_QUICK_ROUNDS = 0.3
_SPENT_ON_BOUND = (0.6, 0.9)
"""Shares of a part's time after which quick rounds, and all rounds, come to an end."""

_OF_GAP = 0.35
_OF_GAP_LARGE = (0.1, 0.05)
"""Shares of the gap asked for that column generation itself may leave: in a large part
at first, and once better plans are hard to find. Its neighbourhoods begin with the
plans and prices found so: those are worth a few rounds more."""


def pool_of(board: Board, at: int, known: Plans | None) -> Pool:
    """The pool of a part, with what is known of it."""
    part = board.parts[at]
    pool = Pool(board.problem, board.rows, part)
    if known is not None:
        pool.add(known.take(np.isin(known.learner, part.learners)))
    pool.add(empty_plans(board.problem).take(part.learners))
    pool.rows_of(board.plans.take(part.learners))
    return pool


def allowed_gap(board: Board, at: int) -> float:
    """Gap of one part that lets the whole region reach the gap asked for.

    Half of the slack goes by points and half by learners, so that a part whose
    plans cost little need not be solved more closely than it matters.
    """
    gap, value = board.clock.params.gap, board.values[at]
    if value <= 0.0:
        return gap
    learners = len(board.parts[at].learners) / board.problem.num_learners
    return 0.5 * gap * (1.0 + learners * board.bound / value)


def gap_left(board: Board) -> float:
    """Gap of the largest part, which takes what the others have left."""
    gap, value = board.clock.params.gap, board.values[0]
    if value <= 0.0:
        return gap
    others = (board.objective - value) - (board.bound - board.bounds[0])
    return max(gap * board.objective - others, 0.1 * gap * value) / value


def lp_gap(pool: Pool, gap: float, *, again: bool = False) -> float:
    """Gap of column generation within a part of this gap."""
    return gap * (_OF_GAP_LARGE[again] if is_large(pool) else _OF_GAP)


def share_of_time(board: Board, at: int, *, is_beside_largest: bool) -> float:
    """Share of the time limit at which this part must end, by root of its learners.

    By learners alone a small part could prove little; what it does not need goes on
    to the larger ones.

    Parameters
    ----------
    is_beside_largest
        The largest part takes no time of these: its first bound is sought meanwhile.
    """
    spent, end = board.clock.spent, 1.0
    parts = board.parts[: at + 1]
    if is_beside_largest:
        parts, end = parts[1:], _SPENT_ON_BOUND[0]
    sizes = np.sqrt([len(part.learners) for part in parts])
    return float(spent + max(end - spent, 0.0) * sizes[-1] / sizes.sum())


def relax_part(
    board: Board,
    pool: Pool,
    at: int,
    gap: float,
    clock: Clock,
    spent: float = _SPENT_ON_BOUND[0],
    start: PricedBound | None = None,
) -> Relaxation:
    """Column generation over a part, to a gap or until a share of its time is over."""
    begin, end = clock.spent, clock.share_end

    def has_spent(share: float) -> bool:
        return clock.spent > begin + share * (end - begin)

    def on_round(done: Round) -> bool:
        board.note(at, done)
        clock.count()
        return clock.may_go_on() and not has_spent(spent)

    return relax(
        pool,
        board.price_list,
        target_gap=gap,
        workers=clock.params.workers,
        on_round=on_round,
        may_be_quick=lambda: not has_spent(_SPENT_ON_QUICK_ROUNDS),
        start=start,
    )


def solve_part(
    board: Board,
    pool: Pool,
    at: int,
    gap: float,
    end: float = 1.0,
    relaxation: Relaxation | None = None,
) -> None:
    """Solve one part of the region; the board keeps what is found.

    Parameters
    ----------
    gap
        Of the part.
    end
        Share of the time limit at which to end.
    relaxation
        A first bound, where there is one.
    """
    clock = board.clock.until(end)
    price_list, proven = board.price_list, board.proven(at)

    def on_better(found: Incumbent) -> None:
        board.take(at, pool, found)

    incumbent = Incumbent(
        chosen=pool.rows_of(board.plans.take(pool.part.learners)),
        value=board.values[at],
        bound=board.bounds[at],
        gap=gap,
    )
    if board.is_warm and is_large(pool) and not incumbent.is_close:
        # Nearly everything is as it was: a quick look around what changed, before all
        # else. More effort is for when the bound is near again.
        incumbent = search_neighbourhoods(
            pool,
            price_list,
            proven,
            incumbent,
            clock=clock,
            on_better=on_better,
            num_efforts=1,
        )
    begin = proven if board.is_warm else None
    for again in range(2 if is_large(pool) else 1):
        if incumbent.is_close or not clock.may_go_on():
            break
        if relaxation is None or again:
            relaxation = relax_part(
                board,
                pool,
                at,
                lp_gap(pool, gap, again=again > 0),
                clock,
                _SPENT_ON_BOUND[again],
                relaxation or begin,
            )
        incumbent = close_gap(
            pool,
            price_list,
            relaxation,
            replace(incumbent, bound=max(relaxation.bound, board.bounds[at])),
            again=again > 0,
            clock=clock,
            on_better=on_better,
        )
    board.keep(at, pool, relaxation or proven)
