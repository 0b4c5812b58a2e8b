"""Run records of the samples: their expected plan, as an engine would hand it on."""

import csv
import json
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np

from matcher.dataset import Dataset, read_dataset
from matcher.policy import Policy, policy_to_mapping
from matcher.problem.run_record import (
    COMPONENTS,
    Assignment,
    CoverageRow,
    QualificationRow,
    RunRecord,
    Seat,
    Summary,
    UnplacedRow,
)

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
REASONS = (
    "no_site",
    "no_eligible_site_in_period",
    "capacity",
    "block_too_short",
    "max_sites",
    "attest_missing",
    "costlier",
    "not_settled",
)


@cache
def sample_dataset(name: str) -> Dataset:
    return read_dataset(SAMPLES / name)


@cache
def sample_record(name: str) -> RunRecord:
    """The expected plan of a sample; reasons and hours are made up, by rank."""
    dataset = sample_dataset(name)
    expected = json.loads((SAMPLES / name / "expected/expected.json").read_text())
    assignments = tuple(Assignment(**row) for row in _rows(name, "assignments"))
    seats = tuple(Seat(**row) for row in _rows(name, "seats"))
    coverage = _coverage(name, assignments, seats)
    points = {
        row["learner_id"]: {term: float(row[term]) for term in COMPONENTS}
        for row in _rows(name, "points")
    }
    pairs = list(dict.fromkeys((row.learner_id, row.site_id) for row in assignments))
    return RunRecord(
        assignments=assignments,
        seats=seats,
        coverage=coverage,
        qualifications=_qualifications(dataset, coverage),
        unplaced=_unplaced(dataset, assignments),
        points=points,
        travel_minutes=tuple(
            5.0 + 7.25 * (pairs.index((row.learner_id, row.site_id)) % 13)
            for row in assignments
        ),
        guidance_hours=tuple(
            1.0 + 0.25 * (rank % 4) for rank in range(len(assignments))
        ),
        summary=Summary(
            status="optimal",
            objective=expected["optimum"],
            bound=expected["optimum"],
            gap=0.0,
            components={
                term: float(expected["components"][term]) for term in COMPONENTS
            },
            learners=expected["learners"],
            placed=expected["placed"],
            fully_covered=expected["fully_covered"],
            seconds=1.5,
            seed=1,
            policy=policy_to_mapping(Policy()),
            dataset_sha256=dataset.sha256,
            versions={"matcher": "0.1.0", "ortools": "9.15.6755"},
            engine="exact",
            stop_reason="proven",
        ),
    )


def with_summary(record: RunRecord, **changes: object) -> RunRecord:
    return replace(record, summary=replace(record.summary, **changes))


def _rows(name: str, table: str) -> list[dict[str, str]]:
    with (SAMPLES / name / f"expected/{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _coverage(
    name: str, assignments: tuple[Assignment, ...], seats: tuple[Seat, ...]
) -> tuple[CoverageRow, ...]:
    last = {row.learner_id: row for row in assignments}
    period_of_seat = {(s.learner_id, s.competence_id): s.period_id for s in seats}
    rows = []
    for row in _rows(name, "coverage"):
        learner, competence = row["learner_id"], row["competence_id"]
        site, period = "", period_of_seat.get((learner, competence), "")
        if row["covered_by"] == "workplace":
            site, period = last[learner].site_id, last[learner].period_id
        elif row["covered_by"] != "course":
            period = ""
        rows.append(CoverageRow(**row, site_id=site, period_id=period))
    return tuple(rows)


def _qualifications(
    dataset: Dataset, coverage: tuple[CoverageRow, ...]
) -> tuple[QualificationRow, ...]:
    competences = dataset.competences
    of_competence = dict(
        zip(competences.competence_id, competences.qualification, strict=True)
    )
    open_of: dict[tuple[str, str], list[str]] = {}
    for row in coverage:
        qualification = of_competence.get(row.competence_id, "")
        if qualification:
            open_ids = open_of.setdefault((row.learner_id, qualification), [])
            if row.covered_by == "gap":
                open_ids.append(row.competence_id)
    return tuple(
        QualificationRow(
            learner_id=learner, qualification=name, earned=not ids, open=tuple(ids)
        )
        for (learner, name), ids in open_of.items()
    )


def _unplaced(
    dataset: Dataset, assignments: tuple[Assignment, ...]
) -> tuple[UnplacedRow, ...]:
    placed = {(row.learner_id, row.period_id) for row in assignments}
    learners, periods = dataset.learners, dataset.periods
    rows: list[UnplacedRow] = []
    for learner, ready_from in zip(
        learners.learner_id, learners.ready_from, strict=True
    ):
        for period, start in zip(periods.period_id, periods.start, strict=True):
            is_active = np.isnat(ready_from) or ready_from <= start
            if is_active and (learner, period) not in placed:
                rows.append(
                    UnplacedRow(
                        learner_id=learner,
                        period_id=period,
                        reason=REASONS[len(rows) % len(REASONS)],
                        detail=f"Eén plaats meer zou {learner} helpen.",
                    )
                )
    return tuple(rows)


def multiplied(
    dataset: Dataset, record: RunRecord, times: int
) -> tuple[Dataset, RunRecord]:
    """A region of `times` as many learners, each copy with ids of its own."""
    learners = dataset.learners
    columns = {
        field.name: np.tile(getattr(learners, field.name), times)
        for field in fields(learners)
    }
    columns["learner_id"] = np.array(
        [f"{key}-{copy}" for copy in range(times) for key in learners.learner_id],
        dtype=object,
    )
    tables = ("assignments", "seats", "coverage", "qualifications", "unplaced")
    copied = {
        table: tuple(
            replace(row, learner_id=f"{row.learner_id}-{copy}")
            for copy in range(times)
            for row in getattr(record, table)
        )
        for table in tables
    }
    summary = replace(
        record.summary,
        learners=record.summary.learners * times,
        placed=record.summary.placed * times,
        fully_covered=record.summary.fully_covered * times,
    )
    return replace(dataset, learners=type(learners)(**columns)), replace(
        record,
        **copied,
        travel_minutes=record.travel_minutes * times,
        guidance_hours=record.guidance_hours * times,
        summary=summary,
    )


def renamed(
    dataset: Dataset, record: RunRecord, old: str, new: str
) -> tuple[Dataset, RunRecord]:
    """The same region in which the id or name `old` reads `new` everywhere."""
    tables = {
        field.name: _renamed_table(getattr(dataset, field.name), old, new)
        for field in fields(dataset)
        if field.name != "sha256"
    }
    rows = {
        name: tuple(_renamed_row(row, old, new) for row in getattr(record, name))
        for name in ("assignments", "seats", "coverage", "qualifications", "unplaced")
    }
    return replace(dataset, **tables), replace(record, **rows)


def _renamed_table(table: object, old: str, new: str) -> object:
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    for name, column in columns.items():
        if column.dtype == object:
            columns[name] = np.array(column, dtype=object)
            columns[name][:] = [new if cell == old else cell for cell in column]
    return replace(table, **columns)


def _renamed_row(row: object, old: str, new: str) -> object:
    return replace(
        row,
        **{f.name: new for f in fields(row) if getattr(row, f.name) == old},
    )
