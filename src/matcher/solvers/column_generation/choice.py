"""The integer step: choose one whole plan per learner among given plans."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.solvers.column_generation.master import (
    MasterRows,
    plan_columns,
    quiet_highs,
)

_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One plan per learner, chosen among those given.

    Attributes
    ----------
    plans
        (learners,), rows of the plans chosen; None where none was found.
    bound
        No choice among the plans given costs less.
    """

    plans: Index | None
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLimits:
    """When to stop choosing.

    Attributes
    ----------
    max_nodes
        Branch-and-bound nodes: a limit of work, the same every time.
    max_seconds
        A limit of time; infinite by default.
    absolute_gap
        Points between choice and bound at which to stop.
    """

    max_nodes: int = 2_000
    max_seconds: float = float("inf")
    absolute_gap: float = 0.0


def choose(
    num_learners: int,
    learners: Index,
    costs: Floats,
    use: sp.csr_array,
    rows: MasterRows,
    start: Index | None,
    limits: ChoiceLimits,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Choice:
    """Choose one plan for each learner so that every row is kept, by HiGHS.

    Parameters
    ----------
    learners, costs, use
        Of the plans: whose, points (or reduced costs), and use of each row.
    start
        (learners,), plans of a choice that is known to be allowed.
    may_go_on
        Asked now and then; False ends the search with what it has.
    """
    highs = quiet_highs()
    for option, value in (
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", max(limits.absolute_gap, 1e-9)),
        ("mip_max_nodes", limits.max_nodes),
        ("time_limit", limits.max_seconds),
        ("mip_feasibility_tolerance", 1e-9),
        ("primal_feasibility_tolerance", 1e-9),
        ("dual_feasibility_tolerance", 1e-9),
    ):
        highs.setOptionValue(option, value)
    num_gates = len(rows.gate_hours)
    gates = sp.hstack(
        [sp.csr_array((num_gates, num_learners)), rows.gate_columns()], format="csr"
    )
    columns = sp.vstack(
        [plan_columns(num_learners, learners, use), gates], format="csr"
    )
    _load(
        highs, columns, np.concatenate([costs, np.zeros(num_gates)]), num_learners, rows
    )
    if start is not None:
        _give_start(highs, start, columns, len(learners), num_gates, rows, num_learners)
    highs.cbMipInterrupt.subscribe(
        lambda event: event.interrupt() if not may_go_on() else None
    )
    highs.run()
    taken = _taken(highs, columns.shape[0])
    if taken is not None and not _keeps_rows(taken, columns, num_learners, rows):
        # In HiGHS 1.12, presolve takes some infeasible choices for optimal.
        highs.setOptionValue("presolve", "off")
        highs.clearSolver()
        highs.run()
        taken = _taken(highs, columns.shape[0])
    bound = float(highs.getInfo().mip_dual_bound)
    if taken is None or not _keeps_rows(taken, columns, num_learners, rows):
        return Choice(plans=None, bound=bound)
    rows_taken = np.flatnonzero(taken[: len(learners)])
    order = np.argsort(learners[rows_taken])
    return Choice(plans=rows_taken[order], bound=bound)


def _taken(highs: highspy.Highs, size: int) -> Bools | None:
    """(columns,), which ones are chosen; None where there is no solution."""
    feasible = highspy.SolutionStatus.kSolutionStatusFeasible
    if highs.getInfo().primal_solution_status != feasible:
        return None
    return np.asarray(np.asarray(highs.getSolution().col_value)[:size] > 0.5)


def _keeps_rows(
    taken: Bools, columns: sp.csr_array, num_learners: int, rows: MasterRows
) -> bool:
    """Each learner has one plan and every row is kept."""
    used = np.asarray(columns.T @ taken.astype(float))
    return bool(
        (used[:num_learners] == 1.0).all()
        and (used[num_learners:] <= rows.limit + _TOLERANCE).all()
    )


def _load(
    highs: highspy.Highs,
    columns: sp.csr_array,
    costs: Floats,
    num_learners: int,
    rows: MasterRows,
) -> None:
    empty = np.empty(0, dtype=np.int32)
    lower = np.concatenate([np.ones(num_learners), np.full(len(rows), -np.inf)])
    upper = np.concatenate([np.ones(num_learners), rows.limit])
    highs.addRows(len(lower), lower, upper, 0, empty, empty, np.empty(0, dtype=float))
    highs.addCols(
        len(costs),
        np.asarray(costs, dtype=float),
        np.zeros(len(costs)),
        np.ones(len(costs)),
        columns.nnz,
        columns.indptr[:-1].astype(np.int32),
        columns.indices.astype(np.int32),
        columns.data.astype(float),
    )
    integer = np.full(len(costs), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    highs.changeColsIntegrality(
        len(costs), np.arange(len(costs), dtype=np.int32), integer
    )


def _give_start(
    highs: highspy.Highs,
    start: Index,
    columns: sp.csr_array,
    num_plans: int,
    num_gates: int,
    rows: MasterRows,
    num_learners: int,
) -> None:
    """Hand HiGHS a choice to start from, gates included."""
    values = np.zeros(num_plans + num_gates)
    values[start] = 1.0
    used = np.asarray(columns[start].sum(axis=0)).ravel()[num_learners:]
    values[num_plans:] = used[rows.gate_unsigned] > 0.5
    solution = highspy.HighsSolution()
    solution.col_value = list(values)
    highs.setSolution(solution)
