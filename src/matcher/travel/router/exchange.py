"""One question to a router and its answer, over HTTP with bounds on everything."""

import json
import logging
import ssl
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

import httpx

from matcher.errors import RouterError
from matcher.travel.router.settings import RouterSettings
from matcher.travel.router.table import TableTooLargeError

logger = logging.getLogger(__name__)

_BUSY = {429, 502, 503, 504}
_TOO_LARGE = {413, 414}
_LONGEST_PAUSE_SECONDS = 8.0
_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a GET of a path with its query, or a POST of a document.

    Attributes
    ----------
    profile
        Named in messages; the path and the document hold coordinates, which
        are nobody's business.
    """

    profile: str
    path: str
    document: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status and JSON of an answer; `document` is None where there was no JSON."""

    status: int
    document: Any


class Exchange:
    """A connection to one router, to be used in a ``with``."""

    def __init__(self, settings: RouterSettings) -> None:
        self._settings = settings
        host = urlsplit(settings.url).hostname or ""
        self._client = httpx.Client(
            base_url=settings.url.rstrip("/"),
            timeout=httpx.Timeout(settings.timeout_seconds),
            verify=_trusted(settings.url),
            # A proxy of the environment cannot reach a router on this machine.
            trust_env=not (host == "localhost" or host.startswith(("127.", "::1"))),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def ask(self, question: Question) -> Answer:
        """Answer of the router, after as many attempts as the settings allow.

        Raises
        ------
        TableTooLargeError
            The address or the document was too long for the server.
        RouterError
            No answer in time, or one that is neither a result nor a refusal.
        """
        found: str
        cause: httpx.HTTPError | None
        for attempt in range(self._settings.retries + 1):
            if attempt:
                self._pause(attempt)
            try:
                status, content = self._once(question)
            except httpx.HTTPError as error:
                found, cause = _without_answer(error, self._settings), error
                continue
            if status in _TOO_LARGE:
                message = f"status {status}"
                raise TableTooLargeError(message)
            if status not in _BUSY:
                return self._answer(question, status, content)
            found, cause = f"status {status}", None
        raise self.error(question, found) from cause

    def error(self, question: Question, found: str) -> RouterError:
        """What the user should read when an answer is of no use."""
        message = (
            f"Router {self._settings.address} ({self._settings.kind}, profile"
            f' "{question.profile}"): found {found[:_LONGEST_QUOTE]}. Expected a table'
            " of durations. Check that the router runs, that its address and kind"
            " are right and that it knows the profile, or leave out --router to"
            " plan with the estimate."
        )
        return RouterError(message)

    def _pause(self, attempt: int) -> None:
        seconds = self._settings.backoff_seconds * 2.0 ** (attempt - 1)
        logger.debug("router silent or busy, attempt %d follows", attempt + 1)
        time.sleep(min(seconds, _LONGEST_PAUSE_SECONDS))

    def _once(self, question: Question) -> tuple[int, bytes]:
        """Status and body; the time limit is on the whole answer.

        The limits of httpx are on each piece: a server that sends one byte now
        and then would hold us for ever.
        """
        deadline = time.monotonic() + self._settings.timeout_seconds
        method = "GET" if question.document is None else "POST"
        pieces = []
        with self._client.stream(
            method, question.path, json=question.document
        ) as response:
            for piece in response.iter_bytes():
                pieces.append(piece)
                if time.monotonic() > deadline:
                    message = "answer still incomplete"
                    raise httpx.ReadTimeout(message)
        return response.status_code, b"".join(pieces)

    def _answer(self, question: Question, status: int, content: bytes) -> Answer:
        try:
            document = json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            found = f"status {status} without readable JSON"
            raise self.error(question, found) from error
        return Answer(status=status, document=document)


def _trusted(url: str) -> ssl.SSLContext:
    """Certificates that the machine trusts; without https none, as none are read."""
    if url.lower().startswith("https"):
        return ssl.create_default_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _without_answer(error: httpx.HTTPError, settings: RouterSettings) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {settings.timeout_seconds:g} seconds"
    return f"no whole answer ({type(error).__name__}: {error})"


def _no_number(text: str) -> NoReturn:
    message = f"{text} is no JSON"
    raise ValueError(message)
