"""Blocks that could cover a period in the room that is left."""

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index


def longest_blocks(start: Bools, stay: Bools, weeks: Floats, period: int) -> Floats:
    """Weeks of the longest block of each row that covers a period.

    Parameters
    ----------
    start, stay
        (rows, periods): a block may start in, or go on into, that period.
    weeks
        (periods,)

    Returns
    -------
    ndarray
        (rows,), -1 where no block covers the period, however short.
    """
    before = np.where(start[:, period], 0.0, -np.inf)
    reaches = stay[:, period].copy()
    for first in range(period - 1, -1, -1):
        before = np.where(reaches & start[:, first], weeks[first:period].sum(), before)
        reaches &= stay[:, first]
    after = np.zeros(len(start))
    reaches = np.ones(len(start), dtype=bool)
    for last in range(period + 1, len(weeks)):
        reaches &= stay[:, last]
        after += np.where(reaches, weeks[last], 0.0)
    return np.asarray(np.maximum(before + weeks[period] + after, -1.0))


def any_by_group(values: Bools, group_start: Index) -> Bools:
    """(groups, periods): some row of the group holds; every group has a row."""
    return np.asarray(np.logical_or.reduceat(values, group_start, axis=0))
