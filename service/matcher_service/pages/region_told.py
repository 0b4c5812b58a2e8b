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
    learners
        None where the number would point at people.
    places
        By name, with their capacity.
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
    """One thing to recruit."""

    rank: int
    kind: str
    what: str
    training: str
    gain: float
    is_exact: bool
    helped: int | None


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


def shortage_lines(rows: Iterable[Json], names: Names) -> tuple[ShortageLine, ...]:
    """Certificates by name that are told in numbers, the largest first."""
    lines = [
        ShortageLine(
            training=names.trajectory(row["trajectory_id"]),
            competence=_sought(row, names),
            period=names.period(row["period_id"]),
            learners=row["learners"],
            demand=row["demand"],
            supply=row["supply"],
            places=tuple(
                f"{_thing(place['kind'], place['id'], names)} ({place['capacity']:g})"
                for place in row["places"]
            ),
            proof=row["proof"],
        )
        for row in rows
        if row["demand"] is not None
    ]
    return tuple(sorted(lines, key=lambda line: -line.demand))


def few_lines(rows: Iterable[Json], names: Names) -> tuple[FewLine, ...]:
    """Certificates about few learners: that they are proven, and no number."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["demand"] is None:
            key = (names.trajectory(row["trajectory_id"]), _sought(row, names))
            found.setdefault(key, []).append(names.period(row["period_id"]))
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
            gain=row["gain_points"],
            is_exact=row["gain"] == "exact",
            helped=row["learners_helped"],
        )
        for row in rows
    )


def price_lines(rows: Iterable[Json], names: Names) -> tuple[PriceLine, ...]:
    """The dearest things that are short."""
    lines = [
        PriceLine(
            kind=names.words(f"price_{row['kind']}"),
            what=_thing(row["kind"], row["id"], names),
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


def _subject(row: Json, names: Names) -> str:
    subject = str(row.get("subject") or "")
    if row["kind"] == "new_site":
        return names.place(subject)
    return _named(subject, names)


def _thing(kind: str, thing_id: str, names: Names) -> str:
    return _named(thing_id, names) if kind == "site" else thing_id


def _named(thing_id: str, names: Names) -> str:
    name, place = names.site(thing_id), names.site_place(thing_id)
    return f"{name}, {place}" if place else name
