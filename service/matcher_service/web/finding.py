"""Things by id, for somebody: what they may not see is not there (404)."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher_service.answers.shelf import OpenRun
from matcher_service.jobs.queue import num_waiting
from matcher_service.security.person import Person
from matcher_service.security.rights import sees_dataset, sees_learner
from matcher_service.service import Service
from matcher_service.store.models import Decision, Job, StoredDataset
from matcher_service.web.problems import ProblemError


def visible_datasets(session: Session, person: Person) -> list[StoredDataset]:
    """All that exist for somebody, the newest first."""
    found = session.scalars(
        select(StoredDataset).order_by(StoredDataset.created.desc())
    )
    return [each for each in found if sees_dataset(person, each.school_ids, each.owner)]


def dataset_for(session: Session, person: Person, dataset_id: str) -> StoredDataset:
    """A dataset that exists for somebody.

    Raises
    ------
    ProblemError
        ``not_found``, whether it is somebody else's or nobody's.
    """
    found = session.get(StoredDataset, dataset_id)
    if found is None or not sees_dataset(person, found.school_ids, found.owner):
        raise ProblemError("not_found")
    return found


def job_for(
    session: Session, person: Person, job_id: str, kinds: tuple[str, ...]
) -> Job:
    """A job on a dataset that exists for somebody; errors as of `dataset_for`."""
    found = session.get(Job, job_id)
    if found is None or found.kind not in kinds:
        raise ProblemError("not_found")
    dataset_for(session, person, found.dataset_id)
    return found


def refuse_when_busy(session: Session, service: Service) -> None:
    """Accept no more than can be worked through.

    Raises
    ------
    ProblemError
        ``busy``.
    """
    if num_waiting(session) >= service.settings.most_jobs_waiting:
        raise ProblemError("busy", headers={"Retry-After": "60"})


def done_folder(service: Service, job: Job) -> Path:
    """Where a finished job left what it made.

    Raises
    ------
    ProblemError
        ``not_ready``.
    """
    folder = service.settings.folder / job.folder
    if job.state != "done" or not job.folder or not folder.is_dir():
        raise ProblemError("not_ready")
    return folder


def open_run(service: Service, person: Person, run_id: str) -> OpenRun:
    """A finished run, ready to be asked; errors as of `job_for` and `done_folder`."""
    with service.database.reading() as session:
        folder = done_folder(service, job_for(session, person, run_id, ("solve",)))
    return service.shelf.open(folder)


def own_learner(opened: OpenRun, person: Person, learner_id: str) -> str:
    """School of a learner of somebody's own.

    Raises
    ------
    ProblemError
        ``not_found``, whether the learner is of another school or of none.
    """
    school_id = opened.school_of(learner_id)
    if not sees_learner(person, school_id):
        raise ProblemError("not_found")
    return school_id


def decision_for(session: Session, person: Person, decision_id: str) -> Decision:
    """A decision about a learner of somebody's own; errors as of `own_learner`."""
    found = session.get(Decision, decision_id)
    if found is None or not sees_learner(person, found.school_id):
        raise ProblemError("not_found")
    return found
