"""Decisions of people: sign, propose, refuse, free; with author, reason and time."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select

from matcher_service import audit
from matcher_service.answers.kept import kept_rows
from matcher_service.jobs.task import TABLES
from matcher_service.schemas import (
    DecisionChange,
    DecisionIn,
    DecisionList,
    DecisionOut,
)
from matcher_service.security.person import Person
from matcher_service.security.rights import Action, sees_learner
from matcher_service.service import Service
from matcher_service.store import moment, new_id
from matcher_service.store.models import Decision, StoredDataset
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
from matcher_service.web.finding import dataset_for, decision_for
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(tags=["decisions"])

Decider = Annotated[Person, Depends(asks(Action.DECIDE, cost=2))]
_ERRORS = ("not_signed_in", "forbidden", "not_found", "too_many")


@router.post(
    "/datasets/{dataset_id}/decisions",
    status_code=201,
    response_model=DecisionOut,
    responses=documented(*_ERRORS, "not_ready"),
)
def decide(
    service: ServiceOf,
    person: Decider,
    dataset_id: str,
    decision: DecisionIn,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Write down what was decided about a learner; the next run keeps to it."""
    return decide_on(service, person, dataset_id, decision, idempotency_key)


def decide_on(
    service: Service,
    person: Person,
    dataset_id: str,
    decision: DecisionIn,
    idempotency_key: str | None = None,
) -> Response:
    """Keep a decision; the page does the same."""
    with service.database.reading() as session:
        dataset = dataset_for(session, person, dataset_id)
        school_id = _checked(service, person, dataset, decision)
    content = [dataset_id, decision.model_dump()]
    with service.database.writing() as session:

        def answer() -> tuple[int, str, dict[str, object]]:
            dataset_for(session, person, dataset_id)
            row = Decision(
                decision_id=new_id("decision"),
                dataset_id=dataset_id,
                school_id=school_id,
                author=person.subject,
                created=moment(),
                version=1,
                is_withdrawn=False,
                **decision.model_dump(),
            )
            session.add(row)
            detail: audit.Detail = {
                "decision_id": row.decision_id,
                "chosen_before_seeing": row.chosen_before_seeing,
            }
            audit.record(
                session,
                person,
                f"decision_{row.kind}",
                learner_id=row.learner_id,
                detail=detail,
            )
            location = f"/v1/decisions/{row.decision_id}"
            return 201, location, decision_out(row).model_dump()

        status, location, body = once(session, person, idempotency_key, content, answer)
    return json_response(body, status, {"Location": location, "ETag": etag(1)})


@router.get(
    "/datasets/{dataset_id}/decisions",
    response_model=DecisionList,
    responses=documented(*_ERRORS),
)
def listed(
    service: ServiceOf,
    person: Decider,
    dataset_id: str,
    learner_id: Annotated[str | None, Query(max_length=200)] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> object:
    """Decisions about your learners, the newest first."""
    with service.database.reading() as session:
        dataset_for(session, person, dataset_id)
        found = session.scalars(
            select(Decision)
            .where(Decision.dataset_id == dataset_id)
            .order_by(Decision.created.desc())
        )
        rows = [
            decision_out(row)
            for row in found
            if sees_learner(person, row.school_id)
            and learner_id in {None, row.learner_id}
        ]
    return paged(rows, offset, limit)


@router.get(
    "/decisions/{decision_id}",
    response_model=DecisionOut,
    responses=documented(*_ERRORS),
)
def one(
    service: ServiceOf, person: Decider, decision_id: str, response: Response
) -> object:
    """One decision; its ETag is what a change names."""
    with service.database.reading() as session:
        found = decision_for(session, person, decision_id)
    response.headers["ETag"] = etag(found.version)
    return decision_out(found)


@router.patch(
    "/decisions/{decision_id}",
    response_model=DecisionOut,
    responses=documented(*_ERRORS, "has_changed", "if_match_needed"),
)
def change(
    service: ServiceOf,
    person: Decider,
    decision_id: str,
    wanted: DecisionChange,
    response: Response,
    if_match: IfMatch = None,
) -> object:
    """Withdraw a decision, or say its reason better."""
    with service.database.writing() as session:
        found = decision_for(session, person, decision_id)
        check_version(if_match, found.version)
        found.reason = wanted.reason or found.reason
        found.is_withdrawn = wanted.is_withdrawn or found.is_withdrawn
        found.version += 1
        audit.record(
            session,
            person,
            "decision_withdrawn" if wanted.is_withdrawn else "decision_reworded",
            learner_id=found.learner_id,
            detail={"decision_id": decision_id},
        )
    response.headers["ETag"] = etag(found.version)
    return decision_out(found)


def decision_out(row: Decision) -> DecisionOut:
    """A decision as it is shown."""
    return DecisionOut.model_validate(row, from_attributes=True)


def _checked(
    service: Service, person: Person, dataset: StoredDataset, decision: DecisionIn
) -> str:
    """The learner's school, once every id is one of the dataset."""
    if dataset.state != "usable":
        raise ProblemError("not_ready")
    tables = service.settings.folder / dataset.folder / TABLES
    schools = (
        row["school_id"]
        for row in kept_rows(tables / "learners.csv")
        if row["learner_id"] == decision.learner_id
    )
    school_id = next(schools, "")
    if not sees_learner(person, school_id):
        raise ProblemError("not_found")
    _check_ids(tables, decision)
    return school_id


def _check_ids(tables: Path, decision: DecisionIn) -> None:
    if decision.kind != "refuse" and not decision.period_ids:
        raise ProblemError("invalid", "Name the periods that this is about.")
    if decision.kind == "sign" and not decision.mentor_id:
        raise ProblemError("invalid", "A signed placement names its mentor.")
    sites = kept_rows(tables / "sites.csv")
    mentors = kept_rows(tables / "mentors.csv")
    periods = {row["period_id"] for row in kept_rows(tables / "periods.csv")}
    own = (decision.site_id, decision.mentor_id)
    known = (
        any(row["site_id"] == decision.site_id for row in sites),
        not decision.mentor_id
        or any((row["site_id"], row["mentor_id"]) == own for row in mentors),
        set(decision.period_ids) <= periods,
        len(set(decision.period_ids)) == len(decision.period_ids),
    )
    if not all(known):
        raise ProblemError("invalid", "A site, mentor or period is not in the data.")
