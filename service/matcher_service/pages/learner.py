"""One learner: suggestions on a map, with reasons; choose, refuse, ask why not."""

from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Response

from matcher.report.text import said_reason
from matcher.suggestions.text import sentence
from matcher_service.answers import questions
from matcher_service.answers.shelf import OpenRun
from matcher_service.pages.coach import day_of, is_choosing_first
from matcher_service.pages.decided import (
    Choice,
    choices_of,
    dataset_of,
    decisions_on,
    keep,
)
from matcher_service.pages.learner_map import learner_map
from matcher_service.pages.names import Names
from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.told import Card, Teller
from matcher_service.pages.visit import IN_LANGUAGE, Visit, sends, visits
from matcher_service.routes.decisions import change as change_decision
from matcher_service.routes.learners import Form as FileForm
from matcher_service.routes.learners import (
    plan_file,
    site_answer_for,
    suggestions_for,
)
from matcher_service.schemas import DecisionChange
from matcher_service.security.rights import Action
from matcher_service.web.finding import open_run, own_learner

router = APIRouter(
    prefix=IN_LANGUAGE + "/leerlingen/{run_id}",
    include_in_schema=False,
    route_class=PageRoute,
)

Asking = Annotated[Visit, Depends(visits(Action.READ_LEARNER, cost=5))]
Decider = Annotated[Visit, Depends(sends(Action.DECIDE, cost=2))]
LearnerId = Annotated[str, Query(alias="id", max_length=200)]
FormId = Annotated[str, Form(alias="id", max_length=200)]
Reason = Annotated[str, Form(max_length=2000)]


@router.get("/leerling")
def one(
    visit: Asking,
    run_id: str,
    learner_id: LearnerId,
    toon: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """A learner with suggestions; who chooses first, chooses before."""
    opened = open_run(visit.service, visit.person, run_id)
    school_id = own_learner(opened, visit.person, learner_id)
    dataset_id = dataset_of(visit, run_id)
    decisions = decisions_on(visit, dataset_id, learner_id)
    standing = [each for each in decisions if not each.is_withdrawn]
    has_chosen = any(each.chosen_before_seeing for each in standing)
    if is_choosing_first(visit) and not has_chosen and toon != "ja":
        return go(visit, "leerlingen", run_id, "eerst", id=learner_id)
    answer = suggestions_for(visit.service, visit.person, run_id, learner_id)
    decided_on = {each.site_id for each in decisions}
    dataset = opened.ask(questions.tables_around, learner_id, decided_on)
    trajectory_id = str(dataset.learners.trajectory_id[0])
    names = Names(dataset=dataset, words=visit.words)
    cards = Teller(names, trajectory_id).cards(answer)
    letters = letters_of(cards)
    return page(
        visit,
        "learner.j2",
        run_id=run_id,
        dataset_id=dataset_id,
        learner_id=learner_id,
        about=names.about_learner(school_id),
        cards=cards,
        open_periods=_open_periods(opened, learner_id, names),
        letters=letters,
        map=learner_map(dataset, letters),
        names=names,
        decisions=decisions,
        can_decide=visit.may(Action.DECIDE),
        can_start=visit.may(Action.START_RUN),
        has_chosen=has_chosen,
        sites=_trajectory_sites(names, trajectory_id),
        week_points=opened.about.week_points,
    )


@router.get("/waarom-niet")
def why_not(
    visit: Asking,
    run_id: str,
    learner_id: LearnerId,
    site: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Why not that site, and which changes would do."""
    opened = open_run(visit.service, visit.person, run_id)
    own_learner(opened, visit.person, learner_id)
    site_id = site.partition(" · ")[0].strip()  # a suggestion of the field has a name
    answer: Any = site_answer_for(  # JSON
        visit.service, visit.person, run_id, learner_id, site_id
    )
    dataset = opened.ask(questions.tables_around, learner_id, [site_id])
    trajectory_id = str(dataset.learners.trajectory_id[0])
    names = Names(dataset=dataset, words=visit.words)
    teller = Teller(names, trajectory_id)
    plan = answer["plan"]
    return page(
        visit,
        "why_not.j2",
        run_id=run_id,
        learner_id=learner_id,
        answer=answer,
        names=names,
        journey=teller.journey(answer["journey"]["minutes"], answer["journey"]["mode"]),
        barriers=teller.barriers(answer["barriers"]),
        ways=teller.ways(answer["changes"]),
        dearer=None if plan is None else teller.terms(plan["difference"]),
        more=None if plan is None else plan["more_points"],
        needs_others=plan is not None and plan["needs_others"],
        others="" if plan is None else teller.others(plan["price_for_others"]),
        no_plan=sentence(
            "no_plan_with_site" if answer["is_settled"] else "no_plan_so_far",
            visit.language,
            site=names.site(site_id),
        ),
        week_points=opened.about.week_points,
    )


@router.get("/opleidingsplan")
def plan_of(
    visit: Asking,
    run_id: str,
    learner_id: LearnerId,
    form: Annotated[FileForm, Query()] = "docx",
) -> Response:
    """The training plan as a file."""
    opened = open_run(visit.service, visit.person, run_id)
    return plan_file(
        visit.service,
        visit.person,
        run_id,
        learner_id,
        form,
        visit.language,
        day_of(opened),
    )


@router.post("/kies")
def chosen(
    visit: Decider,
    run_id: str,
    learner_id: FormId,
    placement: Annotated[list[str], Form()],
    kind: Annotated[Literal["propose", "sign"], Form()] = "propose",
    reason: Reason = "",
) -> Response:
    """Keep that a suggestion was chosen."""
    own_learner(open_run(visit.service, visit.person, run_id), visit.person, learner_id)
    if not reason.strip():
        return _back(visit, run_id, learner_id, "reason_needed")
    keep(visit, run_id, learner_id, kind, choices_of(placement), reason.strip())
    return _back(visit, run_id, learner_id, f"kept_{kind}")


@router.post("/weiger")
def refused(
    visit: Decider,
    run_id: str,
    learner_id: FormId,
    site: Annotated[str, Form(max_length=200)],
    reason: Reason = "",
) -> Response:
    """Keep that somebody said no to a site."""
    own_learner(open_run(visit.service, visit.person, run_id), visit.person, learner_id)
    if not reason.strip():
        return _back(visit, run_id, learner_id, "reason_needed")
    choice = Choice(site_id=site, mentor_id="", period_ids=())
    keep(visit, run_id, learner_id, "refuse", [choice], reason.strip())
    return _back(visit, run_id, learner_id, "kept_refuse")


@router.post("/terug")
def withdrawn(
    visit: Decider,
    run_id: str,
    learner_id: FormId,
    decision_id: Annotated[str, Form(max_length=64)],
    version: Annotated[str, Form(max_length=40)],
) -> Response:
    """Take a decision back; it stays to be seen."""
    change_decision(
        visit.service,
        visit.person,
        decision_id,
        DecisionChange(is_withdrawn=True),
        Response(),
        version,
    )
    return _back(visit, run_id, learner_id, "withdrawn")


def letters_of(cards: tuple[Card, ...]) -> tuple[tuple[str, str], ...]:
    """Site id and letter of every site in some suggestions."""
    found = {stay.site_id: stay.letter for card in cards for stay in card.stays}
    return tuple(found.items())


def _open_periods(
    opened: OpenRun, learner_id: str, names: Names
) -> list[tuple[str, str]]:
    """Days without a place in the plan, and what would have to change."""
    rows = opened.ask(questions.open_periods, learner_id)
    language = names.words.language
    found = []
    for (reason, detail), alike in groupby(
        rows, key=lambda row: (row.reason, row.detail)
    ):
        told = said_reason(reason).en if language != "nl" else detail
        found.append((names.span(row.period_id for row in alike), told))
    return found


def _trajectory_sites(names: Names, trajectory_id: str) -> list[str]:
    """Ids of the sites that were ever recognised for a training, by name."""
    table = names.dataset.recognitions
    own = {str(each) for each in table.site_id[table.trajectory_id == trajectory_id]}
    return sorted(own, key=lambda site_id: (names.site(site_id), site_id))


def _back(visit: Visit, run_id: str, learner_id: str, notice: str) -> Response:
    return go(
        visit, "leerlingen", run_id, "leerling", notice=notice, id=learner_id, toon="ja"
    )
