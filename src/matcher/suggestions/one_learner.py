"""The world of one learner after a change of the data, the others as they are.

The rest of the region leaves only the room that its plans do not use; with one
learner in it, everything is small enough to try changes out while somebody waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.advice.change import Part, with_parts
from matcher.dataset import Dataset
from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.position import Index, positions_of
from matcher.problem.capacity import Capacities
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem, prepare
from matcher.suggestions.capacity_use import use_of
from matcher.suggestions.loaded_run import LoadedRun, loaded
from matcher.suggestions.plan_search import Wish, cheapest_plan, options_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedPlan:
    """The cheapest plan of a learner that holds a site.

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


def plan_with_site(run: LoadedRun, learner: int, site: int) -> ForcedPlan | None:
    """The cheapest plan that holds a site, in the room left if it can be.

    None where no plan holds it at all: no block there is long enough, an attest
    cannot be held in time, or the signed sites are as many as may be.
    """
    return plan_in_room(run, learner, site) or _cheapest_with(
        run, learner, site, in_room=False
    )


def plan_in_room(run: LoadedRun, learner: int, site: int) -> ForcedPlan | None:
    """The cheapest plan that holds a site beside the plans of the others, if any."""
    return _cheapest_with(run, learner, site, in_room=True)


def any_plan_in_room(run: LoadedRun, learner: int, site: int) -> bool:
    """Some plan holds a site beside the plans of the others."""
    return any(True for _ in _plans_with(run, learner, site, in_room=True))


def _cheapest_with(
    run: LoadedRun, learner: int, site: int, *, in_room: bool
) -> ForcedPlan | None:
    best: ForcedPlan | None = None
    for plan in _plans_with(run, learner, site, in_room=in_room):
        points = float(plan_points(run.problem, plan).sum())
        if best is None or points < best.points:
            best = ForcedPlan(
                run=run, plan=plan, points=points, needs_others=not in_room
            )
    return best


def _plans_with(
    run: LoadedRun, learner: int, site: int, *, in_room: bool
) -> Iterable[Plans]:
    """Per period the cheapest plan that is at the site then."""
    problem, options = run.problem, options_of(run, learner)
    at_site = problem.sites_of(options) == site
    for period in range(problem.num_periods):
        forced = np.zeros((len(options), problem.num_periods), dtype=bool)
        forced[:, period] = at_site
        plan = cheapest_plan(run, learner, Wish(in_room=in_room, forced=forced))
        if at_site.any() and plan is not None:
            yield plan


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
        What is changed; every site that could be the learner's when absent.
    """
    if before is None:
        before = run.lookup.around(np.array([learner]), site)
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
