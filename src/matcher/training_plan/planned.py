"""What a training plan holds, as facts: periods, competences, contexts, pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from matcher.training_plan.checklist import ToDo

Place = Literal["workplace", "course", "school", "open", "acquired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What an earlier training plan brings along.

    Attributes
    ----------
    reached
        Competences that were reached since.
    period_of
        Period id per competence, as planned then.
    """

    reached: frozenset[str] = frozenset()
    period_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSite:
    """One site of the plan.

    Attributes
    ----------
    start_time
        When work begins there; "" where it is not recorded.
    minutes, mode
        The journey one way; None and "" where they are not known.
    """

    site_id: str
    name: str
    postcode: str
    start_time: str
    minutes: float | None
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPeriod:
    """One period.

    Attributes
    ----------
    number
        From 1, among all periods of the region.
    hours_per_week
        At the workplace; None where the trajectory does not say.
    workplace_hours, school_hours
        Over the period, the same time in hours of 60 and of 50 minutes.
    """

    number: int
    period_id: str
    start: date
    end: date
    weeks: float
    site_id: str
    mentor_id: str
    hours_per_week: float | None
    workplace_hours: float | None
    school_hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCompetence:
    """One competence: who teaches it, and when it is worked on.

    Attributes
    ----------
    place
        ``open`` where nobody teaches it yet.
    site_id, mentor_id, course_id
        "" where it is not learned there.
    period_id
        In which it is worked on; "" where it is open or acquired.
    later
        Competences that it requires and that come later in this plan all the same.
    """

    competence_id: str
    name: str
    module: str
    kind: str
    qualification: str
    place: Place
    site_id: str
    mentor_id: str
    course_id: str
    period_id: str
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedContext:
    """One mandatory context.

    Attributes
    ----------
    site_id, period_id
        Where and when it is met; "" where it is not.
    """

    group_id: str
    at_least: int
    context_id: str
    name: str
    is_met: bool
    site_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQualification:
    """One (part) qualification, and the competences that are still open for it."""

    qualification: str
    earned: bool
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorPage:
    """What one mentor works on in the coming period."""

    site_id: str
    site_name: str
    mentor_id: str
    period_id: str
    competence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """The days within which the agreement has to be signed.

    Attributes
    ----------
    last_day
        The last of these training days; None without a first lesson.
    days_left
        From the day of the plan on, that day included.
    """

    days_to_sign: int
    first_lesson: date | None
    last_day: date | None
    days_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """The training plan, to start the talk from.

    Attributes
    ----------
    as_of
        The day that the plan looks ahead from.
    agreement
        Code of the agreement; "" where hours or education are not recorded.
    hours_per_week
        At the workplace; None where the trajectory does not say.
    rules_from, paid_from_hours
        The day from which the rule of the agreement holds, and its threshold.
    sites
        Those of the plan, in the order in which the learner comes there.
    competences
        By period, in an order that honours `requires` where it can be; acquired ones
        first, open ones last.
    """

    learner_id: str
    school_id: str
    trajectory_id: str
    training: str
    as_of: date
    agreement: str
    hours_per_week: float | None
    rules_from: date
    paid_from_hours: float
    countdown: Countdown
    sites: tuple[PlannedSite, ...]
    periods: tuple[PlannedPeriod, ...]
    competences: tuple[PlannedCompetence, ...]
    contexts: tuple[PlannedContext, ...]
    qualifications: tuple[PlannedQualification, ...]
    pages: tuple[MentorPage, ...]
    to_do: tuple[ToDo, ...]
