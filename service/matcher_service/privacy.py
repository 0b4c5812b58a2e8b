"""All that is held on a learner, its erasure, and what is too old to keep."""

import csv
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import matcher
from matcher.dataset.card import carry_card
from matcher_service import audit
from matcher_service.answers.kept import kept_rows
from matcher_service.jobs.task import TABLES
from matcher_service.schemas import Erased
from matcher_service.security.person import SYSTEM, Person
from matcher_service.service import Service
from matcher_service.store import moment
from matcher_service.store.models import (
    AuditEntry,
    Decision,
    IdempotentAnswer,
    Job,
    LearnerToken,
    StoredDataset,
)
from matcher_service.web.problems import ProblemError

_COLUMN = "learner_id"


def held_on(service: Service, learner_id: str) -> dict[str, Any]:
    """Rows of datasets and runs, decisions and lines of the log about a learner.

    Returns
    -------
    dict
        Empty where nothing is held.
    """
    with service.database.reading() as session:
        folders = {
            **{row.dataset_id: row.folder for row in session.scalars(_usable())},
            **{row.job_id: row.folder for row in session.scalars(_made())},
        }
        decisions = session.scalars(
            select(Decision).where(Decision.learner_id == learner_id)
        ).all()
        lines = _lines(session, learner_id)
    content: dict[str, Any] = {}
    for name, folder in folders.items():
        rows = _rows_about(service.settings.folder / folder, learner_id)
        if rows:
            content[name] = rows
    if decisions:
        content["decisions"] = [
            {"kind": each.kind, "site_id": each.site_id, "periods": each.period_ids}
            | {"reason": each.reason, "created": each.created}
            for each in decisions
        ]
    if lines:
        content["audit"] = lines
    return content


def erase_learner(service: Service, person: Person, learner_id: str) -> Erased:
    """Erase a learner.

    Datasets lose the learner's rows; runs and reports in which the learner has a part
    are removed, for a plan of others would tell of the plan that is gone. The audit log
    keeps its lines, with a token that no longer leads to anybody.

    Raises
    ------
    ProblemError
        ``not_found``; ``not_ready`` while a job works with the learner's data.
    """
    with service.database.writing() as session:
        datasets = [
            row
            for row in session.scalars(_usable())
            if _rows_about(service.settings.folder / row.folder, learner_id)
        ]
        decisions = session.scalars(
            select(Decision).where(Decision.learner_id == learner_id)
        ).all()
        token = session.get(LearnerToken, learner_id)
        if not datasets and not decisions and token is None:
            raise ProblemError("not_found")
        ids = [row.dataset_id for row in datasets]
        jobs = session.scalars(select(Job).where(Job.dataset_id.in_(ids))).all()
        if any(job.state in {"queued", "running"} for job in jobs):
            raise ProblemError(
                "not_ready", "A job works with this data; stop it first."
            )
        audit.record(session, person, "learner_erased", learner_id=learner_id)
        made = [job for job in jobs if job.kind != "check"]
        done = Erased(datasets=len(ids), jobs=len(made), decisions=len(decisions))
        leftovers = [job.folder for job in made if job.folder]
        for each in (*made, *decisions):
            session.delete(each)
        _forget_answers(session, learner_id)
        for row in datasets:
            leftovers.append(row.folder)
            _without(service, row, learner_id)
        token = session.get(LearnerToken, learner_id)
        session.delete(token)
    service.shelf.forget()
    for folder in leftovers:
        shutil.rmtree(service.settings.folder / folder, ignore_errors=True)
    _empty_log(service)
    return done


def tidy(service: Service) -> int:
    """Remove datasets past their days, with all that came of them; how many."""
    oldest = moment(-timedelta(days=service.settings.keep_days))
    with service.database.writing() as session:
        old = session.scalars(
            select(StoredDataset).where(StoredDataset.created < oldest)
        ).all()
        leftovers = []
        for dataset in old:
            leftovers += removed_rows(session, dataset)
            detail: audit.Detail = {"dataset_id": dataset.dataset_id}
            audit.record(session, SYSTEM, "dataset_expired", detail=detail)
        for answer in session.scalars(
            select(IdempotentAnswer).where(
                IdempotentAnswer.created < moment(-timedelta(days=2))
            )
        ):
            session.delete(answer)
    remove_folders(service, leftovers)
    return len(old)


def removed_rows(session: Session, dataset: StoredDataset) -> list[str]:
    """Remove a dataset and all that came of it; the folders that are left over."""
    jobs = session.scalars(select(Job).where(Job.dataset_id == dataset.dataset_id))
    folders = [dataset.folder]
    for job in jobs:
        folders.append(job.folder)
        session.delete(job)
    for decision in session.scalars(
        select(Decision).where(Decision.dataset_id == dataset.dataset_id)
    ):
        session.delete(decision)
    session.delete(dataset)
    return [folder for folder in folders if folder]


def remove_folders(service: Service, folders: list[str]) -> None:
    """Remove what no row speaks of any more."""
    service.shelf.forget()
    for folder in folders:
        path = service.settings.folder / folder
        if path.is_file():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _usable() -> Any:  # noqa: ANN401 - an expression of SQLAlchemy
    return select(StoredDataset).where(StoredDataset.state == "usable")


def _made() -> Any:  # noqa: ANN401 - an expression of SQLAlchemy
    return select(Job).where(Job.state == "done", Job.kind != "check")


def _lines(session: Session, learner_id: str) -> list[dict[str, str]]:
    token = session.get(LearnerToken, learner_id)
    if token is None:
        return []
    found = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.learner_token == token.token)
        .order_by(AuditEntry.number)
    )
    return [{"moment": each.moment, "action": each.action} for each in found]


def _rows_about(folder: Path, learner_id: str) -> dict[str, list[dict[str, str]]]:
    found = {}
    for path in sorted(folder.rglob("*.csv")):
        rows = [row for row in kept_rows(path) if row.get(_COLUMN) == learner_id]
        if rows:
            found[path.relative_to(folder).as_posix()] = rows
    return found


def _without(service: Service, row: StoredDataset, learner_id: str) -> None:
    """A new folder without the learner; the old one goes once all is committed."""
    old = service.settings.folder / row.folder / TABLES
    folder = f"{row.folder}-{row.version + 1}"
    new = service.settings.folder / folder / TABLES
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for path in old.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            names = list(reader.fieldnames or ())
            kept = [each for each in reader if each.get(_COLUMN) != learner_id]
        with (new / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)
    carry_card(old, new)
    outcome = matcher.read_tables(new)
    row.folder, row.version = folder, row.version + 1
    row.findings = {"findings": [], "problem": ""}
    if outcome.dataset is None:  # it was the last learner
        row.state, row.learners, row.sha256 = "refused", 0, ""
        return
    learners = outcome.dataset.learners
    row.sha256, row.learners = outcome.dataset.sha256, len(learners)
    row.school_ids = sorted({str(each) for each in learners.school_id} - {""})


def _forget_answers(session: Session, learner_id: str) -> None:
    for answer in session.scalars(select(IdempotentAnswer)):
        if answer.body.get("learner_id") == learner_id:
            session.delete(answer)


def _empty_log(service: Service) -> None:
    """What was erased does not live on in the log of the embedded database."""
    if service.database.is_sqlite:
        with service.database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
