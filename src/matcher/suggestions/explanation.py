"""Why this plan, and why not that site: reasons that can be followed to their facts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.advice.encounter import encounter_of
from matcher.advice.site_barrier import Barrier, Status, barriers_of, status_of
from matcher.advice.site_changes import ChangeSet, changes_for_site
from matcher.problem.plans import plan_sites
from matcher.problem.run_record import COMPONENTS
from matcher.solvers import SolveParams
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.one_learner import ForcedPlan, after_change, plan_with_site
from matcher.suggestions.plan_facts import Journey, PlanFacts, journey, plan_facts
from matcher.suggestions.plan_search import Wish, cheapest_plan
from matcher.suggestions.price_for_others import (
    Price,
    estimated_price,
    exact_price,
    optimum_of,
)
from matcher.suggestions.region_prices import RegionPrices, sharers_of
from matcher.suggestions.room_changes import room_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """A set of changes, and what the learner's plan would cost with it.

    Attributes
    ----------
    points
        Of the cheapest plan that holds the site once all is changed, less those
        of the plan in the run; the plans of the others as they are. None where
        even then no plan holds it: for want of room, of a block that is long
        enough, or of an attest in time.
    """

    change: ChangeSet
    points: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DearerPlan:
    """The cheapest plan that holds a site which is allowed, beside the run's plan.

    Attributes
    ----------
    difference
        Points per term of `COMPONENTS`, more than the plan in the run; the
        differences add up to `points`.
    needs_others
        There is no room: others would have to move.
    price
        What the region and the others would pay.
    """

    facts: PlanFacts
    points: float
    difference: Mapping[str, float]
    needs_others: bool
    price: Price


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAnswer:
    """Why a learner is, or is not, at a site.

    Attributes
    ----------
    is_in_plan
        The learner's plan in the run holds the site.
    unknowns
        Demands of the site that nobody assessed for this learner.
    changes
        What makes the learner eligible; where the learner is, and no plan at the site
        finds room beside those of the others, what makes that room.
    plan
        Where the learner is eligible; None where no plan can hold the site.
    """

    learner_id: str
    site_id: str
    status: Status
    is_in_plan: bool
    journey: Journey
    barriers: tuple[Barrier, ...]
    unknowns: tuple[str, ...]
    changes: tuple[WayIn, ...]
    plan: DearerPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswer:
    """Why a learner has this plan.

    Attributes
    ----------
    alone
        The plan that the learner would have if nobody else wanted the same; its
        points say what sharing costs this learner.
    """

    facts: PlanFacts
    alone: PlanFacts


def explain_site(
    run: LoadedRun,
    learner_id: str,
    site_id: str,
    prices: RegionPrices | None = None,
    exact: SolveParams | None = None,
) -> SiteAnswer:
    """Why a learner is not at a site, and what would have to change.

    Parameters
    ----------
    prices
        Shadow prices of the region, for the estimate of what the others pay.
    exact
        How to solve again for that price; None does not.

    Raises
    ------
    UnknownIdError
        There is no such learner, or no such site.
    """
    learner, site = run.learner(learner_id), run.site(site_id)
    dataset, policy = run.lookup.around(np.array([learner]), site), run.problem.policy
    encounter = encounter_of(dataset, policy, learner_id, site_id)
    status = status_of(encounter)
    own = run.plans.take(np.array([learner]))
    plan = None
    if status == "eligible":
        plan = _dearer(run, learner, site, prices, exact)
    return SiteAnswer(
        learner_id=learner_id,
        site_id=site_id,
        status=status,
        is_in_plan=bool((plan_sites(run.problem, own) == site).any()),
        journey=journey(run, learner, site),
        barriers=barriers_of(encounter),
        unknowns=encounter.unknown_demands,
        changes=tuple(_ways(run, learner, site, status, plan)),
        plan=plan,
    )


def _ways(
    run: LoadedRun, learner: int, site: int, status: Status, plan: DearerPlan | None
) -> list[WayIn]:
    """What would open the site, or make room where it is open and full."""
    if status != "eligible":
        ids = run.dataset.learners.learner_id[learner], run.dataset.sites.site_id[site]
        return _ways_in(run, learner, *map(str, ids))
    if plan is not None and not plan.needs_others:
        return []
    now = float(run.points[learner].sum())
    return [
        WayIn(change=change, points=forced.points - now)
        for change, forced in room_changes(run, learner, site)
    ]


def _ways_in(
    run: LoadedRun, learner: int, learner_id: str, site_id: str
) -> list[WayIn]:
    now = float(run.points[learner].sum())
    ways = []
    changes = changes_for_site(
        run.lookup.around(np.array([learner]), run.site(site_id)),
        run.problem.policy,
        learner_id,
        site_id,
        taken=run.lookup.mentor,
    )
    for change in changes:
        changed = after_change(run, learner, run.site(site_id), change.parts)
        forced = plan_with_site(changed, 0, changed.site(site_id))
        points = None
        if forced is not None and not forced.needs_others:
            points = forced.points - now
        ways.append(WayIn(change=change, points=points))
    return ways


def _dearer(
    run: LoadedRun,
    learner: int,
    site: int,
    prices: RegionPrices | None,
    exact: SolveParams | None,
) -> DearerPlan | None:
    forced = plan_with_site(run, learner, site)
    if forced is None:
        return None
    facts = plan_facts(run, forced.plan)
    now = dict(zip(COMPONENTS, run.points[learner].tolist(), strict=True))
    return DearerPlan(
        facts=facts,
        points=facts.points - float(run.points[learner].sum()),
        difference={term: facts.terms[term] - now[term] for term in COMPONENTS},
        needs_others=forced.needs_others,
        price=_price(run, learner, forced, prices, exact),
    )


def _price(
    run: LoadedRun,
    learner: int,
    forced: ForcedPlan,
    prices: RegionPrices | None,
    exact: SolveParams | None,
) -> Price:
    if exact is not None:
        sharers = sharers_of(run, learner)
        optimum = optimum_of(run, sharers, exact)
        price = exact_price(run, forced.plan, sharers, optimum, exact)
        if price is not None:
            return price
    return estimated_price(run, forced.plan, prices)


def explain_plan(run: LoadedRun, learner_id: str) -> PlanAnswer:
    """Why a learner has the plan of the run.

    Raises
    ------
    UnknownIdError
        There is no such learner.
    """
    learner = run.learner(learner_id)
    mine = run.plans.take(np.array([learner]))
    alone = cheapest_plan(run, learner, Wish(in_room=False))
    return PlanAnswer(
        facts=plan_facts(run, mine),
        alone=plan_facts(run, mine if alone is None else alone),
    )
