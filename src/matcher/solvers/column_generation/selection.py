"""One plan for each of a few learners, among plans given, by CP-SAT.

Made for neighbourhoods of some hundred learners: there CP-SAT finds good choices
many times faster than a MIP solver. Amounts are rounded up and limits down to whole
numbers, so that a choice found keeps the limits; nothing is proven by it.
"""

import numpy as np
import scipy.sparse as sp
from ortools.sat.python import cp_model

from matcher.dataset.tables import Bools, Floats, Ints
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
        np.concatenate([learners, len(start) + np.arange(len(gate))]),
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
    # The plans come from a relaxation solved to its end: another one adds nothing here,
    # and without it 43 selections took half the time for fewer points in sum.
    solver.parameters.linearization_level = 0
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
    learners: Index,
    use: sp.csr_array,
    limit: Floats,
) -> None:
    """One constraint for each row that can be exceeded, each once.

    Where no two learners fit together, as at a place for one, the row says no more
    than that; many rows of one site then say the same.

    Parameters
    ----------
    learners
        (variables,), whose plan each is; a gate has a number of its own.
    """
    columns = sp.csc_array(use)
    row = np.repeat(np.arange(len(limit)), np.diff(columns.indptr))
    whole, most = _whole(row, columns.data, limit)
    can_exceed, one_only = _asked(row, learners[columns.indices], whole, most)
    said: set[bytes] = set()
    for at in np.flatnonzero(can_exceed):
        span = slice(columns.indptr[at], columns.indptr[at + 1])
        here = [variables[each] for each in columns.indices[span]]
        if not one_only[at]:
            amounts = whole[span].tolist()
            model.add(cp_model.LinearExpr.weighted_sum(here, amounts) <= most[at])
            continue
        words = columns.indices[span].tobytes()
        if words not in said:
            said.add(words)
            model.add_at_most_one(here)


def _whole(row: Index, amount: Floats, limit: Floats) -> tuple[Ints, Ints]:
    """Amounts rounded up and limits down, in a row where they are no whole numbers.

    An amount below 0 lifts the limit; rounding it up as well keeps on the safe side.
    """
    broken = np.bincount(row, np.rint(amount) != amount, minlength=len(limit)) > 0
    scale = np.where(broken, USE_SCALE, 1)
    whole = np.ceil(amount * scale[row] - _TOLERANCE).astype(np.int64)
    return whole, np.floor(limit * scale + _TOLERANCE).astype(np.int64)


def _asked(row: Index, learner: Index, whole: Ints, most: Ints) -> tuple[Bools, Bools]:
    """(rows,) each: all learners together can exceed it, and no two fit together.

    A row holds one learner only where each plan fits alone and any two learners'
    plans are too much.
    """
    order = np.lexsort((whole, learner, row))
    row, learner, whole = row[order], learner[order], whole[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (learner[1:] != learner[:-1])
    last = np.append(first[1:], True)[: len(row)]
    largest = np.maximum(whole[last], 0)
    can_exceed = np.bincount(row[last], largest, len(most)) > most
    unfit = np.bincount(row, (whole > most[row]) | (whole <= 0), len(most)) > 0
    # Of each learner the least amount; of these the two least of each row.
    row, least = row[first], whole[first]
    order = np.lexsort((least, row))
    row, least = row[order], least[order]
    second = np.flatnonzero(row[1:] == row[:-1]) + 1
    second = second[np.unique(row[second], return_index=True)[1]]
    two = np.zeros(len(most), dtype=np.int64)
    two[row[second]] = least[second] + least[second - 1]
    return can_exceed, (two > most) & ~unfit
