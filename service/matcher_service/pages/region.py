"""The partnership's page: where a region is short, proven, and what to recruit.

Numbers of people are sums, and none below ten is told; places of sites are no secret.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from matcher_service.pages.names import Names
from matcher_service.pages.plans import plans_of
from matcher_service.pages.price_groups_told import caveats, price_group_lists
from matcher_service.pages.region_told import (
    few_lines,
    price_lines,
    recruit_lines,
    recruit_set_lines,
    short_sites,
    shortage_lines,
    training_lines,
)
from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.supply_map import supply_map
from matcher_service.pages.visit import IN_LANGUAGE, Once, Visit, sends, visits
from matcher_service.routes.capacity import (
    price_group_table,
    price_table,
    recruit_rows,
    recruit_set_rows,
    report_folder,
    seat_shortage_rows,
    shortage_rows,
)
from matcher_service.routes.capacity import start as start_capacity
from matcher_service.schemas import CapacityIn
from matcher_service.security.rights import Action
from matcher_service.web.finding import done_folder, job_for
from matcher_service.web.problems import ProblemError

router = APIRouter(
    prefix=IN_LANGUAGE + "/regio", include_in_schema=False, route_class=PageRoute
)

Reader = Annotated[Visit, Depends(visits(Action.READ_CAPACITY, cost=2))]
Starter = Annotated[Visit, Depends(sends(Action.START_CAPACITY, cost=20))]


@router.get("")
def latest(visit: Reader) -> Response:
    """The region of the newest plan."""
    with visit.service.database.reading() as session:
        plans = plans_of(session, visit.person)
    if plans:
        return go(visit, "regio", plans[0][0].job_id)
    return page(visit, "region_none.j2", run_id="", can_start=False, plans=plans)


@router.get("/{run_id}")
def one(visit: Reader, run_id: str) -> Response:
    """What a report about capacity says, without persons."""
    service, person = visit.service, visit.person
    with service.database.reading() as session:
        job = job_for(session, person, run_id, ("solve",))
        run = done_folder(service, job)
        plans = plans_of(session, person)
    try:
        report = report_folder(service, person, run_id)
    except ProblemError as error:
        if error.code != "not_ready":
            raise
        return page(
            visit,
            "region_none.j2",
            run_id=run_id,
            can_start=visit.may(Action.START_CAPACITY),
            plans=plans,
        )
    dataset = service.shelf.data(run)
    names = Names(dataset=dataset, words=visit.words)
    shortages, seats = shortage_rows(report), seat_shortage_rows(report)
    return page(
        visit,
        "region.j2",
        run_id=run_id,
        plans=plans,
        names=names,
        can_start=visit.may(Action.START_CAPACITY),
        shortages=shortage_lines(shortages, seats, names),
        unnumbered=few_lines((*shortages, *seats), names),
        recruits=recruit_lines(recruit_rows(report), names),
        recruit_sets=recruit_set_lines(recruit_set_rows(report), names),
        prices=price_lines(price_table(report), names),
        price_groups=price_group_lists(price_group_table(report), names),
        caveats=caveats(visit.words),
        trainings=training_lines(report, names),
        map=supply_map(dataset, report, short_sites(shortages)),
    )


@router.post("/{run_id}")
def started(
    visit: Starter,
    run_id: str,
    top: Annotated[int, Form(ge=0, le=20)] = 5,
    sets: Annotated[int, Form(ge=1, le=4)] = 1,
    once: Once = None,
) -> Response:
    """Ask for a report about capacity."""
    wanted = CapacityIn(top=top, sets=sets)
    answer = start_capacity(visit.service, visit.person, run_id, wanted, once)
    return go(visit, "taken", answer.headers["Location"].rsplit("/", 1)[1])
