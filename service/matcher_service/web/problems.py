"""Errors as problem documents (RFC 9457), from one table."""

import json
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from matcher.errors import MatcherError, UnknownIdError
from matcher_service.answers.answerers import AnswererGoneError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read."),
    "not_signed_in": (401, "A valid key or token is needed."),
    "forbidden": (403, "This is not yours to ask."),
    "not_found": (404, "There is no such thing."),
    "method_not_allowed": (405, "This cannot be done here."),
    "not_acceptable": (406, "There is no such form of the answer."),
    "not_ready": (409, "It is not ready, or no longer there."),
    "key_reused": (409, "This Idempotency-Key was used for another request."),
    "has_changed": (412, "Somebody changed it meanwhile."),
    "too_large": (413, "The request is too large."),
    "wrong_media_type": (415, "This kind of content is not read."),
    "invalid": (422, "The request does not say what is needed."),
    "if_match_needed": (428, "Say which version you change, with If-Match."),
    "too_many": (429, "That is a lot in a short time."),
    "internal": (500, "Something went wrong on our side."),
    "busy": (503, "Too much is waiting; try again in a while."),
}
"""Every code with its status and title."""

_CODE_OF_STATUS = {
    400: "malformed",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_media_type",
}


class ProblemError(Exception):
    """An answer that is an error.

    Attributes
    ----------
    code
        Of `TITLES`.
    detail
        What to do about it; never content of a request or of the data.
    """

    def __init__(
        self, code: str, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


def problem_response(
    code: str,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    fields: list[dict[str, str]] | None = None,
) -> Response:
    """The problem document of a code."""
    status, title = TITLES[code]
    body: dict[str, Any] = {
        "type": f"urn:matcher:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if fields:
        body["fields"] = fields
    sent = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        sent.setdefault("WWW-Authenticate", "Bearer")
    return Response(json.dumps(body), status, sent, MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Turn every exception into a problem document."""

    @app.exception_handler(ProblemError)
    def _problem(_request: Request, error: ProblemError) -> Response:
        return problem_response(error.code, error.detail, error.headers)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        code = _CODE_OF_STATUS.get(error.status_code, "internal")
        return problem_response(code, headers=_headers(app, request, error))

    @app.exception_handler(RequestValidationError)
    def _validation(_request: Request, error: RequestValidationError) -> Response:
        # Where and what is wrong, but not what was sent: that may be personal.
        found = [
            {"where": ".".join(map(_plain, each["loc"])), "problem": each["type"]}
            for each in error.errors()
        ]
        is_json = any(each["problem"] == "json_invalid" for each in found)
        return problem_response("malformed" if is_json else "invalid", fields=found)

    @app.exception_handler(UnknownIdError)
    def _unknown(_request: Request, _error: UnknownIdError) -> Response:
        return problem_response("not_found")

    @app.exception_handler(MatcherError)
    def _library(_request: Request, error: MatcherError) -> Response:
        logger.warning("refused by the library: %s", type(error).__name__)
        return problem_response("not_ready")

    @app.exception_handler(AnswererGoneError)
    @app.exception_handler(OperationalError)
    def _away(_request: Request, error: Exception) -> Response:
        # The database, or who held a run: it is opened again for the next question.
        kind = type(getattr(error, "orig", error)).__name__
        logger.error("for a while nobody answers: %s", kind)
        return problem_response("busy", headers={"Retry-After": "5"})

    @app.exception_handler(IntegrityError)
    def _meanwhile(_request: Request, _error: IntegrityError) -> Response:
        # Two did the same at one time; the second gets the first one's answer later.
        return problem_response("busy", headers={"Retry-After": "1"})

    @app.exception_handler(DataError)
    def _unstorable(_request: Request, _error: DataError) -> Response:
        return problem_response("invalid")

    @app.exception_handler(Exception)
    def _internal(_request: Request, _error: Exception) -> Response:
        return problem_response("internal")


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Entries of the OpenAPI document for the errors that a route can answer."""
    shown: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = TITLES[code]
        shown[status] = {
            "description": title,
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    return shown


def where(error: BaseException) -> str:
    """Kind and place of an error, without what it says: that may be of a request."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return (
        f"{type(error).__name__} at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
    )


def _headers(app: FastAPI, request: Request, error: HTTPException) -> dict[str, str]:
    headers = dict(error.headers or {})
    allowed = _allowed(app, request.scope["path"])
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and allowed:
        headers["Allow"] = allowed
    return headers


def _allowed(app: FastAPI, path: str) -> str:
    """All methods of a path of the API: each route knows of its own alone."""
    for template, methods in app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return ", ".join(sorted(method.upper() for method in methods))
    return ""


def _plain(part: object) -> str:
    """A place in a request; names that somebody made up are not repeated."""
    return str(part) if str(part).isidentifier() or isinstance(part, int) else "?"
