"""The list of a coach's learners: who needs action first, and what is still open."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from matcher_service.answers import questions
from matcher_service.answers.shelf import OpenRun
from matcher_service.pages.names import Names
from matcher_service.pages.plans import plans_of
from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.visit import IN_LANGUAGE, Visit, sends, visits
from matcher_service.routes.learners import learner_rows
from matcher_service.security.rights import Action
from matcher_service.web.finding import open_run

router = APIRouter(
    prefix=IN_LANGUAGE + "/leerlingen", include_in_schema=False, route_class=PageRoute
)

CHOOSE_FIRST = "matcher-eerst-zelf"
"""Cookie that keeps one choice of the page: to choose before seeing the ranking."""

Coach = Annotated[Visit, Depends(visits(Action.READ_LEARNER, cost=2))]
Sender = Annotated[Visit, Depends(sends(Action.READ_LEARNER))]


@router.get("")
def latest(visit: Coach) -> Response:
    """The list by the newest plan; to the data where there is none."""
    with visit.service.database.reading() as session:
        plans = plans_of(session, visit.person)
    if not plans:
        return go(visit, "gegevens", notice="no_plan_yet")
    return go(visit, "leerlingen", plans[0][0].job_id)


@router.get("/{run_id}")
def listed(
    visit: Coach,
    run_id: str,
    op: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """A coach's learners, the most urgent first."""
    opened = open_run(visit.service, visit.person, run_id)
    as_of = day_of(opened, op)
    rows = learner_rows(visit.service, visit.person, run_id, as_of)
    with visit.service.database.reading() as session:
        plans = plans_of(session, visit.person)
    return page(
        visit,
        "learners.j2",
        run_id=run_id,
        rows=rows,
        plans=plans,
        as_of=as_of,
        names=Names(
            dataset=opened.ask(questions.tables_of_plans, visit.person.school_ids),
            words=visit.words,
        ),
        is_choosing_first=is_choosing_first(visit),
    )


@router.post("/{run_id}/eerst-zelf")
def chosen_mode(visit: Sender, run_id: str) -> Response:
    """Switch "eerst zelf kiezen" on or off."""
    answer = go(visit, "leerlingen", run_id)
    if is_choosing_first(visit):
        answer.delete_cookie(CHOOSE_FIRST, path="/")
    else:
        answer.set_cookie(
            CHOOSE_FIRST,
            "ja",
            path="/",
            secure=visit.service.settings.secure_cookies,
            httponly=True,
            samesite="strict",
        )
    return answer


def is_choosing_first(visit: Visit) -> bool:
    """Whether somebody wants to choose before seeing the ranking."""
    return visit.request.cookies.get(CHOOSE_FIRST) == "ja"


def day_of(opened: OpenRun, text: str = "") -> date:
    """The day that was asked for, else today within the plan, else its first day."""
    first, last = opened.about.first_day, opened.about.last_day
    try:
        return date.fromisoformat(text)
    except ValueError:
        today = datetime.now(UTC).date()
        return today if first <= today <= last else first
