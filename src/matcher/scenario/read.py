"""Scenario files (TOML), with what they extend."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from matcher.dataset import Phrase
from matcher.errors import ScenarioError
from matcher.scenario.read_sweep import point_of_reading, sweep_of
from matcher.scenario.scenario import Expectation, RawChange, Scenario

_KEYS = (
    "title",
    "question",
    "extends",
    "dataset",
    "as_of",
    "seed",
    "stop",
    "policy",
    "change",
    "sweep",
    "expect",
)
_INHERITED = ("title", "question", "as_of", "seed", "sweep")
"""What a file takes from the one that it extends, where it does not say it itself."""


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file.

    Of the files that it extends come the dataset, the changes (before its own) and
    every setting that it does not give itself; never what they expect.

    Raises
    ------
    ScenarioError
        A file cannot be read, extends itself, or says what no scenario can; the
        message names every fault of the file at once.
    """
    raw = _with_extended(path, ())
    faults: list[str] = []
    stop = _table(raw, "stop", faults)
    _known(stop, ("max_runtime_seconds", "gap"), "stop.", faults)
    if "dataset" not in raw:
        faults.append('"dataset" is missing, expected the path of a dataset')
    faults += [
        f'"{key}" is missing, expected a text or {{ nl, en }}'
        for key in ("title", "question")
        if key not in raw
    ]
    scenario = Scenario(
        name=path.stem,
        path=path,
        title=_phrase(raw, "title", faults),
        question=_phrase(raw, "question", faults),
        dataset=Path(raw.get("dataset", "")),
        as_of=_day(raw, faults),
        max_runtime_seconds=_number(stop, "max_runtime_seconds", "stop.", faults),
        gap=_gap(stop, faults),
        seed=_seed(raw, faults),
        raw_changes=tuple(raw["change"]),
        sweep=sweep_of(raw, faults),
        expect=_expectations(_table(raw, "expect", faults), faults),
    )
    if faults:
        message = f'Scenario "{path}": {"; ".join(faults)}.'
        raise ScenarioError(message)
    # Every change is read once now, so that a fault in one is found before a solve.
    for choice in (None, *(scenario.sweep.choices if scenario.sweep else ())):
        scenario.changes(point_of_reading(scenario.sweep), choice)
    return scenario


def _with_extended(path: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """Keys of a file and of those it extends; changes as `RawChange`."""
    place = path.resolve()
    if place in below:
        message = f'Scenario "{path}" extends itself. Expected a chain with an end.'
        raise ScenarioError(message)
    own = _parsed(path)
    faults: list[str] = []
    _known(own, _KEYS, "", faults)
    prefix = f"{path.stem}, " if below else ""
    own["change"] = _changes(own, prefix, faults)
    faults += [
        f'"{key}" is {own[key]!r}, expected a path'
        for key in ("dataset", "extends")
        if key in own and not isinstance(own[key], str)
    ]
    if faults:
        message = f'Scenario "{path}": {"; ".join(faults)}.'
        raise ScenarioError(message)
    if "dataset" in own:
        own["dataset"] = str(path.parent / own["dataset"])
    if "extends" not in own:
        return own
    name = own["extends"]
    beside = path.parent / (name if name.endswith(".toml") else f"{name}.toml")
    parent = _with_extended(beside, (*below, place))
    own["change"] = [*parent["change"], *own["change"]]
    for key in (*_INHERITED, "dataset"):
        if key in parent:
            own.setdefault(key, parent[key])
    own["stop"] = {**parent.get("stop", {}), **own.get("stop", {})}
    return own


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f'Scenario "{path}" cannot be read: {error}.'
        raise ScenarioError(message) from error


def _changes(raw: Mapping[str, Any], prefix: str, faults: list[str]) -> list[RawChange]:
    """``[policy]`` as changes of weights, then every ``[[change]]``."""
    tables = raw.get("change", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        faults.append('"change" is no list of tables, expected [[change]]')
        tables = []
    found = [
        RawChange(
            label=f"{prefix}[policy] {key}",
            fields={"kind": "policy_set", "key": key, "value": value},
        )
        for key, value in _flat(_table(raw, "policy", faults))
    ]
    found += [
        RawChange(label=f"{prefix}change {number} ({table.get('kind')})", fields=table)
        for number, table in enumerate(tables, start=1)
    ]
    return found


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", value))
    return found


def _known(
    raw: Mapping[str, Any], known: tuple[str, ...], prefix: str, faults: list[str]
) -> None:
    for key in raw:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f', did you mean "{prefix}{near[0]}"?' if near else ""
            faults.append(f'"{prefix}{key}" is no key of a scenario{hint}')


def _table(raw: Mapping[str, Any], key: str, faults: list[str]) -> Mapping[str, Any]:
    table = raw.get(key, {})
    if isinstance(table, Mapping):
        return table
    faults.append(f'"{key}" is {table!r}, expected a table')
    return {}


def _phrase(raw: Mapping[str, Any], key: str, faults: list[str]) -> Phrase:
    value = raw.get(key, "")
    if isinstance(value, str):
        return Phrase(nl=value, en=value)
    if isinstance(value, Mapping) and set(value) == {"nl", "en"}:
        return Phrase(nl=str(value["nl"]), en=str(value["en"]))
    faults.append(f'"{key}" is {value!r}, expected a text or {{ nl, en }}')
    return Phrase(nl="", en="")


def _day(raw: Mapping[str, Any], faults: list[str]) -> date | None:
    value = raw.get("as_of")
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    faults.append(f'"as_of" is {value!r}, expected a date such as 2026-09-01')
    return None


def _seed(raw: Mapping[str, Any], faults: list[str]) -> int | None:
    value = raw.get("seed")
    if value is None or (type(value) is int and value >= 0):
        return value
    faults.append(f'"seed" is {value!r}, expected a whole number of 0 or more')
    return None


def _number(
    raw: Mapping[str, Any], key: str, prefix: str, faults: list[str]
) -> float | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        faults.append(f'"{prefix}{key}" is {value!r}, expected a number of 0 or more')
        return None
    return float(value)


def _gap(stop: Mapping[str, Any], faults: list[str]) -> float | None:
    gap = _number(stop, "gap", "stop.", faults)
    if gap is not None and gap >= 1:
        faults.append(f'"stop.gap" is {gap!r}, expected 0 up to 1')
        return None
    return gap


def _expectations(raw: Mapping[str, Any], faults: list[str]) -> tuple[Expectation, ...]:
    found = []
    for measure, ends in raw.items():
        prefix = f"expect.{measure}."
        table = {"at_least": ends, "at_most": ends}
        if isinstance(ends, Mapping):
            _known(ends, ("at_least", "at_most"), prefix, faults)
            table = dict(ends)
        if not all(isinstance(end, bool | int | float) for end in table.values()):
            faults.append(
                f'"expect.{measure}" is {ends!r}, expected a number or '
                "{ at_least, at_most }"
            )
            continue
        at_least, at_most = table.get("at_least"), table.get("at_most")
        found.append(
            Expectation(
                measure=measure,
                at_least=None if at_least is None else float(at_least),
                at_most=None if at_most is None else float(at_most),
            )
        )
    return tuple(found)
