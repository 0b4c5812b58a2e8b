"""A coach at work: from an upload to suggestions, reasons and a training plan."""

import pytest

from matcher_service.store.models import Job
from tests.service.conftest import MARK_A, assert_problem


@pytest.fixture(scope="module")
def own(solved) -> list[str]:
    answer = solved.get("coach_a", f"/v1/runs/{solved.run_id}/learners")
    assert answer.status_code == 200, answer.text
    return [row["learner_id"] for row in answer.json()["items"]]


def test_coach_sees_the_learners_of_the_school_and_no_other(own):
    assert own
    assert all(learner.startswith(MARK_A) for learner in own)


def test_suggestions_tell_what_they_cost_the_others(solved, own):
    path = f"/v1/runs/{solved.run_id}/learners/{own[0]}/suggestions"
    answer = solved.get("coach_a", path)
    assert answer.status_code == 200, answer.text
    found = answer.json()["suggestions"]
    assert found
    assert {"rank", "placements", "price_for_others"} <= set(found[0])


def test_why_and_why_not(solved, own):
    base = f"/v1/runs/{solved.run_id}/learners/{own[0]}"
    assert solved.get("coach_a", f"{base}/explanation").json()["plan"]
    answer = solved.get("coach_a", f"{base}/sites/S0")
    assert answer.status_code in (200, 404)
    assert_problem(solved.get("coach_a", f"{base}/sites/nowhere"), 404, "not_found")


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("xlsx", b"PK"),
        ("docx", b"PK"),
        ("html", b"<!"),
        ("json", b"{"),
        ("ics", b"BEGIN:VCALENDAR"),
    ],
)
def test_training_plan_in_every_form(solved, own, form, start):
    path = f"/v1/runs/{solved.run_id}/learners/{own[0]}/training-plan"
    answer = solved.get("coach_a", path, params={"form": form})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(start)
    assert "attachment" in answer.headers["content-disposition"]


def test_report_of_a_run_says_that_its_data_are_made_up(solved):
    with solved.service.database.reading() as session:
        folder = session.get_one(Job, solved.run_id).folder
    report = solved.service.settings.folder / folder / "run" / "report.html"
    assert "Synthetische gegevens" in report.read_text(encoding="utf-8")


def test_desk_is_of_the_own_school(solved):
    answer = solved.get("coach_a", f"/v1/runs/{solved.run_id}/desk")
    assert answer.status_code == 200, answer.text
    assert list(answer.json()["schools"]) == ["SCH1"]
