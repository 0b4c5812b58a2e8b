"""Data: bring it, see what was found in it and where, plan with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from sqlalchemy import select

from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.visit import IN_LANGUAGE, Once, Visit, sends, visits
from matcher_service.pages.words import Language
from matcher_service.routes.datasets import bring_dataset, dataset_out
from matcher_service.routes.datasets import remove as remove_dataset
from matcher_service.routes.runs import job_out, start_run
from matcher_service.schemas import JobOut, RunIn
from matcher_service.security.rights import Action, changes_dataset
from matcher_service.store.models import Job
from matcher_service.web.finding import dataset_for, visible_datasets
from matcher_service.web.problems import ProblemError

router = APIRouter(
    prefix=IN_LANGUAGE + "/gegevens", include_in_schema=False, route_class=PageRoute
)

_LONGEST_NAME = 200
_MOST_FINDINGS = 300
_KINDS = ("solve", "scenario", "capacity")

Reader = Annotated[Visit, Depends(visits(Action.READ_DATASETS))]
Bringer = Annotated[Visit, Depends(sends(Action.BRING_DATASET, cost=20))]
Changer = Annotated[Visit, Depends(sends(Action.CHANGE_DATASET))]
Starter = Annotated[Visit, Depends(sends(Action.START_RUN, cost=20))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """One finding in one language, with its place in the table."""

    severity: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    remedy: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFindings:
    """What was found in one table; "" is about more than one."""

    table: str
    findings: tuple[ShownFinding, ...]


@router.get("")
def listed(visit: Reader) -> Response:
    """All datasets that exist for somebody, and a form for another one."""
    with visit.service.database.reading() as session:
        rows = visible_datasets(session, visit.person)
        datasets = [dataset_out(row, visit.person) for row in rows]
    can_bring = visit.may(Action.BRING_DATASET)
    return page(visit, "data.j2", datasets=datasets, can_bring=can_bring, fault="")


@router.post("")
def brought(
    visit: Bringer,
    file: Annotated[UploadFile | None, File()] = None,
    name: Annotated[str, Form(max_length=_LONGEST_NAME)] = "",
) -> Response:
    """Keep an upload; the findings come on a page of their own."""
    try:
        if file is None or not file.filename:
            raise ProblemError("wrong_media_type")
        given = "".join(letter for letter in name.strip() if letter.isprintable())
        answer = bring_dataset(visit.service, visit.person, file, given or "dataset")
    except ProblemError as error:
        if error.code != "wrong_media_type":
            raise
        with visit.service.database.reading() as session:
            rows = visible_datasets(session, visit.person)
            datasets = [dataset_out(row, visit.person) for row in rows]
        fault = visit.words("upload_wrong_kind")
        return page(
            visit, "data.j2", 422, datasets=datasets, can_bring=True, fault=fault
        )
    return go(visit, "gegevens", answer.headers["Location"].rsplit("/", 1)[1])


@router.get("/{dataset_id}")
def one(visit: Reader, dataset_id: str) -> Response:
    """A dataset: what was found in it, and the plans made with it."""
    person = visit.person
    with visit.service.database.reading() as session:
        found = dataset_for(session, person, dataset_id)
        shown = dataset_out(found, person)
        is_mine = changes_dataset(person, found.school_ids, found.owner)
        jobs = session.scalars(
            select(Job)
            .where(Job.dataset_id == dataset_id, Job.kind.in_(_KINDS))
            .order_by(Job.created.desc())
        )
        plans = [job_out(job, person) for job in jobs]
    findings = found.findings.get("findings", []) if is_mine else []
    if not visit.may(Action.READ_FINDINGS):
        findings = []
    return page(
        visit,
        "dataset.j2",
        dataset=shown,
        plans=_shown_plans(visit, plans),
        tables=by_table(findings[:_MOST_FINDINGS], visit.language),
        counts=_counts(findings),
        num_left_out=max(0, len(findings) - _MOST_FINDINGS),
        is_mine=is_mine,
        can_start=visit.may(Action.START_RUN) and shown.state == "usable",
        can_remove=visit.may(Action.CHANGE_DATASET) and is_mine,
    )


@router.post("/{dataset_id}/plan")
def started(
    visit: Starter,
    dataset_id: str,
    seconds: Annotated[int, Form(ge=1, le=3600)] = 60,
    once: Once = None,
) -> Response:
    """Ask for a plan."""
    wanted = RunIn(dataset_id=dataset_id, time_limit_seconds=seconds)
    answer = start_run(visit.service, visit.person, wanted, once)
    return go(visit, "taken", answer.headers["Location"].rsplit("/", 1)[1])


@router.post("/{dataset_id}/weg")
def removed(
    visit: Changer, dataset_id: str, is_sure: Annotated[str, Form()] = ""
) -> Response:
    """Remove a dataset with all that came of it, once somebody is sure."""
    if is_sure != "ja":
        return go(visit, "gegevens", dataset_id, notice="not_sure")
    remove_dataset(visit.service, visit.person, dataset_id)
    return go(visit, "gegevens", notice="removed")


def by_table(
    findings: Iterable[dict[str, Any]], language: Language
) -> tuple[TableFindings, ...]:
    """Findings per table, in the order in which the tables come; errors first."""
    found: dict[str, list[ShownFinding]] = {}
    for each in findings:
        found.setdefault(each["table"] or "", []).append(
            ShownFinding(
                severity=each["severity"],
                row=each["row"],
                column=each["column"],
                value=each["value"],
                message=each.get(f"message_{language}", each["message"]),
                remedy=each.get(f"remedy_{language}", each["remedy"]),
                code=each["code"],
            )
        )
    rank = {"error": 0, "warning": 1, "info": 2}
    return tuple(
        TableFindings(
            table=table,
            findings=tuple(
                sorted(rows, key=lambda row: (rank[row.severity], row.row or 0))
            ),
        )
        for table, rows in found.items()
    )


def _counts(findings: Iterable[dict[str, Any]]) -> dict[str, int]:
    counts = {"error": 0, "warning": 0, "info": 0}
    for each in findings:
        counts[each["severity"]] += 1
    return counts


def _shown_plans(visit: Visit, plans: list[JobOut]) -> list[JobOut]:
    """Scenarios and reports are for who may read about capacity."""
    if visit.may(Action.READ_CAPACITY):
        return plans
    return [plan for plan in plans if plan.kind == "solve"]
