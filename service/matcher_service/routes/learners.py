"""One learner of a run: suggestions, reasons, why not, the training plan; the desk."""

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AfterValidator

from matcher.desk import LearnerLine
from matcher.training_plan.files import write_training_plan
from matcher_service import audit
from matcher_service.answers import questions
from matcher_service.answers.files import attachment
from matcher_service.answers.redaction import plan_without_needs, without_needs
from matcher_service.answers.shelf import OpenRun
from matcher_service.schemas import Answer
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.service import Service
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import PLAIN, Limit, Offset, json_response, paged
from matcher_service.web.finding import open_run, own_learner
from matcher_service.web.problems import documented

router = APIRouter(prefix="/runs/{run_id}", tags=["learners"])

Coach = Annotated[Person, Depends(asks(Action.READ_LEARNER))]
Asking = Annotated[Person, Depends(asks(Action.READ_LEARNER, cost=5))]
Top = Annotated[int, Query(ge=1, le=10, description="Most suggestions."), PLAIN]


def _in_our_time(day: date | None) -> date | None:
    if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        message = f"Expected a day from {_FIRST_YEAR} to {_LAST_YEAR}."
        raise ValueError(message)
    return day


_FIRST_YEAR, _LAST_YEAR = 2016, 2099
"""From the first pilots of dual learning on."""

Day = Annotated[
    date | None,
    Query(description="The day to count from."),
    AfterValidator(_in_our_time),
]
Form = Literal["xlsx", "docx", "html", "json", "ics"]

_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
}
_ERRORS = documented("not_signed_in", "forbidden", "not_found", "not_ready", "too_many")


@router.get("/learners", response_model=Answer, responses=_ERRORS)
def learners(
    service: ServiceOf,
    person: Coach,
    run_id: str,
    as_of: Day = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Response:
    """Your learners: days left to sign, sites of the plan, open competences."""
    rows = learner_rows(service, person, run_id, as_of)
    return json_response(paged(rows, offset, limit))


@router.get("/desk", response_model=Answer, responses=_ERRORS)
def desk(
    service: ServiceOf, person: Asking, run_id: str, as_of: Day = None
) -> Response:
    """Who needs action now, places wanted, mentor hours, swaps: per school of yours."""
    opened = open_run(service, person, run_id)
    lists = {
        # One school at a time: others wait for answers too.
        school_id: opened.ask(questions.desk, school_id, as_of)
        for school_id in _schools_of(opened, person)
    }
    saw(service, person, "desk_seen", run_id)
    return json_response({"run_id": run_id, "schools": lists})


@router.get(
    "/learners/{learner_id}/suggestions", response_model=Answer, responses=_ERRORS
)
def suggestions(
    service: ServiceOf, person: Asking, run_id: str, learner_id: str, top: Top = 5
) -> Response:
    """Plans that fit, each with its price for the others."""
    return json_response(suggestions_for(service, person, run_id, learner_id, top))


@router.get(
    "/learners/{learner_id}/explanation", response_model=Answer, responses=_ERRORS
)
def explanation(
    service: ServiceOf, person: Asking, run_id: str, learner_id: str
) -> Response:
    """Why this plan."""
    return json_response(explanation_for(service, person, run_id, learner_id))


@router.get(
    "/learners/{learner_id}/sites/{site_id}", response_model=Answer, responses=_ERRORS
)
def why_not(
    service: ServiceOf, person: Asking, run_id: str, learner_id: str, site_id: str
) -> Response:
    """Why not that site, and which changes would do."""
    return json_response(site_answer_for(service, person, run_id, learner_id, site_id))


@router.get(
    "/learners/{learner_id}/training-plan",
    response_class=Response,
    responses={
        200: {
            "description": "The training plan.",
            "content": {
                kind.partition(";")[0]: {
                    "schema": {"type": "object" if form == "json" else "string"}
                }
                for form, kind in _MEDIA_TYPES.items()
            },
        },
        **_ERRORS,
    },
)
def plan_file(
    service: ServiceOf,
    person: Asking,
    run_id: str,
    learner_id: str,
    form: Annotated[Form, Query()] = "xlsx",
    language: Annotated[Literal["nl", "en"], Query()] = "nl",
    as_of: Day = None,
) -> Response:
    """The training plan (opleidingsplan) of a learner, to start the talk from."""
    opened = open_run(service, person, run_id)
    own_learner(opened, person, learner_id)
    plan = opened.ask(questions.training_plan, learner_id, as_of)
    plan = plan_without_needs(plan, person)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan.{form}"
        write_training_plan(plan, path, language)
        content = path.read_bytes()
    saw(service, person, "training_plan_exported", run_id, learner_id, form)
    return attachment(content, f"opleidingsplan.{form}", _MEDIA_TYPES[form])


def learner_rows(
    service: Service, person: Person, run_id: str, as_of: date | None = None
) -> list[dict[str, object]]:
    """Rows of the list of somebody's learners, the most urgent first."""
    opened = open_run(service, person, run_id)
    rows = []
    for school_id in _schools_of(opened, person):
        lines = opened.ask(questions.lines, school_id, as_of)
        rows += [_learner_row(each, school_id) for each in lines]
    saw(service, person, "learners_seen", run_id)
    return sorted(rows, key=_urgency)


def suggestions_for(
    service: Service, person: Person, run_id: str, learner_id: str, top: int = 5
) -> dict[str, object]:
    """Suggestions for a learner of somebody's own."""
    opened = open_run(service, person, run_id)
    own_learner(opened, person, learner_id)
    content = opened.ask(questions.suggestions, learner_id, top)
    saw(service, person, "suggestions_seen", run_id, learner_id)
    answer: dict[str, object] = without_needs(content, person)
    return answer


def explanation_for(
    service: Service, person: Person, run_id: str, learner_id: str
) -> dict[str, object]:
    """Why a learner of somebody's own has this plan."""
    opened = open_run(service, person, run_id)
    own_learner(opened, person, learner_id)
    content = opened.ask(questions.explanation, learner_id)
    saw(service, person, "explanation_seen", run_id, learner_id)
    answer: dict[str, object] = without_needs(content, person)
    return answer


def site_answer_for(
    service: Service, person: Person, run_id: str, learner_id: str, site_id: str
) -> dict[str, object]:
    """Why a learner of somebody's own is not at a site."""
    opened = open_run(service, person, run_id)
    own_learner(opened, person, learner_id)
    content = opened.ask(questions.why_not, learner_id, site_id)
    saw(service, person, "why_not_seen", run_id, learner_id)
    answer: dict[str, object] = without_needs(content, person)
    return answer


def saw(
    service: Service,
    person: Person,
    action: str,
    run_id: str,
    learner_id: str = "",
    form: str = "",
) -> None:
    """Write down that somebody saw or took something along."""
    detail: dict[str, str] = {"run_id": run_id}
    if form:
        detail["form"] = form
    with service.database.writing() as session:
        audit.record(session, person, action, learner_id=learner_id, detail=detail)


def _schools_of(opened: OpenRun, person: Person) -> list[str]:
    return sorted(set(opened.about.schools.values()) & person.school_ids)


def _learner_row(line: LearnerLine, school_id: str) -> dict[str, object]:
    todo = line.urgent
    return {
        "learner_id": line.learner_id,
        "school_id": school_id,
        "trajectory_id": line.trajectory_id,
        "is_signed": todo is None,
        "level": getattr(todo, "level", None),
        "days_left": getattr(todo, "days_left", None),
        "last_day": getattr(todo, "last_day", None),
        "site_ids": list(line.site_ids),
        "open_competences": list(line.open_competences),
        "points": line.points,
    }


def _urgency(row: dict[str, object]) -> tuple[bool, float, str]:
    left = row["days_left"]
    days = float(left) if isinstance(left, int) else 1e9
    return bool(row["is_signed"]), days, json.dumps(row["learner_id"])
