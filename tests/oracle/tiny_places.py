"""Calendar, trajectories, sites, mentors and courses of a random case."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.oracle.tables import Row, Tables

if TYPE_CHECKING:
    from tests.oracle.tiny import Profile

NEEDS = ("stil", "structuur", "extra_uitleg")
DEMANDS = ("tillen", "hoogte", "koude")
LANGUAGES = ("nl", "fr", "en")
POSTCODES = ("9000", "9030", "9050", "9052", "9070", "9090", "9506", "9820")
"""Around Gent; 9506 has several rows."""
MIDDLE = (51.02, 3.75)
BEFORE = "2025-05-01"
"""Before every calendar."""

_LEARN_AT = (
    *4 * ("workplace",),
    *2 * ("workplace|school",),
    *2 * ("workplace|training_centre",),
    "workplace|training_centre|school",
    "training_centre",
    "school",
    "training_centre|school",
)


def add_places(
    tables: Tables, rng: Random, size: Profile, used: frozenset[str]
) -> None:
    """Everything but the learners."""
    tables["periods"] = _periods(rng, size, used)
    names = [row["period_id"] for row in tables["periods"]]
    _trajectories(tables, rng, size, used, names)
    _sites(tables, rng, size, used)
    _recognitions_and_offers(tables, rng, size, used, names)
    _mentors(tables, rng, used)
    if "requirements" in used:
        _requirements(tables, rng)
    if "courses" in used:
        _courses(tables, rng, size, names)


def calendar(tables: Tables) -> list[Row]:
    """Periods by start."""
    return sorted(tables["periods"], key=lambda row: row["start"])


def random_day(tables: Tables, rng: Random) -> date:
    """A day of the calendar; often the first or last day of a period."""
    period = rng.choice(calendar(tables))
    start, end = (date.fromisoformat(period[side]) for side in ("start", "end"))
    inside = start + timedelta(days=rng.randint(1, 25))
    return rng.choice([start, start, end, inside])


def random_spot(rng: Random, size: Profile) -> Row:
    """Coordinates, a postcode or both."""
    lat, lon = (
        f"{middle + rng.uniform(-size.degrees, size.degrees):.5f}" for middle in MIDDLE
    )
    postcode = rng.choice(POSTCODES)
    return rng.choice(
        [
            {"postcode": "", "lat": lat, "lon": lon},
            {"postcode": postcode, "lat": lat, "lon": lon},
            {"postcode": postcode, "lat": "", "lon": ""},
        ]
    )


def some(rng: Random, chance: float, values: tuple[str, ...]) -> str:
    """A list cell: each value with this chance."""
    return "|".join(value for value in values if rng.random() < chance)


def _periods(rng: Random, size: Profile, used: frozenset[str]) -> list[Row]:
    count = rng.randint(*size.periods)
    names = [f"P{number}" for number in range(1, count + 1)]
    if rng.random() < 0.3:
        rng.shuffle(names)
    start = date(2026, 9, 1)
    rows = []
    for name in names:
        days = rng.choice([28, 35, 45, 56, 70, 84])
        end = start + timedelta(days=days - 1)
        weeks = rng.choice(["", "", str(days // 7 - 1), f"{days / 8:.2f}"])
        rows.append(
            {
                "period_id": name,
                "start": start.isoformat(),
                "end": end.isoformat(),
                "weeks": weeks,
            }
        )
        gap = rng.choice([0, 1, 14]) if "calendar_gaps" in used else 0
        start = end + timedelta(days=1 + gap)
    return rows


def _window(rng: Random, names: list[str]) -> tuple[str, str]:
    """Ids of the first and last period; sides may be blank."""
    first, last = sorted(rng.choices(range(len(names)), k=2))
    return rng.choice(
        [(names[first], names[last]), (names[first], ""), ("", names[last])]
    )


def _trajectories(
    tables: Tables, rng: Random, size: Profile, used: frozenset[str], names: list[str]
) -> None:
    tables["trajectories"], tables["competences"] = [], []
    tables["contexts"] = []
    for number in range(rng.randint(*size.trajectories)):
        me = f"T{number}"
        tables["trajectories"].append(
            {
                "trajectory_id": me,
                "name": f"Opleiding {me}",
                "education": rng.choice(["secondary", "adult"]),
                "hours_per_week": rng.choice(["", "20"]),
                "days_per_week": rng.choice(["", "2", "4"]),
                "max_sites": rng.choice(["", "1", "2", "2", "3"]),
                "min_block_weeks": rng.choice(size.min_block_weeks),
            }
        )
        ids = [f"{me}c{c}" for c in range(rng.randint(*size.competences))]
        for index, competence in enumerate(ids):
            windowed = "windows" in used and rng.random() < 0.3
            first, last = _window(rng, names) if windowed else ("", "")
            earlier = ids[index - 1] if index and rng.random() < 0.2 else ""
            tables["competences"].append(
                {
                    "trajectory_id": me,
                    "competence_id": competence,
                    "name": f"Competentie {competence}",
                    "qualification": rng.choice(["", "BK1", "BK2"]),
                    "learn_at": rng.choice(_LEARN_AT),
                    "weeks": rng.choice(["", "4", "6.5", "8", "12", "16"]),
                    "window_from": first,
                    "window_to": last,
                    "weight": rng.choice(["", "", "0.5", "2"]),
                    "requires": earlier,
                }
            )
        if "contexts" in used:
            tables["contexts"] += _contexts(rng, me)


def _contexts(rng: Random, trajectory_id: str) -> list[Row]:
    rows = []
    for group in range(rng.randint(1, 2)):
        count = rng.randint(1, 3)
        at_least, weight = str(rng.randint(1, count)), rng.choice(["", "0.5", "2"])
        rows += [
            {
                "trajectory_id": trajectory_id,
                "group_id": f"{trajectory_id}g{group}",
                "context_id": f"{trajectory_id}g{group}x{number}",
                "at_least": at_least,
                "weeks": rng.choice(["", "6", "12"]),
                "weight": weight,
            }
            for number in range(count)
        ]
    return rows


def _sites(tables: Tables, rng: Random, size: Profile, used: frozenset[str]) -> None:
    count = rng.randint(*size.sites)
    tables["sites"] = [
        {
            "site_id": f"S{number}",
            "enterprise_id": rng.choice(["", f"E{rng.randrange((count + 1) // 2)}"]),
            "name": f"Werkplek {number}",
            **random_spot(rng, size),
            "capacity": rng.choice(["0", *9 * ("1",), *7 * ("2",), *3 * ("3",)]),
            "min_age": rng.choice(["", "", "16", "16", "18"]) if "ages" in used else "",
            "languages": some(rng, 0.2, LANGUAGES) if "languages" in used else "",
            "supports": some(rng, 0.5, NEEDS),
            "demands": some(rng, 0.3, DEMANDS) if "abilities" in used else "",
        }
        for number in range(count)
    ]
    if rng.random() < 0.15:
        rng.choice(tables["sites"]).update(postcode="", lat="", lon="")
    if "enterprises" in used:
        enterprises = sorted({row["enterprise_id"] for row in tables["sites"]} - {""})
        tables["enterprises"] = [
            {
                "enterprise_id": e,
                "max_learners": rng.choice(["", "0", *4 * ("1",), *4 * ("2",)]),
            }
            for e in enterprises
            if rng.random() < 0.7
        ]


def _recognitions_and_offers(
    tables: Tables, rng: Random, size: Profile, used: frozenset[str], names: list[str]
) -> None:
    tables["recognitions"], tables["offers"] = [], []
    for site in tables["sites"]:
        for trajectory in tables["trajectories"]:
            me = trajectory["trajectory_id"]
            key = {"site_id": site["site_id"], "trajectory_id": me}
            if rng.random() < size.recognised:
                tables["recognitions"] += [
                    {**key, "valid_from": first, "valid_to": last}
                    for first, last in _validities(tables, rng, used)
                ]
            taught = [
                row[column]
                for table, column in (
                    ("competences", "competence_id"),
                    ("contexts", "context_id"),
                )
                for row in tables[table]
                if row["trajectory_id"] == me
            ]
            tables["offers"] += [
                {
                    **key,
                    "competence_id": name,
                    "period_from": first,
                    "period_to": last,
                }
                for name in taught
                if rng.random() < 0.6
                for first, last in _offer_windows(rng, used, names)
            ]
    _at_least_one_row(tables)


def _at_least_one_row(tables: Tables) -> None:
    """Both tables must exist."""
    site, competence = tables["sites"][0], tables["competences"][0]
    key = {
        "site_id": site["site_id"],
        "trajectory_id": competence["trajectory_id"],
    }
    if not tables["recognitions"]:
        tables["recognitions"].append(dict(key))
    if not tables["offers"]:
        name = competence["competence_id"]
        tables["offers"].append({**key, "competence_id": name})


def _validities(
    tables: Tables, rng: Random, used: frozenset[str]
) -> list[tuple[str, str]]:
    """Rows of one recognition: open, ended, with a gap, adjacent, overlapping."""
    if "recognition_dates" not in used or rng.random() < 0.6:
        return [("", "")]
    day = random_day(tables, rng)
    until = day.isoformat()
    following = {
        "gap": day + timedelta(days=rng.randint(2, 40)),
        "adjacent": day + timedelta(days=1),
        "overlap": day - timedelta(days=rng.randint(0, 10)),
    }
    kind = rng.choice(["from", "to", "to", "gap", "adjacent", "adjacent", "overlap"])
    if kind == "from":
        return [(until, "")]
    first = (rng.choice(["", "2026-01-01"]), until)
    if kind == "to":
        return [first]
    return [first, (following[kind].isoformat(), rng.choice(["", "2031-12-31"]))]


def _offer_windows(
    rng: Random, used: frozenset[str], names: list[str]
) -> list[tuple[str, str]]:
    if "offer_windows" not in used or rng.random() < 0.7:
        return [("", "")]
    if rng.random() < 0.2:
        return [(names[0], names[0]), (names[-1], "")]
    return [_window(rng, names)]


def _mentors(tables: Tables, rng: Random, used: frozenset[str]) -> None:
    tables["mentors"] = []
    for site in tables["sites"]:
        pair = [_mentor(tables, rng, used, site["site_id"], letter) for letter in "ab"]
        if "mentor_leaves" in used and rng.random() < 0.35:
            leaves = random_day(tables, rng)
            pair[0]["available_to"] = leaves.isoformat()
            pair[1]["available_from"] = rng.choice(
                ["", (leaves + timedelta(days=1)).isoformat()]
            )
            tables["mentors"] += pair
        else:
            tables["mentors"] += pair[: rng.choice([1, 1, 2])]


def _mentor(
    tables: Tables, rng: Random, used: frozenset[str], site_id: str, letter: str
) -> Row:
    late = random_day(tables, rng).isoformat()
    few = ["0", *9 * ("",), *9 * (f"{rng.uniform(0.6, 3):.2f}",)]
    return {
        "mentor_id": f"M{site_id}{letter}",
        "site_id": site_id,
        "max_learners": rng.choice(["0", *9 * ("1",), *8 * ("2",), *4 * ("3",)]),
        "hours_per_week": rng.choice(few) if "mentor_hours" in used else "",
        "supports": some(rng, 0.3, NEEDS),
        "trained_on": rng.choice([*12 * (BEFORE,), "", late]),
        "available_from": "",
        "available_to": "",
    }


def _requirements(tables: Tables, rng: Random) -> None:
    """Attests, mostly such that a course or the workplace can give."""
    tables["requirements"] = []
    for row in tables["competences"]:
        can_be_won = row["learn_at"] != "school"
        tables["requirements"] += [
            {
                "site_id": site["site_id"],
                "trajectory_id": row["trajectory_id"],
                "competence_id": row["competence_id"],
            }
            for site in tables["sites"]
            if rng.random() < (0.08 if can_be_won else 0.02)
        ]


def _courses(tables: Tables, rng: Random, size: Profile, names: list[str]) -> None:
    needed = {row["competence_id"] for row in tables.get("requirements", [])}
    tables["courses"] = []
    for row in tables["competences"]:
        name = row["competence_id"]
        useful = "training_centre" in row["learn_at"] or name in needed
        for number in range(rng.choice([1, 1, 2]) if useful else 0):
            spot = random_spot(rng, size) if rng.random() < 0.6 else {}
            tables["courses"].append(
                {
                    "course_id": f"C{name}{number}",
                    "trajectory_id": row["trajectory_id"],
                    "competence_id": name,
                    "period_id": rng.choice(names),
                    "seats": rng.choice(["0", "1", "1", "2", "3"]),
                    "provider": "Opleidingscentrum",
                    **spot,
                }
            )
