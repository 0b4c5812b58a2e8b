"""Keys: who may ask, as what, and until when."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select

from matcher_service import audit
from matcher_service.schemas import KeyIn, KeyList, KeyOut, NewKey
from matcher_service.security.keys import KeyWish, make_key
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.store import moment
from matcher_service.store.models import ApiKey
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import Limit, Offset, json_response, paged
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(prefix="/keys", tags=["keys"])

Keeper = Annotated[Person, Depends(asks(Action.MANAGE_KEYS))]
_ERRORS = ("not_signed_in", "forbidden", "too_many")


@router.post("", status_code=201, response_model=NewKey, responses=documented(*_ERRORS))
def make(service: ServiceOf, person: Keeper, wanted: KeyIn) -> Response:
    """A new key; its text is in this answer and nowhere else."""
    if (wanted.role == "coach") != bool(wanted.school_ids):
        raise ProblemError("invalid", "A coach has schools; nobody else does.")
    with service.database.writing() as session:
        wish = KeyWish(**{**wanted.model_dump(), "scopes": list(wanted.scopes)})
        row, text = make_key(session, wish)
        detail: audit.Detail = {"key_id": row.key_id, "role": row.role}
        audit.record(session, person, "key_made", detail=detail)
    body = {**key_out(row).model_dump(), "key": text}
    return json_response(body, 201, {"Location": f"/v1/keys/{row.key_id}"})


@router.get("", response_model=KeyList, responses=documented(*_ERRORS))
def listed(
    service: ServiceOf, _person: Keeper, offset: Offset = 0, limit: Limit = 50
) -> object:
    """All keys, without their texts."""
    with service.database.reading() as session:
        rows = session.scalars(select(ApiKey).order_by(ApiKey.created.desc()))
        return paged([key_out(row) for row in rows], offset, limit)


@router.get(
    "/{key_id}", response_model=KeyOut, responses=documented(*_ERRORS, "not_found")
)
def one(service: ServiceOf, _person: Keeper, key_id: str) -> object:
    """One key, without its text."""
    with service.database.reading() as session:
        row = session.get(ApiKey, key_id)
    if row is None:
        raise ProblemError("not_found")
    return key_out(row)


@router.delete(
    "/{key_id}", status_code=204, responses=documented(*_ERRORS, "not_found")
)
def revoke(service: ServiceOf, person: Keeper, key_id: str) -> Response:
    """Take a key back, at once and for good."""
    with service.database.writing() as session:
        row = session.get(ApiKey, key_id)
        if row is None:
            raise ProblemError("not_found")
        row.revoked = row.revoked or moment()
        audit.record(session, person, "key_revoked", detail={"key_id": key_id})
    return Response(status_code=204)


def key_out(row: ApiKey) -> KeyOut:
    """A key as it is shown."""
    return KeyOut.model_validate(row, from_attributes=True)
