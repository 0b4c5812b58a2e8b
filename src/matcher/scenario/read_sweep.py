"""The ``[sweep]`` of a scenario file."""

from collections.abc import Mapping
from typing import Any

from matcher.scenario.scenario import Choice, Parameter, RawChange, Sweep

DRAW = "draw"
"""The parameter that is the seed of a random draw."""


def sweep_of(raw: Mapping[str, Any], faults: list[str]) -> Sweep | None:
    """The sweep of a file; None where it has none. Faults are added to the list."""
    if "sweep" not in raw:
        return None
    table = raw["sweep"]
    known = {"draws", "sample", "seed", "parameter", "choice"}
    if not isinstance(table, Mapping) or not set(table) <= known:
        faults.append(f'"sweep" is {table!r}, expected a table of {sorted(known)}')
        return None
    counts = {
        key: _count(table, key, default, faults)
        for key, default in (("draws", 1), ("sample", 0), ("seed", 1))
    }
    parameters = tuple(_parameters(table.get("parameter", []), faults))
    choices = tuple(_choices(table.get("choice", []), faults))
    names = [each.name for each in parameters] + [each.name for each in choices]
    if len(set(names)) < len(names) or DRAW in names:
        faults.append(f"sweep: names {names}, expected each once and none {DRAW!r}")
    if counts["draws"] < 1:
        faults.append('"sweep.draws" is 0, expected 1 or more')
    if bool(counts["sample"]) != any(not each.values for each in parameters):
        faults.append(
            'sweep: expected "sample" exactly where a parameter has from and to'
        )
    return Sweep(**counts, parameters=parameters, choices=choices)


def point_of_reading(sweep: Sweep | None) -> Mapping[str, float | int | str]:
    """One point of a sweep, to read the changes with."""
    if sweep is None:
        return {}
    first = {
        each.name: each.values[0] if each.values else each.low
        for each in sweep.parameters
    }
    return first | {DRAW: sweep.seed}


def _parameters(tables: Any, faults: list[str]) -> list[Parameter]:  # noqa: ANN401
    if not isinstance(tables, list):
        faults.append('"sweep.parameter" is no list, expected [[sweep.parameter]]')
        return []
    found = []
    for table in tables:
        values, ends = table.get("values", []), (table.get("from"), table.get("to"))
        is_grid = isinstance(values, list) and values and set(table) == _GRID
        if not is_grid and not (set(table) == _RANGE and all(map(_is_number, ends))):
            faults.append(
                f"sweep.parameter {table!r}, expected name with values, or with from "
                "and to"
            )
            continue
        low, high = (0, 0) if is_grid else ends
        found.append(
            Parameter(name=table["name"], values=tuple(values), low=low, high=high)
        )
    return found


_GRID, _RANGE = {"name", "values"}, {"name", "from", "to"}


def _choices(tables: Any, faults: list[str]) -> list[Choice]:  # noqa: ANN401
    if not isinstance(tables, list):
        faults.append('"sweep.choice" is no list, expected [[sweep.choice]]')
        return []
    found = []
    for table in tables:
        name, changes = table.get("name"), table.get("changes", [])
        if not isinstance(name, str) or not isinstance(changes, list):
            faults.append(f"sweep.choice {table!r}, expected name and changes")
            continue
        raw = tuple(
            RawChange(
                label=f'choice "{name}", change {number} ({each.get("kind")})',
                fields=each,
            )
            for number, each in enumerate(changes, start=1)
        )
        found.append(Choice(name=name, changes=raw))
    return found


def _count(table: Mapping[str, Any], key: str, default: int, faults: list[str]) -> int:
    value = table.get(key, default)
    if type(value) is not int or value < 0:
        faults.append(f'"sweep.{key}" is {value!r}, expected a whole number, 0 or more')
        return default
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
