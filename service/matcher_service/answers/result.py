"""The tables of a run, as each role may see them."""

from dataclasses import asdict
from typing import Any

from matcher.report import read_run_files
from matcher_service.answers.pseudonyms import rows_with_pseudonyms
from matcher_service.answers.shelf import PSEUDONYM_FILE, RUN, OpenRun
from matcher_service.security.person import Person
from matcher_service.security.rights import sees_learner

RESULT_TABLES = ("assignments", "seats", "coverage", "qualifications", "unplaced")

_NOT_WITH_PSEUDONYMS = ("detail",)
"""Columns with sentences about one learner."""


def result_rows(opened: OpenRun, person: Person, table: str) -> list[dict[str, Any]]:
    """Rows of one table: a coach's own learners by id, all others by pseudonym."""
    files = read_run_files(opened.folder / RUN)
    rows = [asdict(row) for row in getattr(files, table)]
    if person.role == "coach":
        learners = opened.run.dataset.learners
        school_of = dict(zip(learners.learner_id, learners.school_id, strict=True))
        return [
            row for row in rows if sees_learner(person, school_of[row["learner_id"]])
        ]
    plain = [
        {name: row[name] for name in row if name not in _NOT_WITH_PSEUDONYMS}
        for row in rows
    ]
    return rows_with_pseudonyms(plain, pseudonym_secret(opened))


def pseudonym_secret(opened: OpenRun) -> bytes:
    """Of one run, and never sent: pseudonyms of two runs tell nothing together."""
    return (opened.folder / PSEUDONYM_FILE).read_bytes()
