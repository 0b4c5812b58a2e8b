"""A report about capacity, told: sums by name, and none that points at people."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher_service.answers.redaction import counted
from matcher_service.pages.names import Names

Json = Mapping[str, Any]
_SHOWN_PRICES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortageLine:
    """A proven shortage.

    Attributes
    ----------
    period
        Of seats all periods, as they are counted once over all of them.
    learners
        None where the number would point at people.
    places
        By name, with their capacity; of seats the courses.
    proof
        `hall` or `lp` of places, `seats` of course seats.
    """

    training: str
    competence: str
    period: str
    learners: int | None
    demand: float
    supply: float
    places: tuple[str, ...]
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FewLine:
    """Proven shortages of too few learners to tell numbers, by training and what."""

    training: str
    what: str
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitLine:
    """One thing to recruit.

    Attributes
    ----------
    is_in_plan
        Nothing is proven of the best plan: the gain is that of the plan of the run.
    """

    rank: int
    kind: str
    what: str
    training: str
    gain: float
    is_exact: bool
    is_in_plan: bool
    helped: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitSetLine:
    """Steps to take together.

    Attributes
    ----------
    steps
        In words, with their rank.
    among
        So many first steps were put together.
    is_best
        No other set of as many of them gains more.
    """

    steps: tuple[str, ...]
    gain: float
    is_exact: bool
    sum_of_gains: float
    helped: int | None
    among: int
    is_best: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """What one more of something would be worth."""

    kind: str
    what: str
    period: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLine:
    """One training in one period: who looks for a place, and what there is."""

    training: str
    period: str
    learners: int | None
    unplaced: int | None
    places: int


def shortage_lines(
    rows: Iterable[Json], seats: Iterable[Json], names: Names
) -> tuple[ShortageLine, ...]:
    """Certificates by name that are told in numbers, the largest first.

    Parameters
    ----------
    rows, seats
        Of places and of course seats.
    """
    lines = [
        ShortageLine(
            training=names.trajectory(row["trajectory_id"]),
            competence=_sought(row, names),
            period=_when(row, names),
            learners=row["learners"],
            demand=row["demand"],
            supply=row["supply"],
            places=tuple(
                f"{thing(place['kind'], place['id'], names)} ({place['capacity']:g})"
                for place in row["places"]
            ),
            proof=row["proof"],
        )
        for row in rows
        if row["demand"] is not None
    ]
    lines += [
        ShortageLine(
            training=names.trajectory(row["trajectory_id"]),
            competence=_sought(row, names),
            period=_when(row, names),
            learners=row["learners"],
            demand=row["demand"],
            supply=row["supply"],
            places=tuple(
                f"{each['id']}, {names.period(each['period_id'])} ({each['seats']})"
                for each in row["courses"]
            ),
            proof="seats",
        )
        for row in seats
        if row["demand"] is not None
    ]
    return tuple(sorted(lines, key=lambda line: -line.demand))


def few_lines(rows: Iterable[Json], names: Names) -> tuple[FewLine, ...]:
    """Certificates about few learners: that they are proven, and no number."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["demand"] is None:
            key = (names.trajectory(row["trajectory_id"]), _sought(row, names))
            found.setdefault(key, []).append(_when(row, names))
    return tuple(
        FewLine(training=training, what=what, periods=tuple(dict.fromkeys(periods)))
        for (training, what), periods in found.items()
    )


def short_sites(rows: Iterable[Json]) -> frozenset[str]:
    """Sites that stand in a certificate that is told."""
    return frozenset(
        place["id"]
        for row in rows
        for place in row["places"]
        if place["kind"] == "site"
    )


def recruit_lines(rows: Iterable[Json], names: Names) -> tuple[RecruitLine, ...]:
    """What to recruit, as the report ranks it."""
    return tuple(
        RecruitLine(
            rank=row["rank"],
            kind=names.words(f"recruit_{row['kind']}"),
            what=_subject(row, names),
            training=names.trajectory(row.get("trajectory_id")),
            gain=row.get("in_plan_points", row["gain_points"]),
            is_in_plan="in_plan_points" in row,
            is_exact=row["gain"] == "exact",
            helped=row["learners_helped"],
        )
        for row in rows
    )


def recruit_set_lines(rows: Iterable[Json], names: Names) -> tuple[RecruitSetLine, ...]:
    """What to recruit together, the smaller sets first."""
    return tuple(
        RecruitSetLine(
            steps=tuple(
                _step(rank, step, names)
                for rank, step in zip(row["ranks"], row["steps"], strict=True)
            ),
            gain=row["gain_points"],
            is_exact=row["gain"] == "exact",
            sum_of_gains=row["sum_of_gains"],
            helped=row["learners_helped"],
            among=row["among"]["steps"],
            is_best=row["proof"] == "best",
        )
        for row in rows
    )


def price_lines(rows: Iterable[Json], names: Names) -> tuple[PriceLine, ...]:
    """The dearest things that are short."""
    lines = [
        PriceLine(
            kind=names.words(f"price_{row['kind']}"),
            what=thing(row["kind"], row["id"], names),
            period=names.period(row["period_id"]),
            points=row["points"],
        )
        for row in rows
    ]
    return tuple(lines[:_SHOWN_PRICES])


def training_lines(report: Path, names: Names) -> tuple[TrainingLine, ...]:
    """Learners and places of each training and period, over the whole region.

    Of placed learners nothing is told: with the number of all it would tell how many
    few are left.
    """
    sums: dict[tuple[str, str], list[int]] = {}
    for row in supply_table(report):
        key = (row["trajectory_id"], row["period_id"])
        own = sums.setdefault(key, [0, 0, 0])
        for at, name in enumerate(("learners", "unplaced", "places")):
            own[at] += int(row[name])
    return tuple(
        TrainingLine(
            training=names.trajectory(trajectory_id),
            period=names.period(period_id),
            learners=counted(learners),
            unplaced=counted(unplaced),
            places=places,
        )
        for (trajectory_id, period_id), (learners, unplaced, places) in sums.items()
    )


def supply_table(report: Path) -> list[dict[str, str]]:
    """Rows of ``supply.csv``; what is told of them is for who reads them to see to."""
    with (report / "supply.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sought(row: Json, names: Names) -> str:
    """Of what there is too little: a competence, or any place."""
    if not row["competence_id"]:
        return names.words("any_competence")
    return names.competence(row["trajectory_id"], row["competence_id"])


def _when(row: Json, names: Names) -> str:
    """In what period; of seats in all of them."""
    if "period_id" not in row:
        return names.words("all_periods")
    return names.period(row["period_id"])


def _step(rank: int, step: Json, names: Names) -> str:
    """One step of a set, as it stands in the list."""
    kind = names.words(f"recruit_{step['kind']}")
    training = names.trajectory(step["trajectory_id"])
    parts = (f"{rank}. {kind}", _subject(step, names), training)
    return ", ".join(part for part in parts if part)


def _subject(row: Json, names: Names) -> str:
    subject = str(row.get("subject") or "")
    if row["kind"] == "new_site":
        return names.place(subject)
    return thing(_RECRUITED.get(row["kind"], "site"), subject, names)


_RECRUITED: Mapping[str, str] = {
    "mentor_training": "mentor",
    "mentor_hours": "mentor",
    "course_seats": "course",
}
"""Of what a step gives more, where that is no site."""


def thing(kind: str, thing_id: str, names: Names) -> str:
    """What a site, mentor, course or enterprise is called, with where or of what."""
    if kind == "site":
        name, place = names.site(thing_id), names.site_place(thing_id)
        return f"{name}, {place}" if place else name
    if kind == "course":
        return names.course(thing_id)
    is_mentor = kind in {"mentor", "mentor_hours"}
    return names.mentor(thing_id) if is_mentor else thing_id
