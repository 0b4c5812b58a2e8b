"""The region without persons: where it is short, proven, and what to recruit."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select

from matcher_service import audit
from matcher_service.answers.files import BOOK_TYPE, attachment
from matcher_service.answers.redaction import (
    burdens_without_persons,
    price_group_without_persons,
    seats_without_persons,
    shortage_without_persons,
    step_without_persons,
    weak_point_without_persons,
)
from matcher_service.jobs.queue import enqueue
from matcher_service.jobs.work import CAPACITY, TOLD
from matcher_service.routes.runs import job_out
from matcher_service.schemas import Answer, CapacityIn, JobOut
from matcher_service.security.person import Person
from matcher_service.security.rights import Action
from matcher_service.service import Service
from matcher_service.settings import Settings
from matcher_service.store.models import Job
from matcher_service.web.asker import ServiceOf, asks
from matcher_service.web.exchange import (
    IdempotencyKey,
    Limit,
    Offset,
    json_response,
    once,
    paged,
)
from matcher_service.web.finding import done_folder, job_for, refuse_when_busy
from matcher_service.web.problems import ProblemError, documented

router = APIRouter(tags=["capacity"])

Reader = Annotated[Person, Depends(asks(Action.READ_CAPACITY, cost=2))]
Starter = Annotated[Person, Depends(asks(Action.START_CAPACITY, cost=20))]
ModelReader = Annotated[Person, Depends(asks(Action.READ_MODEL))]
ToldFile = Literal["capacity.html", "capacity.xlsx", "capacity.geojson"]
_TOLD_TYPES: dict[ToldFile, str] = {
    "capacity.html": "text/html; charset=utf-8",
    "capacity.xlsx": BOOK_TYPE,
    "capacity.geojson": "application/geo+json",
}
_ERRORS = documented("not_signed_in", "forbidden", "not_found", "not_ready", "too_many")


@router.post(
    "/runs/{run_id}/capacity",
    status_code=202,
    response_model=JobOut,
    responses=_ERRORS,
)
def start(
    service: ServiceOf,
    person: Starter,
    run_id: str,
    wanted: CapacityIn,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask for a report about the capacity of a run's region."""
    with service.database.writing() as session:

        def answer() -> tuple[int, str, dict[str, object]]:
            run = job_for(session, person, run_id, ("solve",))
            done_folder(service, run)
            refuse_when_busy(session, service)
            job = enqueue(
                session,
                "capacity",
                dataset_id=run.dataset_id,
                owner=person.subject,
                params=wanted.model_dump(),
                base_id=run_id,
            )
            audit.record(session, person, "capacity_asked", detail={"run_id": run_id})
            return 202, f"/v1/runs/{job.job_id}", job_out(job, person).model_dump()

        content = ["capacity", run_id, wanted.model_dump()]
        status, location, body = once(session, person, idempotency_key, content, answer)
    return json_response(body, status, {"Location": location})


@router.get("/runs/{run_id}/capacity", response_model=Answer, responses=_ERRORS)
def prices(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 200,
) -> Response:
    """What one more place, mentor hour or seat would be worth, the most first."""
    rows = price_table(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get("/runs/{run_id}/price-groups", response_model=Answer, responses=_ERRORS)
def grouped_prices(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 200,
) -> Response:
    """What is limited per training, competence, area and period, and its price."""
    rows = price_group_table(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get("/runs/{run_id}/certificates", response_model=Answer, responses=_ERRORS)
def certificates(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Response:
    """Proven shortages: sums and places; fewer than ten learners are not counted."""
    rows = shortage_rows(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get(
    "/runs/{run_id}/seat-certificates", response_model=Answer, responses=_ERRORS
)
def seat_certificates(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Response:
    """Proven shortages of course seats; fewer than ten learners are not counted."""
    rows = seat_shortage_rows(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get("/runs/{run_id}/recruits", response_model=Answer, responses=_ERRORS)
def recruits(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Response:
    """What to recruit first, and what it surely gains."""
    rows = recruit_rows(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get("/runs/{run_id}/recruit-sets", response_model=Answer, responses=_ERRORS)
def recruit_sets(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Response:
    """Which of these steps to take together, where the report was asked for `sets`."""
    rows = recruit_set_rows(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get("/runs/{run_id}/robustness", response_model=Answer, responses=_ERRORS)
def robustness(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Response:
    """What is lost without one site, mentor or course (plan B), the worst first."""
    rows = weak_point_rows(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get("/runs/{run_id}/fairness", response_model=Answer, responses=_ERRORS)
def fairness(
    service: ServiceOf,
    person: Reader,
    run_id: str,
    offset: Offset = 0,
    limit: Limit = 200,
) -> Response:
    """What groups of ten learners and more carry: by area, training and need."""
    rows = burden_rows(report_folder(service, person, run_id))
    return json_response(paged(rows, offset, limit))


@router.get(
    "/runs/{run_id}/capacity/{file}",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in _TOLD_TYPES.values()
            },
        },
        **_ERRORS,
    },
)
def told_file(
    service: ServiceOf, person: Reader, run_id: str, file: ToldFile
) -> Response:
    """The report to keep: a page that opens offline, a workbook, the sites for a map.

    Without persons: numbers of fewer than ten people stand in none of them.
    """
    path = report_folder(service, person, run_id) / TOLD / file
    if not path.is_file():
        raise ProblemError("not_ready", "An earlier version made it. Ask for it again.")
    return attachment(path.read_bytes(), file, _TOLD_TYPES[file])


@router.get("/model-card", response_model=Answer, responses=_ERRORS)
def model_card(service: ServiceOf, _person: ModelReader) -> Response:
    """How good the success model is, for whom, and what it is not for."""
    return json_response(model_card_of(service.settings))


def report_folder(service: Service, person: Person, run_id: str) -> Path:
    """The last report about the capacity of a run.

    Raises
    ------
    ProblemError
        ``not_found``; ``not_ready`` where nobody asked for one yet.
    """
    with service.database.reading() as session:
        job_for(session, person, run_id, ("solve",))
        found = session.scalars(
            select(Job)
            .where(Job.base_id == run_id, Job.kind == "capacity", Job.state == "done")
            .order_by(Job.created.desc())
        ).first()
        if found is None:
            raise ProblemError("not_ready", "Ask for a report about capacity first.")
        return done_folder(service, found) / CAPACITY


def shortage_rows(report: Path) -> list[dict[str, Any]]:
    """Certificates without persons."""
    return [shortage_without_persons(each) for each in _json(report, "shortages.json")]


def seat_shortage_rows(report: Path) -> list[dict[str, Any]]:
    """Certificates of too few course seats, without persons."""
    return [
        seats_without_persons(each) for each in _json(report, "seat_shortages.json")
    ]


def recruit_rows(report: Path) -> list[dict[str, Any]]:
    """What to recruit, without who would be helped."""
    return [step_without_persons(each) for each in _json(report, "recruit.json")]


def recruit_set_rows(report: Path) -> list[dict[str, Any]]:
    """What to recruit together, smaller sets first, without who would be helped."""
    return [step_without_persons(each) for each in _json(report, "recruit_sets.json")]


def weak_point_rows(report: Path) -> list[dict[str, Any]]:
    """What is lost without one thing, the worst first, without persons."""
    rows = _table(
        report,
        "robustness.csv",
        rank=int,
        hit=int,
        loss_points=float,
        moves=int,
        moved=int,
        weeks_without_place=float,
        is_proven=_is_true,
    )
    return [weak_point_without_persons(row) for row in rows]


def burden_rows(report: Path) -> list[dict[str, Any]]:
    """Burdens of the groups that may be told."""
    numbers = (
        "learners",
        "weeks_without_place",
        "open_competences",
        "minutes",
        "minutes_tail",
        "points",
        "regret_points",
    )
    rows = _table(
        report,
        "fairness.csv",
        is_shown=_is_true,
        **dict.fromkeys(numbers, _number),
    )
    return burdens_without_persons(rows)


def price_table(report: Path) -> list[dict[str, Any]]:
    """Prices of places, the dearest first."""
    rows = _table(report, "prices.csv", points=float)
    return sorted(rows, key=lambda row: (-row["points"], row["kind"], row["id"]))


def price_group_table(report: Path) -> list[dict[str, Any]]:
    """Prices per training, competence, area and period, as the report has them."""
    rows = _table(
        report,
        "price_groups.csv",
        scarce=int,
        of=int,
        dearest_points=float,
        mean_points=float,
    )
    return [price_group_without_persons(row) for row in rows]


def model_card_of(settings: Settings) -> dict[str, Any]:
    """The card of the success model that the operator set, in both languages."""
    folder = Path(settings.success_model)
    if not settings.success_model or not (folder / "card.md").is_file():
        raise ProblemError("not_found", "This installation uses no success model.")
    return {
        "en": (folder / "card.md").read_text(encoding="utf-8"),
        "nl": (folder / "modelkaart.md").read_text(encoding="utf-8"),
        "metrics": json.loads((folder / "metrics.json").read_text(encoding="utf-8")),
    }


def _is_true(text: str) -> bool:
    return text == "true"


def _number(text: str) -> float | None:
    """A number; None where nobody knows it."""
    return float(text) if text else None


def _table(
    report: Path, name: str, **numbers: Callable[[str], float | None]
) -> list[dict[str, Any]]:
    """Rows of a table of the report, some columns read as numbers."""
    with (report / name).open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    return [
        row | {column: read(row[column]) for column, read in numbers.items()}
        for row in rows
    ]


def _json(report: Path, name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads(
        (report / name).read_text(encoding="utf-8")
    )
    return content
