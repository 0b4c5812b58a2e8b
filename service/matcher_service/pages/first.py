"""To choose first ("eerst zelf kiezen"): before any ranking is seen."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from matcher_service.answers import questions
from matcher_service.pages.decided import Choice, keep
from matcher_service.pages.learner import Asking, FormId, LearnerId, Reason
from matcher_service.pages.learner_map import learner_map
from matcher_service.pages.names import Names
from matcher_service.pages.possible import possible_sites
from matcher_service.pages.show import PageRoute, go, page
from matcher_service.pages.visit import IN_LANGUAGE, Visit, sends
from matcher_service.routes.learners import saw
from matcher_service.security.rights import Action
from matcher_service.web.finding import open_run, own_learner
from matcher_service.web.problems import ProblemError

router = APIRouter(
    prefix=IN_LANGUAGE + "/leerlingen/{run_id}/eerst",
    include_in_schema=False,
    route_class=PageRoute,
)

Decider = Annotated[Visit, Depends(sends(Action.DECIDE, cost=2))]


@router.get("")
def asked(visit: Asking, run_id: str, learner_id: LearnerId) -> Response:
    """All sites where the learner may be, by name, without a ranking."""
    opened = open_run(visit.service, visit.person, run_id)
    school_id = own_learner(opened, visit.person, learner_id)
    dataset = opened.ask(questions.tables_around, learner_id)
    names = Names(dataset=dataset, words=visit.words)
    sites = possible_sites(opened, learner_id, names)
    numbered = [(each.site_id, str(n)) for n, each in enumerate(sites, start=1)]
    saw(visit.service, visit.person, "possible_sites_seen", run_id, learner_id)
    return page(
        visit,
        "first.j2",
        run_id=run_id,
        learner_id=learner_id,
        about=names.about_learner(school_id),
        sites=sites,
        map=learner_map(dataset, numbered),
        names=names,
    )


@router.post("")
def chosen(
    visit: Decider,
    run_id: str,
    learner_id: FormId,
    site: Annotated[str, Form(max_length=200)] = "",
    reason: Reason = "",
) -> Response:
    """Keep the choice as a proposal for every period in which it can be.

    Raises
    ------
    ProblemError
        ``invalid`` where the learner cannot be there.
    """
    opened = open_run(visit.service, visit.person, run_id)
    own_learner(opened, visit.person, learner_id)
    if not site or not reason.strip():
        notice = "reason_needed" if site else "site_needed"
        return go(visit, "leerlingen", run_id, "eerst", notice=notice, id=learner_id)
    sites = opened.ask(questions.possible_sites, learner_id)
    there = {each.site_id: each for each in sites}
    if site not in there:
        raise ProblemError("invalid")
    choice = Choice(site_id=site, mentor_id="", period_ids=there[site].period_ids)
    keep(
        visit,
        run_id,
        learner_id,
        "propose",
        [choice],
        reason.strip(),
        is_first=True,
    )
    return go(
        visit, "leerlingen", run_id, "leerling", notice="kept_first", id=learner_id
    )
