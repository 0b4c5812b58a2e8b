"""Jobs: one worker at a time, leases that run out, fences that hold."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from matcher_service.jobs.queue import (
    MOST_ATTEMPTS,
    OVER,
    Ending,
    ask_to_stop,
    claim_next,
    end_within,
    enqueue,
    num_waiting,
    renew,
)
from matcher_service.store.models import Job
from tests.service.conftest import brought, zipped

KINDS = ("solve",)


@pytest.fixture
def database(house):
    return house.service.database


def put(database) -> str:
    with database.writing() as session:
        job = enqueue(session, "solve", dataset_id="d", owner="o", params={})
        return job.job_id


def job_of(database, job_id: str) -> Job:
    with database.reading() as session:
        return session.get_one(Job, job_id)


def end(database, claim, ending: Ending) -> bool:
    with database.writing() as session:
        return end_within(session, claim, ending)


def run_out(database, job_id: str) -> None:
    with database.writing() as session:
        session.get_one(Job, job_id).lease_until = "2000-01-01T00:00:00.000000Z"


def test_of_many_workers_one_gets_each_job(database):
    ids = {put(database) for _ in range(12)}
    with ThreadPoolExecutor(6) as pool:
        claims = list(
            pool.map(
                lambda name: claim_next(database, KINDS, f"w{name}", 60), range(40)
            )
        )
    taken = [claim.job_id for claim in claims if claim is not None]
    assert len(taken) == len(set(taken)) <= 12
    while (claim := claim_next(database, KINDS, "last", 60)) is not None:
        taken.append(claim.job_id)
    assert sorted(taken) == sorted(ids)


def test_job_of_a_lost_worker_is_taken_over_and_the_lost_one_cannot_end_it(database):
    job_id = put(database)
    first = claim_next(database, KINDS, "w1", 60)
    assert claim_next(database, KINDS, "w2", 60) is None
    run_out(database, job_id)
    second = claim_next(database, KINDS, "w2", 60)
    assert (first.fence, second.fence) == (1, 2)
    assert renew(database, first, 60, {}) is None
    assert not end(database, first, Ending(state="done", folder="work/old"))
    assert end(database, second, Ending(state="done", folder="work/new"))
    assert job_of(database, job_id).folder == "work/new"
    assert not end(database, second, Ending(state="failed"))
    assert job_of(database, job_id).state == "done"


def spent(database, job_id: str, kinds=KINDS) -> None:
    """Let every attempt at a job lose its worker."""
    for _ in range(MOST_ATTEMPTS):
        claim = claim_next(database, kinds, "w", 60)
        assert claim.job_id == job_id
        assert not claim.is_one_too_many
        run_out(database, job_id)


def test_job_that_ends_every_worker_is_given_up(house, database):
    job_id = put(database)
    spent(database, job_id)
    house.work()
    assert job_of(database, job_id).state == "failed"
    assert job_of(database, job_id).problem == "worker_lost"


def test_data_whose_check_ends_every_worker_are_refused(house, database, region):
    """Or they would be "checking" for ever."""
    dataset_id = brought(house, "admin", zipped(region))
    path = f"/v1/datasets/{dataset_id}"
    spent(database, house.get("admin", path).json()["job_id"], ("check",))
    house.work()
    told = house.get("admin", path).json()
    assert (told["state"], told["problem"]) == ("refused", "worker_lost")
    uploads = house.service.settings.folder / "uploads"
    assert list(uploads.iterdir()) == []


def test_what_waits_is_cancelled_and_what_runs_is_asked(database):
    waiting, running = put(database), None
    with database.writing() as session:
        ask_to_stop(session, session.get_one(Job, waiting))
    assert job_of(database, waiting).state == "cancelled"
    assert claim_next(database, KINDS, "w", 60) is None
    running = put(database)
    claim = claim_next(database, KINDS, "w", 60)
    assert renew(database, claim, 60, {"phase": "bound"}) is False
    with database.writing() as session:
        ask_to_stop(session, session.get_one(Job, running))
    assert renew(database, claim, 60, None) is True
    assert job_of(database, running).progress == {"phase": "bound"}
    assert "running" not in OVER


def test_only_jobs_that_are_not_over_wait(database):
    put(database), put(database)
    claim = claim_next(database, KINDS, "w", 60)
    end(database, claim, Ending(state="failed", problem="x"))
    with database.reading() as session:
        assert num_waiting(session) == 1
