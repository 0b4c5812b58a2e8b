"""One plan for each of a few learners, among plans given, by CP-SAT.

Made for neighbourhoods of some hundred learners: there CP-SAT finds good choices
many times faster than a MIP solver. Amounts are rounded up and limits down to whole
numbers, so that a choice found keeps the limits; nothing is proven by it.
"""

import numpy as np
import scipy.sparse as sp
from ortools.sat.python import cp_model

from matcher.dataset.tables import Floats, Ints
from matcher.eligibility.position import Index
from matcher.solvers.column_generation.master import MasterRows

POINTS_SCALE = 10
"""Whole numbers per point."""

USE_SCALE = 10_000
"""Whole numbers per unit of a row whose uses are no whole numbers."""

_TOLERANCE = 1e-7


def select(
    learners: Index,
    points: Floats,
    use: sp.csr_array,
    rows: MasterRows,
    start: Index,
    *,
    work: float,
    seed: int,
) -> Index:
    """Choose a plan for each learner so that every row is kept.

    Parameters
    ----------
    learners, points, use
        Of the plans: whose (0, 1, ...), points, and use of each row.
    start
        (learners,), plans of a choice that is known to be allowed.
    work
        Deterministic time of CP-SAT.

    Returns
    -------
    ndarray
        (learners,), the plans chosen; `start` where nothing better was found.
    """
    model = cp_model.CpModel()
    plan = [model.new_bool_var("") for _ in range(len(points))]
    order = np.argsort(learners, kind="stable")
    first = np.searchsorted(learners[order], np.arange(len(start) + 1))
    for at in range(len(start)):
        model.add_exactly_one([plan[row] for row in order[first[at] : first[at + 1]]])
    gate = [model.new_bool_var("") for _ in range(len(rows.gate_hours))]
    _keep_rows(
        model,
        plan + gate,
        sp.csr_array(sp.vstack([use, rows.gate_columns()])),
        rows.limit,
    )
    cost = np.rint(points * POINTS_SCALE).astype(np.int64)
    model.minimize(cp_model.LinearExpr.weighted_sum(plan, cost.tolist()))
    is_start = np.zeros(len(points), dtype=bool)
    is_start[start] = True
    for variable, value in zip(plan, is_start.tolist(), strict=True):
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return start
    chosen = np.flatnonzero([solver.boolean_value(variable) for variable in plan])
    chosen = chosen[np.argsort(learners[chosen], kind="stable")]
    better = points[chosen].sum() < points[start].sum() - _TOLERANCE
    return chosen if better else start


def _keep_rows(
    model: cp_model.CpModel,
    variables: list[cp_model.IntVar],
    use: sp.csr_array,
    limit: Floats,
) -> None:
    """One constraint for each row that can be exceeded."""
    columns = sp.csc_array(use)
    for row in range(len(limit)):
        span = slice(columns.indptr[row], columns.indptr[row + 1])
        amount: Floats = columns.data[span]
        if amount[amount > 0].sum() <= limit[row] + _TOLERANCE:
            continue
        here = [variables[at] for at in columns.indices[span]]
        whole, most = _whole(amount, limit[row])
        if most == 1 and (whole == 1).all():
            model.add_at_most_one(here)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(here, whole.tolist()) <= most)


def _whole(amount: Floats, limit: float) -> tuple[Ints, int]:
    """Amounts rounded up and the limit rounded down, where they are no whole numbers.

    An amount below 0 lifts the limit; rounding it up as well keeps on the safe side.
    """
    scale = 1 if (np.rint(amount) == amount).all() else USE_SCALE
    whole = np.ceil(amount * scale - _TOLERANCE).astype(np.int64)
    return whole, int(np.floor(limit * scale + _TOLERANCE))
