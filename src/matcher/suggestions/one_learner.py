"""The world of one learner after a change of the data, the others as they are.

The rest of the region leaves only the room that its plans do not use; with one
learner in it, everything is small enough to try changes out while somebody waits.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.advice.change import Part, with_parts
from matcher.dataset import Dataset
from matcher.dataset.tables import Bools, Floats, Texts
from matcher.eligibility.position import Index, positions_of
from matcher.problem.capacity import Capacities
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem, prepare
from matcher.suggestions.capacity_use import use_of
from matcher.suggestions.loaded_problem import WhichSites
from matcher.suggestions.loaded_run import LoadedRun, loaded
from matcher.suggestions.plan_search import (
    Effort,
    Searched,
    Wish,
    cheapest_plan,
    options_of,
)

_ABOUT_PLACES = {
    "courses",
    "enterprises",
    "mentors",
    "recognitions",
    "sites",
    "travel",
}
"""Tables of which a changed row opens no other site to a learner than its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedPlan:
    """The cheapest plan found of a learner that holds a site.

    Attributes
    ----------
    run
        The run in whose positions the plan stands.
    needs_others
        It finds no room beside the plans of the others: they would have to move.
    """

    run: LoadedRun
    plan: Plans
    points: float
    needs_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSearch:
    """What a search for a plan that holds a site ended with.

    Attributes
    ----------
    found
        None where no plan was found.
    is_settled
        All was searched: no such plan is cheaper, or there is none, and where it needs
        others there is no room. Else the question's work ended first.
    """

    found: ForcedPlan | None
    is_settled: bool


def plan_with_site(
    run: LoadedRun, learner: int, site: int, effort: Effort | None = None
) -> SiteSearch:
    """The cheapest plan that holds a site, in the room left if it can be.

    Nothing is found where no plan holds it at all (no block there is long enough, an
    attest cannot be held in time, or the signed sites are as many as may be), and
    where the work ended first, which `is_settled` tells.
    """
    effort = Effort() if effort is None else effort
    beside = plan_in_room(run, learner, site, effort)
    if beside.found is not None:
        return beside
    whole = _cheapest_with(run, learner, site, effort, in_room=False)
    return replace(whole, is_settled=whole.is_settled and beside.is_settled)


def plan_in_room(run: LoadedRun, learner: int, site: int, effort: Effort) -> SiteSearch:
    """The cheapest plan that holds a site beside the plans of the others, if any."""
    return _cheapest_with(run, learner, site, effort, in_room=True)


def any_plan_in_room(
    run: LoadedRun, learner: int, site: int, effort: Effort
) -> bool | None:
    """Some plan holds a site beside the plans of the others; None is not settled."""
    answer: bool | None = False
    for period in range(run.problem.num_periods):
        held = _may_hold(run, learner, site, period, effort, in_room=True)
        if held:
            return True
        answer = None if held is None else answer
    return answer


def _cheapest_with(
    run: LoadedRun, learner: int, site: int, effort: Effort, *, in_room: bool
) -> SiteSearch:
    """Per period the cheapest plan that is at the site then; of these the cheapest."""
    problem, options = run.problem, options_of(run, learner)
    at_site = problem.sites_of(options) == site
    asks_attests = bool(_asked_units(run, learner, site))
    best: Searched | None = None
    is_settled = True
    for period in range(problem.num_periods if at_site.any() else 0):
        if asks_attests and best is None:
            # Whether an attest can be held in time is quick to find out alone, and
            # slow to find out among all the sites of a training.
            held = _may_hold(run, learner, site, period, effort, in_room=in_room)
            is_settled &= held is not None
            if not held:
                continue
        wish = Wish(
            in_room=in_room,
            forced=_in_period(at_site, period, problem.num_periods),
            below=np.inf if best is None else best.cost,
        )
        searched = cheapest_plan(run, learner, wish, effort)
        is_settled &= searched.is_settled
        if searched.plan is not None:
            best = searched
    if best is None or best.plan is None:
        return SiteSearch(found=None, is_settled=is_settled)
    points = float(plan_points(problem, best.plan).sum())
    found = ForcedPlan(run=run, plan=best.plan, points=points, needs_others=not in_room)
    return SiteSearch(found=found, is_settled=is_settled)


def _in_period(options: Bools, period: int, num_periods: int) -> Bools:
    """(options, periods): these options, in one period."""
    forced = np.zeros((len(options), num_periods), dtype=bool)
    forced[:, period] = options
    return forced


def _may_hold(
    run: LoadedRun,
    learner: int,
    site: int,
    period: int,
    effort: Effort,
    *,
    in_room: bool,
) -> bool | None:
    """Some plan is at a site in a period; None where that is not settled.

    Any such plan can do without its stays elsewhere, the signed apart, but for those
    that earn an attest, before the period.
    """
    problem, options = run.problem, options_of(run, learner)
    sites = problem.sites_of(options)
    at_site = sites == site
    if not at_site.any():
        return False
    is_late = np.arange(problem.num_periods) >= period
    helps = np.isin(sites, _helping_sites(run, learner, site))
    unsigned = problem.pairs.signed_option[learner] != options[:, None]
    wish = Wish(
        in_room=in_room,
        barred=~at_site & ~helps,
        extra=np.where(unsigned & ~at_site[:, None] & is_late, np.inf, 0.0),
        forced=_in_period(at_site, period, problem.num_periods),
    )
    searched = cheapest_plan(run, learner, wish, effort)
    if searched.plan is not None:
        return True
    return False if searched.is_settled else None


def _helping_sites(run: LoadedRun, learner: int, site: int) -> Index:
    """Sites where an attest is earned that the site asks for, or another of these."""
    problem, teaching = run.problem, run.problem.teaching
    own = np.unique(problem.pairs.option_pair[options_of(run, learner)])
    offering = problem.pairs.offering[own]
    sites = problem.pairs.offerings.site[offering]
    signed = problem.pairs.signed_option[learner]
    helping = {site, *problem.sites_of(signed[signed >= 0]).tolist()}
    asked: set[int] = set()
    to_see = list(helping)
    while to_see:
        units = _asked_units(run, learner, to_see.pop()) - asked
        asked |= units
        for unit in units:
            weeks = teaching.credit[teaching.credit_start[offering] + unit]
            more = set(sites[weeks.any(axis=1)].tolist()) - helping
            helping |= more
            to_see += more
    return np.array(sorted(helping - {site}), dtype=np.int64)


def _asked_units(run: LoadedRun, learner: int, site: int) -> set[int]:
    """Attests that a site asks of a learner who does not hold them yet."""
    problem, teaching = run.problem, run.problem.teaching
    options = options_of(run, learner)
    here = options[problem.sites_of(options) == site]
    if not len(here):
        return set()
    offering = problem.pairs.offering[problem.pairs.option_pair[here[0]]]
    first, last = (
        teaching.required_start[offering],
        teaching.required_start[offering + 1],
    )
    units = teaching.required_unit[first:last]
    return set(units[teaching.needed[learner, units]].tolist())


def after_change(
    run: LoadedRun,
    learner: int,
    site: int,
    parts: tuple[Part, ...],
    before: Dataset | None = None,
) -> LoadedRun:
    """A run of this learner alone in the changed data, in the room the others leave.

    Parameters
    ----------
    site
        Which the change is about: it is there, whatever it is recognised for.
    before
        What is changed; every site that could then be the learner's when absent.
    """
    if before is None:
        is_local = all(each.table in _ABOUT_PLACES for each in parts)
        which: WhichSites = "eligible" if is_local else "any"
        before = run.lookup.around(np.array([learner]), site, which=which)
    dataset = with_parts(before, parts)
    problem = prepare(dataset, run.problem.policy)
    left = replace(problem, capacities=_left(run, learner, problem))
    return loaded(left, empty_plans(left), run.summary)


def _left(run: LoadedRun, learner: int, small: Problem) -> Capacities:
    """Capacities of the learner's world less what others use; new rows are free."""
    mine = use_of(run.problem, run.plans.take(np.array([learner])))
    whole, dataset = run.lookup.use, small.dataset
    site = _positions(run.lookup.site, dataset.sites.site_id)
    mentor = _positions(run.lookup.mentor, dataset.mentors.mentor_id)
    enterprise = positions_of(
        small.pairs.positions.enterprise_ids,
        run.problem.pairs.positions.enterprise_ids,
    )
    course = positions_of(dataset.courses.course_id, run.dataset.courses.course_id)

    def by_others(of_all: NDArray[Any], own: NDArray[Any], at: Index) -> Floats:
        # One row more, of zeros, for what is new: -1 points at it, also where the
        # region has no row at all.
        nobody = np.zeros((1, *of_all.shape[1:]), of_all.dtype)
        used = np.concatenate([of_all - own, nobody])
        return np.where((at >= 0).reshape(-1, *[1] * (used.ndim - 1)), used[at], 0)

    capacities = small.capacities
    hours = by_others(whole.hours, mine.hours, mentor)
    return replace(
        capacities,
        site=capacities.site - by_others(whole.site, mine.site, site),
        enterprise=capacities.enterprise
        - by_others(whole.enterprise, mine.enterprise, enterprise),
        mentor=capacities.mentor - by_others(whole.mentor, mine.mentor, mentor),
        hours=capacities.hours - hours,
        hours_left=capacities.hours_left - hours,
        seats=capacities.seats
        - by_others(whole.seats, mine.seats, course).astype(np.int64),
    )


def _positions(position_of: dict[str, int], ids: Texts) -> Index:
    return np.array([position_of.get(each, -1) for each in ids], dtype=np.int64)
