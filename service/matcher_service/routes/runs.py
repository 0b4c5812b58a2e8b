"""Runs: asked for, followed, stopped, and read as JSON, CSV or Excel."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from matcher.errors import PolicyError
from matcher.policy import policy_from_mapping
from matcher_service import audit
from matcher_service.answers.files import BOOK_TYPE, CSV_TYPE, attachment
from matcher_service.answers.result import result_file, result_text
from matcher_service.jobs.queue import OVER, ask_to_stop, enqueue
from matcher_service.schemas import Answer, JobList, JobOut, RunIn
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.service import Service
from matcher_service.store.models import Job
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import (
    IdempotencyKey,
    Limit,
    Offset,
    json_response,
    once,
    paged,
)
from matcher_service.web.finding import (
    dataset_for,
    job_for,
    open_run,
    refuse_when_busy,
    visible_datasets,
)
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(prefix="/runs", tags=["runs"])

KINDS = ("check", "solve", "capacity", "scenario")
_TICK_SECONDS = 0.5
_MOST_TICKS = 7200

_SUMS: Mapping[str, tuple[str, ...]] = {
    "coach": ("status", "gap"),
    "partnership": ("status", "gap", "objective", "bound"),
}
"""What of a summary roles see for whom counts of learners could point at some."""

_EVENT = {
    "type": "object",
    "properties": {"event": {"const": "state"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}

Reader = Annotated[Person, Depends(asks(Action.READ_RUNS))]
Starter = Annotated[Person, Depends(asks(Action.START_RUN, cost=20))]
ResultReader = Annotated[Person, Depends(asks(Action.READ_RESULT, cost=5))]
Table = Literal["assignments", "seats", "coverage", "qualifications", "unplaced"]


@router.post(
    "",
    status_code=202,
    response_model=JobOut,
    responses=documented(
        "not_signed_in", "forbidden", "not_found", "not_ready", "too_many"
    ),
)
def start(
    service: ServiceOf,
    person: Starter,
    wanted: RunIn,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask for a plan; Location says where to follow it."""
    try:
        policy_from_mapping(wanted.policy)
    except PolicyError as error:
        raise ProblemError("invalid", "The policy cannot be used.") from error
    if "success_model" in wanted.policy:
        raise ProblemError("invalid", "The success model is for the operator to set.")
    return start_run(service, person, wanted, idempotency_key)


def start_run(
    service: Service, person: Person, wanted: RunIn, idempotency_key: str | None = None
) -> Response:
    """Put a run in the queue; the page does the same."""
    params = wanted.model_dump(exclude={"dataset_id"})
    with service.database.writing() as session:

        def answer() -> tuple[int, str, dict[str, object]]:
            dataset = dataset_for(session, person, wanted.dataset_id)
            if dataset.state != "usable":
                raise ProblemError("not_ready")
            refuse_when_busy(session, service)
            job = enqueue(
                session,
                "solve",
                dataset_id=dataset.dataset_id,
                owner=person.subject,
                params=params,
            )
            detail: audit.Detail = {
                "run_id": job.job_id,
                "dataset_id": dataset.dataset_id,
            }
            audit.record(session, person, "run_asked", detail=detail)
            return 202, f"/v1/runs/{job.job_id}", job_out(job, person).model_dump()

        status, location, body = once(
            session, person, idempotency_key, ["runs", wanted.model_dump()], answer
        )
    return json_response(body, status, {"Location": location})


@router.get(
    "", response_model=JobList, responses=documented("not_signed_in", "too_many")
)
def listed(
    service: ServiceOf, person: Reader, offset: Offset = 0, limit: Limit = 50
) -> object:
    """Runs on datasets that exist for you, the newest first."""
    with service.database.reading() as session:
        ids = {each.dataset_id for each in visible_datasets(session, person)}
        jobs = session.scalars(
            select(Job).where(Job.kind == "solve").order_by(Job.created.desc())
        )
        rows = [job_out(job, person) for job in jobs if job.dataset_id in ids]
    return paged(rows, offset, limit)


@router.get(
    "/{job_id}",
    response_model=JobOut,
    responses=documented("not_signed_in", "not_found", "too_many"),
)
def one(service: ServiceOf, person: Reader, job_id: str) -> object:
    """How far a run, or any other job, is."""
    with service.database.reading() as session:
        return job_out(job_for(session, person, job_id, KINDS), person)


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events named `state`, a JSON job each.",
            "content": {"text/event-stream": {"schema": _EVENT}},
        },
        **documented("not_signed_in", "not_found", "too_many"),
    },
)
def events(service: ServiceOf, person: Reader, job_id: str) -> StreamingResponse:
    """Follow a job until it is over."""
    with service.database.reading() as session:
        job_for(session, person, job_id, KINDS)
    return StreamingResponse(
        _events(service, person, job_id), media_type="text/event-stream"
    )


@router.post(
    "/{job_id}/stop",
    status_code=202,
    response_model=JobOut,
    responses=documented("not_signed_in", "forbidden", "not_found", "too_many"),
)
def stop(service: ServiceOf, person: Starter, job_id: str) -> object:
    """Stop a job: what waits is cancelled, what runs keeps the best plan so far.

    The job stays: it tells how it ended, and a plan that it kept can be asked.
    """
    with service.database.writing() as session:
        job = job_for(session, person, job_id, KINDS)
        if person.role != "admin" and job.owner != person.subject:
            raise ProblemError("forbidden")
        if job.state not in OVER:
            ask_to_stop(session, job)
            detail: audit.Detail = {"run_id": job_id}
            audit.record(session, person, "run_stopped", detail=detail)
        return job_out(job, person)


@router.get(
    "/{run_id}/result",
    response_model=Answer,
    responses=documented(
        "not_signed_in", "forbidden", "not_found", "not_ready", "too_many"
    ),
)
def result(service: ServiceOf, person: ResultReader, run_id: str) -> Response:
    """All tables of a run: your own learners, or pseudonyms."""
    opened = open_run(service, person, run_id)
    text = opened.ask(result_text, person, run_id)
    _saw(service, person, run_id, "result_seen")
    return Response(text, media_type="application/json")


@router.get(
    "/{run_id}/result/{table}",
    response_class=Response,
    responses={
        200: {
            "description": "The table.",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/json": {},
            },
        },
        **documented(
            "not_signed_in", "forbidden", "not_found", "not_ready", "too_many"
        ),
    },
)
def result_table(
    service: ServiceOf,
    person: ResultReader,
    run_id: str,
    table: Table,
    form: Annotated[Literal["json", "csv", "xlsx"], Query()] = "json",
) -> Response:
    """One table of a run, as JSON, CSV or Excel."""
    opened = open_run(service, person, run_id)
    content = opened.ask(result_file, person, run_id, table, form)
    _saw(
        service, person, run_id, "result_exported" if form != "json" else "result_seen"
    )
    if form == "json":
        return Response(content, media_type="application/json")
    kind = CSV_TYPE if form == "csv" else BOOK_TYPE
    return attachment(content, f"{table}.{form}", kind)


def job_out(job: Job, person: Person) -> JobOut:
    """A job as somebody sees it; sums over a region are not for one school."""
    summary, progress = dict(job.summary), dict(job.progress)
    if job.kind == "check":
        summary = {}
    if person.role in _SUMS:
        seen = _SUMS[person.role]
        summary = {name: summary[name] for name in seen if name in summary}
        progress = {name: progress[name] for name in ("phase",) if name in progress}
    return JobOut.model_validate(
        {
            "job_id": job.job_id,
            "kind": job.kind,
            "state": job.state,
            "dataset_id": job.dataset_id,
            "base_id": job.base_id,
            "progress": progress,
            "summary": summary,
            "problem": job.problem,
            "created": job.created,
            "ended": job.ended,
        }
    )


async def _events(service: Service, person: Person, job_id: str) -> AsyncIterator[str]:
    before = ""
    for _ in range(_MOST_TICKS):
        now = await asyncio.to_thread(_state, service, person, job_id)
        if now is None:
            return
        text = json.dumps(now.model_dump())
        if text != before:
            yield f"event: state\ndata: {text}\n\n"
        before = text
        if now.state in OVER:
            return
        await asyncio.sleep(_TICK_SECONDS)


def _state(service: Service, person: Person, job_id: str) -> JobOut | None:
    with service.database.reading() as session:
        try:
            return job_out(job_for(session, person, job_id, KINDS), person)
        except ProblemError:
            return None  # removed meanwhile


def _saw(service: Service, person: Person, run_id: str, action: str) -> None:
    with service.database.writing() as session:
        audit.record(session, person, action, detail={"run_id": run_id})
