"""Habits of all routes: known parameters only, versions, repeats, pages."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Header, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from matcher_service.security.person import Person
from matcher_service.store import moment
from matcher_service.store.models import IdempotentAnswer
from matcher_service.web.problems import ProblemError

_T = TypeVar("_T")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Send the same key again, and get the same answer, once done.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=40,
        description="The ETag of the version that you change.",
    ),
]


def _plain_digits(text: object) -> object:
    """Nothing but digits: what is read as a number otherwise is most often a slip."""
    if isinstance(text, str) and not (text.isascii() and text.isdecimal()):
        message = "Expected digits."
        raise ValueError(message)
    return text


PLAIN = BeforeValidator(_plain_digits)
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="Rows to skip."), PLAIN]
Limit = Annotated[int, Query(ge=1, le=200, description="Most rows."), PLAIN]


async def known_parameters_only(request: Request) -> None:
    """Refuse query parameters that the route does not name: most are slips.

    It waits for no thread: ``/v1/health`` is answered also where all are taken.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = {
        field.alias for each in _family(route.dependant) for field in each.query_params
    }
    if not known.issuperset(request.query_params):
        told = ", ".join(sorted(known)) or "none"
        raise ProblemError("invalid", f"Unknown parameter. Known here: {told}.")


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"v{version}"'


def check_version(if_match: str | None, version: int) -> None:
    """Refuse a change to another version than the one that was seen."""
    if if_match is None:
        raise ProblemError("if_match_needed")
    if if_match != etag(version):
        raise ProblemError("has_changed", headers={"ETag": etag(version)})


def once(
    session: Session,
    person: Person,
    key: str | None,
    request_content: object,
    answer: Callable[[], tuple[int, str, Mapping[str, Any]]],
) -> tuple[int, str, Mapping[str, Any]]:
    """Do something, or give the answer of the first time again.

    Parameters
    ----------
    request_content
        What was asked, as JSON: another request with the same key is refused.
    answer
        Does it; gives status, Location and body.
    """
    if key is None:
        return answer()
    text = json.dumps(request_content, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = session.get(IdempotentAnswer, (person.subject, key))
    if kept is not None:
        if kept.digest != digest:
            raise ProblemError("key_reused")
        return kept.status, kept.location, kept.body
    status, location, body = answer()
    session.add(
        IdempotentAnswer(
            actor=person.subject,
            key=key,
            digest=digest,
            status=status,
            location=location,
            body=dict(body),
            created=moment(),
        )
    )
    return status, location, body


def paged(rows: Sequence[_T], offset: int, limit: int) -> dict[str, object]:
    """One page of rows, and where it stands."""
    return {
        "items": list(rows[offset : offset + limit]),
        "total": len(rows),
        "offset": offset,
        "limit": limit,
    }


def json_response(
    content: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON of an answer that the library words."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, default=str)
    return Response(text, status, headers, "application/json")


def _family(tree: Any) -> list[Any]:  # noqa: ANN401 - FastAPI's own tree
    found = [tree]
    for each in tree.dependencies:
        found += _family(each)
    return found
