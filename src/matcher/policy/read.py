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

_Fault = tuple[str, str]
"""One fault, in English and in Dutch."""


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
        raise PolicyError(
            f'Policy "{path}" cannot be read: {error}.',
            f'Het beleid "{path}" is niet te lezen: {error}.',
        ) from error
    return policy_from_mapping(raw)


def policy_from_mapping(raw: Mapping[str, Any]) -> Policy:
    """Policy of a mapping in the shape of the TOML file.

    Raises
    ------
    PolicyError
        Unknown keys, wrong kinds or negative weights, all named at once.
    """
    faults: list[_Fault] = []
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
            name = f"{prefix}{min(missing)}"
            faults.append(
                (
                    f'"{name}" is missing for a new mode',
                    f'"{name}" ontbreekt bij een nieuw vervoermiddel',
                )
            )
            continue
        modes[name] = TravelMode(**{**known, **values})
    if faults:
        english, dutch = ("; ".join(each) for each in zip(*faults, strict=True))
        raise PolicyError(f"Policy: {english}.", f"Beleid: {dutch}.")
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
    raw: Mapping[str, Any], key: str, faults: list[_Fault], prefix: str = ""
) -> Mapping[str, Any]:
    section = raw.get(key, {})
    if isinstance(section, Mapping):
        return section
    faults.append(
        (
            f'"{prefix}{key}" is {section!r}, expected a table',
            f'"{prefix}{key}" is {section!r}, verwacht: een tabel',
        )
    )
    return {}


def _numbers(
    raw: Mapping[str, Any],
    shape: type,
    prefix: str,
    faults: list[_Fault],
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
            hint, dutch_hint = "", ""
            if near:
                hint, dutch_hint = f', perhaps "{near[0]}"', f', misschien "{near[0]}"'
            faults.append(
                (
                    f'"{prefix}{key}" is no key of the policy{hint}',
                    f'"{prefix}{key}" is geen sleutel van het beleid{dutch_hint}',
                )
            )
            continue
        kind = _ABOVE if key in _ABOVE_ZERO else _KINDS.get(key, _NUMBER)
        expected, dutch, accepts = kind
        if not accepts(value):
            faults.append(
                (
                    f'"{prefix}{key}" is {value!r}, expected {expected}',
                    f'"{prefix}{key}" is {value!r}, verwacht: {dutch}',
                )
            )
            continue
        values[key] = float(value) if _is_number(value) else value
    return values


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


_Kind = tuple[str, str, Callable[[Any], bool]]
"""What is expected, in English and in Dutch, and whether a value is that."""

_NUMBER: _Kind = (
    "a number of 0 or more",
    "een getal van 0 of meer",
    lambda v: _is_number(v) and v >= 0,
)
_ABOVE: _Kind = (
    "a number above 0",
    "een getal boven 0",
    lambda v: _is_number(v) and v > 0,
)
_KINDS: Mapping[str, _Kind] = {
    "untrained_mentor": (
        '"forbid" or "warn"',
        '"forbid" of "warn"',
        lambda v: v in ("forbid", "warn"),
    ),
    "success_model": (
        "the path of a folder",
        "het pad van een map",
        lambda v: isinstance(v, str),
    ),
}
