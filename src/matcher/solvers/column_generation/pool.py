"""The plans found so far for one part of a region, as columns of its master."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, no_plans, plan_points
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, plan_use
from matcher.solvers.column_generation.growing import GrowingArray, GrowingMatrix
from matcher.solvers.column_generation.master import MasterRows
from matcher.solvers.column_generation.region_part import RegionPart


class Pool:
    """Plans with their points and what they use; each plan stands here once."""

    def __init__(
        self,
        problem: Problem,
        rows: Rows,
        part: RegionPart,
        first: tuple[Plans, Floats, sp.csr_array] | None = None,
    ) -> None:
        """Begin a pool; `first` are plans with their points and what they use."""
        self.problem, self.rows, self.part = problem, rows, part
        none = no_plans(problem), np.empty(0), sp.csr_array((0, len(part.rows)))
        plans, points, use = first or none
        self._learner = GrowingArray(plans.learner)
        self._option = GrowingArray(plans.option)
        self._course = GrowingArray(plans.course)
        self._points = GrowingArray(points)
        self._use = GrowingMatrix(use)
        self._known: dict[bytes, int] = {}
        self._note(plans)
        self._local = np.full(problem.num_learners, -1)
        self._local[part.learners] = np.arange(len(part.learners))

    def __len__(self) -> int:
        return len(self._learner.rows)

    @property
    def plans(self) -> Plans:
        """All plans, in the order in which they were added."""
        return Plans(
            learner=self._learner.rows,
            option=self._option.rows,
            course=self._course.rows,
        )

    @property
    def points(self) -> Floats:
        """(plans,), points of each."""
        return self._points.rows

    @property
    def use(self) -> sp.csr_array:
        """(plans, rows of the part), what each plan uses of each row."""
        return self._use.rows

    @property
    def learners(self) -> Index:
        """(plans,), position of the learner within the part."""
        return self._local[self._learner.rows]

    def add(self, plans: Plans) -> Index:
        """Add the plans that are new; the rows at which they now stand."""
        fresh = plans.take(self._note(plans))
        first = len(self)
        if len(fresh):
            self._learner.add(fresh.learner)
            self._option.add(fresh.option)
            self._course.add(fresh.course)
            self._points.add(plan_points(self.problem, fresh).sum(axis=1))
            self._use.add(plan_use(self.problem, self.rows, fresh)[:, self.part.rows])
        return np.arange(first, len(self))

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

    def reduced_costs(
        self, learner_duals: Floats, row_prices: Floats, plans: Index | None = None
    ) -> Floats:
        """(plans,), points plus prices less what the learner pays now.

        Parameters
        ----------
        plans
            Rows of the pool; by default all.
        """
        learners, points, use = self.learners, self.points, self.use
        if plans is not None:
            learners, points, use = learners[plans], points[plans], use[plans]
        return np.asarray(points + use @ row_prices - learner_duals[learners])

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
        mine = plans
        if mine is None:
            mine = np.flatnonzero(np.isin(self.learners, learners))
        first = self.plans.take(mine), self.points[mine], self.use[mine]
        return Pool(self.problem, replace(self.rows, limit=limit), part, first)


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
