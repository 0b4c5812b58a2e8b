"""Diving: settle the plans that the relaxation is surest of, and price the rest anew.

A heuristic: it gives plans that keep every limit, and proves nothing. Plans priced
for what is left fit together, which those priced for the whole relaxation need not.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.planning import PriceList
from matcher.solvers.column_generation.pool import Pool
from matcher.solvers.column_generation.relaxation import relax_quickly
from matcher.solvers.run import Clock

SETTLED_SHARE = 0.25
"""Share of the open learners settled at each step, beside those who are sure."""

SURE = 0.99
ROUNDS_PER_STEP = 2
_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Dived:
    """Where a dive ended: rows of the pool, one per learner, and their points."""

    chosen: Index
    value: float


def dive(
    pool: Pool,
    price_list: PriceList,
    shares: Floats,
    learners: Index,
    taken: Floats,
    *,
    start_prices: Floats,
    clock: Clock,
) -> Dived | None:
    """Settle the learners given, the others staying as they are.

    Parameters
    ----------
    pool
        Holds, for each learner, a plan that always fits (only what is signed);
        plans priced on the way are added.
    shares
        (plans,), how much of each plan the relaxation chooses.
    learners
        Positions within the part, ascending.
    taken
        (rows of the part,), what all other learners use.
    start_prices
        (rows of the part,), where pricing of the rest begins.

    Returns
    -------
    Dived or None
        Rows of the pool, in the order of `learners`; None when stopped.
    """
    chosen = np.full(len(pool.part.learners), -1)
    signed = pool.signed_rows()
    # What is signed is kept free for those who are still open.
    taken = taken + pool.use[signed[learners]].sum(axis=0)
    open_learners = learners
    while len(open_learners):
        if not clock.may_go_on():
            return None
        clock.count()
        rows = _settle(pool, shares, open_learners, taken, signed)
        chosen[pool.learners[rows]] = rows
        open_learners = open_learners[chosen[open_learners] < 0]
        if not len(open_learners):
            break
        shares, start_prices = _price_rest(
            pool,
            price_list,
            open_learners,
            taken - pool.use[signed[open_learners]].sum(axis=0),
            start_prices,
            clock,
        )
    rows = chosen[learners]
    return Dived(chosen=rows, value=float(pool.points[rows].sum()))


def _settle(
    pool: Pool, shares: Floats, open_learners: Index, taken: Floats, signed: Index
) -> Index:
    """Rows of the plans settled now; what they use is added to `taken`.

    The plans of the greatest shares first, ties by row; one that no longer fits is
    passed over.
    """
    limit = pool.rows.limit[pool.part.rows]
    is_open = np.zeros(len(pool.part.learners), dtype=bool)
    is_open[open_learners] = True
    candidates = np.flatnonzero(is_open[pool.learners[: len(shares)]] & (shares > 1e-6))
    candidates = candidates[np.argsort(-shares[candidates], kind="stable")]
    quota = max(1, int(SETTLED_SHARE * len(open_learners)))
    settled: list[int] = []
    for row in candidates:
        if len(settled) >= quota and shares[row] < SURE:
            break
        learner = pool.learners[row]
        if not is_open[learner]:
            continue
        use = pool.use[[row]] - pool.use[[signed[learner]]]
        if not _fits(use, taken, limit):
            continue
        taken += use.toarray()[0]
        is_open[learner] = False
        settled.append(int(row))
    if not settled:
        learner = int(open_learners[0])
        mine = np.flatnonzero(pool.learners == learner)
        mine = mine[np.argsort(pool.points[mine], kind="stable")]
        use = pool.use[mine] - pool.use[np.full(len(mine), signed[learner])]
        fits = next(at for at in range(len(mine)) if _fits(use[[at]], taken, limit))
        taken += use[[fits]].toarray()[0]
        settled = [int(mine[fits])]
    return np.array(settled)


def _fits(use: sp.csr_array, taken: Floats, limit: Floats) -> bool:
    """What a plan uses beyond what is kept free for its learner is there."""
    more = use.tocoo()
    at, amount = more.coords[1], more.data
    return not ((amount > 0) & (taken[at] + amount > limit[at] + _TOLERANCE)).any()


def _price_rest(
    pool: Pool,
    price_list: PriceList,
    open_learners: Index,
    taken: Floats,
    start_prices: Floats,
    clock: Clock,
) -> tuple[Floats, Floats]:
    """Relax over the open learners: shares by row of the pool, and prices."""
    narrow = pool.narrow(open_learners, taken)
    known = len(narrow)

    solution, prices = relax_quickly(
        narrow,
        price_list,
        start_prices=start_prices,
        max_rounds=ROUNDS_PER_STEP,
        workers=clock.params.workers,
        may_go_on=clock.may_go_on,
    )
    mine = np.flatnonzero(np.isin(pool.learners, open_learners))
    added = pool.add(narrow.plans.take(np.arange(known, len(narrow))))
    rows = np.concatenate([mine, added])
    shares = np.zeros(len(pool))
    shares[rows[: len(solution.shares)]] = solution.shares
    return shares, prices
