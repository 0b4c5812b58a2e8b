"""Somebody at a page: who, in which language, and whether a form is one of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Path, Request
from starlette.convertors import Convertor, register_url_convertor

from matcher_service.pages.words import Language, Words
from matcher_service.security.person import Person
from matcher_service.security.rights import Action, may
from matcher_service.service import Service
from matcher_service.web.asker import (
    cookie_name,
    csrf_token,
    is_own_form,
    person_of_cookie,
    service_of,
    spend,
)
from matcher_service.web.problems import ProblemError

LanguageOf = Annotated[Language, Path()]

IN_LANGUAGE = "/{language:language}"
"""Beginning of every address of a page."""


class _LanguageConvertor(Convertor[str]):
    """Takes the languages that there are: all else is no page."""

    regex = "nl|en"

    def convert(self, value: str) -> str:
        """The language."""
        return value

    def to_string(self, value: str) -> str:
        """Part of an address."""
        return value


register_url_convertor("language", _LanguageConvertor())


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request for a page by somebody who is signed in.

    Attributes
    ----------
    cookie
        Of the session; what forms carry follows from it.
    place
        Path and query, the language left out: what the switch of languages keeps.
    """

    request: Request
    service: Service
    person: Person
    cookie: str
    language: Language

    @property
    def words(self) -> Words:
        """Texts in the language of the visit."""
        return Words(self.language)

    @property
    def csrf(self) -> str:
        """What forms send along."""
        return csrf_token(self.cookie)

    def may(self, *actions: Action) -> bool:
        """Whether they may do one of these."""
        return any(may(self.person, each) for each in actions)


def visits(*actions: Action, cost: float = 1) -> Callable[..., Visit]:
    """A dependency: somebody signed in who may do one of these; none named: anybody."""

    def visit(request: Request, language: LanguageOf) -> Visit:
        service = service_of(request)
        cookie = request.cookies.get(cookie_name(service), "")
        person = person_of_cookie(service, cookie) if cookie else None
        if person is None:
            raise ProblemError("not_signed_in")
        spend(service, person, cost)
        found = Visit(
            request=request,
            service=service,
            person=person,
            cookie=cookie,
            language=language,
        )
        if actions and not found.may(*actions):
            raise ProblemError("forbidden")
        return found

    visit.actions = actions  # type: ignore[attr-defined]  # the matrix test reads it
    return visit


def sends(*actions: Action, cost: float = 1) -> Callable[..., Visit]:
    """A dependency like `visits`, for a form of ours that changes something."""
    visit = visits(*actions, cost=cost)

    def form(
        request: Request,
        found: Annotated[Visit, Depends(visit)],
        csrf: Annotated[str, Form()] = "",
    ) -> Visit:
        if not (is_same_site(request) and is_own_form(found.cookie, csrf)):
            raise ProblemError("forbidden")
        return found

    form.actions = actions  # type: ignore[attr-defined]  # the matrix test reads it
    return form


def is_same_site(request: Request) -> bool:
    """Whether a browser says that a form came from a page of ours.

    Browsers that say nothing are believed: the token of the form decides.
    """
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {
        "same-origin",
        "none",
    }


Once = Annotated[str | None, Form(pattern=r"^[\w-]{8,100}$")]
"""What makes a form that is sent twice begin one job."""

Visiting = Annotated[Visit, Depends(visits())]
