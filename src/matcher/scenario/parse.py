"""TOML values as the fields of changes, refused where they do not fit."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from matcher.errors import ScenarioError
from matcher.scenario.change import Change
from matcher.scenario.kinds import KINDS


def change_of(raw: Mapping[str, Any]) -> Change:
    """The change that one ``[[change]]`` of a file asks for.

    Raises
    ------
    ScenarioError
        The kind is unknown, or a field is unknown, missing or of the wrong kind.
    """
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ScenarioError(_unknown("kind of change", str(kind), list(KINDS)))
    shape = KINDS[kind]
    hints, known = _hints(shape), {field.name: field for field in fields(shape)}
    values = {}
    for name, value in raw.items():
        if name == "kind":
            continue
        if name not in known:
            raise ScenarioError(_unknown(f"field of {kind}", name, list(known)))
        values[name] = _value(name, value, hints[name])
    missing = [
        name
        for name, field in known.items()
        if name not in values and field.default is MISSING
    ]
    if missing:
        message = f"{kind} lacks {', '.join(missing)}"
        raise ScenarioError(message)
    return shape(**values)


@cache
def _hints(shape: type[Change]) -> Mapping[str, Any]:
    return get_type_hints(shape)


def _unknown(what: str, found: str, known: list[str]) -> str:
    near = get_close_matches(found, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"expected {', '.join(known)}"
    return f'"{found}" is no {what}, {hint}'


def _value(name: str, value: object, hint: Any) -> object:  # noqa: ANN401 - a type
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    for option in options:
        if option is not NoneType and _fits(value, option):
            return _as(value, option)
    wanted = [_NAMES[get_origin(each) or each] for each in options if each != NoneType]
    message = f"{name} is {value!r}, expected {' or '.join(wanted)}"
    raise ScenarioError(message)


_NAMES: Mapping[type, str] = {
    str: "a text that is not blank",
    int: "a whole number",
    float: "a number",
    date: "a date such as 2027-01-31",
    tuple: "a list of texts",
}


def _fits(value: object, option: type) -> bool:
    if get_origin(option) is tuple:
        return isinstance(value, list) and all(_fits(each, str) for each in value)
    if option is str:
        return isinstance(value, str) and value.strip() == value != ""
    if option is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if isinstance(value, bool):
        return False
    if option is int:
        return isinstance(value, int)
    return isinstance(value, int | float) and abs(value) < float("inf")


def _as(value: Any, option: type) -> object:  # noqa: ANN401 - of TOML
    if get_origin(option) is tuple:
        return tuple(value)
    return float(value) if option is float else value
