"""The policy as the oracle reads it: the defaults of section 6, written again."""

import tomllib
from dataclasses import dataclass
from typing import Any

_MODES: dict[str, dict[str, float]] = {
    "walk": {"access": 0, "speed": 4.8},
    "bike": {"access": 2, "speed": 16},
    "ebike": {"access": 2, "speed": 20},
    "moped": {"access": 3, "speed": 30},
    "pt": {"access": 12, "speed": 25},
    "car": {"access": 5, "speed": 45},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Every number of the policy, under its key in the file."""

    unplaced: float = 200
    gap: float = 400
    context: float = 400
    school: float = 10
    course: float = 20
    support: float = 2
    preference: float = 2
    success: float = 10
    unknown: float = 1
    fairness: float = 0.05
    rotation: float = 15
    handover: float = 10
    disruption: float = 5
    untrained_mentor: str = "forbid"
    per_minute: float = 0.1
    comfortable: float = 45
    beyond: float = 0.3
    max_minutes: float | None = None
    detour: float = 1.3
    per_support_level: float = 0.25
    startup_factor: float = 1.5
    modes: dict[str, dict[str, float]]


def read_weights(policy: str = "") -> Weights:
    """Weights of the text of a policy file; "" gives the defaults."""
    raw: dict[str, Any] = tomllib.loads(policy)
    travel = dict(raw.pop("travel", {}))
    modes = {name: dict(mode) for name, mode in _MODES.items()}
    for name, mode in travel.pop("modes", {}).items():
        modes.setdefault(name, {}).update(mode)
    guidance = raw.pop("guidance", {})
    return Weights(**raw, **travel, **guidance, modes=modes)
