"""Neighbourhood search: choose the plans of some learners anew, all others kept.

A heuristic for large parts. A neighbourhood is a learner whose plan costs more at
the bound's prices than it could, or who leaves dear room unused, and those who
compete with that learner for the same dear places. For them plans are priced in the
room that the others leave, since plans priced for the whole relaxation often fit no
choice; then one plan each is selected. That takes little effort at first, and more
once it yields little. Two neighbourhoods without a common learner are under way at a
time, each as if the other kept its plans: the second keeps its own where the first
took the room that both had found free.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList
from matcher.problem.plans import Plans
from matcher.solvers.column_generation.growing import GrowingArray
from matcher.solvers.column_generation.incumbent import Incumbent
from matcher.solvers.column_generation.pool import Pool, master_rows
from matcher.solvers.column_generation.relaxation import PricedBound, relax_quickly
from matcher.solvers.column_generation.selection import select
from matcher.solvers.run import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How a neighbourhood is worked.

    Attributes
    ----------
    learners
        Its size.
    rounds
        Quick rounds that price plans for it, at most.
    work
        Deterministic time of the selection, for each learner.
    """

    learners: int
    rounds: int
    work: float


EFFORTS = (
    Effort(learners=20, rounds=4, work=0.0125),
    Effort(learners=14, rounds=20, work=0.05),
    Effort(learners=28, rounds=20, work=0.05),
    Effort(learners=56, rounds=20, work=0.05),
)
"""The next once one yields nothing more. Few learners priced to the end find what many
in haste do not: 266 learners went from 369,500 to 368,000 points instead of 369,200."""

AT_A_TIME = 2
"""Neighbourhoods under way at a time, whatever the number of workers. With three, 266
learners end 0.1 to 0.3 % higher: each knows less of what the others find."""

PLANS_EACH = 20
"""Known plans of one learner that a selection looks at, those of least reduced cost."""

WISHES = 5
"""Plans of least reduced cost of a learner by which others are in the way."""

PRICED_EACH = 4
"""Plans of one learner that each of these rounds finds at most."""

PATIENCE = 1.0
"""Visits to each learner, on average, within which something must be gained before the
effort grows."""

WORTHWHILE = 0.02
"""Share of what is beyond the gap asked for that must be gained within these visits."""

_TOLERANCE = 1e-7
"""Points that are no gain."""

_HEAVIEST = 500.0
"""Points beyond which a price weighs no more when competitors are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A neighbourhood and what it may use.

    Attributes
    ----------
    learners
        Positions within the part, ascending.
    known
        Their plans to select from, in the room that the others leave.
    now
        (learners,), rows of `known`: the plans that they have.
    """

    learners: Index
    known: Pool
    now: Index


class _Region:
    """The incumbent's use of rows, and who competes with whom."""

    def __init__(self, pool: Pool, proven: PricedBound, chosen: Index) -> None:
        self.pool = pool
        self.prices = proven.row_prices
        self._floors = proven.learner_floors
        self._reduced = GrowingArray(pool.reduced_costs(self._floors, self.prices))
        self._limit = pool.rows.limit[pool.part.rows]
        gated = np.append(pool.rows.gate_hours, pool.rows.gate_unsigned)
        self._is_gated = np.isin(pool.part.rows, gated)
        self._choose(chosen)
        self.seeded = np.zeros(len(pool.part.learners))
        self.visits = np.zeros(len(pool.part.learners))
        entries = pool.use.tocoo()
        shape = (len(pool.part.learners), len(pool.part.rows))
        cells = (pool.learners[entries.coords[0]], entries.coords[1])
        self._wants = sp.csr_array((np.ones(len(entries.data)), cells), shape=shape)
        self._wants.data[:] = 1.0
        self._weight = 1.0 + np.minimum(self.prices, _HEAVIEST)

    def _choose(self, chosen: Index) -> None:
        self.chosen = chosen
        self._mine = self.pool.use[chosen]
        self._used: Floats = np.asarray(self._mine.sum(axis=0), dtype=float)

    def _reduced_costs(self) -> Floats:
        """(plans,), of all plans of the pool by now."""
        known = len(self._reduced.rows)
        if known < len(self.pool):
            new = np.arange(known, len(self.pool))
            self._reduced.add(self.pool.reduced_costs(self._floors, self.prices, new))
        return self._reduced.rows

    def neighbourhood(
        self, size: int, rng: np.random.Generator, barred: Index
    ) -> Index:
        """A learner who may gain, and those in the way; none of those barred."""
        reduced = self._reduced_costs()
        excess = reduced[self.chosen]
        left = self._limit - self._used
        unused = np.asarray(self._wants @ (self.prices * left))
        hope = (1.0 + np.maximum(excess, 0.0) + unused / 10) / (1.0 + self.seeded)
        hope[barred] = 0.0
        seed = rng.choice(len(hope), p=hope / hope.sum())
        self.seeded[seed] += 1.0
        size = min(size, len(hope) - len(barred))
        members = np.array([seed])
        for ring in (max(1, size // 8), max(1, size // 2), size):
            members = self._with_those_in_the_way(
                members, ring, reduced, left, barred, rng
            )
        return np.sort(members)

    def _with_those_in_the_way(
        self,
        members: Index,
        size: int,
        reduced: Floats,
        left: Floats,
        barred: Index,
        rng: np.random.Generator,
    ) -> Index:
        """These learners and those who hold what their better plans lack."""
        pool = self.pool
        is_member = np.zeros(len(self.visits), dtype=bool)
        is_member[members] = True
        best = self._best_of_each(is_member, reduced, WISHES)
        wish = (pool.use[best] - self._mine[pool.learners[best]]).tocoo()
        lacks = wish.data > left[wish.coords[1]] + _TOLERANCE
        dear = np.zeros(len(left))
        np.add.at(dear, wish.coords[1][lacks], 1.0)
        holds = np.asarray((self._mine > 0) @ dear)
        shared = np.minimum(self._wants[members].sum(axis=0), 3.0) * self._weight
        near = np.asarray(self._wants @ shared)
        closeness = holds / max(holds.max(), 1.0) + 0.1 * near / max(near.max(), 1.0)
        closeness *= rng.random(len(closeness))
        closeness[barred] = -1.0
        closeness[members] = np.inf
        return np.argsort(-closeness, kind="stable")[:size]

    def _best_of_each(self, is_member: Bools, reduced: Floats, most: int) -> Index:
        """Rows of the plans of least reduced cost, at most so many of each member."""
        whose_plan = self.pool.learners
        rows = np.flatnonzero(is_member[whose_plan])
        order = rows[np.lexsort((reduced[rows], whose_plan[rows]))]
        whose = whose_plan[order]
        rank = np.arange(len(order)) - np.searchsorted(whose, whose)
        return np.asarray(order[rank < most])

    def task(self, learners: Index) -> _Task:
        """These learners, the plans known of them, and the room that others leave."""
        pool = self.pool
        others = self._used - self._mine[learners].sum(axis=0)
        is_member = np.zeros(len(self.visits), dtype=bool)
        is_member[learners] = True
        known = self._best_of_each(is_member, self._reduced_costs(), PLANS_EACH)
        plans = np.union1d(known, self.chosen[learners])
        return _Task(
            learners=learners,
            known=pool.narrow(learners, others, plans),
            now=np.searchsorted(plans, self.chosen[learners]),
        )

    def take(self, learners: Index, rows: Index) -> None:
        """Choose these plans, unless one worked at the same time took their room."""
        before, now = self._used, self.chosen
        chosen = now.copy()
        chosen[learners] = rows
        self._choose(chosen)
        over = (self._used > self._limit + _TOLERANCE) & ~self._is_gated
        if (over & (self._used > before + _TOLERANCE)).any():
            self._choose(now)


def search_neighbourhoods(
    pool: Pool,
    price_list: PriceList,
    proven: PricedBound,
    incumbent: Incumbent,
    *,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
    num_efforts: int | None = None,
) -> Incumbent:
    """Improve the plans until the gap is met, a limit is reached or nothing helps.

    Parameters
    ----------
    num_efforts
        How many of `EFFORTS` are made; by default all.
    """
    efforts = EFFORTS[:num_efforts]
    region = _Region(pool, proven, incumbent.chosen)
    rng = np.random.default_rng(clock.params.seed)
    idle, effort = 0.0, 0
    mark = begin = incumbent.value

    def worthwhile(value: float) -> float:
        return max(WORTHWHILE * (value - incumbent.bound - incumbent.slack), _TOLERANCE)

    with ThreadPoolExecutor(min(clock.params.workers, AT_A_TIME)) as threads:
        under_way: deque[tuple[_Task, Future[Plans]]] = deque()
        going = not incumbent.is_close and clock.may_go_on()
        while going or under_way:
            while going and len(under_way) < AT_A_TIME:
                others = [task for task, _ in under_way]
                task = _next_task(region, others, efforts[effort].learners, rng)
                if task is None:
                    break
                clock.count()
                started = threads.submit(
                    _worked, task, price_list, region.prices, efforts[effort], clock
                )
                under_way.append((task, started))
            # Always the one begun first: no answer depends on which was quicker.
            task, started = under_way.popleft()
            region.take(task.learners, pool.rows_of(started.result()))
            region.visits[task.learners] += 1.0
            idle += len(task.learners) / len(region.visits)
            value = float(pool.points[region.chosen].sum())
            if value < incumbent.value - _TOLERANCE:
                incumbent = replace(incumbent, chosen=region.chosen, value=value)
                on_better(incumbent)
            if value <= mark - worthwhile(mark):
                mark, idle = value, 0.0
            going = going and not incumbent.is_close and clock.may_go_on()
            if idle < PATIENCE or not going:
                continue
            effort, idle = effort + 1, 0.0
            if effort == len(efforts):
                # Where much effort helped, little may again.
                going = begin - value > worthwhile(begin)
                effort, begin = 0, value
    return incumbent


def _next_task(
    region: _Region, others: list[_Task], size: int, rng: np.random.Generator
) -> _Task | None:
    """A neighbourhood without a learner of the others.

    None where too few learners are left, or none may be worked beside others.
    """
    barred = np.concatenate(
        [np.empty(0, dtype=np.int64), *(task.learners for task in others)]
    )
    alone = len(region.pool.rows.gate_hours) > 0
    if others and (alone or len(region.visits) < len(barred) + size):
        return None
    return region.task(region.neighbourhood(size, rng, barred))


def _worked(
    task: _Task,
    price_list: PriceList,
    prices: Floats,
    effort: Effort,
    clock: Clock,
) -> Plans:
    """Better plans for the learners of a task, or those they have.

    Plans are priced in the room that is left, beside those known. Touches nothing
    that another task may use.
    """
    narrow, start = task.known, task.now
    solution, _ = relax_quickly(
        narrow,
        price_list,
        start_prices=prices,
        max_rounds=effort.rounds,
        workers=1,
        plans_each=PRICED_EACH,
        may_go_on=clock.may_go_on,
    )
    # No better choice holds a plan whose reduced cost is above what may be gained.
    may_gain = float(narrow.points[start].sum()) - solution.value
    reduced = narrow.reduced_costs(solution.learner_duals, solution.row_prices)
    useful = reduced <= may_gain + _TOLERANCE
    useful[start] = True
    if may_gain <= _TOLERANCE:
        return narrow.plans.take(start)
    kept = np.flatnonzero(useful)
    rows = master_rows(narrow.rows, narrow.part)
    use = narrow.use[kept]
    touched = np.unique(
        np.concatenate([use.indices, rows.gate_hours, rows.gate_unsigned])
    )
    selected = select(
        narrow.learners[kept],
        narrow.points[kept],
        use[:, touched],
        rows.take(touched),
        np.searchsorted(kept, start),
        work=effort.work * len(task.learners),
        seed=clock.params.seed,
    )
    return narrow.plans.take(kept[selected])
