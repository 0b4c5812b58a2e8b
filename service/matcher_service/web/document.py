"""The OpenAPI document: who may ask, examples of answers, links between operations."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from matcher_service.schemas import Problem

_OPEN = ("/v1/health", "/v1/version")
"""Paths that anybody may ask for."""

_JSON = "application/json"

_LED_TO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "POST /v1/datasets": {
        "dataset_id=$response.body#/dataset_id": (
            "GET /v1/datasets/{dataset_id}",
            "PATCH /v1/datasets/{dataset_id}",
            "GET /v1/datasets/{dataset_id}/findings",
            "GET /v1/datasets/{dataset_id}/decisions",
        ),
        "job_id=$response.body#/job_id": (
            "GET /v1/runs/{job_id}",
            "GET /v1/runs/{job_id}/events",
        ),
    },
    "GET /v1/datasets": {
        "dataset_id=$response.body#/items/0/dataset_id": (
            "GET /v1/datasets/{dataset_id}",
            "GET /v1/datasets/{dataset_id}/decisions",
        ),
    },
    "POST /v1/runs": {
        "job_id=$response.body#/job_id": (
            "GET /v1/runs/{job_id}",
            "GET /v1/runs/{job_id}/events",
            "POST /v1/runs/{job_id}/stop",
        ),
        "run_id=$response.body#/job_id": (
            "GET /v1/runs/{run_id}/result",
            "GET /v1/runs/{run_id}/learners",
            "POST /v1/runs/{run_id}/capacity",
            "POST /v1/runs/{run_id}/scenarios",
        ),
    },
    "GET /v1/runs": {
        "run_id=$response.body#/items/0/job_id": (
            "GET /v1/runs/{run_id}/result",
            "GET /v1/runs/{run_id}/learners",
            "GET /v1/runs/{run_id}/desk",
            "GET /v1/runs/{run_id}/capacity",
            "GET /v1/runs/{run_id}/price-groups",
            "GET /v1/runs/{run_id}/certificates",
            "GET /v1/runs/{run_id}/seat-certificates",
            "GET /v1/runs/{run_id}/recruits",
            "GET /v1/runs/{run_id}/recruit-sets",
            "GET /v1/runs/{run_id}/robustness",
            "GET /v1/runs/{run_id}/fairness",
        ),
    },
    "GET /v1/runs/{run_id}/learners": {
        "run_id=$request.path.run_id learner_id=$response.body#/items/0/learner_id": (
            "GET /v1/runs/{run_id}/learners/{learner_id}/suggestions",
            "GET /v1/runs/{run_id}/learners/{learner_id}/explanation",
            "GET /v1/runs/{run_id}/learners/{learner_id}/training-plan",
        ),
    },
    "POST /v1/runs/{run_id}/capacity": {
        "job_id=$response.body#/job_id": ("GET /v1/runs/{job_id}",),
    },
    "POST /v1/runs/{run_id}/scenarios": {
        "job_id=$response.body#/job_id": (
            "GET /v1/runs/{job_id}",
            "GET /v1/runs/{job_id}/comparison",
        ),
    },
    "POST /v1/datasets/{dataset_id}/decisions": {
        "decision_id=$response.body#/decision_id": (
            "GET /v1/decisions/{decision_id}",
            "PATCH /v1/decisions/{decision_id}",
        ),
    },
    "POST /v1/keys": {
        "key_id=$response.body#/key_id": (
            "GET /v1/keys/{key_id}",
            "DELETE /v1/keys/{key_id}",
        ),
    },
}
"""Where an answer leads: how parameters are found in it, and what follows."""


@cache
def examples() -> Mapping[str, Any]:
    """An answer of each operation that answers in JSON, by method and path."""
    source = files("matcher_service.web") / "examples.json"
    content: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return content


def document_of(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _document(app)
    return app.openapi_schema


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
    )
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    ids = {name: each["operationId"] for name, each in _operations(document)}
    for name, operation in _operations(document):
        if name.split()[1] not in _OPEN:
            operation["security"] = [{"bearer": []}]
        for parameter in operation.get("parameters", ()):
            _say_plainly(parameter["schema"])
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                _add_example(answer, name)
                _add_links(answer, name, ids)
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _say_plainly(schema: dict[str, Any]) -> None:
    """A parameter is there or not: none is sent as null."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])


def _add_example(answer: dict[str, Any], name: str) -> None:
    content = answer.get("content", {}).get(_JSON)
    if content is not None and name in examples():
        content["example"] = examples()[name]


def _add_links(answer: dict[str, Any], name: str, ids: Mapping[str, str]) -> None:
    for told, leads_to in _LED_TO.get(name, {}).items():
        found = dict(each.split("=", 1) for each in told.split())
        for each in leads_to:
            link = {"operationId": ids[each], "parameters": found}
            answer.setdefault("links", {})[ids[each]] = link
