"""Habits of all routes: known parameters, versions, repeats, pages, sizes, headers."""

import pytest

from matcher_service.web.problems import TITLES
from tests.service.conftest import assert_problem, brought, opened, zipped


@pytest.fixture
def decided(house, region):
    """An empty house with a region in it, and how to decide on it."""
    dataset_id = brought(house, "admin", zipped(region))
    house.work()
    decision = {
        "learner_id": "ALFA-L00001",
        "kind": "refuse",
        "site_id": first_site(region),
        "reason": "Te ver.",
    }
    path = f"/v1/datasets/{dataset_id}/decisions"

    def decide(**headers):
        return house.ask("coach_a", "POST", path, json=decision, headers=headers)

    return house, path, decision, decide


def first_site(region) -> str:
    text = (region / "sites.csv").read_text(encoding="utf-8")
    return text.splitlines()[1].split(",")[0]


def test_unknown_parameter_is_refused(house):
    assert_problem(house.get("admin", "/v1/datasets?pgae=2"), 422, "invalid")


def test_unknown_key_in_a_body_is_refused(house):
    answer = house.ask(
        "planner", "POST", "/v1/runs", json={"dataset_id": "x", "tiem": 1}
    )
    assert_problem(answer, 422, "invalid")
    assert answer.json()["fields"] == [
        {"where": "body.tiem", "problem": "extra_forbidden"}
    ]


def test_what_was_sent_is_not_repeated_in_an_error(house):
    answer = house.ask(
        "planner", "POST", "/v1/runs", json={"dataset_id": 7, "gap": "Jan Peeters"}
    )
    assert_problem(answer, 422, "invalid")
    assert "Peeters" not in answer.text


def test_malformed_body_is_a_documented_400(house):
    headers = {"Content-Type": "application/json"}
    answer = house.ask("planner", "POST", "/v1/runs", content=b"{", headers=headers)
    assert_problem(answer, 400, "malformed")


def test_same_key_gives_the_same_answer_and_one_decision(decided):
    house, path, _, decide = decided
    key = {"Idempotency-Key": "sleutel-0001"}
    first, second = decide(**key), decide(**key)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert house.get("coach_a", path).json()["total"] == 1


def test_same_key_for_something_else_is_refused(decided):
    house, path, decision, decide = decided
    key = {"Idempotency-Key": "sleutel-0001"}
    decide(**key)
    other = {**decision, "reason": "Iets anders."}
    answer = house.ask("coach_a", "POST", path, json=other, headers=key)
    assert_problem(answer, 409, "key_reused")


def test_keys_of_two_people_do_not_meet(house, region):
    content, key = zipped(region), {"Idempotency-Key": "sleutel-0001"}
    made = {
        house.ask(
            who,
            "POST",
            "/v1/datasets",
            files={"file": ("r.zip", content)},
            headers=key,
        ).json()["dataset_id"]
        for who in ("admin", "coach_a", "admin", "coach_a")
    }
    assert len(made) == 2


def test_change_needs_the_version_that_was_seen(decided):
    house, _, _, decide = decided
    made = decide()
    path = f"/v1/decisions/{made.json()['decision_id']}"
    change = {"reason": "Beter gezegd."}
    assert_problem(
        house.ask("coach_a", "PATCH", path, json=change), 428, "if_match_needed"
    )
    old = {"If-Match": made.headers["etag"]}
    done = house.ask("coach_a", "PATCH", path, json=change, headers=old)
    assert done.status_code == 200
    assert done.json()["reason"] == "Beter gezegd."
    late = house.ask("coach_a", "PATCH", path, json=change, headers=old)
    assert_problem(late, 412, "has_changed")
    assert late.headers["etag"] == done.headers["etag"]


def test_pages_are_together_the_whole(decided):
    house, path, _, decide = decided
    made = {decide().json()["decision_id"] for _ in range(5)}
    seen = [
        row["decision_id"]
        for offset in (0, 2, 4)
        for row in house.get("coach_a", f"{path}?offset={offset}&limit=2").json()[
            "items"
        ]
    ]
    assert len(seen) == 5
    assert set(seen) == made


def test_large_bodies_are_refused_before_they_are_read(house):
    sent = 0

    def pieces():
        nonlocal sent
        while sent < 2_000_000:
            sent += 65_536
            yield bytes(65_536)

    answer = house.ask("planner", "POST", "/v1/runs", content=pieces())
    assert_problem(answer, 413, "too_large")
    declared = house.ask(
        "planner", "POST", "/v1/runs", content=b"{}" + b" " * 1_000_000
    )
    assert_problem(declared, 413, "too_large")


def test_headers_keep_browsers_careful(house):
    for path in ("/v1/health", "/v1/datasets", "/v1/nothing"):
        headers = house.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_asking_a_lot_in_a_short_time_is_answered_with_how_long_to_wait(tmp_path):
    house = opened(tmp_path / "kept", requests_per_minute=2)
    answers = [house.get("admin", "/v1/datasets") for _ in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert_problem(answers[2], 429, "too_many")
    assert int(answers[2].headers["retry-after"]) >= 1
    assert house.get("planner", "/v1/datasets").status_code == 200
    house.service.database.close()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer mtk_nothing",
        "Basic YTpi",
        "Bearer a.b.c",
        "Bearer " + "x" * 5000,
    ],
)
def test_no_valid_key_no_answer(house, header):
    answer = house.client.get("/v1/datasets", headers={"Authorization": header})
    assert_problem(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_every_problem_has_an_error_status():
    assert all(400 <= status < 600 for status, _ in TITLES.values())
