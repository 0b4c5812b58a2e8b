"""Kill -9 at random moments: nothing that was accepted is lost, doubled or torn.

``MATCHER_TEST_KILLS`` says how many, ``MATCHER_TEST_SEED`` which.
"""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx2
import psutil
import pytest
from sqlalchemy import select

import matcher
from matcher_service import audit
from matcher_service.jobs.queue import MOST_ATTEMPTS
from matcher_service.security.keys import make_key
from matcher_service.service import build_service
from matcher_service.settings import Settings, environment_of
from matcher_service.store.models import AuditEntry, Decision, Job, StoredDataset
from tests.service.conftest import PEOPLE, zipped
from tests.service.test_exchange import first_site

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("MATCHER_TEST_KILLS", "12"))
SEED = int(os.environ.get("MATCHER_TEST_SEED", "20261123"))
KINDS = ("api", "worker", "job", "engine")
"""Who is killed: each in every four kills, in an order of chance."""

_PATIENCE = 600
_A_REQUEST = 0.2
"""Seconds in which a request is under way: when the API is killed."""

_A_WHILE = 1.5
"""Seconds within which all others are killed once they are there."""


class Victim:
    """A service over HTTP, of which parts are killed."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.settings = settings
        self.process = None
        # One for all requests, as it is slow to make; connections end with who answers.
        self.http = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "matcher_service.commands", "serve"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            env={**os.environ, **environment_of(self.settings)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.until(lambda: self.http.get(f"{self.url}/v1/health").is_success)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def until(self, holds, seconds: float = _PATIENCE) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(httpx2.HTTPError):
                if holds():
                    return
            time.sleep(0.2)  # it looks at all processes, or asks
        message = "It took too long."
        raise AssertionError(message)

    def alive(self, kind: str) -> list[psutil.Process]:
        """Processes of a kind, at this moment."""
        api = psutil.Process(self.process.pid)
        if kind == "api":
            return [api]
        found = []
        for each in api.children(recursive=True):
            with suppress(psutil.Error):
                if self._kind(each, api) == kind:
                    found.append(each)
        return found

    def _kind(self, process: psutil.Process, api: psutil.Process) -> str:
        if process.ppid() == api.pid:
            is_one = "multiprocessing.spawn" in " ".join(process.cmdline())
            return "worker" if is_one else ""
        is_job = "matcher_service.jobs.child" in process.cmdline()
        return "job" if is_job else "engine"

    def kill(self, kind: str, chance: random.Random) -> None:
        """End one of a kind, at once, at a moment of chance."""
        self.until(lambda: self.alive(kind))
        time.sleep(chance.uniform(0, _A_REQUEST if kind == "api" else _A_WHILE))
        # It may have ended in that while: then another one, once there is one.
        self.until(lambda: self.alive(kind))
        with suppress(psutil.Error, IndexError):
            chance.choice(self.alive(kind)).send_signal(signal.SIGKILL)
        if kind == "api":
            self.process.wait()
            self.start()

    def stop(self) -> None:
        self.http.close()
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for each in family:
            with suppress(psutil.Error):
                each.kill()


@pytest.fixture
def victim(tmp_path):
    settings = Settings(
        folder=tmp_path / "kept",
        secure_cookies=False,
        requests_per_minute=1_000_000,
        lease_seconds=4,
        job_niceness=0,  # here jobs are what is waited for
    )
    service = build_service(settings)
    keys = {}
    with service.database.writing() as session:
        for name, wish in PEOPLE.items():
            _, keys[name] = make_key(session, wish)
    service.database.close()
    made = Victim(settings)
    yield made, keys
    made.stop()


class Client:
    """A careful client: it sends a thing, with one key, until it is accepted."""

    def __init__(self, house: Victim, keys: dict[str, str], region) -> None:
        self.house, self.keys = house, keys
        self.content, self.site_id = zipped(region), first_site(region)
        self.accepted: dict[str, set[str]] = {"dataset": set(), "run": set()}
        self.accepted["decision"] = set()
        self.dataset_id = ""

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}"}

    def post(self, who, path, kind, number, **more) -> None:
        key = {"Idempotency-Key": f"{kind}-{number:08d}"}

        def is_accepted() -> bool:
            answer = self.house.http.post(
                f"{self.house.url}{path}",
                headers=self.headers(who) | key,
                timeout=60,
                **more,
            )
            if answer.status_code not in (201, 202):
                return False
            names = {"dataset": "dataset_id", "run": "job_id"}
            name = names.get(kind, "decision_id")
            self.accepted[kind].add(answer.json()[name])
            return True

        self.house.until(is_accepted)

    def dataset(self, number: int) -> None:
        files = {"file": ("r.zip", self.content)}
        self.post("admin", "/v1/datasets", "dataset", number, files=files)

    def run(self, number: int) -> None:
        wanted = {"dataset_id": self.dataset_id}
        self.post("planner", "/v1/runs", "run", number, json=wanted)

    def decision(self, number: int) -> None:
        decision = {
            "learner_id": "ALFA-L00001",
            "kind": "refuse",
            "site_id": self.site_id,
            "reason": f"reden {number}",
        }
        path = f"/v1/datasets/{self.dataset_id}/decisions"
        self.post("coach_a", path, "decision", number, json=decision)

    def export(self, _number: int) -> None:
        path = f"{self.house.url}/v1/learners/ALFA-L00001/export"
        with suppress(httpx2.HTTPError):
            self.house.http.get(path, headers=self.headers("admin"), timeout=5)

    def has_usable(self) -> bool:
        answer = self.house.http.get(
            f"{self.house.url}/v1/datasets", headers=self.headers("admin")
        )
        rows = [row for row in answer.json()["items"] if row["state"] == "usable"]
        self.dataset_id = rows[0]["dataset_id"] if rows else ""
        return bool(rows)


def test_nothing_accepted_is_lost_or_done_twice(victim, region):
    house, keys = victim
    chance = random.Random(SEED)  # noqa: S311 - the same choices every time
    client = Client(house, keys, region)
    client.dataset(0)
    house.until(client.has_usable)
    acts = (client.dataset, client.run, client.decision, client.export)
    kinds: list[str] = []
    with ThreadPoolExecutor(1) as side:
        for number in range(1, KILLS + 1):
            kinds = kinds or chance.sample(KINDS, len(KINDS))
            kind = kinds.pop()
            # Engines are there while something is solved.
            act = client.run if kind == "engine" else chance.choice(acts)
            asked = side.submit(act, number)
            house.kill(kind, chance)
            asked.result()
    service = build_service(house.settings)

    def all_over() -> bool:
        with service.database.reading() as session:
            states = session.scalars(select(Job.state)).all()
        return not {"queued", "running"} & set(states)

    house.until(all_over, _PATIENCE + 30 * KILLS)
    judge(service, client.accepted)
    service.database.close()


def judge(service, accepted) -> None:
    """What is kept is what was accepted, whole and once."""
    with service.database.reading() as session:
        assert audit.verify_chain(session).holds
        datasets = session.scalars(select(StoredDataset)).all()
        jobs = {row.job_id: row for row in session.scalars(select(Job))}
        decisions = session.scalars(select(Decision)).all()
        told = Counter(session.scalars(select(AuditEntry.action)))
    runs = [job for job in jobs.values() if job.kind == "solve"]
    assert {row.dataset_id for row in datasets} == accepted["dataset"]
    assert {row.job_id for row in runs} == accepted["run"]
    assert {row.decision_id for row in decisions} == accepted["decision"]
    # What was written down of each is written in the same breath.
    assert told["dataset_brought"] == len(datasets)
    assert told["run_asked"] == len(runs)
    assert told["decision_refuse"] == len(decisions)
    for row in datasets:
        is_done = not was_killed_too_often(jobs[row.job_id])
        assert row.state == ("usable" if is_done else "refused"), row.findings
        if is_done:
            matcher.read_dataset(service.settings.folder / row.folder / "tables")
    for run in runs:
        if not was_killed_too_often(run):
            folder = service.settings.folder / run.folder
            data = matcher.read_dataset(folder / "dataset")
            assert matcher.check_run(data, folder / "run").holds
    assert "done" in {run.state for run in runs}
    file = sqlite3.connect(service.database.file)
    assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()


def was_killed_too_often(job: Job) -> bool:
    """A job is done, or says that every attempt was ended from outside."""
    if job.state == "done":
        return False
    assert job.state == "failed"
    from_outside = ("process_ended", "no_plan_crash", "no_plan_memory")
    assert job.problem in ("worker_lost", *from_outside)
    assert job.fence >= MOST_ATTEMPTS
    return True
