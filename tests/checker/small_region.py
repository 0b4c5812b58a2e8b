"""A small region in literal rows: valid as it stands, changed by one thing per test."""

import csv
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from matcher.checker.run_files import AssignmentLine, SeatLine
from matcher.dataset import Dataset, read_dataset

Row = dict[str, Any]

KEYS = {
    "periods": "period_id",
    "trajectories": "trajectory_id",
    "competences": "competence_id",
    "contexts": "context_id",
    "sites": "site_id",
    "recognitions": "site_id",
    "mentors": "mentor_id",
    "learners": "learner_id",
    "courses": "course_id",
}
"""The column by which `change` finds a row."""

LEARNER = {"trajectory_id": "T", "lat": 51.0, "lon": 3.7, "birth_date": "2009-09-01"}
SITE = {"name": "Werkplek", "lat": 51.0, "lon": 3.7, "capacity": 2}
MENTOR = {"max_learners": 2, "trained_on": "2026-01-01"}


def base_tables() -> dict[str, list[Row]]:
    """Three periods, one trajectory, three sites, three learners.

    Everybody lives and works at one point, so that a journey takes the two
    minutes of access by bike: 0.2 points per week.
    """
    return {
        "periods": [
            {
                "period_id": "P1",
                "start": "2026-09-01",
                "end": "2026-11-30",
                "weeks": 10,
            },
            {"period_id": "P2", "start": "2026-12-15", "end": "2027-02-28", "weeks": 8},
            {
                "period_id": "P3",
                "start": "2027-03-01",
                "end": "2027-06-30",
                "weeks": 12,
            },
        ],
        "trajectories": [
            {
                "trajectory_id": "T",
                "name": "Traject",
                "days_per_week": 3,
                "max_sites": 2,
                "min_block_weeks": 10,
            },
            {
                "trajectory_id": "U",
                "name": "Ander traject",
                "days_per_week": 3,
                "max_sites": 2,
                "min_block_weeks": 10,
            },
        ],
        "competences": [
            _competence("work", "workplace", weeks=18, qualification="Q1"),
            _competence("centre", "workplace|training_centre", weeks=31),
            _competence("school", "workplace|school", weeks=31),
            _competence("class", "school"),
            {**_competence("other", "workplace"), "trajectory_id": "U"},
        ],
        "contexts": [_context("x1", 10), _context("x2", 12)],
        "sites": [
            {**SITE, "site_id": "A", "enterprise_id": "E"},
            {**SITE, "site_id": "B", "enterprise_id": "E"},
            {**SITE, "site_id": "C", "enterprise_id": "F"},
        ],
        "recognitions": [
            {"site_id": site_id, "trajectory_id": "T"} for site_id in "ABC"
        ],
        "offers": [
            {"site_id": site_id, "trajectory_id": "T", "competence_id": taught}
            for site_id in "ABC"
            for taught in ("work", "centre", "school", "x1")
        ],
        "mentors": [
            {**MENTOR, "mentor_id": "a1", "site_id": "A"},
            {**MENTOR, "mentor_id": "a2", "site_id": "A"},
            {**MENTOR, "mentor_id": "b1", "site_id": "B"},
            {**MENTOR, "mentor_id": "c1", "site_id": "C"},
        ],
        "learners": [
            {**LEARNER, "learner_id": "L1"},
            {**LEARNER, "learner_id": "L2"},
            {**LEARNER, "learner_id": "L3"},
        ],
        "courses": [_course("K1", "P1"), _course("K2", "P2")],
    }


def _competence(competence_id: str, learn_at: str, **more: Any) -> Row:
    return {
        "trajectory_id": "T",
        "competence_id": competence_id,
        "name": f"Competentie {competence_id}",
        "learn_at": learn_at,
        **more,
    }


def _context(context_id: str, weeks: float) -> Row:
    return {
        "trajectory_id": "T",
        "group_id": "G",
        "context_id": context_id,
        "at_least": 1,
        "weeks": weeks,
    }


def _course(course_id: str, period_id: str) -> Row:
    return {
        "course_id": course_id,
        "trajectory_id": "T",
        "competence_id": "centre",
        "period_id": period_id,
        "seats": 1,
    }


class SmallRegion:
    """The base tables, with changes; each call returns the region itself."""

    def __init__(self) -> None:
        self.tables = base_tables()

    def change(self, table: str, row_id: str, **cells: Any) -> "SmallRegion":
        """Change cells of the one row with this id."""
        (row,) = [row for row in self.tables[table] if row[KEYS[table]] == row_id]
        row.update(cells)
        return self

    def add(self, table: str, **cells: Any) -> "SmallRegion":
        """Add a row."""
        self.tables.setdefault(table, []).append(cells)
        return self

    def drop(self, table: str, **cells: Any) -> "SmallRegion":
        """Remove the rows that hold all these cells; there is at least one."""
        kept = [row for row in self.tables[table] if not _holds(row, cells)]
        assert len(kept) < len(self.tables[table])
        self.tables[table] = kept
        return self

    def dataset(self) -> Dataset:
        """The region as it is read from a folder of CSV files."""
        with tempfile.TemporaryDirectory() as folder:
            for table, rows in self.tables.items():
                _write_table(Path(folder) / f"{table}.csv", rows)
            return read_dataset(Path(folder))


def _holds(row: Row, cells: Mapping[str, Any]) -> bool:
    return all(row.get(column) == value for column, value in cells.items())


def _write_table(path: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def plan(text: str) -> tuple[AssignmentLine, ...]:
    """Assignments from lines of learner, mentor, and the periods at her site.

    The site is the capital of the mentor's letter: `L1 a1 P1 P2`.
    """
    return tuple(
        AssignmentLine(
            learner_id=learner_id,
            period_id=period_id,
            site_id=mentor_id[0].upper(),
            mentor_id=mentor_id,
        )
        for learner_id, mentor_id, *period_ids in map(str.split, text.splitlines())
        for period_id in period_ids
    )


def seats(text: str) -> tuple[SeatLine, ...]:
    """Seats from lines of learner, course, competence, period."""
    return tuple(
        SeatLine(
            learner_id=learner_id,
            course_id=course_id,
            competence_id=competence_id,
            period_id=period_id,
        )
        for learner_id, course_id, competence_id, period_id in map(
            str.split, text.splitlines()
        )
    )


WHOLE_PLAN = "L1 a1 P1 P2 P3\nL2 b1 P1 P2 P3\nL3 c1 P1 P2 P3"
"""Everybody placed in every period; no rule is broken."""
