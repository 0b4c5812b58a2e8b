"""The tables of a run, as each role may see them."""

import json
from dataclasses import asdict
from typing import Any, Literal

from matcher.report import read_run_files
from matcher_service.answers.files import csv_of, workbook_of
from matcher_service.answers.held import PSEUDONYM_FILE, RUN, HeldRun
from matcher_service.answers.pseudonyms import rows_with_pseudonyms
from matcher_service.security.person import Person
from matcher_service.security.rights import sees_learner

RESULT_TABLES = ("assignments", "seats", "coverage", "qualifications", "unplaced")

_NOT_WITH_PSEUDONYMS = ("detail",)
"""Columns with sentences about one learner."""


def result_text(held: HeldRun, person: Person, run_id: str) -> str:
    """All tables, as JSON."""
    tables = {name: result_rows(held, person, name) for name in RESULT_TABLES}
    return _json({"run_id": run_id, "tables": tables})


def result_file(
    held: HeldRun,
    person: Person,
    run_id: str,
    table: str,
    form: Literal["json", "csv", "xlsx"],
) -> bytes:
    """One table as a file."""
    rows = result_rows(held, person, table)
    if form == "json":
        return _json({"run_id": run_id, "table": table, "rows": rows}).encode()
    return csv_of(rows) if form == "csv" else workbook_of(table, rows)


def result_rows(held: HeldRun, person: Person, table: str) -> list[dict[str, Any]]:
    """Rows of one table: a coach's own learners by id, all others by pseudonym."""
    files = read_run_files(held.folder / RUN)
    rows = [asdict(row) for row in getattr(files, table)]
    if person.role == "coach":
        learners = held.run.dataset.learners
        school_of = dict(zip(learners.learner_id, learners.school_id, strict=True))
        return [
            row for row in rows if sees_learner(person, school_of[row["learner_id"]])
        ]
    plain = [
        {name: row[name] for name in row if name not in _NOT_WITH_PSEUDONYMS}
        for row in rows
    ]
    # Of one run, and never sent: pseudonyms of two runs tell nothing together.
    secret = (held.folder / PSEUDONYM_FILE).read_bytes()
    return rows_with_pseudonyms(plain, secret)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)
