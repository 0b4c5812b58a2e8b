"""Weights and thresholds, with the defaults of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMode:
    """How one mode turns kilometres into minutes.

    Attributes
    ----------
    access
        Minutes before and after the ride.
    speed
        Kilometres per hour, above 0.
    """

    access: float
    speed: float


DEFAULT_MODES: Mapping[str, TravelMode] = MappingProxyType(
    {
        "walk": TravelMode(access=0.0, speed=4.8),
        "bike": TravelMode(access=2.0, speed=16.0),
        "ebike": TravelMode(access=2.0, speed=20.0),
        "moped": TravelMode(access=3.0, speed=30.0),
        "pt": TravelMode(access=12.0, speed=25.0),
        "car": TravelMode(access=5.0, speed=45.0),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelPolicy:
    """Points per minute of one-way travel, the limit, and the estimate.

    Attributes
    ----------
    per_minute, beyond
        Points per week and minute, up to and past `comfortable` minutes.
    comfortable
        Minutes.
    max_minutes
        Minutes; None is no limit (rule E3).
    detour
        Road kilometres per kilometre as the crow flies.
    modes
        Every mode that a learner may name.
    """

    per_minute: float = 0.1
    comfortable: float = 45.0
    beyond: float = 0.3
    max_minutes: float | None = None
    detour: float = 1.3
    modes: Mapping[str, TravelMode] = field(default_factory=lambda: DEFAULT_MODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidancePolicy:
    """What one learner asks of a mentor (section 4).

    Attributes
    ----------
    per_support_level
        Extra hours per week for each level of support need.
    startup_factor
        Factor on the hours in the first period of a block.
    """

    per_support_level: float = 0.25
    startup_factor: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All weights of the objective (section 6), in points; fewer is better.

    Attributes
    ----------
    unplaced
        Per week of an active period without a placement.
    gap, context
        Per unit of weight of a competence, or of a context that a group lacks.
    school, course
        Per competence left to the school; per course seat taken.
    support, preference, success, unknown
        Points per week: per level of support unmet, for the wish scale from 0
        to 1, for the chance of an early end, per demand of unknown ability.
    fairness
        On the square of the points per week.
    rotation, handover
        Per block after the first; per mentor change inside a block.
    disruption
        Per week of a proposed placement that the plan leaves.
    untrained_mentor
        ``forbid`` bars a mentor without training (E2), ``warn`` allows it.
    success_model
        Folder of a trained artefact; None leaves the success term to `scores`.
    """

    unplaced: float = 200.0
    gap: float = 400.0
    context: float = 400.0
    school: float = 10.0
    course: float = 20.0
    support: float = 2.0
    preference: float = 2.0
    success: float = 10.0
    unknown: float = 1.0
    fairness: float = 0.05
    rotation: float = 15.0
    handover: float = 10.0
    disruption: float = 5.0
    untrained_mentor: Literal["forbid", "warn"] = "forbid"
    success_model: str | None = None
    travel: TravelPolicy = field(default_factory=TravelPolicy)
    guidance: GuidancePolicy = field(default_factory=GuidancePolicy)
