"""The plans found so far for one part of a region, as columns of its master."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, no_plans, plan_points
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, plan_use
from matcher.solvers.column_generation.master import MasterRows
from matcher.solvers.column_generation.region_part import RegionPart


class Pool:
    """Plans with their points and what they use; each plan stands here once.

    Attributes
    ----------
    plans, points, use
        Rows agree; `use` is (plans, rows of the part).
    """

    def __init__(self, problem: Problem, rows: Rows, part: RegionPart) -> None:
        self.problem, self.rows, self.part = problem, rows, part
        self.plans: Plans = no_plans(problem)
        self.points: Floats = np.empty(0)
        self.use: sp.csr_array = sp.csr_array((0, len(part.rows)))
        self._known: dict[bytes, int] = {}
        self._local = np.full(problem.num_learners, -1)
        self._local[part.learners] = np.arange(len(part.learners))

    def __len__(self) -> int:
        return len(self.plans)

    @property
    def learners(self) -> Index:
        """(plans,), position of the learner within the part."""
        return self._local[self.plans.learner]

    def add(self, plans: Plans) -> Index:
        """Add the plans that are new; the rows at which they now stand."""
        fresh = plans.take(self._note(plans))
        first = len(self.plans)
        if len(fresh):
            self.plans = Plans.join([self.plans, fresh])
            points = plan_points(self.problem, fresh).sum(axis=1)
            self.points = np.concatenate([self.points, points])
            use = plan_use(self.problem, self.rows, fresh)[:, self.part.rows]
            self.use = sp.vstack([self.use, use], format="csr")
        return np.arange(first, len(self.plans))

    def rows_of(self, plans: Plans) -> Index:
        """Rows at which these plans stand; those that are new are added."""
        self.add(plans)
        return np.array([self._known[key] for key in _keys(plans)], dtype=np.int64)

    def _note(self, plans: Plans) -> Index:
        """Note where these plans will stand; the positions of those that are new."""
        new = []
        for at, key in enumerate(_keys(plans)):
            if key not in self._known:
                self._known[key] = len(self._known)
                new.append(at)
        return np.array(new, dtype=np.int64)

    def reduced_costs(self, learner_duals: Floats, row_prices: Floats) -> Floats:
        """(plans,), points plus prices less what the learner pays now."""
        return np.asarray(
            self.points + self.use @ row_prices - learner_duals[self.learners]
        )

    def signed_rows(self) -> Index:
        """(learners of the part,), row of the plan that holds only what is signed.

        The pool must hold it for every learner.
        """
        placed = (self.plans.option >= 0).sum(axis=1)
        seats = (self.plans.course >= 0).sum(axis=1)
        order = np.lexsort((np.arange(len(self)), seats, placed, self.learners))
        _, first = np.unique(self.learners[order], return_index=True)
        return np.asarray(order[first])

    def cheapest_each(
        self, most: int, learner_duals: Floats, row_prices: Floats
    ) -> Index:
        """Rows of each learner's plans of least reduced cost, at most so many."""
        reduced = self.reduced_costs(learner_duals, row_prices)
        order = np.lexsort((reduced, self.learners))
        whose = self.learners[order]
        rank = np.arange(len(order)) - np.searchsorted(whose, whose)
        return np.sort(order[rank < most])

    def narrow(
        self, learners: Index, taken: Floats, plans: Index | None = None
    ) -> "Pool":
        """A pool of some learners, with what the others leave.

        Parameters
        ----------
        learners
            Positions within the part, ascending.
        taken
            (rows of the part,), what the other learners use.
        plans
            Rows of the pool to take over; by default all of these learners.
        """
        limit = self.rows.limit.copy()
        limit[self.part.rows] -= taken
        part = RegionPart(learners=self.part.learners[learners], rows=self.part.rows)
        narrow = Pool(self.problem, replace(self.rows, limit=limit), part)
        mine = plans
        if mine is None:
            mine = np.flatnonzero(np.isin(self.learners, learners))
        narrow.plans = self.plans.take(mine)
        narrow.points = self.points[mine]
        narrow.use = self.use[mine]
        narrow._note(narrow.plans)
        return narrow


def _keys(plans: Plans) -> list[bytes]:
    """Each plan as bytes: equal for equal plans."""
    cells = np.column_stack([plans.learner, plans.option, plans.course])
    width = cells.shape[1] * cells.itemsize
    content = cells.tobytes()
    return [content[at : at + width] for at in range(0, len(content), width)]


def master_rows(rows: Rows, part: RegionPart) -> MasterRows:
    """The rows of one part, with its gates."""
    local = np.full(len(rows) + 1, -1)
    local[part.rows] = np.arange(len(part.rows))
    gates = local[rows.gate_hours] >= 0
    return MasterRows(
        limit=rows.limit[part.rows],
        gate_hours=local[rows.gate_hours[gates]],
        gate_unsigned=local[rows.gate_unsigned[gates]],
        gate_drop=rows.gate_drop[gates],
        gate_lift=rows.gate_lift[gates],
    )
