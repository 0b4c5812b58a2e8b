"""From rows of text to facts by position (section 1)."""

import csv
from collections import defaultdict
from datetime import date
from functools import cache
from importlib.resources import files
from statistics import median
from typing import overload

from tests.oracle.region import (
    Competence,
    Course,
    Group,
    Learner,
    Mentor,
    Period,
    Point,
    Region,
    Site,
    Trajectory,
)
from tests.oracle.tables import Row, Tables
from tests.oracle.weights import read_weights


def build_region(tables: Tables, policy: str = "") -> Region:
    """Facts of clean tables under the policy text of a TOML file."""
    periods = _periods(tables)
    at = {p.period_id: rank for rank, p in enumerate(periods)}
    site_at = {row["site_id"]: index for index, row in enumerate(tables["sites"])}
    required: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for row in tables.get("requirements", []):
        site = site_at[row["site_id"]]
        required[site, row["trajectory_id"]].add(row["competence_id"])
    return Region(
        weights=read_weights(policy),
        periods=periods,
        sites=tuple(_site(row) for row in tables["sites"]),
        mentors=tuple(_mentor(row, site_at) for row in tables["mentors"]),
        courses=tuple(_course(row, at) for row in tables.get("courses", [])),
        learners=_learners(tables, at, site_at),
        recognised=_recognised(tables, site_at),
        offered=_offered(tables, at, site_at),
        required={key: frozenset(ids) for key, ids in required.items()},
        enterprise_limit={
            row["enterprise_id"]: int(row["max_learners"])
            for row in tables.get("enterprises", [])
            if row.get("max_learners")
        },
    )


def _recognised(
    tables: Tables, site_at: dict[str, int]
) -> dict[tuple[int, str], tuple[tuple[date, date], ...]]:
    rows = defaultdict(list)
    for row in tables["recognitions"]:
        valid_from = _date(row, "valid_from") or date.min
        valid_to = _date(row, "valid_to") or date.max
        key = (site_at[row["site_id"]], row["trajectory_id"])
        rows[key].append((valid_from, valid_to))
    return {key: tuple(found) for key, found in rows.items()}


def _offered(
    tables: Tables, at: dict[str, int], site_at: dict[str, int]
) -> dict[tuple[int, str, str], frozenset[int]]:
    offered: defaultdict[tuple[int, str, str], set[int]] = defaultdict(set)
    for row in tables["offers"]:
        key = (site_at[row["site_id"]], row["trajectory_id"], row["competence_id"])
        offered[key] |= set(_span(row, "period_from", "period_to", at))
    return {key: frozenset(found) for key, found in offered.items()}


def _periods(tables: Tables) -> tuple[Period, ...]:
    rows = sorted(tables["periods"], key=lambda row: row["start"])
    periods = []
    for row in rows:
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        days = (end - start).days + 1
        weeks = _number(row, "weeks")
        periods.append(
            Period(
                period_id=row["period_id"],
                start=start,
                end=end,
                weeks=days // 7 if weeks is None else weeks,
            )
        )
    return tuple(periods)


def _trajectory(row: Row, tables: Tables, at: dict[str, int]) -> Trajectory:
    trajectory_id = row["trajectory_id"]
    groups = defaultdict(list)
    for context in tables.get("contexts", []):
        if context["trajectory_id"] == trajectory_id:
            groups[context["group_id"]].append(context)
    return Trajectory(
        trajectory_id=trajectory_id,
        days_per_week=_number(row, "days_per_week", 3),
        max_sites=int(_number(row, "max_sites", 3)),
        min_block_weeks=_number(row, "min_block_weeks", 4),
        competences=tuple(
            Competence(
                competence_id=competence["competence_id"],
                learn_at=_list(competence, "learn_at"),
                weeks=_number(competence, "weeks", 1),
                weight=_number(competence, "weight", 1),
                window=_span(competence, "window_from", "window_to", at),
            )
            for competence in tables["competences"]
            if competence["trajectory_id"] == trajectory_id
        ),
        groups=tuple(
            Group(
                group_id=group_id,
                contexts=tuple(context["context_id"] for context in rows),
                weeks=tuple(_number(context, "weeks", 1) for context in rows),
                at_least=int(rows[0]["at_least"]),
                weight=_number(rows[0], "weight", 1),
            )
            for group_id, rows in groups.items()
        ),
    )


def _site(row: Row) -> Site:
    return Site(
        site_id=row["site_id"],
        enterprise=row.get("enterprise_id", ""),
        point=_point(row),
        capacity=int(row["capacity"]),
        min_age=_number(row, "min_age"),
        languages=_list(row, "languages"),
        supports=_list(row, "supports"),
        demands=_list(row, "demands"),
    )


def _mentor(row: Row, site_at: dict[str, int]) -> Mentor:
    return Mentor(
        mentor_id=row["mentor_id"],
        site=site_at[row["site_id"]],
        max_learners=int(row["max_learners"]),
        hours=_number(row, "hours_per_week"),
        supports=_list(row, "supports"),
        trained_on=_date(row, "trained_on"),
        available_from=_date(row, "available_from") or date.min,
        available_to=_date(row, "available_to") or date.max,
    )


def _course(row: Row, at: dict[str, int]) -> Course:
    return Course(
        course_id=row["course_id"],
        trajectory_id=row["trajectory_id"],
        competence_id=row["competence_id"],
        period=at[row["period_id"]],
        seats=int(row["seats"]),
        point=_point(row),
    )


def _learners(
    tables: Tables, at: dict[str, int], site_at: dict[str, int]
) -> tuple[Learner, ...]:
    trajectories = {
        row["trajectory_id"]: _trajectory(row, tables, at)
        for row in tables["trajectories"]
    }
    mentor_at = {row["mentor_id"]: i for i, row in enumerate(tables["mentors"])}
    return tuple(
        _learner(
            row, tables, trajectories[row["trajectory_id"]], at, site_at, mentor_at
        )
        for row in tables["learners"]
    )


def _learner(
    row: Row,
    tables: Tables,
    trajectory: Trajectory,
    at: dict[str, int],
    site_at: dict[str, int],
    mentor_at: dict[str, int],
) -> Learner:
    me = row["learner_id"]

    def mine(table: str) -> list[Row]:
        return [found for found in tables.get(table, []) if found["learner_id"] == me]

    def per_site(table: str, column: str) -> dict[int, float]:
        return {site_at[r["site_id"]]: float(r[column]) for r in mine(table)}

    decided = defaultdict(list)
    for p in mine("placements"):
        mentor = mentor_at[p["mentor_id"]] if p.get("mentor_id") else None
        period_id, site = p.get("period_id", ""), site_at[p["site_id"]]
        decided[p["status"]].append((period_id, site, mentor))
    wishes = defaultdict(list)
    for wish in mine("preferences"):
        wishes[site_at[wish["site_id"]]].append(float(wish["preference"]))
    return Learner(
        learner_id=me,
        trajectory=trajectory,
        point=_point(row),
        birth_date=_date(row, "birth_date"),
        modes=tuple(sorted(_list(row, "modes"))),
        max_travel=_number(row, "max_travel_minutes"),
        languages=_list(row, "languages"),
        guidance_hours=_number(row, "guidance_hours"),
        ready_from=_date(row, "ready_from") or date.min,
        needs={
            need["need"]: (
                int(_number(need, "level", 1)),
                need.get("required", "") == "true",
            )
            for need in mine("support_needs")
        },
        abilities={a["demand"]: a["status"] for a in mine("abilities")},
        acquired=frozenset(a["competence_id"] for a in mine("acquired")),
        signed={at[t]: (s, m) for t, s, m in decided["signed"] if m is not None},
        proposed={at[t]: (s, m) for t, s, m in decided["proposed"]},
        refused=frozenset(
            (s, at[t] if t else None, m) for t, s, m in decided["refused"]
        ),
        preference={s: sum(v) / len(v) for s, v in wishes.items()},
        minutes=per_site("travel", "minutes"),
        success=per_site("scores", "success"),
        guidance={
            mentor_at[r["mentor_id"]]: float(r["hours_per_week"])
            for r in mine("guidance")
        },
    )


def _span(row: Row, first: str, last: str, at: dict[str, int]) -> range:
    start, stop = row.get(first, ""), row.get(last, "")
    return range(at[start] if start else 0, (at[stop] if stop else len(at) - 1) + 1)


def _list(row: Row, column: str) -> frozenset[str]:
    return frozenset(part for part in row.get(column, "").split("|") if part)


def _date(row: Row, column: str) -> date | None:
    text = row.get(column, "")
    return date.fromisoformat(text) if text else None


@overload
def _number(row: Row, column: str, blank: float) -> float: ...
@overload
def _number(row: Row, column: str) -> float | None: ...
def _number(row: Row, column: str, blank: float | None = None) -> float | None:
    text = row.get(column, "")
    return float(text) if text else blank


def _point(row: Row) -> Point | None:
    if row.get("lat") and row.get("lon"):
        return float(row["lat"]), float(row["lon"])
    return _postcodes().get(row.get("postcode", ""))


@cache
def _postcodes() -> dict[str, Point]:
    """Median of latitude and of longitude per postcode, suspects last."""
    rows = defaultdict(list)
    source = files("matcher.travel") / "data" / "belgian_postcodes.csv"
    with source.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            rows[row["postcode"]].append(row)
    points = {}
    for postcode, found in rows.items():
        sure = [row for row in found if row["suspect"] == "0"] or found
        points[postcode] = (
            median(float(row["lat"]) for row in sure),
            median(float(row["lon"]) for row in sure),
        )
    return points
