"""Kill -9 at random moments: nothing that was accepted is lost, doubled or torn."""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import httpx2
import psutil
import pytest
from sqlalchemy import select

import matcher
from matcher_service import audit
from matcher_service.security.keys import make_key
from matcher_service.service import build_service
from matcher_service.settings import Settings, environment_of
from matcher_service.store.models import Decision, Job, StoredDataset
from tests.service.conftest import PEOPLE, zipped
from tests.service.test_exchange import first_site

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("MATCHER_TEST_KILLS", "12"))
_PATIENCE = 600


class Victim:
    """A service over HTTP, of which parts are killed."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.settings = settings
        self.process = None
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "matcher_service.commands", "serve"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            env={**os.environ, **environment_of(self.settings)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.until(lambda: httpx2.get(f"{self.url}/v1/health").status_code == 200)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def until(self, holds) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with suppress(httpx2.HTTPError):
                if holds():
                    return
            time.sleep(0.1)
        message = "It took too long."
        raise AssertionError(message)

    def kill_one(self, chance: random.Random) -> None:
        """End the API, a worker, the process of a job or an engine, at once."""
        api = psutil.Process(self.process.pid)
        everybody = [api, *api.children(recursive=True)]
        victim = chance.choice(everybody)
        with suppress(psutil.Error):
            victim.send_signal(signal.SIGKILL)
        if victim.pid == api.pid:
            self.process.wait()
            self.start()

    def stop(self) -> None:
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
            answer = httpx2.post(
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
            httpx2.get(path, headers=self.headers("admin"), timeout=5)

    def has_usable(self) -> bool:
        answer = httpx2.get(
            f"{self.house.url}/v1/datasets", headers=self.headers("admin")
        )
        rows = [row for row in answer.json()["items"] if row["state"] == "usable"]
        self.dataset_id = rows[0]["dataset_id"] if rows else ""
        return bool(rows)


def test_nothing_accepted_is_lost_or_done_twice(victim, region):
    house, keys = victim
    chance = random.Random(20261123)  # noqa: S311 - the same moments every time
    client = Client(house, keys, region)
    client.dataset(0)
    house.until(client.has_usable)
    acts = (client.dataset, client.run, client.decision, client.export)
    for number in range(1, KILLS + 1):
        chance.choice(acts)(number)
        time.sleep(chance.uniform(0, 1.5))
        house.kill_one(chance)
    service = build_service(house.settings)

    def all_over() -> bool:
        with service.database.reading() as session:
            states = session.scalars(select(Job.state)).all()
        return not {"queued", "running"} & set(states)

    house.until(all_over)
    judge(service, client.accepted)
    service.database.close()


def judge(service, accepted) -> None:
    """What is kept is what was accepted, whole and once."""
    with service.database.reading() as session:
        assert audit.verify_chain(session).holds
        datasets = session.scalars(select(StoredDataset)).all()
        runs = session.scalars(select(Job).where(Job.kind == "solve")).all()
        decisions = session.scalars(select(Decision)).all()
    assert {row.dataset_id for row in datasets} == accepted["dataset"]
    assert {row.job_id for row in runs} == accepted["run"]
    assert {row.decision_id for row in decisions} == accepted["decision"]
    for row in datasets:
        assert row.state == "usable", row.findings
    for run in runs:
        # A job that was killed once too often says so; all others are whole.
        assert run.state == "done" or run.problem in ("worker_lost", "process_ended")
        if run.state == "done":
            folder = service.settings.folder / run.folder
            data = matcher.read_dataset(folder / "dataset")
            assert matcher.check_run(data, folder / "run").holds
    file = sqlite3.connect(service.database.file)
    assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()
