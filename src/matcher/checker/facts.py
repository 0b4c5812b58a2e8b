"""The facts of a dataset as the rules speak of them: objects, looked up by id."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.checker.places import Point, estimated_minutes
from matcher.checker.run_policy import RunPolicy

TOLERANCE = 1e-6
"""Comparisons of weeks, hours and minutes tolerate this (section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A planning period; `order` counts from 0 by start."""

    period_id: str
    start: date
    end: date
    weeks: float
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """One competence of a trajectory; `window` is its first and last period order."""

    competence_id: str
    qualification: str
    learn_at: tuple[str, ...]
    weeks: float
    window: tuple[float, float]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextGroup:
    """Contexts of which `at_least` are to be met; weeks per context id."""

    group_id: str
    at_least: int
    weight: float
    contexts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """A standard trajectory with all that it demands."""

    trajectory_id: str
    days_per_week: float
    max_sites: int
    min_block_weeks: float
    competences: tuple[Competence, ...]
    groups: tuple[ContextGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One address where learning happens; `min_age` is None where none is set."""

    site_id: str
    enterprise_id: str
    location: Point | None
    capacity: int
    min_age: float | None
    languages: frozenset[str]
    supports: frozenset[str]
    demands: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentor:
    """A mentor; `hours_per_week` is infinite and dates None where blank."""

    mentor_id: str
    site_id: str
    max_learners: int
    hours_per_week: float
    supports: frozenset[str]
    trained_on: date | None
    available_from: date | None
    available_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Dated seats for one competence."""

    course_id: str
    trajectory_id: str
    competence_id: str
    period: Period
    seats: int
    location: Point | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportNeed:
    """A functional need of a learner, and how much of it."""

    need: str
    level: int
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A learner with everything that is recorded of this person alone.

    Attributes
    ----------
    max_travel_minutes
        Infinite where blank.
    guidance_hours
        None where blank.
    abilities
        Per demand ``yes``, ``no`` or ``unknown``.
    """

    learner_id: str
    trajectory: Trajectory
    location: Point | None
    birth_date: date | None
    modes: tuple[str, ...]
    max_travel_minutes: float
    languages: frozenset[str]
    guidance_hours: float | None
    ready_from: date | None
    needs: tuple[SupportNeed, ...]
    abilities: Mapping[str, str]
    acquired: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A row of `placements`; blank period or mentor is ""."""

    period_id: str
    site_id: str
    mentor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All lookups of one dataset, by ids.

    Attributes
    ----------
    recognised
        Per (site, trajectory) the first and last day of each row; None is open.
    offered
        Per (site, trajectory, competence or context) the first and last period
        order of each row.
    attests
        Per (site, trajectory) the competences to be held before a block.
    signed, proposed
        Per (learner, period).
    refused
        Per (learner, site).
    travel_minutes, success, preferences
        Per (learner, site); preferences of both sides in one list.
    guidance_hours
        Per (learner, mentor).
    max_in_enterprise
        Per enterprise id, infinite where blank.
    """

    periods: tuple[Period, ...]
    period: Mapping[str, Period]
    learner: Mapping[str, Learner]
    site: Mapping[str, Site]
    mentor: Mapping[str, Mentor]
    course: Mapping[str, Course]
    recognised: Mapping[tuple[str, str], Sequence[tuple[date | None, date | None]]]
    offered: Mapping[tuple[str, str, str], Sequence[tuple[float, float]]]
    attests: Mapping[tuple[str, str], Sequence[str]]
    signed: Mapping[tuple[str, str], Decision]
    proposed: Mapping[tuple[str, str], Decision]
    refused: Mapping[tuple[str, str], Sequence[Decision]]
    travel_minutes: Mapping[tuple[str, str], float]
    success: Mapping[tuple[str, str], float]
    preferences: Mapping[tuple[str, str], Sequence[float]]
    guidance_hours: Mapping[tuple[str, str], float]
    max_in_enterprise: Mapping[str, float]


def is_active(learner: Learner, period: Period) -> bool:
    """E9: ready_from blank or <= the first day of the period."""
    return learner.ready_from is None or learner.ready_from <= period.start


def is_offered(
    facts: Facts, site: Site, trajectory: Trajectory, taught_id: str, period: Period
) -> bool:
    """Whether the site offers this competence or context in that period."""
    rows = facts.offered.get((site.site_id, trajectory.trajectory_id, taught_id), ())
    return any(first <= period.order <= last for first, last in rows)


def minutes_to_site(
    facts: Facts, policy: RunPolicy, learner: Learner, site: Site
) -> float:
    """The `travel` row of the pair, else the estimate; NaN where nobody knows."""
    measured = facts.travel_minutes.get((learner.learner_id, site.site_id))
    if measured is not None:
        return measured
    return _estimate(policy, learner, site.location)


def minutes_to_course(policy: RunPolicy, learner: Learner, course: Course) -> float:
    """The estimate; 0 where the course has no location: it is in reach."""
    if course.location is None:
        return 0.0
    return _estimate(policy, learner, course.location)


def travel_limit(policy: RunPolicy, learner: Learner) -> float:
    """E3: the lower of the learner's own limit and the policy's; blank: none."""
    return min(learner.max_travel_minutes, policy.max_minutes)


def is_within(minutes: float, limit: float) -> bool:
    """Whether a travel time is known and at most the limit."""
    return not math.isnan(minutes) and minutes <= limit + TOLERANCE


def _estimate(policy: RunPolicy, learner: Learner, place: Point | None) -> float:
    return estimated_minutes(
        learner.location, place, learner.modes, policy.travel["detour"], policy.modes
    )


def weekly_guidance_hours(
    facts: Facts, policy: RunPolicy, learner: Learner, mentor: Mentor
) -> float:
    """Guidance hours per week of a learner with a mentor, start-up left out.

    The `guidance` row; else `guidance_hours`; else
    (5 x days_per_week + 10 + 60 x 12/52)/60 + `guidance.per_support_level`
    x the sum of all need levels (section 4).
    """
    row = facts.guidance_hours.get((learner.learner_id, mentor.mentor_id))
    if row is not None:
        return row
    if learner.guidance_hours is not None:
        return learner.guidance_hours
    minutes = 5 * learner.trajectory.days_per_week + 10 + 60 * 12 / 52
    levels = sum(need.level for need in learner.needs)
    return minutes / 60 + policy.guidance["per_support_level"] * levels
