"""The pages for people. A page router goes into `PAGE_ROUTERS`; `app` includes them.

Pages stand outside ``/v1``, below ``/nl`` and ``/en``; they call the functions behind
the routes (such as `routes.learners.suggestions_for`), so that rights, redaction and
the audit log are the same. `visit` says who is there and refuses forms that are not
ours; `show` turns facts into HTML; each other module is one place of the page.
"""

from fastapi import APIRouter

from matcher_service.pages.assets import router as assets
from matcher_service.pages.coach import router as coach
from matcher_service.pages.data import router as data
from matcher_service.pages.entry import lost
from matcher_service.pages.entry import router as entry
from matcher_service.pages.first import router as first
from matcher_service.pages.learner import router as learner
from matcher_service.pages.plans import router as plans
from matcher_service.pages.region import router as region
from matcher_service.pages.whatif import router as whatif

PAGE_ROUTERS: tuple[APIRouter, ...] = (
    assets,
    entry,
    data,
    plans,
    coach,
    learner,
    first,
    region,
    whatif,
    lost,  # last: it takes every page that is not there
)
