"""Middleware: sizes, headers, and a log that knows ids of requests and no more."""

import logging
import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher_service.settings import Settings
from matcher_service.store import new_id
from matcher_service.web.problems import problem_response, where

logger = logging.getLogger("matcher_service.access")

_UPLOADS = re.compile(r"^/(v1/datasets|(nl/|en/)?(upload|gegevens|data)[\w/-]*)/?$")
"""Where a dataset may come in; all else is small."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
TRANSPORT = "max-age=31536000; includeSubDomains"


class _TooLargeError(Exception):
    """More came than was allowed."""


class _Meter:
    """Counts what comes in of one request."""

    def __init__(self, most: int) -> None:
        self._left = most
        self.is_past = False

    def counted(self, receive: Receive) -> Receive:
        """The same messages, up to the most bytes."""

        async def receive_counted() -> Message:
            message = await receive()
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.is_past = True
                raise _TooLargeError
            return message

        return receive_counted


class Guard:
    """Refuses what is too large before it is read, and signs every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, is_begun = time.monotonic(), 500, False
        request_id, meter = new_id("request"), _Meter(self._most_bytes(scope))

        async def signed(message: Message) -> None:
            nonlocal status, is_begun
            if meter.is_past and not is_begun and not is_refusing:
                return  # whatever was made of half a body is not the answer
            if message["type"] == "http.response.start":
                status, is_begun = message["status"], True
                message["headers"] = self._headers(scope, message, request_id)
            await send(message)

        is_refusing = False
        try:
            meter.is_past = self._is_declared_too_large(scope)
            if not meter.is_past:
                await self._app(scope, meter.counted(receive), signed)
        except _TooLargeError:
            pass  # answered below, like when somebody caught it on its way
        except Exception as error:  # noqa: BLE001 - every answer is one of ours
            # What it says may hold content of a request: its kind and place do not.
            logger.error("%s fell over: %s", request_id, where(error))
            if not is_begun:
                await problem_response("internal")(scope, receive, signed)
        finally:
            is_refusing = True
            if meter.is_past and not is_begun:
                await problem_response("too_large")(scope, receive, signed)
            route = getattr(scope.get("route"), "path", "-")
            spent = 1000 * (time.monotonic() - started)
            logger.info(
                "%s %s %s %s %.0f ms", request_id, scope["method"], route, status, spent
            )

    def _most_bytes(self, scope: Scope) -> int:
        is_upload = scope["method"] == "POST" and _UPLOADS.match(scope["path"])
        settings = self._settings
        return settings.most_upload_bytes if is_upload else settings.most_body_bytes

    def _is_declared_too_large(self, scope: Scope) -> bool:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                return int(value) > self._most_bytes(scope)
        return False

    def _headers(
        self, scope: Scope, message: Message, request_id: str
    ) -> list[tuple[bytes, bytes]]:
        is_api = scope["path"].startswith("/v1/")
        ours = HEADERS | {
            "Content-Security-Policy": API_POLICY if is_api else PAGE_POLICY,
            "X-Request-Id": request_id,
        }
        if self._settings.secure_cookies:
            ours["Strict-Transport-Security"] = TRANSPORT
        there = {name.lower() for name, _ in message["headers"]}
        added = [
            (name.lower().encode(), value.encode())
            for name, value in ours.items()
            if name.lower().encode() not in there
        ]
        return [*message["headers"], *added]
