"""The table of jobs as a queue with leases and fences.

A worker takes a job by raising its fence: of two that try, one changes a row. While it
works it renews the lease. A job whose lease ran out is taken by another, with a higher
fence, and the first one can no longer end it: nothing is done twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, func, or_, select, update
from sqlalchemy.orm import Session

from matcher_service.store import Database, moment, new_id
from matcher_service.store.models import Job

MOST_ATTEMPTS = 5
"""Workers that may take one job; what ends all of them is the job's own doing."""

OVER = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job that a worker has taken.

    Attributes
    ----------
    fence
        What the worker shows when it ends the job.
    """

    job_id: str
    kind: str
    dataset_id: str
    base_id: str | None
    params: Mapping[str, Any]
    fence: int

    @property
    def name(self) -> str:
        """Of the folder that this attempt works in."""
        return f"{self.job_id}-{self.fence}"

    @property
    def is_one_too_many(self) -> bool:
        """There were enough attempts: all that is left is to end the job."""
        return self.fence > MOST_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ended.

    Attributes
    ----------
    problem
        A code, where it failed.
    folder
        What it made, below the folder of the settings; "" where nothing is kept.
    progress
        How far it came; None where it told nothing.
    """

    state: str
    problem: str = ""
    folder: str = ""
    summary: Mapping[str, Any] | None = None
    progress: Mapping[str, Any] | None = None


def enqueue(
    session: Session,
    kind: str,
    *,
    dataset_id: str,
    owner: str,
    params: Mapping[str, Any],
    base_id: str | None = None,
) -> Job:
    """A new job, accepted once the session is committed."""
    job = Job(
        job_id=new_id("run" if kind == "solve" else kind),
        kind=kind,
        state="queued",
        dataset_id=dataset_id,
        base_id=base_id,
        owner=owner,
        params=dict(params),
        progress={},
        summary={},
        problem="",
        folder="",
        fence=0,
        worker="",
        lease_until="",
        is_stop_asked=False,
        created=moment(),
        ended=None,
    )
    session.add(job)
    session.flush()
    return job


def num_waiting(session: Session) -> int:
    """Jobs that no worker has ended yet."""
    wanted = select(func.count()).where(Job.state.in_(("queued", "running")))
    return session.scalar(wanted) or 0


def claim_next(
    database: Database, kinds: tuple[str, ...], worker: str, lease_seconds: int
) -> Claim | None:
    """Take the oldest job that nobody works on; None where there is none."""
    with database.writing() as session:
        now = moment()
        job = session.scalars(
            select(Job)
            .where(Job.kind.in_(kinds), _is_free(now))
            .order_by(Job.created)
            .limit(1)
        ).first()
        if job is None:
            return None
        fence = job.fence + 1
        taken = session.execute(
            update(Job)
            .where(Job.job_id == job.job_id, Job.fence == job.fence, _is_free(now))
            .values(
                state="running",
                fence=fence,
                worker=worker,
                lease_until=moment(timedelta(seconds=lease_seconds)),
            )
            .execution_options(synchronize_session=False)
        )
        if _rows(taken) != 1:
            return None
        return Claim(
            job_id=job.job_id,
            kind=job.kind,
            dataset_id=job.dataset_id,
            base_id=job.base_id,
            params=dict(job.params),
            fence=fence,
        )


def renew(
    database: Database,
    claim: Claim,
    lease_seconds: int,
    progress: Mapping[str, Any] | None,
) -> bool | None:
    """Keep a job, and tell how far it is.

    Returns
    -------
    bool or None
        Whether somebody asked to stop it; None where the job is no longer ours.
    """
    values: dict[str, Any] = {"lease_until": moment(timedelta(seconds=lease_seconds))}
    if progress is not None:
        values["progress"] = dict(progress)
    with database.writing() as session:
        kept = session.execute(update(Job).where(_is_ours(claim)).values(**values))
        if _rows(kept) != 1:
            return None
        job = session.get_one(Job, claim.job_id)
        return job.is_stop_asked


def end_within(session: Session, claim: Claim, ending: Ending) -> bool:
    """End a job in a transaction that may change more.

    Returns
    -------
    bool
        False where the job is no longer ours, and nothing is changed.
    """
    values: dict[str, Any] = {
        "state": ending.state,
        "problem": ending.problem,
        "folder": ending.folder,
        "summary": dict(ending.summary or {}),
        "ended": moment(),
    }
    if ending.progress is not None:
        values["progress"] = dict(ending.progress)
    done = session.execute(update(Job).where(_is_ours(claim)).values(**values))
    return _rows(done) == 1


def give_back(database: Database, claim: Claim) -> bool:
    """Let another attempt be made, as when the process of a job was ended from outside.

    Returns
    -------
    bool
        False where there were enough attempts, or the job is no longer ours.
    """
    if claim.fence >= MOST_ATTEMPTS:
        return False
    with database.writing() as session:
        given = session.execute(
            update(Job).where(_is_ours(claim)).values(state="queued", lease_until="")
        )
        return _rows(given) == 1


def ask_to_stop(session: Session, job: Job) -> None:
    """Cancel what waits at once; what runs is asked to stop and keeps its best."""
    if job.state == "queued":
        job.state, job.ended = "cancelled", moment()
    job.is_stop_asked = True
    session.flush()


def _is_free(now: str) -> Any:  # noqa: ANN401 - an expression of SQLAlchemy
    abandoned = and_(Job.state == "running", Job.lease_until < now)
    return or_(Job.state == "queued", abandoned)


def _is_ours(claim: Claim) -> Any:  # noqa: ANN401 - an expression of SQLAlchemy
    return and_(
        Job.job_id == claim.job_id, Job.fence == claim.fence, Job.state == "running"
    )


def _rows(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
