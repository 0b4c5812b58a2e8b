"""A service with two schools in it, and somebody of every role."""

import csv
import io
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from matcher.dataset.card import CARD
from matcher_service.app import create_app
from matcher_service.jobs.worker import CHECKS, SOLVES, Worker
from matcher_service.security.keys import KeyWish, make_key
from matcher_service.service import Service, build_service
from matcher_service.settings import Settings
from tests.service import postgresql

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
SCHOOL_A, SCHOOL_B = "SCH1", "SCH2"
MARK_A, MARK_B = "ALFA-", "BRAVO-"
"""How ids of learners of each school begin: what nobody else may ever read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A running service, keys by role, and what is in it."""

    service: Service
    client: TestClient
    keys: dict[str, str]
    dataset_id: str = ""
    run_id: str = ""

    def get(self, who: str, path: str, **more):
        return self.ask(who, "GET", path, **more)

    def ask(self, who: str, method: str, path: str, **more):
        headers = {"Authorization": f"Bearer {self.keys[who]}"} if who else {}
        headers |= more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def work(self) -> None:
        """Do all jobs that wait."""
        worker = Worker(
            self.service.settings, self.service.database, (*CHECKS, *SOLVES)
        )
        while worker.run_one():
            pass


PEOPLE = {
    "coach_a": KeyWish(name="a", role="coach", school_ids=[SCHOOL_A], sees_needs=True),
    "coach_b": KeyWish(name="b", role="coach", school_ids=[SCHOOL_B]),
    "partnership": KeyWish(name="p", role="partnership"),
    "planner": KeyWish(name="w", role="planner"),
    "admin": KeyWish(name="x", role="admin"),
}


def zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in (*sorted(folder.glob("*.csv")), folder / CARD):
            if path.is_file():
                archive.write(path, path.name)
    return content.getvalue()


def opened(folder: Path, keys: dict[str, str] | None = None, **settings) -> House:
    """The house in a folder: a new one, with new keys, where none are given."""
    service = build_service(
        Settings(
            **{
                "folder": folder,
                "secure_cookies": False,
                "requests_per_minute": 1_000_000,
                "answer_processes": 0,  # most of these tests ask little
                **settings,
            }
        )
    )
    if keys is None:
        keys = {}
        with service.database.writing() as session:
            for name, wish in PEOPLE.items():
                _, keys[name] = make_key(session, wish)
    client = TestClient(
        create_app(service.settings, service), raise_server_exceptions=False
    )
    return House(service=service, client=client, keys=keys)


BACKENDS = ["sqlite"]
if postgresql.REQUIRED or postgresql.is_there():
    BACKENDS.append("postgresql")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql.server() as url:
        yield url


@pytest.fixture(params=BACKENDS)
def house(request, tmp_path) -> Iterator[House]:
    """An empty service, on either database."""
    url = ""
    if request.param == "postgresql":
        server = create_engine(
            request.getfixturevalue("postgresql_url"), isolation_level="AUTOCOMMIT"
        )
        name = f"house_{uuid.uuid4().hex}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        url = server.url.set(database=name).render_as_string(hide_password=False)
    made = opened(tmp_path / "kept", database_url=url)
    yield made
    made.service.database.close()


def marked_region(folder: Path) -> Path:
    """Sample `a`, with learners whose ids show the school that they are of."""
    with (SAMPLES / "a" / "learners.csv").open(encoding="utf-8") as file:
        school_of = {
            row["learner_id"]: row["school_id"] for row in csv.DictReader(file)
        }
    marks = {SCHOOL_A: MARK_A, SCHOOL_B: MARK_B}
    folder.mkdir(parents=True)
    for path in (SAMPLES / "a").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = list(reader), reader.fieldnames
        for row in rows:
            if "learner_id" in row:
                own = row["learner_id"]
                row["learner_id"] = marks.get(school_of[own], "OTHER-") + own
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
    (folder / CARD).write_text("synthetic = true\n", encoding="utf-8")
    return folder


def brought(house: House, who: str, content: bytes, name: str = "regio") -> str:
    answer = house.ask(
        who,
        "POST",
        "/v1/datasets",
        files={"file": ("regio.zip", content)},
        data={"name": name},
    )
    assert answer.status_code == 202, answer.text
    return answer.json()["dataset_id"]


@pytest.fixture(scope="session")
def region(tmp_path_factory) -> Path:
    return marked_region(tmp_path_factory.mktemp("region") / "tables")


@contextmanager
def solved_house(folder: Path, region: Path) -> Iterator[House]:
    """A service with a region, a run and a report about capacity."""
    house = opened(folder)
    dataset_id = brought(house, "admin", zipped(region))
    house.work()
    asked = house.ask("planner", "POST", "/v1/runs", json={"dataset_id": dataset_id})
    assert asked.status_code == 202, asked.text
    run_id = asked.json()["job_id"]
    house.work()
    path, wanted = f"/v1/runs/{run_id}/capacity", {"top": 2, "sets": 2}
    asked = house.ask("planner", "POST", path, json=wanted)
    assert asked.status_code == 202, asked.text
    house.work()
    yield replace(house, dataset_id=dataset_id, run_id=run_id)
    house.service.database.close()


@pytest.fixture(scope="session")
def closed_house(tmp_path_factory, region) -> House:
    """A house with all of it, closed: what every module begins with a copy of."""
    folder = tmp_path_factory.mktemp("solved") / "kept"
    with solved_house(folder, region) as house:
        return house


@pytest.fixture(scope="module")
def solved(tmp_path_factory, closed_house: House) -> Iterator[House]:
    """A house with all of it, of the module's own: what others do is not in it."""
    folder = tmp_path_factory.mktemp("solved") / "kept"
    shutil.copytree(closed_house.service.settings.folder, folder)
    house = opened(folder, closed_house.keys)
    yield replace(house, dataset_id=closed_house.dataset_id, run_id=closed_house.run_id)
    house.service.database.close()


def assert_problem(answer, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["status"] == status
