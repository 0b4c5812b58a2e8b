"""Who may open and send which page: every page, every role; forms; canaries."""

import re

import pytest
from fastapi.routing import APIRoute

from matcher_service.pages import PAGE_ROUTERS
from matcher_service.web.asker import cookie_name
from tests.service.conftest import MARK_A, MARK_B, SCHOOL_A, SCHOOL_B, House
from tests.service.test_exchange import first_site
from tests.service.visitor import Visitor

# Status for: coach of school A, coach of school B, partnership, planner, admin; nobody
# is led to the page to sign in. {learner_id} is of school A. 303 goes on to a page.
MATRIX = """
GET  /                                        303 303 303 303 303
GET  /static/{name}                           404 404 404 404 404
GET  /{language:language}/                    303 303 303 303 303
GET  /{language:language}/aanmelden           200 200 200 200 200
POST /{language:language}/aanmelden           422 422 422 422 422
POST /{language:language}/afmelden            303 303 303 303 303
GET  /{language:language}/{rest:path}         404 404 404 404 404
GET  /{language:language}/gegevens            200 200 200 200 200
POST /{language:language}/gegevens            422 422 403 403 422
GET  /{language:language}/gegevens/{dataset_id}      200 200 200 200 200
POST /{language:language}/gegevens/{dataset_id}/plan 422 422 403 422 422
POST /{language:language}/gegevens/{dataset_id}/weg  303 303 403 403 303
GET  /{language:language}/taken/{job_id}             200 200 200 200 200
POST /{language:language}/taken/{job_id}/stop        403 403 403 303 303
GET  /{language:language}/leerlingen                 303 303 403 403 403
GET  /{language:language}/leerlingen/{run_id}        200 200 403 403 403
POST /{language:language}/leerlingen/{run_id}/eerst-zelf    303 303 403 403 403
GET  /{language:language}/leerlingen/{run_id}/leerling      200 404 403 403 403
GET  /{language:language}/leerlingen/{run_id}/waarom-niet   200 404 403 403 403
GET  /{language:language}/leerlingen/{run_id}/opleidingsplan 200 404 403 403 403
POST /{language:language}/leerlingen/{run_id}/kies          303 404 403 403 403
POST /{language:language}/leerlingen/{run_id}/weiger        303 404 403 403 403
POST /{language:language}/leerlingen/{run_id}/terug         404 404 403 403 403
GET  /{language:language}/leerlingen/{run_id}/eerst         200 404 403 403 403
POST /{language:language}/leerlingen/{run_id}/eerst         303 404 403 403 403
GET  /{language:language}/regio                      403 403 303 303 303
GET  /{language:language}/regio/{run_id}             403 403 200 200 200
POST /{language:language}/regio/{run_id}             403 403 403 422 422
GET  /{language:language}/watals                     403 403 403 303 403
GET  /{language:language}/watals/{run_id}            403 403 403 200 403
POST /{language:language}/watals/{run_id}            403 403 403 303 403
GET  /{language:language}/watals/{run_id}/antwoord/{job_id} 403 403 403 404 403
"""
ROLES = ("coach_a", "coach_b", "partnership", "planner", "admin")
ROWS = [line.split() for line in MATRIX.strip().splitlines()]
SIGN_IN = "/{language:language}/aanmelden"
OPEN = ("/", "/static/{name}", SIGN_IN, "/{language:language}/{rest:path}")


@pytest.fixture(scope="module")
def ids(solved: House, region) -> dict[str, str]:
    path = f"/v1/runs/{solved.run_id}/learners"
    row = solved.get("coach_a", path).json()["items"][0]
    return {
        "language": "nl",
        "rest": "nergens",
        "name": "nergens.css",
        "dataset_id": solved.dataset_id,
        "run_id": solved.run_id,
        "job_id": solved.run_id,
        "learner_id": row["learner_id"],
        "site_id": first_site(region),
        "placed_at": row["site_ids"][0],
    }


@pytest.fixture
def visitors(solved: House) -> dict[str, Visitor]:
    return {who: Visitor(solved, who) for who in ROLES}


def address(path: str, ids: dict[str, str]) -> str:
    plain = re.sub(r"{(\w+)(:\w+)?}", r"{\1}", path)
    return plain.format(**ids)


QUERIES = {
    "leerling": "?id={learner_id}&toon=ja",
    "waarom-niet": "?id={learner_id}&site={site_id}",
    "opleidingsplan": "?id={learner_id}&form=json",
    "eerst": "?id={learner_id}",
}
"""Of pages of one learner, by the last part of their path."""

FORMS = {
    "plan": {"seconds": "0"},  # refused, so that nothing begins to compute
    "{run_id}": {"top": "-1", "c": "{{}}", "title": ""},
    "kies": {"id": "{learner_id}", "placement": "P|{placed_at}|M"},
    "weiger": {"id": "{learner_id}", "site": "{site_id}"},
    "terug": {"id": "{learner_id}", "decision_id": "x", "version": "v1"},
    "eerst": {"id": "{learner_id}"},
}
"""What forms send along: enough to be looked at, too little to change anything."""


def ask(visitor: Visitor, method: str, path: str, ids: dict[str, str], csrf: str):
    end = path.rsplit("/", 1)[-1]
    if method == "GET":
        query = QUERIES.get(end, "").format(**ids)
        return visitor.client.get(address(path, ids) + query, follow_redirects=False)
    sent = {name: value.format(**ids) for name, value in FORMS.get(end, {}).items()}
    return visitor.client.post(
        address(path, ids), data={**sent, "csrf": csrf}, follow_redirects=False
    )


def csrf_of(visitor: Visitor) -> str:
    page = visitor.open("gegevens")
    return dict(page.forms[0].fields)["csrf"]


def test_matrix_tells_of_every_page():
    there = {
        (method, route.path)
        for router in PAGE_ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert {(row[0], row[1]) for row in ROWS} == there


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_who_may_open_what(visitors, ids, row):
    method, path, *expected = row
    for who, status in zip(ROLES, expected, strict=True):
        answer = ask(visitors[who], method, path, ids, csrf_of(visitors[who]))
        assert answer.status_code == int(status), (who, answer.text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_nobody_is_led_to_sign_in(visitors, ids, row):
    method, path, *_ = row
    stranger = visitors["coach_a"]
    stranger.client.cookies.clear()
    answer = ask(stranger, method, path, ids, "")
    if path not in OPEN:
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith("/nl/aanmelden")
    for mark in (MARK_A, MARK_B):
        assert mark not in answer.text


@pytest.mark.parametrize(
    "path", [row[1] for row in ROWS if row[0] == "POST" and row[1] != SIGN_IN]
)
def test_form_of_another_site_changes_nothing(solved: House, visitors, ids, path):
    for visitor in visitors.values():
        own = csrf_of(visitor)
        assert ask(visitor, "POST", path, ids, "forged").status_code == 403
        visitor.client.headers["Sec-Fetch-Site"] = "cross-site"
        assert ask(visitor, "POST", path, ids, own).status_code == 403
        del visitor.client.headers["Sec-Fetch-Site"]
        assert visitor.client.cookies[cookie_name(solved.service)]


@pytest.mark.parametrize(
    ("who", "foreign"),
    [
        ("coach_a", (MARK_B, "OTHER-", SCHOOL_B)),
        ("coach_b", (MARK_A, "OTHER-", SCHOOL_A)),
        ("partnership", (MARK_A, MARK_B, "OTHER-", SCHOOL_A, SCHOOL_B)),
        ("planner", (MARK_A, MARK_B, "OTHER-", SCHOOL_A, SCHOOL_B)),
    ],
)
def test_no_byte_of_another_school_on_any_page(visitors, ids, who, foreign):
    seen = []
    for method, path, *_ in ROWS:
        if method == "GET":
            # Who asks for somebody else's learner knows the id already; we say nothing.
            own = ids if who == "coach_a" else {**ids, "learner_id": "NOBODY"}
            answer = ask(visitors[who], method, path, own, "")
            seen.append(f"{answer.content!r} {dict(answer.headers)}")
    for kind in ("site_closes", "mentor_absent", "learner_leaves"):
        answer = visitors[who].client.get(f"/nl/watals/{ids['run_id']}?kind={kind}")
        seen.append(answer.text)
    text = "\n".join(seen)
    assert [mark for mark in foreign if mark in text] == []


def test_learner_of_another_school_is_told_of_as_of_nobody(visitors, ids):
    path = f"/nl/leerlingen/{ids['run_id']}/leerling"
    answers = [
        visitors["coach_b"].client.get(path, params={"id": learner_id})
        for learner_id in (ids["learner_id"], "NOBODY")
    ]
    texts = [
        answer.text.replace(learner_id, "")
        for answer, learner_id in zip(
            answers, (ids["learner_id"], "NOBODY"), strict=True
        )
    ]
    assert texts[0] == texts[1]
