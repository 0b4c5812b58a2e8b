"""Decisions and jobs against a simple model, in whatever order they come."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from matcher_service import audit
from matcher_service.jobs.decided import placement_rows
from matcher_service.jobs.queue import (
    MOST_ATTEMPTS,
    Ending,
    ask_to_stop,
    claim_next,
    enqueue,
)
from matcher_service.store import moment
from matcher_service.store.models import Job, StoredDataset
from tests.service.conftest import marked_region, opened
from tests.service.test_exchange import first_site
from tests.service.test_queue import end

LEARNER, FOREIGN = "ALFA-L00001", "BRAVO-L00000"


class Life(RuleBasedStateMachine):
    """The model: what was accepted, as dicts."""

    claims = Bundle("claims")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="matcher-life-"))
        region = marked_region(self.folder / "kept" / "work" / "d" / "tables")
        self.site_id = first_site(region)
        self.house = opened(self.folder / "kept")
        self.database = self.house.service.database
        self.jobs: dict[str, str] = {}
        self.fences: dict[str, int] = {}
        self.decisions: dict[str, tuple[int, str, bool]] = {}
        self.answers: dict[str, tuple[str, str]] = {}
        with self.database.writing() as session:
            session.add(dataset_row())

    def teardown(self):
        self.database.close()
        shutil.rmtree(self.folder)

    @rule()
    def ask_for_a_job(self):
        with self.database.writing() as session:
            job = enqueue(session, "solve", dataset_id="d", owner="o", params={})
        self.jobs[job.job_id], self.fences[job.job_id] = "queued", 0

    @rule(target=claims)
    def take_a_job(self):
        waiting = [job for job, state in self.jobs.items() if state == "queued"]
        claim = claim_next(self.database, ("solve",), "w", 3600)
        if not waiting:
            assert claim is None
            return None
        assert claim.job_id == waiting[0]
        self.fences[claim.job_id] += 1
        self.jobs[claim.job_id] = "running"
        assert claim.fence == self.fences[claim.job_id]
        return claim

    @rule(target=claims, claim=claims)
    def lose_a_worker(self, claim):
        if claim is None or not self.holds(claim):
            return None
        with self.database.writing() as session:
            session.get_one(Job, claim.job_id).lease_until = "2000"
        # It is the oldest that nobody works on, or an older one is taken first.
        older = [job for job, state in self.jobs.items() if state == "queued"]
        taken = claim_next(self.database, ("solve",), "w2", 3600)
        first = min([*older, claim.job_id], key=list(self.jobs).index)
        self.fences[first] += 1
        self.jobs[first] = "running"
        assert (taken.job_id, taken.fence) == (first, self.fences[first])
        if taken.is_one_too_many:
            assert taken.fence == MOST_ATTEMPTS + 1
            assert end(self.database, taken, Ending(state="failed"))
            self.jobs[first] = "failed"
        if first != claim.job_id:
            with self.database.writing() as session:
                session.get_one(Job, claim.job_id).lease_until = "9999"
        return taken

    @rule(claim=claims, state=st.sampled_from(["done", "failed"]))
    def end_a_job(self, claim, state):
        if claim is None:
            return
        is_ours = self.holds(claim)
        assert end(self.database, claim, Ending(state=state)) == is_ours
        if is_ours:
            self.jobs[claim.job_id] = state

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def stop_a_job(self, data):
        job_id = data.draw(st.sampled_from(sorted(self.jobs)))
        with self.database.writing() as session:
            ask_to_stop(session, session.get_one(Job, job_id))
        if self.jobs[job_id] == "queued":
            self.jobs[job_id] = "cancelled"

    def holds(self, claim) -> bool:
        is_last = self.fences[claim.job_id] == claim.fence
        return is_last and self.jobs[claim.job_id] == "running"

    @rule(
        key=st.sampled_from([f"sleutel-{number}" for number in range(3)]),
        reason=st.sampled_from(["te ver", "te vroeg"]),
    )
    def decide(self, key, reason):
        answer = self.sent(LEARNER, reason, key)
        if key not in self.answers:
            assert answer.status_code == 201
            decision_id = answer.json()["decision_id"]
            self.answers[key] = (reason, decision_id)
            self.decisions[decision_id] = (1, reason, False)
        elif self.answers[key][0] == reason:
            assert answer.json()["decision_id"] == self.answers[key][1]
        else:
            assert answer.status_code == 409

    @rule()
    def decide_about_another_school(self):
        assert self.sent(FOREIGN, "x", "sleutel-9").status_code == 404

    @precondition(lambda self: self.decisions)
    @rule(data=st.data(), behind=st.integers(0, 1), withdraws=st.booleans())
    def change_a_decision(self, data, behind, withdraws):
        decision_id = data.draw(st.sampled_from(sorted(self.decisions)))
        version, reason, is_withdrawn = self.decisions[decision_id]
        answer = self.house.ask(
            "coach_a",
            "PATCH",
            f"/v1/decisions/{decision_id}",
            json={"is_withdrawn": withdraws},
            headers={"If-Match": f'"v{version - behind}"'},
        )
        if behind:
            assert answer.status_code == 412
            return
        assert answer.status_code == 200
        self.decisions[decision_id] = (version + 1, reason, is_withdrawn or withdraws)

    def sent(self, learner_id, reason, key):
        return self.house.ask(
            "coach_a",
            "POST",
            "/v1/datasets/d/decisions",
            json={
                "learner_id": learner_id,
                "kind": "refuse",
                "site_id": self.site_id,
                "reason": reason,
            },
            headers={"Idempotency-Key": key},
        )

    @invariant()
    def jobs_are_as_in_the_model(self):
        with self.database.reading() as session:
            states = {job.job_id: job.state for job in session.query(Job)}
        assert states == self.jobs

    @invariant()
    def what_counts_is_what_was_not_withdrawn(self):
        with self.database.reading() as session:
            rows = placement_rows(session, "d")
            assert audit.verify_chain(session).holds
        kept = [each for each in self.decisions.values() if not each[2]]
        assert len(rows) == len(kept)


def dataset_row() -> StoredDataset:
    return StoredDataset(
        dataset_id="d",
        name="d",
        state="usable",
        owner="o",
        owner_schools=[],
        school_ids=["SCH1", "SCH2"],
        learners=8,
        sha256="",
        job_id="",
        folder="work/d",
        findings={},
        created=moment(),
        version=1,
    )


def test_any_order_of_events_is_as_the_model_says():
    run_state_machine_as_test(
        Life, settings=settings(max_examples=8, stateful_step_count=15, deadline=None)
    )
