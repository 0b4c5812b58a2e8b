"""The restricted master: an LP over the plans found so far, re-solved warm.

Rows: one per learner (choose one plan: *convexity*), one per shared capacity.
Columns: plans, and gates (see `Rows`). It belongs to HiGHS' own interface because
columns are added in arrays and the last basis is kept.
"""

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.errors import InternalError


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterRows:
    """Capacity rows of one master.

    Attributes
    ----------
    limit
        (rows,)
    gate_hours, gate_unsigned
        (gates,), rows of each gate.
    gate_drop, gate_lift
        (gates,), see `Rows`.
    """

    limit: Floats
    gate_hours: Index
    gate_unsigned: Index
    gate_drop: Floats
    gate_lift: Floats

    def __len__(self) -> int:
        return len(self.limit)

    def take(self, kept: Index) -> "MasterRows":
        """Only these rows, ascending; both rows of every gate must be among them."""
        local = np.full(len(self), -1)
        local[kept] = np.arange(len(kept))
        return MasterRows(
            limit=self.limit[kept],
            gate_hours=local[self.gate_hours],
            gate_unsigned=local[self.gate_unsigned],
            gate_drop=self.gate_drop,
            gate_lift=self.gate_lift,
        )

    def gate_columns(self) -> sp.csr_array:
        """(gates, rows), what an open gate uses of each row."""
        gate = np.arange(len(self.gate_hours))
        amounts = np.concatenate([self.gate_drop, -self.gate_lift])
        at = np.concatenate([gate, gate])
        row = np.concatenate([self.gate_hours, self.gate_unsigned])
        return sp.csr_array((amounts, (at, row)), shape=(len(gate), len(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterSolution:
    """Optimum of a restricted master.

    Attributes
    ----------
    value
        Points.
    learner_duals
        (learners,), what each learner's plan costs at the margin.
    row_prices
        (rows,), shadow prices, 0 or more.
    shares
        (plans,), how much of each plan is chosen.
    iterations
        Simplex iterations: the work done.
    """

    value: float
    learner_duals: Floats
    row_prices: Floats
    shares: Floats
    iterations: int


class Master:
    """A restricted master LP."""

    def __init__(self, num_learners: int, rows: MasterRows) -> None:
        self._num_learners = num_learners
        self._num_rows = len(rows)
        self._num_gates = len(rows.gate_hours)
        self._highs = quiet_highs()
        lower = np.concatenate([np.ones(num_learners), np.full(len(rows), -np.inf)])
        upper = np.concatenate([np.ones(num_learners), rows.limit])
        empty = np.empty(0, dtype=np.int32)
        self._highs.addRows(
            len(lower), lower, upper, 0, empty, empty, np.empty(0, dtype=float)
        )
        gates = sp.hstack(
            [sp.csr_array((self._num_gates, num_learners)), rows.gate_columns()],
            format="csr",
        )
        self._add(np.zeros(self._num_gates), np.ones(self._num_gates), gates)

    def add(self, learners: Index, costs: Floats, use: sp.csr_array) -> None:
        """Add plans: their learner, their points and what they use of each row."""
        columns = plan_columns(self._num_learners, learners, use)
        self._add(costs, np.full(len(costs), np.inf), columns)

    def _add(self, costs: Floats, upper: Floats, columns: sp.csr_array) -> None:
        self._highs.addCols(
            len(costs),
            np.asarray(costs, dtype=float),
            np.zeros(len(costs)),
            upper,
            columns.nnz,
            columns.indptr[:-1].astype(np.int32),
            columns.indices.astype(np.int32),
            columns.data.astype(float),
        )

    def solve(self) -> MasterSolution:
        """Solve from the last basis.

        Raises
        ------
        InternalError
            HiGHS did not call the LP optimal; it always has an optimum.
        """
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            message = f"Expected an optimal master, got {self._highs.getModelStatus()}."
            raise InternalError(message)
        solution = self._highs.getSolution()
        duals = np.asarray(solution.row_dual)
        info = self._highs.getInfo()
        return MasterSolution(
            value=float(info.objective_function_value),
            learner_duals=duals[: self._num_learners],
            row_prices=np.maximum(-duals[self._num_learners :], 0.0),
            shares=np.asarray(solution.col_value)[self._num_gates :],
            iterations=int(info.simplex_iteration_count),
        )


def quiet_highs() -> highspy.Highs:
    """HiGHS without a log, on one thread: the same answer every time."""
    highs = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
    ):
        highs.setOptionValue(option, value)
    return highs


def plan_columns(num_learners: int, learners: Index, use: sp.csr_array) -> sp.csr_array:
    """(plans, learners + rows), the master's columns of plans."""
    plan = np.arange(len(learners))
    convexity = sp.csr_array(
        (np.ones(len(learners)), (plan, learners)), shape=(len(learners), num_learners)
    )
    return sp.csr_array(sp.hstack([convexity, use], format="csr"))
