"""Central prices: the restricted master of a large part, by a first-order method.

A large master has many optima and many optimal prices. The simplex method walks
through them one by one and ends at a corner, whose prices lead pricing astray. The
primal-dual hybrid gradient method (PDLP) goes straight for their middle, to a
tolerance, and starts from the last round's answer: with 5,400 learners and 100,000
plans a round takes a second or two. Its prices are as good as any for a bound, which
is Lagrangian (see `relaxation`).
"""

import numpy as np
import scipy.sparse as sp
from ortools.pdlp import solvers_pb2
from ortools.pdlp.python import pdlp

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.solvers.column_generation.master import (
    MasterRows,
    MasterSolution,
    plan_columns,
)
from matcher.solvers.column_generation.pool import Pool, master_rows

MOST_STEPS = 5_000
"""Steps after which a solution is taken as it is: a limit of work."""

SHARDS = 8
"""Pieces in which sums are taken: fixed, so that no answer depends on threads."""


class CentralMaster:
    """A restricted master over a pool that may grow, solved to a tolerance.

    Parameters
    ----------
    row_prices
        (rows of the part,), where the first solve begins; 0 by default.
    workers
        Threads.
    """

    def __init__(
        self, pool: Pool, *, row_prices: Floats | None = None, workers: int = 1
    ) -> None:
        self._pool = pool
        self._workers = workers
        self._rows = master_rows(pool.rows, pool.part)
        self._num_gates = len(self._rows.gate_hours)
        self._shares = np.zeros(self._num_gates)
        self._learner_duals = np.zeros(len(pool.part.learners))
        self._row_prices = (
            np.zeros(len(self._rows)) if row_prices is None else row_prices
        )

    def solve(self, tolerance: float) -> MasterSolution:
        """Solve over all plans that the pool holds now.

        Rows that the plans cannot fill, whatever is chosen, have price 0 and are
        left out. The duals of the learners are those that the prices give: each
        one's cheapest plan in the pool.

        Parameters
        ----------
        tolerance
            Relative, of limits kept and of the distance of the LP's two values.
        """
        pool, num_learners = self._pool, len(self._learner_duals)
        kept = fillable_rows(num_learners, pool.learners, pool.use, self._rows)
        program = _program(pool, self._rows.take(kept), kept)
        start = pdlp.PrimalAndDualSolution()
        new = len(program.objective_vector) - len(self._shares)
        start.primal_solution = np.concatenate([self._shares, np.zeros(new)])
        start.dual_solution = np.concatenate(
            [self._learner_duals, -self._row_prices[kept]]
        )
        result = pdlp.primal_dual_hybrid_gradient(
            program, self._params(tolerance), initial_solution=start
        )
        self._shares = np.clip(result.primal_solution, 0.0, 1.0)
        self._learner_duals = np.array(result.dual_solution[:num_learners])
        self._row_prices = np.zeros(len(self._rows))
        self._row_prices[kept] = np.maximum(-result.dual_solution[num_learners:], 0.0)
        shares = self._shares[self._num_gates :]
        return MasterSolution(
            value=float((pool.points * shares).sum()),
            learner_duals=cheapest_known(pool, self._row_prices),
            row_prices=self._row_prices,
            shares=shares,
            iterations=int(result.solve_log.iteration_count),
        )

    def _params(self, tolerance: float) -> solvers_pb2.PrimalDualHybridGradientParams:
        params = solvers_pb2.PrimalDualHybridGradientParams()
        params.num_threads = self._workers
        params.num_shards = SHARDS
        params.verbosity_level = 0
        params.termination_criteria.iteration_limit = MOST_STEPS
        criteria = params.termination_criteria.simple_optimality_criteria
        criteria.eps_optimal_absolute = tolerance
        criteria.eps_optimal_relative = tolerance
        return params


def _program(pool: Pool, rows: MasterRows, kept: Index) -> pdlp.QuadraticProgram:
    """Gates and plans as columns; learners and the rows kept as rows."""
    num_learners, num_gates = len(pool.part.learners), len(rows.gate_hours)
    gates = sp.hstack(
        [sp.csr_array((num_gates, num_learners)), rows.gate_columns()], format="csr"
    )
    plans = plan_columns(num_learners, pool.learners, pool.use[:, kept])
    columns = sp.vstack([gates, plans], format="csr")
    program = pdlp.QuadraticProgram()
    program.objective_vector = np.concatenate([np.zeros(num_gates), pool.points])
    program.constraint_matrix = sp.csc_matrix(columns.T)
    one, free = np.ones(num_learners), np.full(len(kept), -np.inf)
    program.constraint_lower_bounds = np.concatenate([one, free])
    program.constraint_upper_bounds = np.concatenate([one, rows.limit])
    program.variable_lower_bounds = np.zeros(columns.shape[0])
    most = np.full(columns.shape[0], np.inf)
    most[:num_gates] = 1.0
    program.variable_upper_bounds = most
    return program


def cheapest_known(pool: Pool, row_prices: Floats) -> Floats:
    """(learners of the part,), cost of the cheapest plan in the pool."""
    costs = np.full(len(pool.part.learners), np.inf)
    np.minimum.at(costs, pool.learners, pool.points + pool.use @ row_prices)
    return costs


def fillable_rows(
    num_learners: int, learners: Index, use: sp.csr_array, rows: MasterRows
) -> Index:
    """Rows whose limit some choice of these plans can exceed, and those of gates."""
    entries = use.tocoo()
    row, amount = entries.coords[1].astype(np.int64), entries.data
    cell = learners[entries.coords[0]] + num_learners * row
    order = np.lexsort((-amount, cell))
    first = np.ones(len(order), dtype=bool)
    first[1:] = cell[order[1:]] != cell[order[:-1]]
    most = order[first]
    filled = np.bincount(row[most], weights=amount[most], minlength=len(rows))
    kept = filled > rows.limit
    kept[rows.gate_hours] = True
    kept[rows.gate_unsigned] = True
    return np.flatnonzero(kept)
