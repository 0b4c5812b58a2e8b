"""Who may what: every route, every role, own school and another; and canaries."""

import csv
import json
import logging
import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from matcher_service.answers.redaction import seats_without_persons, without_needs
from matcher_service.security.keys import KeyWish, make_key
from matcher_service.security.person import Person
from matcher_service.security.rights import Action, may
from matcher_service.store.models import Job
from tests.service.conftest import (
    MARK_A,
    MARK_B,
    SCHOOL_A,
    SCHOOL_B,
    House,
    assert_problem,
)
from tests.service.visitor import Visitor

# Status for: nobody, coach of school A, coach of school B, partnership, planner, admin.
# {learner} is of school A. Every 404 of a coach is the same as for an id of nobody.
MATRIX = """
GET    /v1/health                                              200 200 200 200 200 200
GET    /v1/version                                             200 200 200 200 200 200
GET    /v1/me                                                  401 200 200 200 200 200
POST   /v1/datasets                                            401 202 202 403 403 202
GET    /v1/datasets                                            401 200 200 200 200 200
GET    /v1/datasets/{dataset_id}                               401 200 200 200 200 200
PATCH  /v1/datasets/{dataset_id}                               401 403 403 403 403 428
DELETE /v1/datasets/{dataset_id}                               401 403 403 403 403 -
GET    /v1/datasets/{dataset_id}/findings                      401 404 404 403 403 200
POST   /v1/datasets/{dataset_id}/decisions                     401 201 404 403 403 403
GET    /v1/datasets/{dataset_id}/decisions                     401 200 200 403 403 403
GET    /v1/decisions/{decision_id}                             401 200 404 403 403 403
PATCH  /v1/decisions/{decision_id}                             401 428 404 403 403 403
POST   /v1/runs                                                401 202 202 403 202 202
GET    /v1/runs                                                401 200 200 200 200 200
GET    /v1/runs/{job_id}                                       401 200 200 200 200 200
GET    /v1/runs/{job_id}/events                                401 200 200 200 200 200
POST   /v1/runs/{job_id}/stop                                  401 403 403 403 202 202
GET    /v1/runs/{run_id}/result                                401 200 200 403 200 403
GET    /v1/runs/{run_id}/result/{table}                        401 200 200 403 200 403
GET    /v1/runs/{run_id}/learners                              401 200 200 403 403 403
GET    /v1/runs/{run_id}/desk                                  401 200 200 403 403 403
GET    /v1/runs/{run_id}/learners/{learner_id}/suggestions     401 200 404 403 403 403
GET    /v1/runs/{run_id}/learners/{learner_id}/explanation     401 200 404 403 403 403
GET    /v1/runs/{run_id}/learners/{learner_id}/sites/{site_id} 401 200 404 403 403 403
GET    /v1/runs/{run_id}/learners/{learner_id}/training-plan   401 200 404 403 403 403
POST   /v1/runs/{run_id}/capacity                              401 403 403 403 202 202
POST   /v1/runs/{run_id}/scenarios                             401 403 403 403 202 403
GET    /v1/runs/{job_id}/comparison                            401 403 403 403 404 403
GET    /v1/runs/{run_id}/capacity                              401 403 403 200 200 200
GET    /v1/runs/{run_id}/price-groups                          401 403 403 200 200 200
GET    /v1/runs/{run_id}/certificates                          401 403 403 200 200 200
GET    /v1/runs/{run_id}/seat-certificates                     401 403 403 200 200 200
GET    /v1/runs/{run_id}/recruits                              401 403 403 200 200 200
GET    /v1/runs/{run_id}/recruit-sets                          401 403 403 200 200 200
GET    /v1/runs/{run_id}/robustness                            401 403 403 200 200 200
GET    /v1/runs/{run_id}/fairness                              401 403 403 200 200 200
GET    /v1/runs/{run_id}/capacity/{file}                       401 403 403 200 200 200
GET    /v1/model-card                                          401 404 404 404 404 404
POST   /v1/keys                                                401 403 403 403 403 201
GET    /v1/keys                                                401 403 403 403 403 200
GET    /v1/keys/{key_id}                                       401 403 403 403 403 404
DELETE /v1/keys/{key_id}                                       401 403 403 403 403 404
GET    /v1/audit                                               401 403 403 403 403 200
GET    /v1/audit/verification                                  401 403 403 403 403 200
GET    /v1/learners/{learner_id}/export                        401 403 403 403 403 200
DELETE /v1/learners/{learner_id}                               401 403 403 403 403 -
"""
ROLES = ("", "coach_a", "coach_b", "partnership", "planner", "admin")
ROWS = [line.split() for line in MATRIX.strip().splitlines()]


@pytest.fixture(scope="module")
def ids(solved) -> dict[str, str]:
    rows = solved.get("coach_a", f"/v1/runs/{solved.run_id}/learners").json()["items"]
    found = {
        "dataset_id": solved.dataset_id,
        "run_id": solved.run_id,
        "job_id": solved.run_id,
        "learner_id": rows[0]["learner_id"],
        "table": "assignments",
        "file": "capacity.html",
        "key_id": "key_of_nobody",
    }
    result = solved.get("coach_a", f"/v1/runs/{solved.run_id}/result").json()
    placed = [row for each in result["tables"].values() for row in each]
    found["site_id"] = next(row["site_id"] for row in placed if row.get("site_id"))
    path = "/v1/datasets/{dataset_id}/decisions"
    made = ask(solved, "coach_a", "POST", path, found)
    assert made.status_code == 201, made.text
    return found | {"decision_id": made.json()["decision_id"]}


def body_of(method: str, path: str, ids: dict[str, str]) -> dict[str, object]:
    """What a request needs to be one that the route takes."""
    if method == "PATCH":
        change = {"name": "anders"} if "datasets" in path else {"reason": "anders"}
        return {"json": change}
    if method != "POST" or path.endswith("/stop"):
        return {}
    if path == "/v1/datasets":
        return {"files": {"file": ("leeg.zip", b"PK\x05\x06" + bytes(18))}}
    return {
        "json": {
            "/v1/keys": {"name": "w", "role": "planner"},
            "/v1/runs": {"dataset_id": ids["dataset_id"]},
            "/v1/runs/{run_id}/capacity": {},
            "/v1/runs/{run_id}/scenarios": {
                "title": "Een werkplek stopt",
                "changes": [{"kind": "site_closes", "site_id": ids["site_id"]}],
            },
            "/v1/datasets/{dataset_id}/decisions": {
                "learner_id": ids["learner_id"],
                "kind": "refuse",
                "site_id": ids["site_id"],
                "reason": "Te ver met de eerste bus.",
            },
        }[path]
    }


def ask(house: House, who: str, method: str, path: str, ids: dict[str, str]):
    return house.ask(who, method, path.format(**ids), **body_of(method, path, ids))


def test_matrix_tells_of_every_route(solved):
    document = solved.client.get("/v1/openapi.json").json()
    there = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert {(row[0], row[1]) for row in ROWS} == there


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_who_may_what(solved, ids, row):
    method, path, *expected = row
    for who, status in zip(ROLES, expected, strict=True):
        if status == "-":  # ends what the other tests read: has a test of its own
            continue
        answer = ask(solved, who, method, path, ids)
        assert answer.status_code == int(status), (who, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
    with solved.service.database.writing() as session:  # nobody waits for these
        session.execute(
            update(Job).where(Job.state == "queued").values(state="cancelled")
        )


@pytest.mark.parametrize("action", Action)
def test_scopes_only_take_away(action):
    planner = Person(subject="x", role="planner")
    narrow = replace(planner, scopes=frozenset({Action.READ_RUNS}))
    assert may(narrow, action) == (action == Action.READ_RUNS)
    assert may(narrow, action) <= may(planner, action)


def test_id_of_another_school_answers_as_one_of_nobody(solved, ids):
    base = f"/v1/runs/{ids['run_id']}/learners"
    other = solved.get("coach_b", f"{base}/{ids['learner_id']}/suggestions")
    nobody = solved.get("coach_b", f"{base}/NOBODY/suggestions")
    assert other.json() == nobody.json()
    assert_problem(other, 404, "not_found")


@pytest.mark.parametrize(
    ("who", "foreign"),
    [
        ("coach_a", (MARK_B, "OTHER-", SCHOOL_B)),
        ("coach_b", (MARK_A, "OTHER-", SCHOOL_A)),
        ("partnership", (MARK_A, MARK_B, "OTHER-", SCHOOL_A, SCHOOL_B)),
        ("planner", (MARK_A, MARK_B, "OTHER-", SCHOOL_A, SCHOOL_B)),
    ],
)
def test_no_byte_of_another_school(solved, ids, who, foreign, caplog):
    own = [
        row["learner_id"]
        for row in solved.get(who, f"/v1/runs/{solved.run_id}/learners")
        .json()
        .get("items", [])
    ]
    caplog.set_level(logging.DEBUG)
    seen = []
    for method, path, *_ in ROWS:
        if method != "GET":
            continue
        for learner_id in (*own, "NOBODY"):
            answer = ask(solved, who, method, path, ids | {"learner_id": learner_id})
            seen.append(f"{answer.content!r} {dict(answer.headers)}")
            if "{learner_id}" not in path:
                break
    for table in ("seats", "coverage", "qualifications", "unplaced"):
        for form in ("json", "csv"):
            path = f"/v1/runs/{solved.run_id}/result/{table}?form={form}"
            seen.append(repr(solved.get(who, path).content))
    text = "\n".join(seen)
    assert [mark for mark in foreign if mark in text] == []
    logged = "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("matcher", "uvicorn"))
    )
    assert logged
    assert [mark for mark in (MARK_A, MARK_B, "OTHER-") if mark in logged] == []


def test_canaries_would_be_found(solved):
    """The marks do stand in what the owner of each may read."""
    for who, mark in (("coach_a", MARK_A), ("coach_b", MARK_B)):
        assert mark in solved.get(who, f"/v1/runs/{solved.run_id}/result").text


def test_groups_of_fewer_than_ten_are_not_counted_out_loud(solved):
    found = solved.get("partnership", f"/v1/runs/{solved.run_id}/certificates").json()
    for each in found["items"]:
        assert each["learners"] is None or each["learners"] >= 10
        assert each["is_suppressed"] == (each["learners"] is None)
    dataset = solved.get("partnership", f"/v1/datasets/{solved.dataset_id}").json()
    assert dataset["learners"] is None  # there are eight


def seat_certificate(learners: int) -> dict[str, object]:
    return {
        "trajectory_id": "T",
        "competence_id": "d",
        "learners": [f"{MARK_A}{at}" for at in range(learners)],
        "courses": [{"id": "C1", "period_id": "P1", "seats": learners - 1}],
        "demand": learners,
        "supply": learners - 1,
        "proof": "hall",
        "reach": [],
        "sharing": learners,
    }


def test_seats_of_fewer_than_ten_are_told_without_any_number():
    of_ten, of_nine = (seats_without_persons(seat_certificate(n)) for n in (10, 9))
    assert (of_ten["learners"], of_ten["demand"], of_ten["supply"]) == (10, 10, 9)
    assert [each["id"] for each in of_ten["courses"]] == ["C1"]
    assert (of_ten["is_suppressed"], of_nine["is_suppressed"]) == (False, True)
    assert of_nine["courses"] == []
    assert {of_nine[name] for name in ("learners", "demand", "supply")} == {None}
    assert MARK_A not in f"{of_ten}{of_nine}"


def test_steps_together_and_prices_are_told_without_persons(solved):
    base = f"/v1/runs/{solved.run_id}"
    sets = solved.get("partnership", f"{base}/recruit-sets").json()["items"]
    assert [each["size"] for each in sets] == [2]
    for each in sets:
        assert each["learners_helped"] is None  # there are eight learners
        assert "helped" not in each
    groups = solved.get("planner", f"{base}/price-groups").json()["items"]
    assert {each["by"] for each in groups} >= {"trajectory", "area", "period"}
    assert all("paid_points" not in each for each in groups)


def test_pseudonyms_of_two_runs_tell_nothing_together(solved):
    asked = solved.ask(
        "planner", "POST", "/v1/runs", json={"dataset_id": solved.dataset_id}
    )
    solved.work()
    first, second = (
        {
            row["learner_id"]
            for row in solved.get("planner", f"/v1/runs/{run}/result/coverage").json()[
                "rows"
            ]
        }
        for run in (solved.run_id, asked.json()["job_id"])
    )
    assert first
    assert first.isdisjoint(second)


FORMS = ("json", "html", "ics")


def all_told_of(house: House, key: str, learner_id: str) -> str:
    """Every answer about a learner, the pages and the training plan included."""
    base = f"/v1/runs/{house.run_id}/learners/{learner_id}"
    paths = [f"{base}/suggestions", f"{base}/explanation"]
    sites = house.service.shelf.data(run_folder(house)).sites.site_id
    paths += [f"{base}/sites/{site_id}" for site_id in sites]
    paths += [f"{base}/training-plan?form={form}" for form in FORMS]
    paths += [f"/v1/runs/{house.run_id}/{each}" for each in ("learners", "desk")]
    headers = {"Authorization": f"Bearer {key}"}
    answers = [house.client.get(path, headers=headers) for path in paths]
    keyed = replace(house, keys={"who": key})
    page = f"leerlingen/{house.run_id}"
    visitor = Visitor(keyed, "who")
    answers += [
        visitor.client.get(f"/nl/{page}/leerling?id={learner_id}&toon=ja"),
        *(
            visitor.client.get(f"/nl/{page}/waarom-niet?id={learner_id}&site={site_id}")
            for site_id in sites
        ),
    ]
    assert {answer.status_code for answer in answers} == {200}
    return " ".join(answer.text for answer in answers).replace("_", " ")


def run_folder(house: House):
    with house.service.database.reading() as session:
        return house.service.settings.folder / session.get_one(Job, house.run_id).folder


def test_needs_are_for_who_works_with_them(solved, region):
    """The same learner, told to two coaches of the school: one may see needs."""
    with (region / "support_needs.csv").open(encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if row["learner_id"].startswith(MARK_A)
        ]
    with solved.service.database.writing() as session:
        wish = KeyWish(name="c", role="coach", school_ids=[SCHOOL_A])
        _, narrow = make_key(session, wish)
    learner_ids = {row["learner_id"] for row in rows}
    told = {
        key: " ".join(all_told_of(solved, key, each) for each in learner_ids)
        for key in (narrow, solved.keys["coach_a"])
    }
    needs = "|".join(row["need"].replace("_", " ") for row in rows)
    assert re.search(rf"\b({needs})\b", told[solved.keys["coach_a"]])
    assert re.findall(rf".{{40}}\b({needs})\b", told[narrow]) == []


def test_what_would_meet_a_need_does_not_tell_of_it():
    part = {"table": "sites", "key": {"site_id": "S"}, "column": "supports"}
    content = {"changes": [{"parts": [{**part, "from": "", "to": "rolstoel"}]}]}
    coach = Person(subject="c", role="coach")
    assert "rolstoel" not in json.dumps(without_needs(content, coach))
    assert without_needs(content, replace(coach, sees_needs=True)) == content


def test_need_that_part_of_a_plan_meets_is_counted_once_and_as_open():
    rows = [
        {"site_id": site_id, "mentor_id": "M", "need": need}
        for site_id, need in (("S", "rust"), ("S", "taal"), ("T", "rust"))
    ]
    open_row = {"site_id": "T", "mentor_id": "N", "need": "taal"}
    content = {"support": {"met": rows, "unmet": [open_row]}}
    told = without_needs(content, Person(subject="c", role="coach"))
    assert told == {"support": {"met": 1, "unmet": 1}}
