"""What if: build a scenario from typed changes, have it computed, compare."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import ValidationError
from sqlalchemy import select

from matcher.policy import policy_from_mapping
from matcher.report import read_run_files
from matcher.scenario import KINDS
from matcher_service.answers.pseudonyms import Veil
from matcher_service.answers.shelf import PSEUDONYM_FILE, RUN
from matcher_service.pages.catalogue import Catalogue
from matcher_service.pages.change_form import GROUPS, ChangeForm, FormField
from matcher_service.pages.draft import Draft, Ground, about
from matcher_service.pages.names import Names
from matcher_service.pages.plans import plans_of
from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.visit import IN_LANGUAGE, Once, Visit, sends, visits
from matcher_service.pages.whatif_told import told
from matcher_service.routes.scenarios import comparison_of, start_scenario
from matcher_service.schemas import ScenarioIn
from matcher_service.security.rights import Action
from matcher_service.store.models import Job
from matcher_service.web.finding import done_folder, job_for
from matcher_service.web.problems import ProblemError

router = APIRouter(
    prefix=IN_LANGUAGE + "/watals", include_in_schema=False, route_class=PageRoute
)

_FIELD = "v_"
"""How the fields of a change begin in an address."""

Planner = Annotated[Visit, Depends(visits(Action.PLAN_SCENARIO, cost=2))]
Starter = Annotated[Visit, Depends(sends(Action.PLAN_SCENARIO, cost=20))]
Changes = Annotated[list[str], Query(alias="c")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A scenario that somebody had computed; figures once it is done."""

    job_id: str
    title: str
    mode: str
    state: str
    created: str
    difference: float | None
    is_told_apart: bool
    better: int | None
    worse: int | None


@router.get("")
def latest(visit: Planner) -> Response:
    """Begin with the newest plan."""
    with visit.service.database.reading() as session:
        plans = plans_of(session, visit.person)
    if plans:
        return go(visit, "watals", plans[0][0].job_id)
    return go(visit, "gegevens", notice="no_plan_yet")


@router.get("/{run_id}")
def built(
    visit: Planner,
    run_id: str,
    changes: Changes = [],  # noqa: B006 - FastAPI copies it
    kind: Annotated[str, Query(max_length=40)] = "",
    do: Annotated[Literal["", "add", "look"], Query()] = "",
) -> Response:
    """The scenario so far, and a form for one change more."""
    ground = _ground(visit, run_id)
    fields: tuple[FormField, ...] = ()
    names = Names(dataset=ground.dataset, words=visit.words)
    draft = Draft(ground, changes, names)
    fault = ""
    if kind in KINDS:
        form = ChangeForm(kind, Catalogue(names, ground.policy), _given(visit))
        fields = form.fields(is_sent=do == "add")
        if do == "add" and not any(field.fault for field in fields):
            raw = json.dumps(form.change(), ensure_ascii=False)
            longer = Draft(ground, [*changes, raw], names)
            fault = longer.lines[-1].fault or longer.fault
            if not fault:
                return go(visit, "watals", run_id, c=list(longer.raws))
    with visit.service.database.reading() as session:
        plans = plans_of(session, visit.person)
    return page(
        visit,
        "whatif.j2",
        run_id=run_id,
        plans=plans,
        draft=draft,
        groups=GROUPS,
        kind=kind if kind in KINDS else "",
        fields=fields,
        fault=fault,
        tried=_tried(visit, run_id),
    )


@router.post("/{run_id}")
def started(  # noqa: PLR0913 - the fields of a form
    visit: Starter,
    run_id: str,
    changes: Annotated[list[str], Form(alias="c")],
    title: Annotated[str, Form(max_length=200)] = "",
    question: Annotated[str, Form(max_length=500)] = "",
    mode: Annotated[Literal["keep", "free"], Form()] = "keep",
    seconds: Annotated[int, Form(ge=1, le=3600)] = 120,
    once: Once = None,
) -> Response:
    """Have it computed."""
    ground = _ground(visit, run_id)
    draft = Draft(ground, changes, Names(dataset=ground.dataset, words=visit.words))
    if not draft.is_ready or not title.strip():
        return go(visit, "watals", run_id, notice="scenario_not_ready", c=changes)
    try:
        wanted = ScenarioIn(
            title=title.strip(),
            question=question.strip(),
            changes=[json.loads(raw) for raw in draft.raws],
            mode=mode,
            time_limit_seconds=seconds,
        )
    except ValidationError as error:
        raise ProblemError("invalid") from error
    answer = start_scenario(visit.service, visit.person, run_id, wanted, once)
    return go(visit, "taken", answer.headers["Location"].rsplit("/", 1)[1])


@router.get("/{run_id}/antwoord/{job_id}")
def answered(visit: Planner, run_id: str, job_id: str) -> Response:
    """What a scenario does, beside the data as they are."""
    service, person = visit.service, visit.person
    content = cast("dict[str, Any]", comparison_of(service, person, job_id))
    with service.database.reading() as session:
        job = job_for(session, person, job_id, ("scenario",))
        run = job_for(session, person, run_id, ("solve",))
    if job.base_id != run_id:
        raise ProblemError("not_found")
    names = Names(
        dataset=service.shelf.data(done_folder(service, run)), words=visit.words
    )
    changes = job.params["changes"]
    return page(
        visit,
        "comparison.j2",
        run_id=run_id,
        job_id=job_id,
        told=told(content, names),
        about=[about(each, names) for each in changes],
        changes=[json.dumps(each, ensure_ascii=False) for each in changes],
    )


def _ground(visit: Visit, run_id: str) -> Ground:
    service = visit.service
    with service.database.reading() as session:
        run = job_for(session, visit.person, run_id, ("solve",))
        folder = done_folder(service, run)
    dataset = service.shelf.data(folder)
    secret = (folder / PSEUDONYM_FILE).read_bytes()
    return Ground(
        dataset=dataset,
        policy=policy_from_mapping(read_run_files(folder / RUN).summary.policy),
        veil=Veil(secret, dataset.learners.learner_id),
    )


def _given(visit: Visit) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in visit.request.query_params.multi_items():
        if name.startswith(_FIELD):
            found.setdefault(name.removeprefix(_FIELD), []).append(value)
    return found


def _tried(visit: Visit, run_id: str) -> tuple[Tried, ...]:
    """Scenarios on this plan side by side, the newest first."""
    with visit.service.database.reading() as session:
        jobs = session.scalars(
            select(Job)
            .where(Job.base_id == run_id, Job.kind == "scenario")
            .order_by(Job.created.desc())
        ).all()
    return tuple(map(_one_tried, jobs))


def _one_tried(job: Job) -> Tried:
    objective = job.summary.get("objective") or {}
    learners = job.summary.get("learners") or {}
    return Tried(
        job_id=job.job_id,
        title=job.params["title"],
        mode=job.params["mode"],
        state=job.state,
        created=job.created,
        difference=objective.get("difference"),
        is_told_apart=bool(objective.get("told_apart")),
        better=learners.get("better"),
        worse=learners.get("worse"),
    )
