"""The audit log: who asked, saw and chose, in a chain that shows every change."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select, update

from matcher_service import audit
from matcher_service.security.person import Person
from matcher_service.store import Database, database
from matcher_service.store.models import AuditEntry, AuditHead, LearnerToken

COACH = Person(subject="key_1", role="coach", school_ids=frozenset({"SCH1"}))


@pytest.fixture
def logged(house):
    with house.service.database.writing() as session:
        for number in range(6):
            audit.record(
                session,
                COACH,
                "suggestions_seen",
                learner_id=f"L{number % 2}",
                detail={"run_id": "run_1", "number": number},
            )
    return house.service.database


def verdict(database):
    with database.reading() as session:
        return audit.verify_chain(session)


def test_untouched_log_holds(logged):
    assert verdict(logged).holds
    assert verdict(logged).lines == 6


@pytest.mark.parametrize(
    "column", ["moment", "actor", "role", "action", "learner_token", "digest"]
)
def test_changed_word_shows(logged, column):
    with logged.writing() as session:
        session.execute(
            update(AuditEntry).where(AuditEntry.number == 3).values({column: "x"})
        )
    assert verdict(logged).broken_at == 3


def test_changed_detail_shows(logged):
    with logged.writing() as session:
        session.get(AuditEntry, 2).detail = {"run_id": "run_2", "number": 1}
    assert verdict(logged).broken_at == 2


def test_writers_of_one_process_take_turns_and_none_has_to_try_again(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0)  # SQLite refuses a second one
    kept = Database(f"sqlite:///{tmp_path / 'kept.sqlite'}")
    kept.migrate()

    def write(number):
        with kept.writing() as session:
            audit.record(session, COACH, "suggestions_seen", detail={"n": number})
            time.sleep(0.01)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(12)))
    assert verdict(kept).holds
    assert verdict(kept).lines == 12
    kept.close()


@pytest.mark.parametrize("number", [1, 4, 6])
def test_line_left_out_shows(logged, number):
    with logged.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number == number))
    assert not verdict(logged).holds


def test_end_cut_off_together_with_the_head_shows_by_a_head_noted_elsewhere(logged):
    noted = verdict(logged).head
    with logged.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number == 6))
        last = session.get(AuditEntry, 5)
        session.execute(update(AuditHead).values(number=5, digest=last.digest))
    assert verdict(logged).holds
    assert verdict(logged).head != noted


def test_no_line_holds_an_id_of_a_learner(logged):
    with logged.reading() as session:
        lines = session.scalars(select(AuditEntry)).all()
        tokens = {row.token for row in session.scalars(select(LearnerToken))}
    assert {line.learner_token for line in lines} == tokens
    assert not any("L0" in f"{line.learner_token}{line.detail}" for line in lines)


def test_asking_choosing_and_taking_along_is_written_down(solved):
    rows = solved.get("coach_a", f"/v1/runs/{solved.run_id}/learners").json()["items"]
    base = f"/v1/runs/{solved.run_id}/learners/{rows[0]['learner_id']}"
    solved.get("coach_a", f"{base}/suggestions")
    solved.get("coach_a", f"{base}/training-plan?form=ics")
    lines = solved.get("admin", "/v1/audit?limit=3").json()["items"]
    assert [line["action"] for line in lines] == [
        "training_plan_exported",
        "suggestions_seen",
        "learners_seen",
    ]
    assert lines[0]["learner_token"] == lines[1]["learner_token"] != ""
    assert solved.get("admin", "/v1/audit/verification").json()["holds"]
