"""The application: routes, pages, guards, and the document that describes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from matcher_service.pages import PAGE_ROUTERS
from matcher_service.routes import router
from matcher_service.service import Service, build_service
from matcher_service.settings import Settings
from matcher_service.web.document import document_of
from matcher_service.web.guard import Guard
from matcher_service.web.problems import add_handlers

TITLE = "matcher"
DESCRIPTION = (
    "Plans for dual learning (duaal leren): suggestions, reasons, capacity. "
    "A suggestion is a proposal; people decide."
)


def create_app(settings: Settings, service: Service | None = None) -> FastAPI:
    """The application, ready to serve.

    Parameters
    ----------
    service
        What requests share; made from the settings when absent.
    """
    shared = service or build_service(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        shared.shelf.forget()
        shared.database.close()

    app = FastAPI(
        title=TITLE,
        version="1",
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its assets would come from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.service = shared
    app.include_router(router)
    for pages in PAGE_ROUTERS:
        app.include_router(pages, include_in_schema=False)
    add_handlers(app)
    app.add_middleware(Guard, settings=settings)
    app.openapi = lambda: document_of(app)  # type: ignore[method-assign]
    return app
