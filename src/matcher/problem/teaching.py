"""What offerings teach and ask: weeks per unit and period, attests, courses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility import EligiblePairs, Offerings
from matcher.eligibility.pairs import TOLERANCE, travel_limits
from matcher.eligibility.position import Index, positions_of
from matcher.policy import Policy
from matcher.problem.unit import Units, between
from matcher.travel import Points, TravelProvider, postcode_points


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What offerings and courses give towards the units of a trajectory.

    Attributes
    ----------
    credit_start
        (offerings,), first row of an offering in `credit`; the local units of
        its trajectory follow.
    credit
        (rows, periods), workplace weeks towards the unit in that period: 0 where
        the unit is not offered, not learned at the workplace, or out of window.
    required_start, required_unit
        (offerings + 1,) and (requirements,), local units whose attest must be
        held before a block there starts (P3).
    course_trajectory, course_unit, course_period
        (courses,); the unit is local.
    reach_start, reach_course
        (learners + 1,) and (reaches,), courses in which a learner may sit: of
        the trajectory, for a needed competence, within the travel limits.
    needed
        (learners, most units of a trajectory), by local unit: not acquired.
    """

    credit_start: Index
    credit: Floats
    required_start: Index
    required_unit: Index
    course_trajectory: Index
    course_unit: Index
    course_period: Index
    reach_start: Index
    reach_course: Index
    needed: Bools


def teaching_of(
    dataset: Dataset,
    policy: Policy,
    pairs: EligiblePairs,
    units: Units,
    provider: TravelProvider,
) -> Teaching:
    """Teaching of a dataset."""
    find = _UnitIndex(dataset, units)
    credit_start, credit = _credit(dataset, pairs.offerings, units, find)
    required_start, required_unit = _requirements(dataset, pairs.offerings, find)
    courses = dataset.courses
    trajectory, unit = find(courses.trajectory_id, courses.competence_id)
    needed = _needed(dataset, pairs, units, find)
    reach = _reach(dataset, policy, pairs, provider)
    reach &= pairs.positions.learner_trajectory[:, None] == trajectory
    reach &= needed[:, unit] if len(unit) else True
    learner, course = np.nonzero(reach)
    return Teaching(
        credit_start=credit_start,
        credit=credit,
        required_start=required_start,
        required_unit=required_unit,
        course_trajectory=trajectory,
        course_unit=unit,
        course_period=positions_of(courses.period_id, dataset.periods.period_id),
        reach_start=np.searchsorted(learner, np.arange(len(dataset.learners) + 1)),
        reach_course=course,
        needed=needed,
    )


class _UnitIndex:
    """Local units by trajectory id and unit id."""

    def __init__(self, dataset: Dataset, units: Units) -> None:
        ids = dataset.trajectories.trajectory_id
        self._trajectory_ids = ids
        trajectory = np.repeat(np.arange(len(ids)), np.diff(units.start))
        local = np.arange(len(units.ids)) - units.start[trajectory]
        self._local = {
            (t, unit): int(position)
            for t, unit, position in zip(
                trajectory.tolist(), units.ids, local, strict=True
            )
        }

    def __call__(
        self, trajectory_ids: NDArray[np.object_], unit_ids: NDArray[np.object_]
    ) -> tuple[Index, Index]:
        trajectory = positions_of(trajectory_ids, self._trajectory_ids)
        local = [
            self._local[key] for key in zip(trajectory.tolist(), unit_ids, strict=True)
        ]
        return trajectory, np.array(local, dtype=np.int64)


def _credit(
    dataset: Dataset, offerings: Offerings, units: Units, find: _UnitIndex
) -> tuple[Index, Floats]:
    sizes = np.diff(units.start)[offerings.trajectory]
    start = np.cumsum(sizes) - sizes
    offered = np.zeros((int(sizes.sum()), len(dataset.periods)), dtype=bool)
    rows = dataset.offers
    trajectory, unit = find(rows.trajectory_id, rows.competence_id)
    site = positions_of(rows.site_id, dataset.sites.site_id)
    offering = offerings.find(site, trajectory, len(dataset.sites))
    known = offering >= 0  # an offer without recognition teaches nobody
    at = start[offering[known]] + unit[known]
    open_periods = between(rows.period_from, rows.period_to, dataset.periods.period_id)
    np.logical_or.at(offered, at, open_periods[known])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    of_unit = (
        np.arange(len(owner)) - start[owner] + units.start[offerings.trajectory[owner]]
    )
    counts = units.in_window & units.at_workplace[:, None]
    return start, (offered & counts[of_unit]) * dataset.periods.weeks


def _requirements(
    dataset: Dataset, offerings: Offerings, find: _UnitIndex
) -> tuple[Index, Index]:
    rows = dataset.requirements
    trajectory, unit = find(rows.trajectory_id, rows.competence_id)
    site = positions_of(rows.site_id, dataset.sites.site_id)
    offering = offerings.find(site, trajectory, len(dataset.sites))
    order = np.lexsort((unit, offering))
    order = order[offering[order] >= 0]
    start = np.searchsorted(offering[order], np.arange(len(offerings.site) + 1))
    return start, unit[order]


def _needed(
    dataset: Dataset, pairs: EligiblePairs, units: Units, find: _UnitIndex
) -> Bools:
    sizes = np.diff(units.start)
    most = int(sizes.max(initial=0))
    trajectory = pairs.positions.learner_trajectory
    needed = np.arange(most) < sizes[trajectory][:, None]
    rows = dataset.acquired
    learner = positions_of(rows.learner_id, dataset.learners.learner_id)
    _, unit = find(dataset.learners.trajectory_id[learner], rows.competence_id)
    needed[learner, unit] = False
    return needed


def _reach(
    dataset: Dataset, policy: Policy, pairs: EligiblePairs, provider: TravelProvider
) -> Bools:
    """(learners, courses): travel within E3's limits, where the training fits."""
    learners, courses = dataset.learners, dataset.courses
    points = postcode_points()
    trajectory = positions_of(courses.trajectory_id, dataset.trajectories.trajectory_id)
    fits = pairs.positions.learner_trajectory[:, None] == trajectory
    learner, course = np.nonzero(fits)
    where = Points(*points.locate(courses.postcode, courses.lat, courses.lon))
    minutes = provider.minutes(
        Points(*points.locate(learners.postcode, learners.lat, learners.lon)),
        where,
        learner,
        course,
        list(learners.modes),
    )
    within = minutes <= travel_limits(dataset, policy)[learner] + TOLERANCE
    reach = np.zeros(fits.shape, dtype=bool)
    reach[learner, course] = within | np.isnan(where.lat)[course]
    return reach
