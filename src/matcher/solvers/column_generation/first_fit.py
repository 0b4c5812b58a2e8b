"""First fit: plans at hand, the surest first, each taken where it still fits.

A heuristic start for large parts: it looks at each plan once.
"""

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.solvers.column_generation.pool import Pool

_TOLERANCE = 1e-7


def first_fit(pool: Pool, shares: Floats, reduced: Floats) -> Index:
    """Rows of the pool that keep every limit together.

    Plans of the greatest shares go first, then those of least reduced cost, ties by
    row. Who gets none keeps only what is signed.

    Parameters
    ----------
    shares
        (first plans,), how much of each the relaxation chooses; 0 of later ones.
    reduced
        (plans,), reduced costs.

    Returns
    -------
    ndarray
        (learners,), a row of the pool each.
    """
    signed = pool.signed_rows()
    limit = pool.rows.limit[pool.part.rows] + _TOLERANCE
    taken = np.asarray(pool.use[signed].sum(axis=0)).ravel()
    more = (pool.use - pool.use[signed[pool.learners]]).tocsr()
    more.eliminate_zeros()
    share = np.zeros(len(pool))
    share[: len(shares)] = np.where(shares > _TOLERANCE, shares, 0.0)
    chosen = signed.copy()
    is_open = np.ones(len(signed), dtype=bool)
    learners = pool.learners
    start, row, amount = more.indptr, more.indices, more.data
    for plan in np.lexsort((reduced, -share)).tolist():
        learner = learners[plan]
        if not is_open[learner]:
            continue
        span = slice(start[plan], start[plan + 1])
        asked, at = amount[span], row[span]
        if ((asked > 0) & (taken[at] + asked > limit[at])).any():
            continue
        taken[at] += asked
        chosen[learner] = plan
        is_open[learner] = False
    return chosen
