"""Policy files (TOML) and the plain mapping that summary.json records."""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matcher.errors import PolicyError
from matcher.policy.policy import (
    DEFAULT_MODES,
    GuidancePolicy,
    Policy,
    TravelMode,
    TravelPolicy,
)

_ABOVE_ZERO = {"speed", "detour"}


def read_policy(path: Path) -> Policy:
    """Policy of a TOML file; keys that are absent keep their default.

    Raises
    ------
    PolicyError
        The file cannot be read, or a key or value is not of the contract; the
        message names every fault at once.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f'Policy "{path}" cannot be read: {error}.'
        raise PolicyError(message) from error
    return policy_from_mapping(raw)


def policy_from_mapping(raw: Mapping[str, Any]) -> Policy:
    """Policy of a mapping in the shape of the TOML file.

    Raises
    ------
    PolicyError
        Unknown keys, wrong kinds or negative weights, all named at once.
    """
    faults: list[str] = []
    travel_raw = _section(raw, "travel", faults)
    guidance_raw = _section(raw, "guidance", faults)
    modes_raw = _section(travel_raw, "modes", faults, prefix="travel.")
    top = _numbers(raw, Policy, "", faults, also={"travel", "guidance"})
    travel = _numbers(travel_raw, TravelPolicy, "travel.", faults, also={"modes"})
    guidance = _numbers(guidance_raw, GuidancePolicy, "guidance.", faults)
    modes = dict(DEFAULT_MODES)
    for name in modes_raw:
        prefix = f"travel.modes.{name}."
        mode_raw = _section(modes_raw, name, faults, prefix="travel.modes.")
        values = _numbers(mode_raw, TravelMode, prefix, faults)
        known = asdict(modes[name]) if name in modes else {}
        if missing := {"access", "speed"} - known.keys() - values.keys():
            faults.append(f'"{prefix}{min(missing)}" is missing for a new mode')
            continue
        modes[name] = TravelMode(**{**known, **values})
    if faults:
        message = "Policy: " + "; ".join(faults) + "."
        raise PolicyError(message)
    return Policy(
        **top,
        travel=TravelPolicy(**travel, modes=MappingProxyType(modes)),
        guidance=GuidancePolicy(**guidance),
    )


def policy_to_mapping(policy: Policy) -> dict[str, Any]:
    """Every key of the policy as plain values; the inverse of reading it."""
    travel = {
        f.name: getattr(policy.travel, f.name)
        for f in fields(TravelPolicy)
        if f.name != "modes"
    }
    travel["modes"] = {n: asdict(m) for n, m in sorted(policy.travel.modes.items())}
    top = {
        f.name: getattr(policy, f.name)
        for f in fields(Policy)
        if f.name not in {"travel", "guidance"}
    }
    mapping = top | {"travel": travel, "guidance": asdict(policy.guidance)}
    return _without_none(mapping)


def _without_none(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(value) if isinstance(value, Mapping) else value
        for key, value in mapping.items()
        if value is not None
    }


def _section(
    raw: Mapping[str, Any], key: str, faults: list[str], prefix: str = ""
) -> Mapping[str, Any]:
    section = raw.get(key, {})
    if isinstance(section, Mapping):
        return section
    faults.append(f'"{prefix}{key}" is {section!r}, expected a table')
    return {}


def _numbers(
    raw: Mapping[str, Any],
    shape: type,
    prefix: str,
    faults: list[str],
    also: set[str] = frozenset(),  # type: ignore[assignment]
) -> dict[str, Any]:
    """Values of one table of the file that are of its dataclass, checked."""
    known = [f.name for f in fields(shape) if f.name not in {"modes", *also}]
    values = {}
    for key, value in raw.items():
        if key in also:
            continue
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f', perhaps "{near[0]}"' if near else ""
            faults.append(f'"{prefix}{key}" is no key of the policy{hint}')
            continue
        expected, accepts = _KINDS.get(key, _NUMBER)
        if key in _ABOVE_ZERO:
            expected, accepts = "a number above 0", lambda v: _is_number(v) and v > 0
        if not accepts(value):
            faults.append(f'"{prefix}{key}" is {value!r}, expected {expected}')
            continue
        values[key] = float(value) if _is_number(value) else value
    return values


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


_Kind = tuple[str, Callable[[Any], bool]]
_NUMBER: _Kind = ("a number of 0 or more", lambda v: _is_number(v) and v >= 0)
_KINDS: Mapping[str, _Kind] = {
    "untrained_mentor": ('"forbid" or "warn"', lambda v: v in ("forbid", "warn")),
    "success_model": ("the path of a folder", lambda v: isinstance(v, str)),
}
