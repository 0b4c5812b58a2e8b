"""Learners of a random case, and what people know, wish and decided of them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.oracle.tables import Row, Tables
from tests.oracle.tiny_places import (
    BEFORE,
    DEMANDS,
    LANGUAGES,
    NEEDS,
    calendar,
    random_day,
    random_spot,
    some,
)

if TYPE_CHECKING:
    from tests.oracle.tiny import Profile

_MODES = ("walk", "bike", "ebike", "moped", "pt", "car")


def add_people(
    tables: Tables, rng: Random, size: Profile, used: frozenset[str]
) -> None:
    """Learners and every table that names them."""
    tables["learners"] = [
        _learner(tables, rng, size, used, f"L{number}")
        for number in range(rng.randint(*size.learners))
    ]
    for add in (_profile, _pairs, _placements):
        for learner in tables["learners"]:
            add(tables, rng, used, learner)
    _locate_signed(tables, rng)
    if {"guidance", "mentor_hours"} <= used:
        _tighten_signed_mentors(tables, rng)


def _learner(
    tables: Tables, rng: Random, size: Profile, used: frozenset[str], name: str
) -> Row:
    trajectory = rng.choice(tables["trajectories"])["trajectory_id"]
    ready = random_day(tables, rng).isoformat()
    turns = random_day(tables, rng)
    born = turns.replace(year=turns.year - rng.choice([16, 17, 18, 18, 19, 20]))
    hours = ["", "", "", "0", "0.4", f"{rng.uniform(0.2, 1.6):.2f}"]
    return {
        "learner_id": name,
        "trajectory_id": trajectory,
        "school_id": rng.choice(["", "SCH1", "SCH2"]),
        **(random_spot(rng, size) if rng.random() < 0.98 else {}),
        "birth_date": born.isoformat() if rng.random() < 0.97 else "",
        "modes": some(rng, 0.3, _MODES),
        "max_travel_minutes": (
            rng.choice(["", "", "", "30", "45", "60", "60", "90"])
            if "travel" in used
            else ""
        ),
        "languages": rng.choice(["nl", "nl|fr", "fr", some(rng, 0.4, LANGUAGES)]),
        "guidance_hours": rng.choice(hours) if "guidance" in used else "",
        "ready_from": (rng.choice([*5 * ("",), ready]) if "ready_from" in used else ""),
        "first_lesson": rng.choice(["", "2026-09-01"]),
    }


def _profile(tables: Tables, rng: Random, used: frozenset[str], learner: Row) -> None:
    """Support needs, abilities and what is acquired."""
    me = learner["learner_id"]
    if "support_needs" in used:
        tables.setdefault("support_needs", []).extend(
            {
                "learner_id": me,
                "need": need,
                "level": rng.choice(["", "1", "2", "3"]),
                "required": rng.choice(["", "", "", "false", "false", "false", "true"]),
            }
            for need in NEEDS
            if rng.random() < 0.25
        )
    if "abilities" in used:
        tables.setdefault("abilities", []).extend(
            {
                "learner_id": me,
                "demand": demand,
                "status": rng.choice([*9 * ("yes",), *3 * ("unknown",), "no"]),
            }
            for demand in DEMANDS
            if rng.random() < 0.8
        )
    if "acquired" in used:
        tables.setdefault("acquired", []).extend(
            {"learner_id": me, "competence_id": row["competence_id"]}
            for row in tables["competences"]
            if row["trajectory_id"] == learner["trajectory_id"] and rng.random() < 0.15
        )


def _pairs(tables: Tables, rng: Random, used: frozenset[str], learner: Row) -> None:
    """Travel, preferences, scores and guidance of the learner."""
    me = learner["learner_id"]
    for site in (row["site_id"] for row in tables["sites"]):
        key = {"learner_id": me, "site_id": site}
        if "travel" in used and rng.random() < 0.2:
            minutes = rng.choice(["0", "12.5", "30", "45", "60", "61", "88"])
            tables.setdefault("travel", []).append({**key, "minutes": minutes})
        for by in ("learner", "site"):
            if "preferences" in used and rng.random() < 0.2:
                wish = rng.choice(["-1", "-0.4", "0", "0.3", "1"])
                row = {**key, "by": by, "preference": wish}
                tables.setdefault("preferences", []).append(row)
        if "scores" in used and rng.random() < 0.3:
            success = rng.choice(["0", "0.35", "0.8", "1"])
            tables.setdefault("scores", []).append({**key, "success": success})
    for mentor in tables["mentors"]:
        if "guidance" in used and rng.random() < 0.15:
            row = {"learner_id": me, "mentor_id": mentor["mentor_id"]}
            row["hours_per_week"] = rng.choice(["0", "0.25", "0.9", "1.7"])
            tables.setdefault("guidance", []).append(row)


def _placements(
    tables: Tables, rng: Random, used: frozenset[str], learner: Row
) -> None:
    rows = tables.setdefault("placements", [])
    names = [row["period_id"] for row in calendar(tables)]
    if "signed" in used and rng.random() < 0.3:
        rows += _signed(tables, rng, learner, names)
    if "proposed" in used:
        for name in names:
            if rng.random() < 0.2:
                row = _stay(tables, rng, learner, name, "proposed")
                rows.append(row | {"mentor_id": rng.choice(["", row["mentor_id"]])})
    if "refused" in used:
        for _ in range(rng.choice([0, 0, 1, 2])):
            name = rng.choice(["", rng.choice(names)])
            row = _stay(tables, rng, learner, name, "refused")
            row["mentor_id"] = rng.choice(["", row["mentor_id"]])
            if row not in rows:
                rows.append(row)


def _signed(tables: Tables, rng: Random, learner: Row, names: list[str]) -> list[Row]:
    """One or two short runs of signed placements, which may break any rule."""
    signed: dict[str, Row] = {}
    for _ in range(rng.choice([1, 1, 2])):
        start = rng.randrange(len(names))
        run = names[start : start + rng.choice([1, 1, 2])]
        stay = _stay(tables, rng, learner, run[0], "signed")
        signed |= {name: {**stay, "period_id": name} for name in run}
    return list(signed.values())


def _stay(
    tables: Tables, rng: Random, learner: Row, period_id: str, status: str
) -> Row:
    """A site, in most draws a recognised one, with a mentor of it."""
    recognised = [
        row["site_id"]
        for row in tables["recognitions"]
        if row["trajectory_id"] == learner["trajectory_id"]
    ]
    anywhere = [row["site_id"] for row in tables["sites"]]
    usual = rng.random() < 0.85 and recognised
    site = rng.choice(recognised if usual else anywhere)
    mentors = [row["mentor_id"] for row in tables["mentors"] if row["site_id"] == site]
    return {
        "learner_id": learner["learner_id"],
        "period_id": period_id,
        "site_id": site,
        "mentor_id": rng.choice(mentors),
        "status": status,
    }


def _locate_signed(tables: Tables, rng: Random) -> None:
    """A travel row for signed pairs without two locations.

    The contract gives no points to a signed placement of unknown minutes, so
    no case holds one.
    """
    located = {
        row[column]
        for table, column in (("learners", "learner_id"), ("sites", "site_id"))
        for row in tables[table]
        if row.get("lat") or row.get("postcode")
    }
    known = {(r["learner_id"], r["site_id"]) for r in tables.get("travel", [])}
    for row in tables["placements"]:
        pair = (row["learner_id"], row["site_id"])
        if row["status"] == "signed" and pair not in known and not set(pair) <= located:
            known.add(pair)
            tables.setdefault("travel", []).append(
                {
                    "learner_id": pair[0],
                    "site_id": pair[1],
                    "minutes": rng.choice(["10", "50"]),
                }
            )


def _tighten_signed_mentors(tables: Tables, rng: Random) -> None:
    """Hours that a signed placement exceeds in a first period only.

    Whether others may use the mentor then depends on the period before it.
    """
    signed = [row for row in tables["placements"] if row["status"] == "signed"]
    for mentor in tables["mentors"]:
        name = mentor["mentor_id"]
        guided = {row["learner_id"] for row in signed if row["mentor_id"] == name}
        if not guided or rng.random() < 0.5:
            continue
        mentor.update(hours_per_week=rng.choice(["1.2", "1.5"]), max_learners="3")
        mentor.update(available_from="", available_to="", trained_on=BEFORE)
        rows = [r for r in tables.get("guidance", []) if r["mentor_id"] != name]
        for learner in tables["learners"]:
            me = learner["learner_id"]
            hours = "1" if me in guided else rng.choice(["0", "0.1", "0.2"])
            row = {"learner_id": me, "mentor_id": name, "hours_per_week": hours}
            rows.append(row)
        tables["guidance"] = rows
