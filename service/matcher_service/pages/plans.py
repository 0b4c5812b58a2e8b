"""Jobs as they go on: how far, how to stop, and where to go from there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher_service.jobs.queue import OVER
from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.visit import IN_LANGUAGE, Visit, sends, visits
from matcher_service.routes.runs import KINDS, job_out
from matcher_service.routes.runs import stop as stop_job
from matcher_service.schemas import JobOut
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.store.models import Job, StoredDataset
from matcher_service.web.finding import job_for, visible_datasets

router = APIRouter(
    prefix=IN_LANGUAGE + "/taken", include_in_schema=False, route_class=PageRoute
)

Reader = Annotated[Visit, Depends(visits(Action.READ_RUNS))]
Stopper = Annotated[Visit, Depends(sends(Action.START_RUN))]


@router.get("/{job_id}")
def followed(visit: Reader, job_id: str) -> Response:
    """How far a job is; with a script it is told as it goes on."""
    person = visit.person
    with visit.service.database.reading() as session:
        row = job_for(session, person, job_id, KINDS)
        job = job_out(row, person)
        is_mine = row.owner == person.subject or person.role == "admin"
    return page(
        visit,
        "job.j2",
        job=job,
        is_over=job.state in OVER,
        can_stop=is_mine and visit.may(Action.START_RUN) and job.state not in OVER,
    )


@router.post("/{job_id}/stop")
def stopped(visit: Stopper, job_id: str) -> Response:
    """Stop a job; what runs keeps the best plan so far."""
    stop_job(visit.service, visit.person, job_id)
    return go(visit, "taken", job_id)


def plans_of(session: Session, person: Person) -> list[tuple[JobOut, StoredDataset]]:
    """Finished plans on datasets that exist for somebody, the newest first."""
    there = {each.dataset_id: each for each in visible_datasets(session, person)}
    jobs = session.scalars(
        select(Job)
        .where(Job.kind == "solve", Job.state == "done")
        .order_by(Job.created.desc())
    )
    return [
        (job_out(job, person), there[job.dataset_id])
        for job in jobs
        if job.dataset_id in there
    ]
