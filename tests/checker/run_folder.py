"""Writes run folders in the form of section 8, whole or with one thing broken."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from matcher.checker.coverage import open_by_qualification
from matcher.checker.facts import is_active
from matcher.checker.judge import Judgement, judge
from matcher.checker.plan import AssignmentRow, SeatRow
from matcher.dataset import Dataset

Row = dict[str, str]

COLUMNS = {
    "assignments": "learner_id period_id site_id mentor_id",
    "seats": "learner_id course_id competence_id period_id",
    "coverage": "learner_id competence_id covered_by site_id period_id",
    "qualifications": "learner_id qualification earned open",
    "unplaced": "learner_id period_id reason detail",
    "success": "learner_id site_id success",
}


@dataclass
class RunFolder:
    """The rows of each table, the summary, and what is done to the files at last."""

    tables: dict[str, list[Row]]
    summary: dict[str, Any]
    after: list[Callable[[Path], object]] = field(default_factory=list)

    def row(self, table: str, **cells: str) -> Row:
        """The first row that holds all these cells."""
        return next(
            row
            for row in self.tables[table]
            if all(row[column] == value for column, value in cells.items())
        )

    def write(self, folder: Path) -> Path:
        """Write every file, then do what is to be done to them."""
        folder.mkdir(exist_ok=True)
        for table, rows in self.tables.items():
            write_table(folder / f"{table}.csv", COLUMNS[table].split(), rows)
        text = json.dumps(self.summary)
        (folder / "summary.json").write_text(text, encoding="utf-8")
        for change in self.after:
            change(folder)
        return folder


def write_table(path: Path, columns: list[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def run_folder(
    dataset: Dataset,
    assignments: Iterable[AssignmentRow],
    seats: Iterable[SeatRow],
    policy: dict[str, Any] | None = None,
    success: dict[tuple[str, str], float] | None = None,
) -> RunFolder:
    """The folder that an honest run of this plan leaves, bound proven."""
    assignments, seats = tuple(assignments), tuple(seats)
    judgement = judge(dataset, policy or {}, assignments, seats, success or {})
    tables = {
        "assignments": [asdict(row) for row in assignments],
        "seats": [asdict(row) for row in seats],
        "coverage": list(_coverage(judgement)),
        "qualifications": list(_qualifications(judgement)),
        "unplaced": list(_unplaced(judgement)),
    }
    if success is not None:
        tables["success"] = [
            {"learner_id": learner_id, "site_id": site_id, "success": repr(chance)}
            for (learner_id, site_id), chance in success.items()
        ]
    verdict = judgement.verdict
    summary = {
        "status": "optimal",
        "objective": verdict.objective,
        "bound": verdict.objective,
        "gap": 0.0,
        "components": dict(verdict.components),
        "learners": len(dataset.learners),
        "placed": verdict.placed,
        "fully_covered": verdict.fully_covered,
        "seconds": 1.5,
        "seed": 1,
        "policy": policy or {},
        "dataset_sha256": dataset.sha256,
        "versions": {"matcher": "0"},
    }
    return RunFolder(tables=tables, summary=summary)


def _coverage(judgement: Judgement) -> Iterable[Row]:
    for learner_id, coverage in judgement.coverage.items():
        for row in (*coverage.competences.values(), *coverage.contexts.values()):
            yield {
                "learner_id": learner_id,
                "competence_id": row.taught_id,
                "covered_by": row.covered_by,
                "site_id": row.site_id,
                "period_id": row.period_id,
            }


def _qualifications(judgement: Judgement) -> Iterable[Row]:
    for learner_id, plan in judgement.plans.items():
        parts = open_by_qualification(plan, judgement.coverage[learner_id])
        for qualification, still_open in parts.items():
            yield {
                "learner_id": learner_id,
                "qualification": qualification,
                "earned": "false" if still_open else "true",
                "open": "|".join(sorted(still_open)),
            }


def _unplaced(judgement: Judgement) -> Iterable[Row]:
    for learner_id, plan in judgement.plans.items():
        placed = {placement.period for placement in plan.placements}
        for period in judgement.facts.periods:
            if period not in placed and is_active(plan.learner, period):
                yield {
                    "learner_id": learner_id,
                    "period_id": period.period_id,
                    "reason": "capacity",
                    "detail": "",
                }
