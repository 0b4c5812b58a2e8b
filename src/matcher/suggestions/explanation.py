"""Why this plan, and why not that site: reasons that can be followed to their facts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.advice.encounter import encounter_of
from matcher.advice.site_barrier import Barrier, Status, barriers_of, status_of
from matcher.advice.site_changes import ChangeSet, changes_for_site
from matcher.dataset import Dataset
from matcher.problem.plans import plan_sites
from matcher.problem.run_record import COMPONENTS
from matcher.solvers import SolveParams
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.one_learner import (
    ForcedPlan,
    SiteSearch,
    after_change,
    plan_in_room,
    plan_with_site,
)
from matcher.suggestions.plan_facts import Journey, PlanFacts, journey, plan_facts
from matcher.suggestions.plan_search import (
    QUESTION_NODES,
    Effort,
    Wish,
    cheapest_plan,
)
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
    is_settled
        All was searched. Else a plan with the site may cost less than `points`, or
        there may be one where none was found.
    """

    change: ChangeSet
    points: float | None
    is_settled: bool


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
    is_settled
        All was searched. Else a plan with the site may be cheaper, and there may be
        room for one.
    price
        What the region and the others would pay.
    """

    facts: PlanFacts
    points: float
    difference: Mapping[str, float]
    needs_others: bool
    is_settled: bool
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
        Where the learner is eligible; None where no plan that holds the site was found.
    is_settled
        All was searched: where there is no plan none can hold the site, and no set of
        changes that makes room was left aside for want of proof.
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
    is_settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswer:
    """Why a learner has this plan.

    Attributes
    ----------
    alone
        The plan that the learner would have if nobody else wanted the same; its
        points say what sharing costs this learner.
    is_settled
        All was searched: no plan alone is cheaper.
    """

    facts: PlanFacts
    alone: PlanFacts
    is_settled: bool


def explain_site(
    run: LoadedRun,
    learner_id: str,
    site_id: str,
    prices: RegionPrices | None = None,
    exact: SolveParams | None = None,
    most_nodes: int = QUESTION_NODES,
) -> SiteAnswer:
    """Why a learner is not at a site, and what would have to change.

    Parameters
    ----------
    prices
        Shadow prices of the region, for the estimate of what the others pay.
    exact
        How to solve again for that price; None does not.
    most_nodes
        Work after which the search for plans with the site ends; the answer says so.

    Raises
    ------
    UnknownIdError
        There is no such learner, or no such site.
    """
    learner, site = run.learner(learner_id), run.site(site_id)
    dataset = run.lookup.around(np.array([learner]), site, which="none")
    encounter = encounter_of(dataset, run.problem.policy, learner_id, site_id)
    status = status_of(encounter)
    own = run.plans.take(np.array([learner]))
    effort = Effort(most_nodes)
    searched: SiteSearch | None = None
    if status == "eligible":
        searched = plan_with_site(run, learner, site, effort)
        ways, is_settled = _ways_to_room(run, learner, site, searched, effort)
    else:
        ways, is_settled = _ways_in(run, learner, site, dataset, effort), True
    return SiteAnswer(
        learner_id=learner_id,
        site_id=site_id,
        status=status,
        is_in_plan=bool((plan_sites(run.problem, own) == site).any()),
        journey=journey(run, learner, site),
        barriers=barriers_of(encounter),
        unknowns=encounter.unknown_demands,
        changes=tuple(ways),
        plan=_dearer(run, learner, searched, prices, exact),
        is_settled=is_settled,
    )


def _ways_to_room(
    run: LoadedRun, learner: int, site: int, searched: SiteSearch, effort: Effort
) -> tuple[list[WayIn], bool]:
    """What would make room where the site is open and full; whether all was settled."""
    has_room = searched.found is not None and not searched.found.needs_others
    if has_room or not searched.is_settled:
        # Where there may be room, no set is known to be needed.
        return [], searched.is_settled
    made = room_changes(run, learner, site, effort)
    ways = [_way(run, learner, change, plan) for change, plan in made.ways]
    return ways, made.is_settled


def _ways_in(
    run: LoadedRun, learner: int, site: int, dataset: Dataset, effort: Effort
) -> list[WayIn]:
    """What would open the site."""
    learner_id = str(run.dataset.learners.learner_id[learner])
    site_id = str(run.dataset.sites.site_id[site])
    changes = changes_for_site(
        dataset, run.problem.policy, learner_id, site_id, taken=run.lookup.mentor
    )
    ways = []
    for change in changes:
        changed = after_change(run, learner, site, change.parts)
        plan = plan_in_room(changed, 0, changed.site(site_id), effort)
        ways.append(_way(run, learner, change, plan))
    return ways


def _way(run: LoadedRun, learner: int, change: ChangeSet, plan: SiteSearch) -> WayIn:
    points = None
    if plan.found is not None:
        points = plan.found.points - float(run.points[learner].sum())
    return WayIn(change=change, points=points, is_settled=plan.is_settled)


def _dearer(
    run: LoadedRun,
    learner: int,
    searched: SiteSearch | None,
    prices: RegionPrices | None,
    exact: SolveParams | None,
) -> DearerPlan | None:
    if searched is None or searched.found is None:
        return None
    forced = searched.found
    facts = plan_facts(run, forced.plan)
    now = dict(zip(COMPONENTS, run.points[learner].tolist(), strict=True))
    return DearerPlan(
        facts=facts,
        points=facts.points - float(run.points[learner].sum()),
        difference={term: facts.terms[term] - now[term] for term in COMPONENTS},
        needs_others=forced.needs_others,
        is_settled=searched.is_settled,
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
        alone=plan_facts(run, mine if alone.plan is None else alone.plan),
        is_settled=alone.is_settled,
    )
