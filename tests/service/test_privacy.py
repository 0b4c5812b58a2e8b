"""Export, erasure, retention, backup: what is held on a learner, and what is left."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from matcher.dataset.card import CARD, is_synthetic
from matcher_service.app import create_app
from matcher_service.backup import BackupError, back_up, restore
from matcher_service.privacy import tidy
from matcher_service.service import build_service
from matcher_service.settings import Settings
from matcher_service.store.models import StoredDataset
from tests.service.conftest import assert_problem, brought, zipped
from tests.service.test_exchange import first_site

LEARNER, OTHER = "ALFA-L00001", "ALFA-L00002"


@pytest.fixture
def lived_in(house, region):
    """A house with a run and a decision on a learner."""
    dataset_id = brought(house, "admin", zipped(region))
    house.work()
    decision = {
        "learner_id": LEARNER,
        "kind": "refuse",
        "site_id": first_site(region),
        "reason": "KANARIE in een reden.",
    }
    path = f"/v1/datasets/{dataset_id}/decisions"
    headers = {"Idempotency-Key": "sleutel-0001"}
    made = house.ask("coach_a", "POST", path, json=decision, headers=headers)
    assert made.status_code == 201
    asked = house.ask("planner", "POST", "/v1/runs", json={"dataset_id": dataset_id})
    house.work()
    run_id = asked.json()["job_id"]
    base = f"/v1/runs/{run_id}/learners/{LEARNER}"
    assert house.get("coach_a", f"{base}/suggestions").status_code == 200
    return house, dataset_id, run_id


def bytes_kept(house) -> bytes:
    folder = house.service.settings.folder
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_export_holds_rows_decisions_and_lines_of_the_log(lived_in):
    house, dataset_id, run_id = lived_in
    held = house.get("admin", f"/v1/learners/{LEARNER}/export").json()
    assert held["decisions"][0]["reason"] == "KANARIE in een reden."
    assert "tables/learners.csv" in held[dataset_id]
    assert any(name.startswith("run/") for name in held[run_id])
    assert {"decision_refuse", "suggestions_seen"} <= {
        line["action"] for line in held["audit"]
    }


def test_nothing_of_an_erased_learner_is_left_but_a_log_that_holds(lived_in):
    house, dataset_id, run_id = lived_in
    assert LEARNER.encode() in bytes_kept(house)
    before = house.get("admin", "/v1/audit/verification").json()
    answer = house.ask("admin", "DELETE", f"/v1/learners/{LEARNER}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"datasets": 1, "jobs": 1, "decisions": 1}
    kept = bytes_kept(house)
    assert LEARNER.encode() not in kept
    assert b"KANARIE" not in kept
    after = house.get("admin", "/v1/audit/verification").json()
    assert after["holds"]
    assert after["lines"] > before["lines"]
    assert_problem(
        house.get("admin", f"/v1/learners/{LEARNER}/export"), 404, "not_found"
    )
    assert_problem(house.get("coach_a", f"/v1/runs/{run_id}"), 404, "not_found")
    again = house.ask(
        "planner", "POST", "/v1/runs", json={"dataset_id": dataset_id}
    ).json()
    house.work()
    # What is left of made-up data is still made up.
    cards = house.service.settings.folder.rglob(CARD)
    assert len([each for each in cards if is_synthetic(each.parent)]) == 2
    rows = house.get("coach_a", f"/v1/runs/{again['job_id']}/learners").json()["items"]
    assert OTHER in {row["learner_id"] for row in rows}
    assert LEARNER not in {row["learner_id"] for row in rows}


def test_erasing_nobody_is_not_found(house):
    assert_problem(house.ask("admin", "DELETE", "/v1/learners/X"), 404, "not_found")


def test_what_is_past_its_days_goes(lived_in):
    house, dataset_id, _ = lived_in
    assert tidy(house.service) == 0
    with house.service.database.writing() as session:
        row = session.get_one(StoredDataset, dataset_id)
        row.created = "2001-01-01T00:00:00.000000Z"
    assert tidy(house.service) == 1
    assert_problem(house.get("admin", f"/v1/datasets/{dataset_id}"), 404, "not_found")
    assert list((house.service.settings.folder / "work").iterdir()) == []


def test_restored_backup_answers_as_before(lived_in, tmp_path):
    house, _, run_id = lived_in
    file = tmp_path / "kopie.tar.gz"
    back_up(house.service, file)
    path = f"/v1/runs/{run_id}/learners/{LEARNER}/suggestions"
    before = house.get("coach_a", path).json()
    settings = Settings(folder=tmp_path / "elders", secure_cookies=False)
    restore(settings, file)
    other = reopened(house, settings)
    assert other.get("coach_a", path).json() == before
    assert other.get("admin", "/v1/audit/verification").json()["holds"]
    other.service.database.close()


def reopened(house, settings):
    service = build_service(settings)
    return replace(
        house, service=service, client=TestClient(create_app(settings, service))
    )


def test_backup_is_not_put_back_over_something(house, region, tmp_path):
    brought(house, "admin", zipped(region))
    house.work()
    file = tmp_path / "kopie.tar.gz"
    back_up(house.service, file)
    with pytest.raises(BackupError, match="not empty"):
        restore(house.service.settings, file)
    with pytest.raises(BackupError, match="exists"):
        back_up(house.service, file)
    (tmp_path / "x").write_bytes(b"nothing")
    with pytest.raises(BackupError, match="no backup"):
        restore(Settings(folder=tmp_path / "leeg"), tmp_path / "x")
