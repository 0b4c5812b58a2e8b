"""Run records of the samples: their expected plan, as an engine would hand it on."""

import csv
import json
from dataclasses import replace
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
    "attest_missing",
    "costlier",
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
    ranks = range(len(assignments))
    return RunRecord(
        assignments=assignments,
        seats=seats,
        coverage=coverage,
        qualifications=_qualifications(dataset, coverage),
        unplaced=_unplaced(dataset, assignments),
        points=points,
        travel_minutes=tuple(5.0 + 7.25 * (rank % 13) for rank in ranks),
        guidance_hours=tuple(1.0 + 0.25 * (rank % 4) for rank in ranks),
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
