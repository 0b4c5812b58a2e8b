"""What if: typed changes to the data of a run, solved beside it, and compared."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from matcher.errors import MatcherError
from matcher.scenario import Change, read_scenario
from matcher_service import audit
from matcher_service.jobs.queue import enqueue
from matcher_service.jobs.scenario_file import write_scenario
from matcher_service.jobs.work import COMPARISON
from matcher_service.routes.runs import job_out
from matcher_service.schemas import Answer, JobOut, ScenarioIn
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.service import Service
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import IdempotencyKey, json_response, once
from matcher_service.web.finding import done_folder, job_for, refuse_when_busy
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(prefix="/runs", tags=["scenarios"])

Planner = Annotated[Person, Depends(asks(Action.PLAN_SCENARIO))]
Starter = Annotated[Person, Depends(asks(Action.PLAN_SCENARIO, cost=20))]
_ERRORS = documented("not_signed_in", "forbidden", "not_found", "not_ready", "too_many")


@router.post(
    "/{run_id}/scenarios", status_code=202, response_model=JobOut, responses=_ERRORS
)
def start(
    service: ServiceOf,
    person: Starter,
    run_id: str,
    wanted: ScenarioIn,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask what changes would do to the data of a run."""
    return start_scenario(service, person, run_id, wanted, idempotency_key)


def start_scenario(
    service: Service,
    person: Person,
    run_id: str,
    wanted: ScenarioIn,
    idempotency_key: str | None = None,
) -> Response:
    """Put a scenario in the queue; the page does the same."""
    changes_of(wanted)
    with service.database.writing() as session:

        def answer() -> tuple[int, str, dict[str, object]]:
            run = job_for(session, person, run_id, ("solve",))
            done_folder(service, run)
            refuse_when_busy(session, service)
            job = enqueue(
                session,
                "scenario",
                dataset_id=run.dataset_id,
                owner=person.subject,
                params=wanted.model_dump(),
                base_id=run_id,
            )
            detail: audit.Detail = {"run_id": run_id, "scenario_id": job.job_id}
            audit.record(session, person, "scenario_asked", detail=detail)
            return 202, f"/v1/runs/{job.job_id}", job_out(job, person).model_dump()

        content = ["scenarios", run_id, wanted.model_dump()]
        status, location, body = once(session, person, idempotency_key, content, answer)
    return json_response(body, status, {"Location": location})


@router.get("/{job_id}/comparison", response_model=Answer, responses=_ERRORS)
def comparison(service: ServiceOf, person: Planner, job_id: str) -> Response:
    """What a scenario does, beside the data as they are; nobody is named."""
    return json_response(comparison_of(service, person, job_id))


def comparison_of(service: Service, person: Person, job_id: str) -> object:
    """The comparison of a scenario that is done; the page does the same."""
    with service.database.reading() as session:
        job = job_for(session, person, job_id, ("scenario",))
        folder = done_folder(service, job)
    return json.loads((folder / COMPARISON).read_text(encoding="utf-8"))


def changes_of(wanted: ScenarioIn) -> tuple[tuple[str, Change], ...]:
    """Changes as the library reads them; what they do is looked at by the job.

    Raises
    ------
    ProblemError
        ``invalid``.
    """
    if "success_model" in wanted.model_dump_json():
        raise ProblemError("invalid", "The success model is for the operator to set.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.toml"
        try:
            write_scenario(path, Path(folder), wanted.model_dump())
            return read_scenario(path).changes()
        except (MatcherError, ValueError) as error:
            told = str(error).replace(folder, "").replace("/scenario.toml", "changes")
            raise ProblemError("invalid", told[:1000]) from error
