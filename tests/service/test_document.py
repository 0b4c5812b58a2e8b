"""The OpenAPI document: examples that are true, links that lead somewhere."""

import json

import pytest

from matcher_service import schemas
from matcher_service.web.document import examples
from tests.service.conftest import House


def operations(house: House):
    document = house.client.get("/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_answer_and_every_body_in_json_has_an_example(solved: House):
    document = solved.client.get("/v1/openapi.json").json()
    for name, operation in operations(solved):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if status.startswith("2") and content is not None:
                assert "example" in content, name
        body = operation.get("requestBody", {}).get("content", {})
        if "application/json" in body:
            reference = body["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            assert document["components"]["schemas"][reference]["examples"], name


def test_every_example_is_of_an_operation(solved: House):
    assert set(examples()) <= {name for name, _ in operations(solved)}


def test_every_example_is_of_the_kind_that_is_promised(solved: House):
    for _, operation in operations(solved):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json", {})
            reference = content.get("schema", {}).get("$ref", "")
            if status.startswith("2") and reference:
                kind = getattr(schemas, reference.rsplit("/", 1)[1])
                kind.model_validate(content["example"])


@pytest.mark.parametrize("name", [name for name in examples() if name[:3] == "GET"])
def test_every_example_has_the_fields_of_a_real_answer(solved: House, name):
    row = solved.get("coach_a", f"/v1/runs/{solved.run_id}/learners").json()["items"][0]
    known = {
        "dataset_id": solved.dataset_id,
        "run_id": solved.run_id,
        "job_id": solved.run_id,
        "learner_id": row["learner_id"],
        "site_id": row["site_ids"][0],
        "table": "assignments",
        "file": "capacity.geojson",
        "decision_id": "decision_of_nobody",
        "key_id": "key_of_nobody",
    }
    path = name.partition(" ")[2].format(**known)
    if path.endswith("/training-plan"):
        path += "?form=json"
    answers = [solved.get(who, path) for who in ("coach_a", "planner", "admin")]
    found = [answer.text for answer in answers if answer.status_code == 200]
    if found:  # roles see less, but none sees more than the longest
        assert_like(examples()[name], json.loads(max(found, key=len)), name)


MADE_UP = {"schools", "tables", "libraries", "metrics", "terms", "difference", "detail"}
"""Keys whose own keys are data."""


def assert_like(example: object, real: object, where: str) -> None:
    """No field in the example that the answer does not have."""
    if isinstance(example, list) and isinstance(real, list):
        if example and real:
            assert_like(example[0], real[0], where)
    elif isinstance(example, dict) and isinstance(real, dict):
        if where.rsplit(".", 1)[-1] in MADE_UP or "export" in where:
            return
        assert set(example) <= set(real), (where, set(example) - set(real))
        for key, value in example.items():
            assert_like(value, real[key], f"{where}.{key}")


def test_links_lead_to_operations_with_parameters_that_they_have(solved: House):
    known = {each["operationId"]: each for _, each in operations(solved)}
    led_to = set()
    for _, operation in operations(solved):
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                target = known[link["operationId"]]
                there = {each["name"] for each in target.get("parameters", ())}
                assert set(link["parameters"]) <= there
                led_to.add(link["operationId"])
    assert len(led_to) > 20
