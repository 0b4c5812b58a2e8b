"""Some learners beside the fixed plans of all others, as a small problem of its own.

For what `room_search` leaves open: every rule about signed placements holds here too.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.capacity.drop_out import DropOut, without
from matcher.dataset import Dataset
from matcher.dataset.tables import Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index, positions_of
from matcher.problem.capacity import Capacities
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem, prepare
from matcher.suggestions import LoadedRun
from matcher.suggestions.fixed_plan import Use, use_of

_EVEN = 0.5
"""A place that is full by signature is closed: half a learner more does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The problem of free learners.

    Attributes
    ----------
    is_exact
        Nothing is left out. Signed hours of free learners may exceed what a mentor
        has left. Beside nobody or fixed signed placements they stay, as section 4
        says. Beside a fixed unsigned one they may not; the free are kept out there
        then, and the best plans may not be among those that are left.
    """

    problem: Problem
    is_exact: bool


def beside(run: LoadedRun, drop: DropOut, free: Index) -> Beside:
    """The problem of some learners after a drop-out, when all others follow the run."""
    return beside_in(run, without(run.lookup.around(free), drop), free)


def beside_in(run: LoadedRun, dataset: Dataset, free: Index) -> Beside:
    """The problem of some learners, when all others follow the run.

    Parameters
    ----------
    dataset
        What is there for these learners, and no others; something may be gone, and
        rows that the region does not have may stand after its own.
    """
    part = prepare(dataset, run.problem.policy)
    fixed = _fixed(run, free, part)
    own, signed = part.capacities, _signed(part)
    site = _left(dataset.sites.capacity[:, None] - fixed.site, signed.site)
    mentor = _left(dataset.mentors.max_learners[:, None] - fixed.mentor, signed.mentor)
    enterprise = _left(
        _enterprise_limit(run, part) - fixed.enterprise, signed.enterprise
    )
    hours = dataset.mentors.hours_per_week[:, None]
    limit = np.where(np.isnan(hours), np.inf, hours - fixed.hours)
    least = np.where(np.isnan(hours), 0.0, hours - own.hours_left)
    may_exceed = own.hours_signed > limit + TOLERANCE
    doubtful = may_exceed & (fixed.unsigned > 0)
    closed = doubtful | (may_exceed & (least > limit + TOLERANCE))
    # Without room for the signed of others nobody unsigned may come.
    closed |= limit < -TOLERANCE
    capacities = Capacities(
        site=site,
        enterprise=enterprise,
        mentor=mentor,
        hours=np.where(closed, np.maximum(own.hours_signed, limit), limit),
        seats=np.maximum(dataset.courses.seats - fixed.seats, 0),
        site_closed=signed.site > site - _EVEN,
        enterprise_closed=signed.enterprise > enterprise - _EVEN,
        mentor_closed=signed.mentor > mentor - _EVEN,
        hours_closed=closed,
        hours_gated=may_exceed & ~closed,
        hours_signed=own.hours_signed,
        hours_left=limit - least,
    )
    return Beside(problem=_opened(part, capacities), is_exact=not doubtful.any())


def _fixed(run: LoadedRun, free: Index, part: Problem) -> Use:
    """What all others use, of the places of the small problem."""
    whole, own = run.lookup.use, use_of(run.problem, run.plans.take(free))
    dataset, positions = part.dataset, part.pairs.positions
    site = _at(run.lookup.site, dataset.sites.site_id)
    mentor = _at(run.lookup.mentor, dataset.mentors.mentor_id)
    enterprise = positions_of(
        positions.enterprise_ids, run.problem.pairs.positions.enterprise_ids
    )
    course = positions_of(dataset.courses.course_id, run.dataset.courses.course_id)

    def rest(name: str, at: Index) -> NDArray[Any]:
        used = getattr(whole, name) - getattr(own, name)
        nothing = np.zeros((1, *used.shape[1:]), dtype=used.dtype)
        return np.asarray(np.concatenate([used, nothing])[at])  # nobody uses the new

    return Use(
        site=rest("site", site),
        enterprise=rest("enterprise", enterprise),
        mentor=rest("mentor", mentor),
        hours=rest("hours", mentor),
        seats=rest("seats", course),
        unsigned=rest("unsigned", mentor),
    )


def _at(position_of: dict[str, int], ids: "np.ndarray[Any, Any]") -> Index:
    return np.array([position_of.get(each, -1) for each in ids], dtype=np.int64)


def _enterprise_limit(run: LoadedRun, part: Problem) -> Floats:
    """(enterprises, periods); nobody unsigned comes where signed ones are too many."""
    at = positions_of(
        part.pairs.positions.enterprise_ids,
        run.problem.pairs.positions.enterprise_ids,
    )
    whole = run.problem.capacities
    return np.asarray(np.where(whole.enterprise_closed[at], 0.0, whole.enterprise[at]))


def _signed(part: Problem) -> Use:
    """What the signed placements of the free learners use."""
    signed = part.pairs.signed_option
    plans = Plans(
        learner=np.arange(part.num_learners),
        option=signed,
        course=np.full(part.teaching.needed.shape, -1),
    )
    return use_of(part, plans)


def _left(left: Floats, signed: Floats) -> Floats:
    """What is left, and never less than what is signed."""
    return np.maximum(np.maximum(left, 0.0), signed)


def _opened(part: Problem, capacities: Capacities) -> Problem:
    """The problem with these capacities, its options barred where one is closed."""
    site, mentor = part.option_site, part.pairs.option_mentor
    closed = capacities.site_closed[site] | capacities.mentor_closed[mentor]
    closed = closed | capacities.hours_closed[mentor]
    if len(capacities.enterprise_closed):
        enterprise = part.pairs.positions.site_enterprise[site]
        owned = (enterprise >= 0)[:, None]
        closed |= owned & capacities.enterprise_closed[enterprise]
    return replace(
        part, capacities=capacities, open_options=part.pairs.eligible & ~closed
    )
