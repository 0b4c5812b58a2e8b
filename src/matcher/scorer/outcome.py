"""Did it last? Past agreements with what is known of them on a day.

Running agreements say neither yes nor no. To leave them out would favour those that
ended (they are known at once), so what is known is weighed by the inverse of the
chance that it came to be known: inverse probability of censoring, with the Kaplan
and Meier estimate of staying in sight.
"""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.history import History
from matcher.dataset.tables import Bools, Floats

EARLY_REASONS = ("mismatch", "learner", "site")
"""Ends that count as not lasting; ``unrelated`` and ``completed`` end the sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What is known of each agreement at the horizon.

    Attributes
    ----------
    is_known
        (rows,), it lasted, or it ended early: not running, and not ended before
        the horizon for a reason that says nothing.
    lasted
        (rows,), meaningless where it is not known.
    weight
        (rows,), 0 where it is not known; the mean over all rows is about 1.
    """

    is_known: Bools
    lasted: Bools
    weight: Floats


def outcomes(
    history: History, horizon_days: int, as_of: np.datetime64 | None = None
) -> Outcomes:
    """What was known on a day; on the last day of sight when absent.

    Parameters
    ----------
    as_of
        Whatever happened after it was not known. Agreements that start later are
        never known.
    """
    days, is_early = _in_sight(history, as_of)
    started = days >= 0
    lasted = days >= horizon_days
    failed = is_early & (days < horizon_days) & started
    is_known = (lasted | failed) & started
    stay = _staying_in_sight(days[started], ~is_known[started], horizon_days)
    weight = np.zeros(len(days))
    at = np.minimum(days[is_known], horizon_days).astype(np.int64)
    weight[is_known] = 1.0 / stay[at]
    return Outcomes(is_known=is_known, lasted=lasted, weight=weight)


def _in_sight(history: History, as_of: np.datetime64 | None) -> tuple[Floats, Bools]:
    """Days from the start until the end or out of sight, and whether it ended early."""
    until, end = history.observed_until, history.end
    if as_of is not None:
        until = np.minimum(until, as_of)
    has_ended = ~np.isnat(end) & (end <= until)
    last = np.where(has_ended, end, until)
    days = (last - history.start).astype(np.float64)
    return days, has_ended & np.isin(history.end_reason, EARLY_REASONS)


def _staying_in_sight(days: Floats, is_lost: Bools, horizon_days: int) -> Floats:
    """(horizon + 1,), chance of being in sight still just before each day.

    Where an end and a loss of sight fall on one day the end comes first.
    """
    day = np.clip(days, 0, horizon_days).astype(np.int64)
    lost = np.bincount(day[is_lost], minlength=horizon_days + 1)
    gone = np.bincount(day, minlength=horizon_days + 1)
    at_risk = gone[::-1].cumsum()[::-1]
    ended = gone - lost
    still = np.maximum(at_risk - ended, 1)
    after = np.cumprod(1.0 - np.minimum(lost / still, 1.0))
    return np.concatenate([[1.0], after[:-1]])
