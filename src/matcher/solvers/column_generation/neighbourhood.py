"""Neighbourhood search: choose the plans of some learners anew, all others kept.

A heuristic for large parts. A neighbourhood is a learner whose plan costs more at
the bound's prices than it could, or who leaves dear room unused, and those who
compete with that learner for the same dear places. For them plans are priced in the
room that the others leave, since plans priced for the whole relaxation often fit no
choice; then one plan each is selected. That takes little effort at first, and more
once it yields little. Two neighbourhoods without a
common learner are worked at a time: the second may use of shared rows no more than it
uses now, and keeps its plans where the first took their room all the same.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList
from matcher.problem.plans import Plans
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
"""Neighbourhoods worked at a time, whatever the number of workers."""

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
    taken
        (rows of the part,), what is not theirs to use.
    plans
        Rows of the pool to select from.
    """

    learners: Index
    taken: Floats
    plans: Index


class _Region:
    """The incumbent's use of rows, and who competes with whom."""

    def __init__(self, pool: Pool, proven: PricedBound, chosen: Index) -> None:
        self.pool = pool
        self.prices = proven.row_prices
        self.floors = proven.learner_floors
        self.chosen = chosen
        self.seeded = np.zeros(len(pool.part.learners))
        self.visits = np.zeros(len(pool.part.learners))
        entries = pool.use.tocoo()
        shape = (len(pool.part.learners), len(pool.part.rows))
        cells = (pool.learners[entries.coords[0]], entries.coords[1])
        self._wants = sp.csr_array((np.ones(len(entries.data)), cells), shape=shape)
        self._wants.data[:] = 1.0
        self._weight = 1.0 + np.minimum(self.prices, _HEAVIEST)

    def neighbourhood(
        self, size: int, rng: np.random.Generator, barred: Index
    ) -> Index:
        """A learner who may gain, and those in the way; none of those barred."""
        pool = self.pool
        reduced = pool.reduced_costs(self.floors, self.prices)
        excess = reduced[self.chosen]
        used = pool.use[self.chosen].sum(axis=0)
        left = pool.rows.limit[pool.part.rows] - used
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
        mine = pool.use[self.chosen]
        wish = (pool.use[best] - mine[pool.learners[best]]).tocoo()
        lacks = wish.data > left[wish.coords[1]] + _TOLERANCE
        dear = np.zeros(len(left))
        np.add.at(dear, wish.coords[1][lacks], 1.0)
        holds = np.asarray((mine > 0) @ dear)
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

    def task(self, learners: Index, claimed: Floats) -> _Task:
        """What a neighbourhood may use; `claimed` rows keep their use.

        Parameters
        ----------
        claimed
            (rows of the part,), 1 where another neighbourhood may use the room.
        """
        pool = self.pool
        limit = pool.rows.limit[pool.part.rows]
        mine = pool.use[self.chosen[learners]].sum(axis=0)
        others = pool.use[self.chosen].sum(axis=0) - mine
        taken = np.where(claimed > 0, np.maximum(limit - mine, others), others)
        reduced = pool.reduced_costs(self.floors, self.prices)
        is_member = np.zeros(len(self.visits), dtype=bool)
        is_member[learners] = True
        known = self._best_of_each(is_member, reduced, PLANS_EACH)
        plans = np.union1d(known, self.chosen[learners])
        return _Task(learners=learners, taken=taken, plans=plans)

    def take(self, task: _Task, rows: Index) -> None:
        """Choose these plans, unless one worked at the same time took their room.

        Plans that were priced on the way may use rows that nobody claimed.
        """
        pool = self.pool
        before = pool.use[self.chosen].sum(axis=0)
        chosen = self.chosen.copy()
        chosen[task.learners] = rows
        used = pool.use[chosen].sum(axis=0)
        over = used > pool.rows.limit[pool.part.rows] + _TOLERANCE
        gated = np.append(pool.rows.gate_hours, pool.rows.gate_unsigned)
        over &= ~np.isin(pool.part.rows, gated)
        if not (over & (used > before + _TOLERANCE)).any():
            self.chosen = chosen


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
        while not incumbent.is_close and clock.may_go_on():
            if idle >= PATIENCE and effort + 1 < len(efforts):
                effort, idle = effort + 1, 0.0
            elif idle >= PATIENCE:
                # Where much effort helped, little may again.
                if begin - incumbent.value <= worthwhile(begin):
                    break
                effort, idle, begin = 0, 0.0, incumbent.value
            clock.count()
            tasks = _tasks(region, efforts[effort].learners, rng)

            def worked(task: _Task, effort: Effort = efforts[effort]) -> Plans:
                return _worked(region, price_list, task, effort, clock)

            found = list(threads.map(worked, tasks))
            before = incumbent.value
            for task, plans in zip(tasks, found, strict=True):
                region.take(task, pool.rows_of(plans))
                region.visits[task.learners] += 1.0
                idle += len(task.learners) / len(region.visits)
            value = float(pool.points[region.chosen].sum())
            if value < before - _TOLERANCE:
                incumbent = replace(incumbent, chosen=region.chosen, value=value)
                on_better(incumbent)
            if value <= mark - worthwhile(mark):
                mark, idle = value, 0.0
    return incumbent


def _tasks(region: _Region, size: int, rng: np.random.Generator) -> list[_Task]:
    """Neighbourhoods without a common learner, the later ones held to their use."""
    tasks: list[_Task] = []
    barred = np.empty(0, dtype=np.int64)
    claimed = np.zeros(len(region.pool.part.rows))
    everyone = len(region.visits)
    while len(tasks) < AT_A_TIME and len(barred) < everyone:
        learners = region.neighbourhood(size, rng, barred)
        tasks.append(region.task(learners, claimed))
        barred = np.concatenate([barred, learners])
        claimed += region.pool.use[tasks[-1].plans].sum(axis=0)
        if everyone < 2 * size or len(region.pool.rows.gate_hours):
            break
    return tasks


def _worked(
    region: _Region, price_list: PriceList, task: _Task, effort: Effort, clock: Clock
) -> Plans:
    """Better plans for the learners of a task, or those they have.

    Plans are priced in the room that is left, beside those known. Touches nothing
    that another task may use.
    """
    pool = region.pool
    narrow = pool.narrow(task.learners, task.taken, task.plans)
    start = np.searchsorted(task.plans, region.chosen[task.learners])
    solution, _ = relax_quickly(
        narrow,
        price_list,
        start_prices=region.prices,
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
