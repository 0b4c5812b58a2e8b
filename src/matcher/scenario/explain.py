"""What a change will do, in words: ``words.toml``."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from matcher.dataset import Phrase, mode_said
from matcher.report.text import shown
from matcher.scenario.change import Change
from matcher.scenario.edit import AddRow, DropRow, Edit, SetCell, SetPolicy
from matcher.scenario.words import worded
from matcher.scenario.world import World


def sentence(change: Change, world: World) -> Phrase:
    """One sentence about a change, before it is made."""
    facts = {field.name: _fact(getattr(change, field.name)) for field in fields(change)}
    if isinstance(mode := getattr(change, "mode", None), str):
        facts["mode"] = mode_said(mode)
    facts["when"] = _when(change, world)
    facts["who"] = _who(change)
    facts["given"] = _given(change)
    return worded(change.kind, **facts)


def effects(edits: Sequence[Edit]) -> Phrase:
    """How many rows of which tables edits touch, in one line."""
    counts: Counter[tuple[str, str]] = Counter()
    cells: set[tuple[str, int]] = set()
    for edit in edits:
        match edit:
            case SetCell() | SetPolicy() if edit.before == edit.after:
                continue
            case SetCell():
                counts[edit.table, "changed"] += (edit.table, edit.row) not in cells
                cells.add((edit.table, edit.row))
            case AddRow():
                counts[edit.table, "added"] += 1
            case DropRow():
                counts[edit.table, "dropped"] += 1
            case SetPolicy():
                counts["policy", "changed"] += 1
    parts = [
        worded(f"rows_{how}", table=Phrase(nl=table, en=table), number=shown(number))
        for (table, how), number in counts.items()
    ]
    if not parts:
        return worded("rows_none")
    return Phrase(
        nl="; ".join(part.nl for part in parts), en="; ".join(p.en for p in parts)
    )


def _fact(value: object) -> Phrase:
    match value:
        case None:
            return worded("none")
        case tuple():
            return Phrase(nl=", ".join(value), en=", ".join(value))
        case int() | float():
            return shown(value)
        case date():
            return Phrase(nl=f"{value:%d/%m/%Y}", en=value.isoformat())
        case _:
            return Phrase(nl=str(value), en=str(value))


def _given_fact(field_name: str, value: object) -> Phrase:
    if field_name == "modes" and isinstance(value, tuple):
        modes = [mode_said(mode) for mode in value]
        return Phrase(
            nl=", ".join(mode.nl for mode in modes),
            en=", ".join(mode.en for mode in modes),
        )
    return _fact(value)


def _when(change: Change, world: World) -> Phrase:
    first = getattr(change, "from_period", None)
    last = getattr(change, "to_period", None)
    if first is None and last is None:
        return worded("always")
    ids = world.dataset.periods.period_id
    return worded(
        "from_only" if last is None else "from_to",
        first=_fact(first or ids[0]),
        last=_fact(last),
    )


def _who(change: Change) -> Phrase:
    """Which learners or recognitions: training, area."""
    trajectory_id = getattr(change, "trajectory_id", None)
    area, site_id = getattr(change, "area", ()), getattr(change, "site_id", None)
    parts = [worded("of_trajectory", id=_fact(trajectory_id))] if trajectory_id else []
    parts += [worded("of_site", id=_fact(site_id))] if site_id else []
    parts += [worded("in_area", area=_fact(area))] if area else []
    return Phrase(
        nl="".join(part.nl for part in parts), en="".join(part.en for part in parts)
    )


def _given(change: Change) -> Phrase:
    """Fields that are filled in, apart from those that name the thing: a list."""
    parts = [
        worded("field", name=_fact(field.name), value=_given_fact(field.name, value))
        for field in fields(change)
        if (value := getattr(change, field.name)) not in (None, ())
        and not field.name.endswith("_id")
        and field.name not in {"seed", "area", "mode"}
    ]
    return Phrase(
        nl=", ".join(part.nl for part in parts), en=", ".join(p.en for p in parts)
    )
