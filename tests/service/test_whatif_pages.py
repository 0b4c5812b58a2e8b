"""What if, without a script: a scenario is built, computed and compared."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from matcher.scenario import KINDS
from matcher_service.pages.change_form import GROUPS
from matcher_service.pages.words import texts
from tests.service.conftest import MARK_A, MARK_B, House
from tests.service.test_exchange import first_site
from tests.service.visitor import Visitor

LANGUAGES = ("nl", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_has_a_form(solved: House, kind, language):
    planner = Visitor(solved, "planner", language)
    page = planner.open(f"watals/{solved.run_id}?kind={kind}")
    assert texts()[f"kind_{kind}"][language] in page.texts_in("h3")
    form = next(form for form in page.forms if ("kind", kind) in form.fields)
    assert [name for name, _ in form.fields if name.startswith("v_")] or kind in (
        "mode_lost",
        "course_moved",
    )


def test_every_kind_stands_in_one_group():
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(KINDS)


def built(planner: Visitor, run_id: str, kind: str, **values):
    """The page with one change more, from an empty scenario."""
    page = planner.open(f"watals/{run_id}?kind={kind}")
    form = next(form for form in page.forms if ("kind", kind) in form.fields)
    answers = {f"v_{name}": value for name, value in values.items()}
    return planner.send(form, do="add", **answers)


def test_change_that_cannot_be_says_so_at_its_field(solved: House):
    planner = Visitor(solved, "planner")
    page = built(planner, solved.run_id, "site_closes", site_id="V-nergens")
    assert texts()["fault_none"]["nl"] in page.texts_in("p")
    page = built(planner, solved.run_id, "site_closes")
    assert texts()["fault_needed"]["nl"] in page.texts_in("p")


def test_changes_that_contradict_each_other_cannot_be_computed(solved: House, region):
    change = {"kind": "site_capacity", "site_id": first_site(region), "capacity": 1}
    both = [json.dumps(change), json.dumps({**change, "capacity": 2})]
    planner = Visitor(solved, "planner")
    answer = planner.client.get(f"/nl/watals/{solved.run_id}", params={"c": both})
    assert texts()["changes_fault"]["nl"] in answer.text
    assert texts()["scenario_run"]["nl"] not in answer.text


@pytest.mark.parametrize(
    ("language", "said", "together"),
    [
        ("nl", "geen pseudoniem", "verandering 1 en verandering 2 raken allebei"),
        ("en", "no pseudonym", "change 1 and change 2 both touch"),
    ],
)
def test_faults_of_changes_are_told_in_the_language_of_the_page(
    solved: House, region, language, said, together
):
    change = {"kind": "site_capacity", "site_id": first_site(region), "capacity": 1}
    other = {"kind": "learner_leaves", "learner_id": "nergens"}
    planner = Visitor(solved, "planner", language)
    at = f"/{language}/watals/{solved.run_id}"
    page = planner.client.get(at, params={"c": [json.dumps(other)]})
    assert said in page.text
    both = [json.dumps(change), json.dumps({**change, "capacity": 2})]
    assert together in planner.client.get(at, params={"c": both}).text
    unread = [json.dumps({"kind": "site_capacity", "capacity": 2})]
    page = planner.client.get(at, params={"c": unread})
    if language == "nl":
        assert texts()["change_unreadable"]["nl"] in page.text


def test_changes_travel_along_and_can_be_taken_out(solved: House, region):
    planner = Visitor(solved, "planner")
    page = built(planner, solved.run_id, "site_closes", site_id=first_site(region))
    drop = next(link for link in page.links if link.endswith(f"watals/{solved.run_id}"))
    switch = next(link for link in page.links if link.startswith("/en/watals"))
    assert json.loads(parse_qs(urlsplit(switch).query)["c"][0]) == {
        "kind": "site_closes",
        "site_id": first_site(region),
    }
    assert "c=" not in drop


@pytest.fixture(scope="module")
def compared(solved, region) -> tuple[House, str]:
    """A house in which a scenario was built on the page and computed."""
    planner = Visitor(solved, "planner")
    page = built(planner, solved.run_id, "site_closes", site_id=first_site(region))
    form = next(
        each for each in page.forms if "/watals" in each.action and each.is_post
    )
    before = answers(planner, solved.run_id)
    planner.send(form, title="Een werkplek stopt", question="En dan?")
    planner.send(form, title="Een werkplek stopt", question="En dan?")  # twice: once
    solved.work()
    (link,) = answers(planner, solved.run_id) - before
    return solved, link.removeprefix("/nl/")


def answers(planner: Visitor, run_id: str) -> set[str]:
    """Where the scenarios that were asked about a plan are answered."""
    page = planner.open(f"watals/{run_id}")
    return {link for link in page.links if "/antwoord/" in link}


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenario_is_compared_with_the_plan_as_it_is(compared, language):
    house, place = compared
    page = Visitor(house, "planner", language).open(place)
    assert page.texts_in("h1")[0].startswith("Een werkplek stopt")
    heads = page.texts_in("h2")
    for each in ("figures", "groups", "moves", "shortages_changed", "points_of_terms"):
        assert texts()[each][language] in heads
    assert MARK_A not in page.text
    assert MARK_B not in page.text


def test_scenario_of_another_plan_is_not_there(compared):
    house, place = compared
    job_id = place.rsplit("/", 1)[1]
    Visitor(house, "planner").open(f"watals/run_of_nobody/antwoord/{job_id}", 404)


def test_comparison_names_no_learner_of_whom_rows_changed(solved: House):
    """Who is absent is closed for every learner: as rows, those are persons."""
    data = solved.service.shelf.data(
        next((solved.service.settings.folder / "work").glob(f"{solved.run_id}-*"))
    )
    change = {
        "kind": "mentor_absent",
        "mentor_id": str(data.mentors.mentor_id[0]),
        "periods": [str(data.periods.period_id[0])],
    }
    path = f"/v1/runs/{solved.run_id}/scenarios"
    wanted = {"title": "Ziek", "changes": [change]}
    asked = solved.ask("planner", "POST", path, json=wanted)
    assert asked.status_code == 202, asked.text
    solved.work()
    answer = solved.get("planner", f"/v1/runs/{asked.json()['job_id']}/comparison")
    assert answer.status_code == 200, answer.text
    assert answer.json()["applied"][0]["rows_about_learners"]["placements"] > 0
    for mark in (MARK_A, MARK_B, "OTHER-"):
        assert mark not in answer.text


def test_planner_speaks_of_learners_by_pseudonym(solved: House):
    path = f"/v1/runs/{solved.run_id}/result/assignments"
    shown = solved.get("planner", path).json()["rows"][0]["learner_id"]
    own = solved.get("coach_a", path).json()["rows"][0]["learner_id"]
    path = f"/v1/runs/{solved.run_id}/scenarios"
    states = {}
    for learner_id in (shown, own):
        change = {"kind": "learner_leaves", "learner_id": learner_id}
        wanted = {"title": "Weg", "changes": [change]}
        asked = solved.ask("planner", "POST", path, json=wanted).json()
        solved.work()
        job = solved.get("planner", f"/v1/runs/{asked['job_id']}").json()
        states[learner_id] = job["state"]
    assert states == {shown: "done", own: "failed"}
    page = Visitor(solved, "planner").client.get(
        f"/nl/watals/{solved.run_id}",
        params={"c": json.dumps({"kind": "learner_leaves", "learner_id": shown})},
    )
    assert shown in page.text
    assert MARK_A not in page.text
