"""Changes to a policy of which the effect on the optimum is known beforehand."""

from dataclasses import asdict, replace
from typing import Any

from tests.oracle.weights import Weights, read_weights

_TRAVEL = ("per_minute", "comfortable", "beyond", "max_minutes", "detour", "modes")
_GUIDANCE = ("per_support_level", "startup_factor")
_PER_POINT = (
    "unplaced",
    "gap",
    "context",
    "school",
    "course",
    "support",
    "preference",
    "success",
    "unknown",
    "rotation",
    "handover",
    "disruption",
    "per_minute",
    "beyond",
)
"""Weights in points, of which the objective is a linear function at fairness 0."""

RAISABLE = (*_PER_POINT, "fairness", *_GUIDANCE)
"""Keys that can only make plans dearer or rarer when they grow."""


def scaled(policy: str, factor: float) -> str:
    """Every weight times `factor`; the optimum is multiplied likewise.

    `fairness` is divided: it weighs the square of points per week, which are
    already multiplied. Minutes, hours and factors stay.
    """
    weights = read_weights(policy)
    changed: dict[str, Any] = {k: getattr(weights, k) * factor for k in _PER_POINT}
    changed["fairness"] = weights.fairness / factor
    return policy_text(replace(weights, **changed))


def raised(policy: str, position: int) -> str:
    """One weight doubled and one more; never better."""
    key = RAISABLE[position % len(RAISABLE)]
    weights = read_weights(policy)
    return policy_text(replace(weights, **{key: 2 * getattr(weights, key) + 1}))


def shorter_travel(policy: str) -> str:
    """A lower limit on travel; never better."""
    weights = read_weights(policy)
    return policy_text(replace(weights, max_minutes=(weights.max_minutes or 60) / 2))


def untrained_allowed(policy: str) -> str:
    """Mentors without training may guide; never worse."""
    return policy_text(replace(read_weights(policy), untrained_mentor="warn"))


def policy_text(weights: Weights) -> str:
    """Every key of the policy as TOML."""
    values = {key: value for key, value in asdict(weights).items() if value is not None}
    modes = values.pop("modes")
    top = [k for k in values if k not in (*_TRAVEL, *_GUIDANCE)]
    lines = [_line(key, values[key]) for key in top]
    lines += ["[travel]", *(_line(k, values[k]) for k in _TRAVEL if k in values)]
    lines += [
        f"modes.{name} = {{ access = {mode['access']}, speed = {mode['speed']} }}"
        for name, mode in modes.items()
    ]
    lines += ["[guidance]", *(_line(k, values[k]) for k in _GUIDANCE)]
    return "\n".join(lines) + "\n"


def _line(key: str, value: float | str) -> str:
    return f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value!r}"
