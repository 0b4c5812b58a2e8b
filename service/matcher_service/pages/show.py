"""Facts as HTML: templates, the frame around each page, and errors as pages."""

import logging
import secrets
from collections.abc import Callable, Coroutine
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from sqlalchemy.exc import OperationalError

from matcher.errors import MatcherError, UnknownIdError
from matcher_service.pages.visit import Visit
from matcher_service.pages.words import Language, Words
from matcher_service.security.rights import Action
from matcher_service.web.problems import TITLES, ProblemError, where

logger = logging.getLogger(__name__)

_NOTICE = "notice"


def page(
    visit: Visit, template: str, /, status: int = 200, **facts: object
) -> Response:
    """A page for somebody who is signed in."""
    notice = visit.request.query_params.get(_NOTICE, "")
    words = visit.words
    return _html(
        template,
        visit.request,
        visit.language,
        status,
        visit=visit,
        csrf=visit.csrf,
        links=_links(visit),
        once=secrets.token_urlsafe(12),
        notice=words(f"notice_{notice}") if words.has(f"notice_{notice}") else "",
        **facts,
    )


def plain_page(
    request: Request,
    language: Language,
    template: str,
    /,
    status: int = 200,
    **facts: object,
) -> Response:
    """A page for whoever asks."""
    return _html(
        template,
        request,
        language,
        status,
        visit=None,
        csrf="",
        links=(),
        once="",
        notice="",
        **facts,
    )


def go(
    visit: Visit, *parts: str, notice: str = "", **query: str | list[str]
) -> Response:
    """Go on to another page, so that a reload sends no form again."""
    if notice:
        query[_NOTICE] = notice
    return RedirectResponse(address(visit.language, *parts, **query), 303)


def address(language: Language, *parts: str, **query: str | list[str]) -> str:
    """Address of a page; ids that people made up are quoted."""
    path = "/".join(("", language, *(quote(part, safe="") for part in parts)))
    asked = urlencode(query, doseq=True)
    return f"{path}?{asked}" if asked else path


class PageRoute(APIRoute):
    """A route whose errors are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As of FastAPI, with errors shown to people."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except ProblemError as error:
                return problem_page(request, error)
            except RequestValidationError:
                return problem_page(request, ProblemError("invalid"))
            except UnknownIdError:
                return problem_page(request, ProblemError("not_found"))
            except MatcherError:
                return problem_page(request, ProblemError("not_ready"))
            except OperationalError:
                return problem_page(
                    request, ProblemError("busy", headers={"Retry-After": "5"})
                )
            except Exception as error:  # noqa: BLE001 - people get a page of ours
                logger.error("a page fell over: %s", where(error))
                return problem_page(request, ProblemError("internal"))

        return shown


def problem_page(request: Request, error: ProblemError) -> Response:
    """An error as a page; who is not signed in goes to sign in."""
    language = language_of(request)
    status, _ = TITLES[error.code]
    if status == HTTPStatus.UNAUTHORIZED:
        query = {"to": place_of(request)} if request.method == "GET" else {}
        return RedirectResponse(address(language, "aanmelden", **query), 303)
    words = Words(language)
    known = f"problem_{error.code}"
    answer = plain_page(
        request,
        language,
        "problem.j2",
        status,
        message=words(known if words.has(known) else "problem_internal"),
    )
    answer.headers.update(error.headers)
    return answer


def language_of(request: Request) -> Language:
    """Language of an address; Dutch where it names none."""
    return "en" if request.url.path.split("/")[1:2] == ["en"] else "nl"


def place_of(request: Request) -> str:
    """Path and query without the language and without notices."""
    parts = request.scope["path"].split("/")[2:]
    query = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name != _NOTICE
    ]
    path = "/".join(quote(part, safe="") for part in parts)
    return f"{path}?{urlencode(query)}" if query else path


def _html(
    template: str, request: Request, language: Language, status: int, **facts: object
) -> Response:
    other: Language = "en" if language == "nl" else "nl"
    text = (
        _environment()
        .get_template(template)
        .render(
            words=Words(language),
            language=language,
            other_words=Words(other),
            switch=f"/{other}/{place_of(request)}",
            to=lambda *parts, **query: address(language, *parts, **query),
            here=request.scope["path"],
            **facts,
        )
    )
    return HTMLResponse(text, status)


def _links(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Places of the page that somebody may go to: key and path."""
    all_links = (
        ("coach", "leerlingen", (Action.READ_LEARNER,)),
        ("region", "regio", (Action.READ_CAPACITY,)),
        ("whatif", "watals", (Action.PLAN_SCENARIO,)),
        ("data", "gegevens", (Action.READ_DATASETS,)),
    )
    return tuple(
        (key, place) for key, place, actions in all_links if visit.may(*actions)
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("matcher_service.pages", "templates"),
                PackageLoader("matcher.report", "templates"),  # land behind the maps
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
