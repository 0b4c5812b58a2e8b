"""What comes from outside: bombs, formulas, paths, forged forms and tokens."""

import io
import json
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from openpyxl import load_workbook

from matcher_service.answers.files import csv_of, safe_cell, workbook_of
from matcher_service.security.tokens import TokenDesk, TokenError
from matcher_service.settings import Settings, SettingsError, settings_from
from matcher_service.web.asker import begin_session, cookie_name, csrf_token
from tests.service.conftest import assert_problem, brought, zipped


def test_zip_bomb_is_refused_and_the_service_lives(house):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("learners.csv", bytes(300 * 1024 * 1024))
    dataset_id = brought(house, "admin", content.getvalue())
    house.work()
    answer = house.get("admin", f"/v1/datasets/{dataset_id}")
    assert answer.json()["state"] == "refused"
    found = house.get("admin", f"/v1/datasets/{dataset_id}/findings").json()["items"]
    assert {each["code"] for each in found} & {
        "archive_too_large",
        "table_too_large",
    }


def test_names_in_a_zip_lead_nowhere(house, region):
    content = io.BytesIO(zipped(region))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("../../../escaped.csv", "a,b")
    dataset_id = brought(house, "admin", content.getvalue())
    house.work()
    folder = house.service.settings.folder
    assert not list(folder.parent.glob("**/escaped.csv"))
    assert house.get("admin", f"/v1/datasets/{dataset_id}").json()["state"] == "usable"


def test_file_name_of_an_upload_is_not_used(house, region):
    answer = house.ask(
        "admin",
        "POST",
        "/v1/datasets",
        files={"file": ("../../x.zip", zipped(region))},
    )
    assert answer.status_code == 202
    kept = list((house.service.settings.folder / "uploads").iterdir())
    assert [path.suffix for path in kept] == [".zip"]
    assert kept[0].name.startswith("upload_")


def test_what_is_no_zip_is_refused_at_once(house):
    answer = house.ask(
        "admin", "POST", "/v1/datasets", files={"file": ("x.zip", b"hello")}
    )
    assert_problem(answer, 415, "wrong_media_type")
    assert not list((house.service.settings.folder / "uploads").iterdir())


def test_coach_brings_learners_of_the_own_school_alone(house, region):
    dataset_id = brought(house, "coach_a", zipped(region))
    house.work()
    answer = house.get("coach_a", f"/v1/datasets/{dataset_id}").json()
    assert (answer["state"], answer["problem"]) == ("refused", "other_schools")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(start):
    rows = [{"learner_id": f"{start}1+1", "n": 3}]
    assert safe_cell(f"{start}1") == f"'{start}1"
    assert csv_of(rows).split(b"\n")[1].lstrip(b'"').startswith(b"'")
    book = load_workbook(io.BytesIO(workbook_of("x", rows)))
    cell = book.active["A2"]
    assert cell.data_type == "s"
    assert not cell.value.startswith(start)


def test_cookie_alone_changes_nothing(house):
    """CSRF: a form of another site brings the cookie, but not the token."""
    with house.service.database.writing() as session:
        cookie = begin_session(session, house.keys["admin"])
    house.client.cookies.set(cookie_name(house.service), cookie)
    wanted = {"name": "w", "role": "planner"}
    assert house.client.get("/v1/keys").status_code == 200
    assert_problem(house.client.post("/v1/keys", json=wanted), 401, "not_signed_in")
    forged = {"X-CSRF-Token": csrf_token("another")}
    answer = house.client.post("/v1/keys", json=wanted, headers=forged)
    assert_problem(answer, 401, "not_signed_in")
    ours = {"X-CSRF-Token": csrf_token(cookie)}
    assert house.client.post("/v1/keys", json=wanted, headers=ours).status_code == 201


def test_revoked_key_ends_its_sessions_too(house):
    made = house.ask("admin", "POST", "/v1/keys", json={"name": "w", "role": "planner"})
    key = made.json()
    with house.service.database.writing() as session:
        cookie = begin_session(session, key["key"])
    house.client.cookies.set(cookie_name(house.service), cookie)
    assert house.client.get("/v1/me").status_code == 200
    house.ask("admin", "DELETE", f"/v1/keys/{key['key_id']}")
    assert house.client.get("/v1/me").status_code == 401
    bearer = {"Authorization": f"Bearer {key['key']}"}
    assert house.client.get("/v1/me", headers=bearer).status_code == 401


def test_key_is_nowhere_in_what_is_kept(house):
    made = house.ask("admin", "POST", "/v1/keys", json={"name": "w", "role": "planner"})
    folder = house.service.settings.folder
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert made.json()["key"].encode() not in kept
    assert made.json()["key"] not in house.get("admin", "/v1/keys").text


@pytest.fixture(scope="module")
def provider():
    """An OpenID Connect provider of our own: its keys at an address."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    content = json.dumps({"keys": [{**public, "kid": "k1", "use": "sig"}]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Keys) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield key, f"http://127.0.0.1:{server.server_port}/keys"
        server.shutdown()


@pytest.fixture
def desk(provider):
    return TokenDesk(
        Settings(
            oidc_issuer="https://issuer.example",
            oidc_audience="matcher",
            oidc_jwks_url=provider[1],
        )
    )


def token(provider, key=None, algorithm="RS256", **claims):
    content = {
        "iss": "https://issuer.example",
        "aud": "matcher",
        "sub": "account-7",
        "iat": int(time.time()),
        "exp": int(time.time()) + 300,
        "matcher_role": "coach",
        "matcher_schools": ["SCH1"],
    } | claims
    content = {name: value for name, value in content.items() if value is not None}
    return jwt.encode(
        content, key or provider[0], algorithm=algorithm, headers={"kid": "k1"}
    )


def test_token_of_the_provider_says_who_it_is(provider, desk):
    person = desk.person(token(provider))
    assert (person.subject, person.role) == ("oidc:account-7", "coach")
    assert person.school_ids == {"SCH1"}
    assert not person.sees_needs


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"sub": None},
        {"nbf": 4_000_000_000},
        {"matcher_role": None},
        {"matcher_role": "root"},
        {"matcher_schools": "SCH1"},
    ],
)
def test_token_that_is_not_for_us_is_refused(provider, desk, claims):
    with pytest.raises(TokenError):
        desk.person(token(provider, **claims))


def test_token_signed_by_somebody_else_is_refused(provider, desk):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(TokenError):
        desk.person(token(provider, key=other))
    shared = "a text of more than thirty-two bytes in all"
    with pytest.raises(TokenError):
        desk.person(token(provider, key=shared, algorithm="HS256"))
    with pytest.raises(TokenError):
        TokenDesk(Settings()).person(token(provider))


def test_settings_come_from_the_environment_alone():
    environment = {"MATCHER_JOB_SECONDS": "9", "MATCHER_SECURE_COOKIES": "false"}
    settings = settings_from(environment)
    assert (settings.job_seconds, settings.secure_cookies) == (9, False)
    assert settings_from({"MATCHER_ANSWER_PROCESSES": "0"}).answer_processes == 0
    for wrong in (
        {"MATCHER_JOB_SECONDS": "x"},
        {"MATCHER_JOB_SECONDS": "0"},
        {"MATCHER_JOB_NICENESS": "20"},
        {"MATCHER_SECURE_COOKIES": "maybe"},
    ):
        with pytest.raises(SettingsError):
            settings_from(wrong)
