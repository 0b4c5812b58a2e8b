"""The policy that summary.json records, read by the judge's own eyes.

The defaults stand here a second time on purpose: were the engine's defaults
wrong, the judge would not inherit the fault.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.checker.verdict import Violation
from matcher.checker.written_number import finite_number

TOP_WEIGHTS: Mapping[str, float] = {
    "unplaced": 200.0,
    "gap": 400.0,
    "context": 400.0,
    "school": 10.0,
    "course": 20.0,
    "support": 2.0,
    "preference": 2.0,
    "success": 10.0,
    "unknown": 1.0,
    "fairness": 0.05,
    "rotation": 15.0,
    "handover": 10.0,
    "disruption": 5.0,
}
TRAVEL_NUMBERS: Mapping[str, float] = {
    "per_minute": 0.1,
    "comfortable": 45.0,
    "beyond": 0.3,
    "detour": 1.3,
}
GUIDANCE_NUMBERS: Mapping[str, float] = {
    "per_support_level": 0.25,
    "startup_factor": 1.5,
}
MODES: Mapping[str, tuple[float, float]] = {
    "walk": (0.0, 4.8),
    "bike": (2.0, 16.0),
    "ebike": (2.0, 20.0),
    "moped": (3.0, 30.0),
    "pt": (12.0, 25.0),
    "car": (5.0, 45.0),
}
"""Per mode the minutes of access and the kilometres per hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPolicy:
    """Weights and thresholds under which a run is judged.

    Attributes
    ----------
    weight
        Points per unit, by the names of section 6 at top level.
    travel, guidance
        The numbers of the tables of these names.
    max_minutes
        `travel.max_minutes`; infinite where it is absent.
    modes
        Per mode (minutes of access, kilometres per hour).
    warns_of_untrained
        Whether `untrained_mentor` is ``warn``.
    has_success_model
        Whether `success_model` names an artefact.
    """

    weight: Mapping[str, float]
    travel: Mapping[str, float]
    guidance: Mapping[str, float]
    max_minutes: float
    modes: Mapping[str, tuple[float, float]]
    warns_of_untrained: bool
    has_success_model: bool


def read_run_policy(recorded: object) -> tuple[RunPolicy, tuple[Violation, ...]]:
    """The policy of a recorded mapping, and what in it is not of the contract.

    A key that is absent or faulty takes its default, so that the rest can
    still be judged.
    """
    faults: list[Violation] = []
    top = _table(recorded, "policy", faults)
    travel = _table(top.get("travel", {}), "travel", faults)
    guidance = _table(top.get("guidance", {}), "guidance", faults)
    texts = {"untrained_mentor", "success_model"}
    _refuse_unknown(top, {*TOP_WEIGHTS, *texts, "travel", "guidance"}, "", faults)
    known_travel = {*TRAVEL_NUMBERS, "max_minutes", "modes"}
    _refuse_unknown(travel, known_travel, "travel.", faults)
    _refuse_unknown(guidance, set(GUIDANCE_NUMBERS), "guidance.", faults)
    untrained = top.get("untrained_mentor", "forbid")
    if untrained not in ("forbid", "warn"):
        faults.append(_fault("untrained_mentor", untrained, '"forbid" or "warn"'))
    success_model = top.get("success_model")
    if success_model is not None and not isinstance(success_model, str):
        faults.append(_fault("success_model", success_model, "the path of a folder"))
    policy = RunPolicy(
        weight=_numbers(top, TOP_WEIGHTS, "", faults),
        travel=_numbers(travel, TRAVEL_NUMBERS, "travel.", faults),
        guidance=_numbers(guidance, GUIDANCE_NUMBERS, "guidance.", faults),
        max_minutes=_numbers(travel, {"max_minutes": math.inf}, "travel.", faults)[
            "max_minutes"
        ],
        modes=_modes(_table(travel.get("modes", {}), "travel.modes", faults), faults),
        warns_of_untrained=untrained == "warn",
        has_success_model=isinstance(success_model, str),
    )
    return policy, tuple(faults)


def _modes(
    recorded: Mapping[str, object], faults: list[Violation]
) -> Mapping[str, tuple[float, float]]:
    """The default modes, with what the policy changes or adds."""
    modes = dict(MODES)
    for name, value in recorded.items():
        prefix = f"travel.modes.{name}."
        table = _table(value, prefix[:-1], faults)
        _refuse_unknown(table, {"access", "speed"}, prefix, faults)
        access, speed = modes.get(name, (math.nan, math.nan))
        numbers = _numbers(table, {"access": access, "speed": speed}, prefix, faults)
        if any(math.isnan(number) for number in numbers.values()):
            faults.append(_fault(prefix[:-1], value, "access and speed of a new mode"))
        else:
            modes[name] = (numbers["access"], numbers["speed"])
    return modes


def _table(value: object, name: str, faults: list[Violation]) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    faults.append(_fault(name, value, "a table of keys and values"))
    return {}


def _refuse_unknown(
    table: Mapping[str, object], known: set[str], prefix: str, faults: list[Violation]
) -> None:
    faults.extend(
        _fault(f"{prefix}{key}", table[key], "a key of the contract")
        for key in sorted(table.keys() - known)
    )


def _numbers(
    table: Mapping[str, object],
    defaults: Mapping[str, float],
    prefix: str,
    faults: list[Violation],
) -> dict[str, float]:
    """The number under each key of the defaults, 0 or more (divisors above 0)."""
    numbers = dict(defaults)
    for key in sorted(defaults.keys() & table.keys()):
        value = table[key]
        above_zero = key in ("speed", "detour")
        number = finite_number(value)
        if number is None or number < 0 or (above_zero and number == 0):
            expected = "a number above 0" if above_zero else "a number of 0 or more"
            faults.append(_fault(f"{prefix}{key}", value, expected))
        else:
            numbers[key] = number
    return numbers


def _fault(key: str, found: object, expected: str) -> Violation:
    return Violation(
        code="POLICY",
        place="summary.json",
        found=f"{key} = {found!r}",
        expected=expected,
        message_nl=f'Beleid: "{key}" is {found!r}; verwacht: {expected}.',
        message_en=f'Policy: "{key}" is {found!r}; expected {expected}.',
    )
