"""The exact engine: plans as columns, prices, a bound, and whole plans chosen.

A region falls apart into parts that share no capacity; each is solved on its own
and the bounds add up. In each part: column generation gives a bound and prices
(`relaxation`), the integer step gives plans (`integer`). Parts are worked at the same
time, each to a gap that is laid down before any of them; the largest ends last, with
the slack that the others leave. So no answer depends on which one was quicker.
"""

from dataclasses import dataclass, field, replace
from threading import RLock

import joblib
import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList, cheapest_plans
from matcher.planning.menu import EPSILON
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.prices import no_prices
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, capacity_value, prices_of, rows_of
from matcher.solvers.column_generation.incumbent import Incumbent
from matcher.solvers.column_generation.integer import close_gap, is_large
from matcher.solvers.column_generation.neighbourhood import search_neighbourhoods
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.region_part import RegionPart, region_parts
from matcher.solvers.column_generation.relaxation import (
    PricedBound,
    Relaxation,
    Round,
    relax,
)
from matcher.solvers.column_generation.warm_start import (
    PLANS_EACH,
    Known,
    WarmStart,
    state_of,
    warm_start,
)
from matcher.solvers.greedy import greedy_plans, improve_one_by_one
from matcher.solvers.run import Clock, Progress, Result
from matcher.solvers.state import RunState

VERY_LARGE = 500
"""Learners of a part from which on none is searched alone for a first bound."""

SOLO_NODES = 200
"""Nodes of each search for the first bound."""

_SPENT_ON_QUICK_ROUNDS = 0.3
_SPENT_ON_BOUND = (0.6, 0.9)
"""Shares of a part's time after which quick rounds, and all rounds, come to an end."""

_TIGHTER = (0.35, 0.05)
"""Shares of the gap asked for that column generation itself may leave: at first, and
once better plans are hard to find."""


@dataclass(slots=True)
class _Board:
    """Best plans, prices and bounds of all parts, as they come in."""

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
    known: dict[int, Plans] = field(default_factory=dict)
    rounds: int = 0
    columns: int = 0
    lock: RLock = field(default_factory=RLock)

    @property
    def objective(self) -> float:
        return float(sum(self.values))

    @property
    def bound(self) -> float:
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

    def keep(self, at: int, pool: Pool, proven: PricedBound) -> None:
        """Note a part's prices, where they prove more, and its cheapest plans."""
        part = self.parts[at]
        if proven.bound >= self.proven(at).bound:
            self.row_prices[part.rows] = proven.row_prices
            self.floors[part.learners] = proven.learner_floors
        if self.clock.params.keep_state:
            best = pool.cheapest_each(
                PLANS_EACH, proven.learner_floors, proven.row_prices
            )
            self.known[at] = pool.plans.take(best)


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
    _solve_parts(board, known)
    return _result(board)


def _solve_parts(board: _Board, known: Plans | None) -> None:
    """Solve all parts, the largest last.

    A first bound of the largest, where it is large, is found beside the others. A
    limit of work asks for one thing after the other, to end at the same one always.

    Parameters
    ----------
    known
        Plans of an earlier run.
    """
    if not board.parts:
        return
    params = board.clock.params
    gaps = [_allowed_gap(board, at) for at in range(len(board.parts))]
    is_close = board.is_close

    def solve(at: int) -> None:
        pool = _pool(board, at, known)
        if not is_close:
            _solve_part(board, pool, at, gaps[at])
        elif params.keep_state:
            board.keep(at, pool, board.proven(at))

    jobs = 1 if params.work_limit is not None else params.workers
    largest = _pool(board, 0, known)
    relaxed: list[Relaxation] = []
    # The smallest first: where time runs out, only the largest is unfinished.
    steps = [joblib.delayed(solve)(at) for at in range(len(gaps) - 1, 0, -1)]
    if is_large(largest) and params.start is None and not is_close:
        gap = _TIGHTER[0] * gaps[0]
        first = joblib.delayed(
            lambda: relaxed.append(_relaxed(board, largest, 0, gap, board.clock))
        )()
        steps = [first, *steps] if jobs > 1 else [*steps, first]
    joblib.Parallel(n_jobs=jobs, backend="threading")(steps)
    if not board.is_close:
        _solve_part(board, largest, 0, _gap_left(board), *relaxed)
    elif params.keep_state:
        board.keep(0, largest, board.proven(0))


def _pool(board: _Board, at: int, known: Plans | None) -> Pool:
    """The pool of a part, with what is known of it."""
    part = board.parts[at]
    pool = Pool(board.problem, board.rows, part)
    if known is not None:
        pool.add(known.take(np.isin(known.learner, part.learners)))
    pool.add(empty_plans(board.problem).take(part.learners))
    pool.rows_of(board.plans.take(part.learners))
    return pool


def _cold(
    problem: Problem,
    price_list: PriceList,
    rows: Rows,
    parts: list[RegionPart],
    clock: Clock,
) -> _Board:
    """Begin with greedy plans, and with what learners cost alone."""
    plans = greedy_plans(problem, price_list, may_go_on=clock.may_go_on)
    floors = _solo_floors(problem, price_list, parts, clock)
    return _Board(
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
) -> _Board:
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
    board = _Board(
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
    )
    for at in range(len(parts)):
        board.bounds[at] = max(0.0, board.bounds[at], board.proven(at).bound)
    return board


def _values(problem: Problem, plans: Plans, parts: list[RegionPart]) -> list[float]:
    points = plan_points(problem, plans).sum(axis=1)
    return [float(points[part.learners].sum()) for part in parts]


def _only(row_prices: Floats, rows: Index) -> Floats:
    """Prices of these rows, 0 of all others."""
    prices = np.zeros(len(row_prices))
    prices[rows] = row_prices[rows]
    return prices


def _allowed_gap(board: _Board, at: int) -> float:
    """Gap of one part that lets the whole region reach the gap asked for.

    Half of the slack goes by points and half by learners, so that a part whose
    plans cost little need not be solved more closely than it matters.
    """
    gap, value = board.clock.params.gap, board.values[at]
    if value <= 0.0:
        return gap
    learners = len(board.parts[at].learners) / board.problem.num_learners
    return 0.5 * gap * (1.0 + learners * board.bound / value)


def _gap_left(board: _Board) -> float:
    """Gap of the largest part, which takes what the others have left."""
    gap, value = board.clock.params.gap, board.values[0]
    if value <= 0.0:
        return gap
    others = (board.objective - value) - (board.bound - board.bounds[0])
    return max(gap * board.objective - others, 0.1 * gap * value) / value


def _share_of_time(board: _Board, at: int) -> float:
    """Share of the time limit at which this part must end, by root of its learners.

    By learners alone a small part could prove little; what it does not need goes on
    to the larger ones.
    """
    spent = board.clock.spent
    sizes = np.sqrt([len(part.learners) for part in board.parts[: at + 1]])
    return float(spent + (1.0 - spent) * sizes[at] / sizes.sum())


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


def _relaxed(
    board: _Board,
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


def _solve_part(
    board: _Board,
    pool: Pool,
    at: int,
    gap: float,
    relaxation: Relaxation | None = None,
) -> None:
    """Solve one part of the region; the board keeps what is found.

    Parameters
    ----------
    gap
        Of the part.
    relaxation
        A first bound, where there is one.
    """
    clock = board.clock.until(_share_of_time(board, at))
    price_list, proven = board.price_list, board.proven(at)

    def on_better(found: Incumbent) -> None:
        board.take(at, pool, found)

    incumbent = Incumbent(
        chosen=pool.rows_of(board.plans.take(pool.part.learners)),
        value=board.values[at],
        bound=board.bounds[at],
        gap=gap,
    )
    if clock.params.start is not None and is_large(pool) and not incumbent.is_close:
        # Nearly everything is as it was: look around what changed before all else.
        incumbent = search_neighbourhoods(
            pool, price_list, proven, incumbent, clock=clock, on_better=on_better
        )
    begin = proven if clock.params.start is not None else None
    for again in range(2 if is_large(pool) else 1):
        if incumbent.is_close or not clock.may_go_on():
            break
        if relaxation is None or again:
            relaxation = _relaxed(
                board,
                pool,
                at,
                _TIGHTER[again] * gap,
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
        state=_state(board) if board.clock.params.keep_state else None,
    )


def _state(board: _Board) -> RunState:
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
