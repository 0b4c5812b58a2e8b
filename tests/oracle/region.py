"""What the oracle knows of a dataset and a policy: facts by position."""

from dataclasses import dataclass
from datetime import date

from tests.oracle.weights import Weights

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period; its position is its rank by start."""

    period_id: str
    start: date
    end: date
    weeks: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """What a trajectory demands; `window` holds the positions of its periods."""

    competence_id: str
    learn_at: frozenset[str]
    weeks: float
    weight: float
    window: range


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Contexts of which a learner needs `at_least`."""

    group_id: str
    contexts: tuple[str, ...]
    weeks: tuple[float, ...]
    at_least: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """A standard trajectory with its competences and groups of contexts."""

    trajectory_id: str
    days_per_week: float
    max_sites: int
    min_block_weeks: float
    competences: tuple[Competence, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site; `enterprise` is "" without one."""

    site_id: str
    enterprise: str
    point: Point | None
    capacity: int
    min_age: float | None
    languages: frozenset[str]
    supports: frozenset[str]
    demands: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentor:
    """A mentor; `site` is a position, blank dates are None."""

    mentor_id: str
    site: int
    max_learners: int
    hours: float | None
    supports: frozenset[str]
    trained_on: date | None
    available_from: date
    available_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course with seats in one period."""

    course_id: str
    trajectory_id: str
    competence_id: str
    period: int
    seats: int
    point: Point | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A learner with what people decided: positions of sites and mentors.

    Attributes
    ----------
    needs
        Need to level and whether it is required.
    signed
        Period to site and mentor.
    proposed
        Period to site and mentor; the mentor is None where the row names none.
    refused
        Site, period or None, mentor or None; None matches all.
    preference
        Mean per site, -1 to 1.
    """

    learner_id: str
    trajectory: Trajectory
    point: Point | None
    birth_date: date | None
    modes: tuple[str, ...]
    max_travel: float | None
    languages: frozenset[str]
    guidance_hours: float | None
    ready_from: date
    needs: dict[str, tuple[int, bool]]
    abilities: dict[str, str]
    acquired: frozenset[str]
    signed: dict[int, tuple[int, int]]
    proposed: dict[int, tuple[int, int | None]]
    refused: frozenset[tuple[int, int | None, int | None]]
    preference: dict[int, float]
    minutes: dict[int, float]
    success: dict[int, float]
    guidance: dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Everything the rules need, by position.

    Attributes
    ----------
    recognised
        Site position and trajectory id to the dated rows.
    offered
        Site position, trajectory id and competence or context id to periods.
    required
        Site position and trajectory id to competence ids.
    enterprise_limit
        Enterprises with a limit only.
    """

    weights: Weights
    periods: tuple[Period, ...]
    sites: tuple[Site, ...]
    mentors: tuple[Mentor, ...]
    courses: tuple[Course, ...]
    learners: tuple[Learner, ...]
    recognised: dict[tuple[int, str], tuple[tuple[date, date], ...]]
    offered: dict[tuple[int, str, str], frozenset[int]]
    required: dict[tuple[int, str], frozenset[str]]
    enterprise_limit: dict[str, int]
