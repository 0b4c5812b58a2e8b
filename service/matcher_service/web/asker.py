"""Who asks: by bearer token, or by the cookie of the page; and what it costs."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from matcher_service.security.keys import (
    digest_of,
    is_key,
    person_of_key,
    person_with_key,
)
from matcher_service.security.person import Person
from matcher_service.security.rights import Action, may
from matcher_service.security.tokens import TokenError
from matcher_service.service import Service
from matcher_service.store import moment
from matcher_service.store.models import ApiKey, WebSession
from matcher_service.web.problems import ProblemError

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CSRF_HEADER = "X-CSRF-Token"
SESSION_HOURS = 10


def service_of(request: Request) -> Service:
    """What the application shares."""
    service: Service = request.app.state.service
    return service


async def _service_at_once(request: Request) -> Service:
    return service_of(request)  # where a plain function would wait for a thread


ServiceOf = Annotated[Service, Depends(_service_at_once)]


def cookie_name(service: Service) -> str:
    """The ``__Host-`` prefix binds a cookie to https and to one host."""
    return "__Host-matcher" if service.settings.secure_cookies else "matcher"


def asker(request: Request) -> Person:
    """Who asks.

    Raises
    ------
    ProblemError
        ``not_signed_in``, without saying what was wrong with the key or token.
    """
    person = _by_bearer(request) or _by_cookie(request)
    if person is None:
        raise ProblemError("not_signed_in")
    return person


Asker = Annotated[Person, Depends(asker)]


def asks(
    action: Action, cost: float = 1
) -> Callable[[Request, Person], Awaitable[Person]]:
    """A dependency: somebody who may do this, and has not asked too much.

    Parameters
    ----------
    cost
        In units of `Settings.requests_per_minute`.
    """

    async def allowed(request: Request, person: Asker) -> Person:
        spend(service_of(request), person, cost)
        if not may(person, action):
            raise ProblemError("forbidden")
        return person

    allowed.action = action  # type: ignore[attr-defined]  # the matrix test reads it
    return allowed


def spend(service: Service, person: Person, cost: float) -> None:
    """Take the cost of a request.

    Raises
    ------
    ProblemError
        ``too_many``, with how long to wait.
    """
    wait = service.allowance.take(person.subject, cost)
    if wait:
        raise ProblemError("too_many", headers={"Retry-After": str(int(wait) + 1)})


def begin_session(session: Session, key_text: str) -> str | None:
    """The cookie of somebody who shows a key at the page; None where it is none."""
    person = person_with_key(session, key_text)
    if person is None:
        return None
    session.execute(delete(WebSession).where(WebSession.expires <= moment()))
    cookie = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            digest=digest_of(cookie),
            key_id=person.subject,
            expires=moment(timedelta(hours=SESSION_HOURS)),
        )
    )
    return cookie


def end_session(session: Session, cookie: str) -> None:
    """Sign out."""
    session.execute(delete(WebSession).where(WebSession.digest == digest_of(cookie)))


def csrf_token(cookie: str) -> str:
    """What a form or script of ours sends along, and nobody else knows."""
    return digest_of(f"csrf {cookie}")


def is_own_form(cookie: str, token: str) -> bool:
    """Whether a token was given out with this cookie."""
    return hmac.compare_digest(csrf_token(cookie), token)


def _by_bearer(request: Request) -> Person | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not text:
        return None
    service = service_of(request)
    if is_key(text):
        with service.database.reading() as session:
            return person_with_key(session, text)
    try:
        return service.tokens.person(text)
    except TokenError:
        return None


def _by_cookie(request: Request) -> Person | None:
    """The page's own scripts may use the API; what changes needs the token too."""
    service = service_of(request)
    cookie = request.cookies.get(cookie_name(service), "")
    if not cookie or "Authorization" in request.headers:
        return None
    if request.method not in SAFE_METHODS and not is_own_form(
        cookie, request.headers.get(CSRF_HEADER, "")
    ):
        return None
    return person_of_cookie(service, cookie)


def person_of_cookie(service: Service, cookie: str) -> Person | None:
    """Who is signed in at the page."""
    with service.database.reading() as session:
        row = session.get(WebSession, digest_of(cookie))
        if row is None or row.expires <= moment():
            return None
        key = session.get(ApiKey, row.key_id)
        return None if key is None else person_of_key(key)
