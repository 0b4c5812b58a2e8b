"""Oversight: the audit log, all that is held on a learner, and erasing it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import func, select

from matcher_service import audit
from matcher_service.privacy import erase_learner, held_on
from matcher_service.schemas import Answer, AuditLine, AuditList, ChainOut, Erased
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.store.models import AuditEntry
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import Limit, Offset, json_response
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(tags=["oversight"])

Reader = Annotated[Person, Depends(asks(Action.READ_AUDIT))]
Verifier = Annotated[Person, Depends(asks(Action.READ_AUDIT, cost=20))]
Eraser = Annotated[Person, Depends(asks(Action.ERASE, cost=20))]
_ERRORS = ("not_signed_in", "forbidden", "too_many")


@router.get("/audit", response_model=AuditList, responses=documented(*_ERRORS))
def lines(
    service: ServiceOf,
    _person: Reader,
    action: Annotated[str | None, Query(max_length=40)] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> object:
    """Lines of the audit log, the newest first; learners stand there by a token."""
    wanted = select(AuditEntry)
    if action is not None:
        wanted = wanted.where(AuditEntry.action == action)
    with service.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(wanted.subquery()))
        rows = session.scalars(
            wanted.order_by(AuditEntry.number.desc()).offset(offset).limit(limit)
        )
        items = [AuditLine.model_validate(row, from_attributes=True) for row in rows]
    return {"items": items, "total": total or 0, "offset": offset, "limit": limit}


@router.get(
    "/audit/verification", response_model=ChainOut, responses=documented(*_ERRORS)
)
def verification(service: ServiceOf, _person: Verifier) -> object:
    """Compute every digest of the log again."""
    with service.database.reading() as session:
        verdict = audit.verify_chain(session)
    return ChainOut(
        holds=verdict.holds,
        lines=verdict.lines,
        broken_at=verdict.broken_at,
        head=verdict.head,
    )


@router.get(
    "/learners/{learner_id}/export",
    response_model=Answer,
    responses=documented(*_ERRORS, "not_found"),
)
def export(service: ServiceOf, person: Eraser, learner_id: str) -> Response:
    """All that is held on a learner, for who asks on the learner's behalf."""
    content = held_on(service, learner_id)
    if not content:
        raise ProblemError("not_found")
    with service.database.writing() as session:
        audit.record(session, person, "learner_exported", learner_id=learner_id)
    return json_response(content)


@router.delete(
    "/learners/{learner_id}",
    response_model=Erased,
    responses=documented(*_ERRORS, "not_found", "not_ready"),
)
def erase(service: ServiceOf, person: Eraser, learner_id: str) -> object:
    """Erase a learner: rows, decisions, and every run made with them."""
    return erase_learner(service, person, learner_id)
