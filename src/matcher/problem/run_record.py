"""What a run leaves behind for people and programs: the rows of its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

COMPONENTS = (
    "unplaced",
    "gap",
    "context",
    "school",
    "course",
    "travel",
    "support",
    "preference",
    "success",
    "unknown",
    "fairness",
    "rotation",
    "handover",
    "disruption",
)
"""Terms of the objective, in the order of the contract (section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One placed period of one learner."""

    learner_id: str
    period_id: str
    site_id: str
    mentor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One course seat taken."""

    learner_id: str
    course_id: str
    competence_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """Where one competence or context of a learner is covered.

    Attributes
    ----------
    competence_id
        A competence id, or a context id.
    site_id, period_id
        Workplace: where and when the sum of weeks is reached; course: the
        seat's period; else "".
    """

    learner_id: str
    competence_id: str
    covered_by: Literal["acquired", "workplace", "course", "school", "gap"]
    site_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationRow:
    """Whether a learner earns one (part) qualification, and what is open."""

    learner_id: str
    qualification: str
    earned: bool
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedRow:
    """An active period without a placement: a reason code and what would help."""

    learner_id: str
    period_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The content of summary.json (contract, section 8).

    Attributes
    ----------
    gap
        (objective - bound) / objective; 0 when the objective is 0.
    components
        Points per term, keys as in `COMPONENTS`.
    policy
        The whole policy as a plain mapping.
    """

    status: Literal["optimal", "gap", "limit", "interrupted"]
    objective: float
    bound: float
    gap: float
    components: Mapping[str, float]
    learners: int
    placed: int
    fully_covered: int
    seconds: float
    seed: int
    policy: Mapping[str, Any]
    dataset_sha256: str
    versions: Mapping[str, str]
    engine: str
    stop_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """All rows of a run folder, in the order in which they are written.

    Attributes
    ----------
    points
        Per learner id the points per term of `COMPONENTS`.
    travel_minutes
        Per assignment, one way; NaN where nobody knows.
    guidance_hours
        Per assignment, hours per week of the mentor, start-up included.
    """

    assignments: tuple[Assignment, ...]
    seats: tuple[Seat, ...]
    coverage: tuple[CoverageRow, ...]
    qualifications: tuple[QualificationRow, ...]
    unplaced: tuple[UnplacedRow, ...]
    points: Mapping[str, Mapping[str, float]]
    travel_minutes: tuple[float, ...]
    guidance_hours: tuple[float, ...]
    summary: Summary
