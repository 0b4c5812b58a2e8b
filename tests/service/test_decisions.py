"""What a decision may name, and how little is read to know it."""

import csv

import pytest

import matcher
from tests.service.conftest import assert_problem


def ids(region, table: str) -> list[dict[str, str]]:
    with (region / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def signed(region):
    """A decision in which all is as it should be, and a mentor of another site."""
    mentor, *others = ids(region, "mentors")
    elsewhere = next(row for row in others if row["site_id"] != mentor["site_id"])
    right = {
        "learner_id": "ALFA-L00001",
        "kind": "sign",
        "site_id": mentor["site_id"],
        "mentor_id": mentor["mentor_id"],
        "period_ids": [row["period_id"] for row in ids(region, "periods")[:2]],
        "reason": "Goed gesprek.",
    }
    return right, elsewhere["mentor_id"]


def test_decision_names_what_is_in_the_data(solved, signed):
    right, of_another_site = signed
    path = f"/v1/datasets/{solved.dataset_id}/decisions"
    wrong = [
        {"site_id": "nergens"},
        {"mentor_id": "niemand"},
        {"mentor_id": of_another_site},
        {"mentor_id": ""},
        {"period_ids": []},
        {"period_ids": [*right["period_ids"], "nooit"]},
        {"period_ids": right["period_ids"][:1] * 2},
    ]
    for each in wrong:
        answer = solved.ask("coach_a", "POST", path, json=right | each)
        assert_problem(answer, 422, "invalid")
    nobody = right | {"learner_id": "ALFA-L99999"}
    answer = solved.ask("coach_a", "POST", path, json=nobody)
    assert_problem(answer, 404, "not_found")
    answer = solved.ask("coach_a", "POST", path, json=right)
    assert answer.status_code == 201, answer.text
    assert answer.json()["period_ids"] == right["period_ids"]


def test_no_dataset_is_read_for_a_decision(solved, signed, monkeypatch):
    """It takes seconds for a large region, and others wait to be answered."""
    for name in ("read_dataset", "read_tables"):
        monkeypatch.setattr(matcher, name, None, raising=False)
    path = f"/v1/datasets/{solved.dataset_id}/decisions"
    answer = solved.ask("coach_a", "POST", path, json=signed[0])
    assert answer.status_code == 201, answer.text
