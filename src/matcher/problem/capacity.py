"""Shared capacities (rules C1 to C5) as rows that plans use."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools, Floats, Ints
from matcher.eligibility import EligiblePairs
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index, positions_of
from matcher.scoring import ScoredPairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacities:
    """What each site, enterprise, mentor and course can take.

    Where signed placements alone exceed a limit they stay, and no unsigned one
    may use it (section 4). Limits of counts are raised to what is signed, so
    that `limit` can be kept by every plan; `closed` bars the unsigned. Signed
    hours depend on where blocks start, so hours that may be exceeded by signed
    placements alone are *gated*: either all placements keep the limit, or no
    unsigned one uses the mentor in that period.

    Attributes
    ----------
    site, enterprise, mentor
        (places, periods), learners at one time; infinite where nothing limits.
    hours
        (mentors, periods), guidance hours per week.
    seats
        (courses,)
    site_closed, enterprise_closed, mentor_closed, hours_closed
        (places, periods): signed placements exceed the limit, whatever the plan.
    hours_gated
        (mentors, periods): they exceed it in some plans.
    hours_signed
        (mentors, periods), the most that signed placements can ask.
    hours_left
        (mentors, periods), hours that they leave at the most.
    """

    site: Floats
    enterprise: Floats
    mentor: Floats
    hours: Floats
    seats: Ints
    site_closed: Bools
    enterprise_closed: Bools
    mentor_closed: Bools
    hours_closed: Bools
    hours_gated: Bools
    hours_signed: Floats
    hours_left: Floats


def capacities_of(
    dataset: Dataset, pairs: EligiblePairs, scored: ScoredPairs, startup_factor: float
) -> Capacities:
    """Capacities of a dataset."""
    num_periods = len(dataset.periods)
    learner, period = np.nonzero(pairs.signed_option >= 0)
    option = pairs.signed_option[learner, period]
    site = pairs.offerings.site[pairs.offering[pairs.option_pair[option]]]
    mentor = pairs.option_mentor[option]
    enterprise = pairs.positions.site_enterprise[site]
    owned = enterprise >= 0
    site_limit, site_closed = _limit(dataset.sites.capacity, site, period, num_periods)
    enterprise_limit, enterprise_closed = _limit(
        _enterprise_limits(dataset, pairs),
        enterprise[owned],
        period[owned],
        num_periods,
    )
    mentor_limit, mentor_closed = _limit(
        dataset.mentors.max_learners, mentor, period, num_periods
    )
    own = dataset.mentors.hours_per_week
    hours = np.repeat(
        np.where(np.isnan(own), np.inf, own)[:, None], num_periods, axis=1
    )
    least, most = _signed_hours(pairs, scored, startup_factor, hours.shape)
    closed = least > hours + TOLERANCE
    return Capacities(
        site=site_limit,
        enterprise=enterprise_limit,
        mentor=mentor_limit,
        hours=np.where(closed, np.maximum(most, hours), hours),
        seats=dataset.courses.seats,
        site_closed=site_closed,
        enterprise_closed=enterprise_closed,
        mentor_closed=mentor_closed,
        hours_closed=closed,
        hours_gated=(most > hours + TOLERANCE) & ~closed,
        hours_signed=most,
        hours_left=hours - least,
    )


def _limit(
    capacity: Ints | Floats, place: Index, period: Index, num_periods: int
) -> tuple[Floats, Bools]:
    """Limit per period, raised to what is signed; and where that was needed."""
    signed = np.zeros((len(capacity), num_periods))
    np.add.at(signed, (place, period), 1.0)
    limit = np.broadcast_to(np.asarray(capacity, dtype=float)[:, None], signed.shape)
    return np.maximum(limit, signed), signed > limit


def _enterprise_limits(dataset: Dataset, pairs: EligiblePairs) -> Floats:
    row = positions_of(
        pairs.positions.enterprise_ids, dataset.enterprises.enterprise_id
    )
    if not len(dataset.enterprises):
        return np.full(len(row), np.inf)
    own = dataset.enterprises.max_learners[row]
    return np.where((row < 0) | np.isnan(own), np.inf, own)


def _signed_hours(
    pairs: EligiblePairs,
    scored: ScoredPairs,
    startup_factor: float,
    shape: tuple[int, ...],
) -> tuple[Floats, Floats]:
    """Least and most hours that signed placements ask of mentors, per period.

    A signed period surely starts a block where the one before is signed at
    another site or cannot be at this one; it surely does not where the one before
    is signed at the same site. Anything else is left to the plan.
    """
    signed = pairs.signed_option
    site = pairs.offerings.site[pairs.offering[pairs.option_pair]]
    least, most = np.zeros(shape), np.zeros(shape)
    for learner, period in np.argwhere(signed >= 0):
        option = signed[learner, period]
        mentor, hours = pairs.option_mentor[option], scored.guidance_hours[option]
        factors = {1.0, startup_factor}
        before = signed[learner, period - 1] if period > 0 else -1
        if before >= 0 and site[before] == site[option]:
            factors = {1.0}
        elif (
            period == 0 or before >= 0 or not pairs.calendar.active[learner, period - 1]
        ):
            factors = {startup_factor}
        least[mentor, period] += hours * min(factors)
        most[mentor, period] += hours * max(factors)
    return least, most
