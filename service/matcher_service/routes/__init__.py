"""The routes of the API, version 1: parse, ask, cut to what may be seen, answer."""

from fastapi import APIRouter, Depends

from matcher_service.routes.access import router as access
from matcher_service.routes.capacity import router as capacity
from matcher_service.routes.datasets import router as datasets
from matcher_service.routes.decisions import router as decisions
from matcher_service.routes.learners import router as learners
from matcher_service.routes.oversight import router as oversight
from matcher_service.routes.runs import router as runs
from matcher_service.routes.scenarios import router as scenarios
from matcher_service.routes.system import router as system
from matcher_service.web.exchange import known_parameters_only
from matcher_service.web.problems import documented

router = APIRouter(
    prefix="/v1",
    dependencies=[Depends(known_parameters_only)],
    responses=documented("malformed", "invalid", "too_large", "busy"),
)
for each in (
    system,
    datasets,
    runs,
    scenarios,
    learners,
    decisions,
    capacity,
    access,
    oversight,
):
    router.include_router(each)
