"""Signing in with a key, signing out, and where somebody begins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from matcher_service import audit
from matcher_service.pages.show import PageRoute, address, go, plain_page, problem_page
from matcher_service.pages.visit import (
    IN_LANGUAGE,
    LanguageOf,
    Visit,
    Visiting,
    is_same_site,
    sends,
)
from matcher_service.pages.words import Language
from matcher_service.security.rights import Action
from matcher_service.web.asker import (
    SESSION_HOURS,
    begin_session,
    cookie_name,
    end_session,
    person_of_cookie,
    service_of,
)
from matcher_service.web.problems import ProblemError

router = APIRouter(include_in_schema=False, route_class=PageRoute)
lost = APIRouter(include_in_schema=False, route_class=PageRoute)

_SIGN_IN_COST = 20
_LONGEST_KEY = 200


@router.get("/")
def start() -> Response:
    """Dutch first."""
    return RedirectResponse("/nl/", 303)


@router.get(IN_LANGUAGE + "/aanmelden")
def sign_in(
    request: Request,
    language: LanguageOf,
    to: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Ask for a key."""
    return plain_page(request, language, "sign_in.j2", to_place=to, is_wrong=False)


@router.post(IN_LANGUAGE + "/aanmelden")
def signed_in(
    request: Request,
    language: LanguageOf,
    key: Annotated[str, Form(max_length=_LONGEST_KEY)] = "",
    to: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Begin a session with a key.

    Raises
    ------
    ProblemError
        ``forbidden`` for a form of another site; ``too_many`` for one who guesses.
    """
    service = service_of(request)
    if not is_same_site(request):
        raise ProblemError("forbidden")
    host = request.client.host if request.client else "?"
    wait = service.allowance.take(f"sign-in {host}", _SIGN_IN_COST)
    if wait:
        raise ProblemError("too_many", headers={"Retry-After": str(int(wait) + 1)})
    with service.database.writing() as session:
        cookie = begin_session(session, key.strip())
    person = person_of_cookie(service, cookie) if cookie else None
    if cookie is None or person is None:
        return plain_page(
            request, language, "sign_in.j2", 422, to_place=to, is_wrong=True
        )
    with service.database.writing() as session:
        audit.record(session, person, "signed_in")
    answer = RedirectResponse(_own_place(language, to), 303)
    answer.set_cookie(
        cookie_name(service),
        cookie,
        max_age=SESSION_HOURS * 3600,
        path="/",
        secure=service.settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post(IN_LANGUAGE + "/afmelden")
def sign_out(visit: Annotated[Visit, Depends(sends())]) -> Response:
    """End the session."""
    with visit.service.database.writing() as session:
        end_session(session, visit.cookie)
        audit.record(session, visit.person, "signed_out")
    answer = go(visit, "aanmelden")
    answer.delete_cookie(cookie_name(visit.service), path="/")
    return answer


@router.get(IN_LANGUAGE + "/")
def home(visit: Visiting) -> Response:
    """The place that somebody works at most."""
    if visit.may(Action.READ_LEARNER):
        return go(visit, "leerlingen")
    if visit.may(Action.PLAN_SCENARIO):
        return go(visit, "watals")
    if visit.may(Action.READ_CAPACITY) and not visit.may(Action.BRING_DATASET):
        return go(visit, "regio")
    return go(visit, "gegevens")


@lost.get(IN_LANGUAGE + "/{rest:path}")
def nowhere(request: Request) -> Response:
    """A page that is not there."""
    return problem_page(request, ProblemError("not_found"))


def _own_place(language: Language, to: str) -> str:
    """Where somebody wanted to go: a place of this page and no other.

    The address begins with one slash and the language, so no host can stand in it.
    """
    is_plain = all(" " < letter < "\x7f" and letter != "\\" for letter in to)
    return f"{address(language)}/{to.lstrip('/')}" if is_plain else f"/{language}/"
