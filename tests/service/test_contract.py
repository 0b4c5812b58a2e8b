"""Schemathesis over the whole OpenAPI document: nothing undocumented, no 5xx."""

import subprocess
import sys
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import update

from matcher_service.store.models import Job
from tests.service.conftest import House, solved_house
from tests.service.web_server import served

CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.response_schema_conformance,
]
"""Those that need no luck: the API holds each for whatever is sent."""


@pytest.fixture(scope="module")
def schema(solved: House):
    return schemathesis.openapi.from_asgi("/v1/openapi.json", solved.client.app)


def talk(schema, house: House, examples: int) -> int:
    """Send examples to every operation, as each role in turn; how many were sent."""
    sent = 0
    for operation in schema.get_all_operations():
        strategy = operation.ok().as_strategy()
        for who in ("coach_a", "partnership", "planner", "admin"):
            sent += hold(strategy, house.keys[who], examples)
    with house.service.database.writing() as session:  # nobody waits for these
        session.execute(
            update(Job).where(Job.state == "queued").values(state="cancelled")
        )
    return sent


def hold(strategy, key: str, examples: int) -> int:
    """Send examples of one operation with a key; every answer is as documented."""
    sent = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case):
        nonlocal sent
        sent += 1
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        case.validate_response(response, checks=CHECKS)

    one()
    return sent


def test_every_operation_keeps_its_word(schema, solved):
    assert talk(schema, solved, 3) > 200


@pytest.mark.slow
def test_every_operation_keeps_its_word_at_length(schema, solved):
    assert talk(schema, solved, 60) > 4000


@pytest.mark.slow
@pytest.mark.parametrize("who", ["coach_a", "partnership", "planner", "admin"])
def test_every_check_and_link_over_http(region, tmp_path, who):
    """In all phases: examples, coverage, fuzzing, and links from answer to answer."""
    with solved_house(tmp_path / "kept", region) as house, served(house) as url:
        told = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
                *("run", f"{url}/v1/openapi.json", "--checks", "all", "--seed", "1"),
                *("--max-examples", "10", "--continue-on-failure", "--no-color"),
                *("--request-timeout", "120"),
                *("--header", f"Authorization: Bearer {house.keys[who]}"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
    assert told.returncode == 0, told.stdout
