"""Changes to a dataset of which the effect on the optimum is known beforehand.

Each takes tables (and a position, counted round, where one row is changed) and
gives changed copies; the dataset that goes in stays as it is.
"""

from collections.abc import Callable, Iterable
from random import Random

from tests.oracle.tables import Row, Tables, copy_tables

ID_COLUMNS = {
    "period_id": "period",
    "window_from": "period",
    "window_to": "period",
    "period_from": "period",
    "period_to": "period",
    "trajectory_id": "trajectory",
    "competence_id": "competence",
    "context_id": "competence",
    "requires": "competence",
    "group_id": "group",
    "site_id": "site",
    "enterprise_id": "enterprise",
    "mentor_id": "mentor",
    "learner_id": "learner",
    "school_id": "school",
    "course_id": "course",
}
"""Every column that names something, with the kind of what it names."""

DATE_COLUMNS = frozenset(
    {
        "start",
        "end",
        "valid_from",
        "valid_to",
        "trained_on",
        "available_from",
        "available_to",
        "birth_date",
        "ready_from",
        "first_lesson",
        "assessed_on",
    }
)

Rename = Callable[[str, str], str]
"""Kind and old id to new id."""


def shuffled(tables: Tables, seed: int) -> Tables:
    """The same rows in another order; nothing may change."""
    rng = Random(seed)  # noqa: S311  (test data, not secrets)
    changed = copy_tables(tables)
    for rows in changed.values():
        rng.shuffle(rows)
    return changed


def renamed(tables: Tables, seed: int) -> Tables:
    """All ids anew, such that their alphabetical order changes too."""
    rng = Random(seed)  # noqa: S311  (test data, not secrets)
    names: dict[tuple[str, str], str] = {}

    def rename(kind: str, old: str) -> str:
        key = (kind, old)
        if key not in names:
            names[key] = f"{kind}-{rng.randrange(16**6):06x}-{len(names)}"
        return names[key]

    return _with_ids(tables, rename)


def periods_relabelled(tables: Tables) -> Tables:
    """Period ids whose alphabetical order is the calendar backwards."""
    by_start = sorted(tables["periods"], key=lambda row: row["start"], reverse=True)
    names = {row["period_id"]: f"Q{rank}" for rank, row in enumerate(by_start)}
    return _with_ids(tables, lambda kind, old: names[old] if kind == "period" else old)


def two_copies(tables: Tables) -> Tables:
    """The region beside an independent copy of it; the optimum doubles.

    Trajectories are copied too: a shared one would open the sites of each copy
    to the learners of the other.
    """
    copy = _with_ids(
        tables, lambda kind, old: old if kind in ("period", "school") else f"{old}bis"
    )
    return {
        name: rows if name == "periods" else rows + copy[name]
        for name, rows in copy_tables(tables).items()
    }


def four_years_later(tables: Tables) -> Tables:
    """Every date four years on: the same days of the year; nothing may change."""
    changed = copy_tables(tables)
    for rows in changed.values():
        for row in rows:
            for column in DATE_COLUMNS & row.keys():
                if row[column]:
                    year, rest = row[column].split("-", 1)
                    row[column] = f"{int(year) + 4}-{rest}"
    return changed


def one_learner_less(tables: Tables, position: int) -> Tables:
    """A learner leaves with all that is known of them; never worse for the sum."""
    rows = tables["learners"]
    gone = rows[position % len(rows)]["learner_id"]
    kept = {
        name: [dict(row) for row in rows if row.get("learner_id") != gone]
        for name, rows in tables.items()
    }
    return {name: rows for name, rows in kept.items() if rows}


def signed_as_planned(tables: Tables, assignments: Iterable[Row]) -> Tables:
    """Every assignment of a plan becomes `signed`; the plan stays possible."""
    changed = copy_tables(tables)
    rows = [r for r in changed.get("placements", []) if r["status"] != "signed"]
    rows += [{**row, "status": "signed"} for row in assignments]
    changed["placements"] = rows
    return {name: found for name, found in changed.items() if found}


def one_more_place(tables: Tables, position: int) -> Tables:
    """A site takes one learner more; never worse."""
    return _one_more(tables, "sites", "capacity", position)


def one_more_learner_for_a_mentor(tables: Tables, position: int) -> Tables:
    """A mentor takes one learner more; never worse."""
    return _one_more(tables, "mentors", "max_learners", position)


def one_more_seat(tables: Tables, position: int) -> Tables:
    """A course has one seat more; never worse."""
    return _one_more(tables, "courses", "seats", position)


def one_more_in_the_enterprise(tables: Tables, position: int) -> Tables:
    """An enterprise takes one learner more; never worse."""
    return _one_more(tables, "enterprises", "max_learners", position)


def one_more_mentor_hour(tables: Tables, position: int) -> Tables:
    """A mentor has an hour a week more; never worse."""
    return _one_more(tables, "mentors", "hours_per_week", position)


def one_more_recognition(tables: Tables, position: int) -> Tables:
    """A site is recognised for a trajectory at all times; never worse."""
    changed = copy_tables(tables)
    pairs = [
        {"site_id": s["site_id"], "trajectory_id": t["trajectory_id"]}
        for s in tables["sites"]
        for t in tables["trajectories"]
    ]
    pair = pairs[position % len(pairs)]
    rows = changed["recognitions"]
    rows[:] = [row for row in rows if not _matches(row, pair)]
    rows.append({**pair, "valid_from": "", "valid_to": ""})
    return changed


def one_more_offer(tables: Tables, position: int) -> Tables:
    """A site teaches one thing more, at all times; never worse."""
    changed = copy_tables(tables)
    things = [
        {
            "site_id": site["site_id"],
            "trajectory_id": row["trajectory_id"],
            "competence_id": row.get("competence_id") or row["context_id"],
        }
        for site in tables["sites"]
        for row in tables["competences"] + tables.get("contexts", [])
    ]
    thing = things[position % len(things)]
    rows = changed["offers"]
    rows[:] = [row for row in rows if not _matches(row, thing)]
    rows.append({**thing, "period_from": "", "period_to": ""})
    return changed


def refusal_withdrawn(tables: Tables, position: int) -> Tables:
    """One `refused` row less; never worse."""
    return _one_less(
        tables, "placements", position, lambda row: row["status"] == "refused"
    )


def requirement_dropped(tables: Tables, position: int) -> Tables:
    """One attest less to be held; never worse."""
    return _one_less(tables, "requirements", position)


def ability_unknown(tables: Tables, position: int) -> Tables:
    """One `yes` becomes `unknown`; never better: unknown never counts as passed."""
    return _set_status(tables, position, "yes", "unknown")


def ability_denied(tables: Tables, position: int) -> Tables:
    """One `yes` becomes `no`, a barrier more; never better."""
    return _set_status(tables, position, "yes", "no")


def _with_ids(tables: Tables, rename: Rename) -> Tables:
    return {
        name: [
            {column: _new_ids(column, cell, rename) for column, cell in row.items()}
            for row in rows
        ]
        for name, rows in tables.items()
    }


def _new_ids(column: str, cell: str, rename: Rename) -> str:
    if column not in ID_COLUMNS or not cell:
        return cell
    kind = ID_COLUMNS[column]
    return "|".join(rename(kind, part) for part in cell.split("|"))


def _one_more(tables: Tables, table: str, column: str, position: int) -> Tables:
    """One more in a cell of the rows where it is not blank; without rows the same."""
    changed = copy_tables(tables)
    rows = [row for row in changed.get(table, []) if row.get(column)]
    if rows:
        row = rows[position % len(rows)]
        row[column] = f"{float(row[column]) + 1:g}"
    return changed


def _one_less(
    tables: Tables,
    table: str,
    position: int,
    chosen: Callable[[Row], bool] = lambda _row: True,
) -> Tables:
    changed = copy_tables(tables)
    rows = [row for row in changed.get(table, []) if chosen(row)]
    if rows:
        changed[table].remove(rows[position % len(rows)])
    return {name: found for name, found in changed.items() if found}


def _set_status(tables: Tables, position: int, old: str, new: str) -> Tables:
    changed = copy_tables(tables)
    rows = [row for row in changed.get("abilities", []) if row["status"] == old]
    if rows:
        rows[position % len(rows)]["status"] = new
    return changed


def _matches(row: Row, cells: Row) -> bool:
    return all(row[column] == cell for column, cell in cells.items())
