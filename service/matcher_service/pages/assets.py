"""Style and script: files of ours alone, with the style of the report."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from matcher_service.web.problems import ProblemError

router = APIRouter(prefix="/static", include_in_schema=False)

_FILES = {
    "report.css": ("matcher.report", "templates", "text/css; charset=utf-8"),
    "page.css": ("matcher_service.pages", "static", "text/css; charset=utf-8"),
    "page.js": ("matcher_service.pages", "static", "text/javascript; charset=utf-8"),
    "icon.svg": ("matcher_service.pages", "static", "image/svg+xml"),
}


@router.get("/{name}")
def asset(request: Request, name: str) -> Response:
    """One file; a browser asks each time, and gets it again only when it changed."""
    if name not in _FILES:
        raise ProblemError("not_found")
    content, tag = _content(name)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return Response(None, 304, headers)
    return Response(content, 200, headers, _FILES[name][2])


@cache
def _content(name: str) -> tuple[bytes, str]:
    package, folder, _ = _FILES[name]
    content = (files(package) / folder / name).read_bytes()
    return content, f'"{sha256(content).hexdigest()[:32]}"'
