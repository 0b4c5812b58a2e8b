"""Datasets: brought as zip or workbook, checked by a job, listed, renamed, removed."""

import hashlib
import os
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from sqlalchemy.orm import Session

from matcher_service import audit
from matcher_service.answers.redaction import counted
from matcher_service.jobs.queue import enqueue
from matcher_service.jobs.worker import UPLOADS
from matcher_service.privacy import remove_folders, removed_rows
from matcher_service.schemas import DatasetChange, DatasetList, DatasetOut, FindingList
from matcher_service.security.person import Person
from matcher_service.security.rights import Action, changes_dataset
from matcher_service.service import Service
from matcher_service.store import moment, new_id
from matcher_service.store.models import StoredDataset
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import (
    IdempotencyKey,
    IfMatch,
    Limit,
    Offset,
    check_version,
    etag,
    json_response,
    once,
    paged,
)
from matcher_service.web.finding import (
    dataset_for,
    refuse_when_busy,
    visible_datasets,
)
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(prefix="/datasets", tags=["datasets"])

_PIECE = 1 << 20
_MARKS = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}
_WORKBOOK = ".xlsx"

Reader = Annotated[Person, Depends(asks(Action.READ_DATASETS))]
FindingReader = Annotated[Person, Depends(asks(Action.READ_FINDINGS))]
Bringer = Annotated[Person, Depends(asks(Action.BRING_DATASET, cost=20))]
Changer = Annotated[Person, Depends(asks(Action.CHANGE_DATASET))]


@router.post(
    "",
    status_code=202,
    response_model=DatasetOut,
    responses=documented(
        "not_signed_in",
        "forbidden",
        "key_reused",
        "wrong_media_type",
        "too_many",
    ),
)
def bring(
    service: ServiceOf,
    person: Bringer,
    file: Annotated[UploadFile, File(description="A .zip of CSV files, or an .xlsx.")],
    name: Annotated[
        str, Form(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    ] = "dataset",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Bring a dataset; it is checked by a job, and the findings stand beside it."""
    return bring_dataset(service, person, file, name, idempotency_key)


def bring_dataset(
    service: Service,
    person: Person,
    file: UploadFile,
    name: str,
    idempotency_key: str | None = None,
) -> Response:
    """Keep an upload and its check; the page does the same."""
    kept, digest = _keep(service, file)
    is_taken = False
    try:
        with service.database.writing() as session:

            def answer() -> tuple[int, str, dict[str, object]]:
                nonlocal is_taken
                is_taken = True
                refuse_when_busy(session, service)
                dataset = _accepted(session, person, name, kept.name)
                body = dataset_out(dataset, person).model_dump()
                return 202, f"/v1/datasets/{dataset.dataset_id}", body

            content = ["datasets", name, digest]
            status, location, body = once(
                session, person, idempotency_key, content, answer
            )
    finally:
        if not is_taken:
            kept.unlink(missing_ok=True)
    return json_response(body, status, {"Location": location})


@router.get(
    "", response_model=DatasetList, responses=documented("not_signed_in", "too_many")
)
def listed(
    service: ServiceOf, person: Reader, offset: Offset = 0, limit: Limit = 50
) -> object:
    """Datasets that exist for you, the newest first."""
    with service.database.reading() as session:
        rows = visible_datasets(session, person)
        return paged([dataset_out(row, person) for row in rows], offset, limit)


@router.get(
    "/{dataset_id}",
    response_model=DatasetOut,
    responses=documented("not_signed_in", "not_found", "too_many"),
)
def one(
    service: ServiceOf, person: Reader, dataset_id: str, response: Response
) -> object:
    """One dataset; its ETag is what a change names."""
    with service.database.reading() as session:
        found = dataset_for(session, person, dataset_id)
    response.headers["ETag"] = etag(found.version)
    return dataset_out(found, person)


@router.get(
    "/{dataset_id}/findings",
    response_model=FindingList,
    responses=documented("not_signed_in", "forbidden", "not_found", "too_many"),
)
def findings(
    service: ServiceOf,
    person: FindingReader,
    dataset_id: str,
    offset: Offset = 0,
    limit: Limit = 50,
) -> object:
    """What the check found: for who brought the data, and for an admin."""
    with service.database.reading() as session:
        found = dataset_for(session, person, dataset_id)
        if not changes_dataset(person, found.school_ids, found.owner):
            # Findings name cells of the data, also those of other schools.
            raise ProblemError("not_found")
        rows = found.findings.get("findings", [])
        problem = found.findings.get("problem", "")
    return {**paged(rows, offset, limit), "state": found.state, "problem": problem}


@router.patch(
    "/{dataset_id}",
    response_model=DatasetOut,
    responses=documented(
        "not_signed_in",
        "forbidden",
        "not_found",
        "has_changed",
        "if_match_needed",
        "too_many",
    ),
)
def rename(
    service: ServiceOf,
    person: Changer,
    dataset_id: str,
    change: DatasetChange,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Give a dataset another name."""
    with service.database.writing() as session:
        found = _mine(session, person, dataset_id)
        check_version(if_match, found.version)
        found.name, found.version = change.name, found.version + 1
        audit.record(
            session, person, "dataset_renamed", detail={"dataset_id": dataset_id}
        )
    response.headers["ETag"] = etag(found.version)
    return dataset_out(found, person)


@router.delete(
    "/{dataset_id}",
    status_code=204,
    responses=documented("not_signed_in", "forbidden", "not_found", "too_many"),
)
def remove(service: ServiceOf, person: Changer, dataset_id: str) -> Response:
    """Remove a dataset with all its runs and decisions."""
    with service.database.writing() as session:
        found = _mine(session, person, dataset_id)
        folders = removed_rows(session, found)
        audit.record(
            session, person, "dataset_removed", detail={"dataset_id": dataset_id}
        )
    remove_folders(service, folders)
    return Response(status_code=204)


def dataset_out(row: StoredDataset, person: Person) -> DatasetOut:
    """A dataset as somebody sees it."""
    is_mine = changes_dataset(person, row.school_ids, row.owner)
    return DatasetOut.model_validate(
        {
            "dataset_id": row.dataset_id,
            "name": row.name,
            "state": row.state,
            "problem": row.findings.get("problem", ""),
            "sha256": row.sha256,
            "learners": row.learners if is_mine else counted(row.learners),
            "job_id": row.job_id,
            "created": row.created,
            "version": row.version,
        }
    )


def _mine(session: Session, person: Person, dataset_id: str) -> StoredDataset:
    found = dataset_for(session, person, dataset_id)
    if not changes_dataset(person, found.school_ids, found.owner):
        raise ProblemError("forbidden")
    return found


def _accepted(
    session: Session, person: Person, name: str, file_name: str
) -> StoredDataset:
    dataset_id = new_id("dataset")
    job = enqueue(
        session, "check", dataset_id=dataset_id, owner=person.subject, params={}
    )
    dataset = StoredDataset(
        dataset_id=dataset_id,
        name=name,
        state="checking",
        owner=person.subject,
        owner_schools=sorted(person.school_ids) if person.role == "coach" else [],
        school_ids=[],
        learners=0,
        sha256="",
        job_id=job.job_id,
        folder=f"{UPLOADS}/{file_name}",
        findings={},
        created=moment(),
        version=1,
    )
    session.add(dataset)
    detail: audit.Detail = {"dataset_id": dataset_id}
    audit.record(session, person, "dataset_brought", detail=detail)
    return dataset


def _keep(service: Service, file: UploadFile) -> tuple[Path, str]:
    """Write an upload to disk; a zip or workbook by its first bytes, not its name."""
    folder = service.settings.folder / UPLOADS
    folder.mkdir(parents=True, exist_ok=True)
    given = file.file.read(4)
    if given not in _MARKS:
        raise ProblemError("wrong_media_type", "Expected a .zip or .xlsx file.")
    is_book = (file.filename or "").casefold().endswith(_WORKBOOK)
    path = folder / f"{new_id('upload')}{_WORKBOOK if is_book else '.zip'}"
    digest = hashlib.sha256(given)
    with path.open("xb") as out:
        out.write(given)
        while piece := file.file.read(_PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return path, digest.hexdigest()
