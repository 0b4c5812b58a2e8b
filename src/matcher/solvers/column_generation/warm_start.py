"""From the state of an earlier run to the start of this one.

Who did not change (by fingerprint) keeps the floor at the stored prices: no plan of
that learner costs less. The others are priced anew. Whatever the limits are now, the
sum of all floors less what the capacities are worth at these prices is a bound. A
part of the region of which nothing changed keeps the bound that was proven then,
which may be better.
"""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Bools, Floats, Texts
from matcher.eligibility.position import Index, positions_of
from matcher.planning import PriceList, cheapest_plans
from matcher.problem.plans import Plans, empty_plans, no_plans
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows, plan_use, prices_of
from matcher.solvers.column_generation.fingerprint import (
    learner_fingerprints,
    part_fingerprint,
)
from matcher.solvers.column_generation.region_part import RegionPart
from matcher.solvers.column_generation.row_name import row_names
from matcher.solvers.state import Fingerprints, RunState

PLANS_EACH = 8
"""Plans of one learner that a state holds, those of least reduced cost."""

_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmStart:
    """Where a run begins that knows an earlier one.

    Attributes
    ----------
    row_prices
        (rows,)
    floors
        (learners,), no plan of the learner costs less at these prices.
    plans
        Known plans, each allowed for its learner.
    chosen
        One plan per learner, all limits kept; of who lost their plan, only what is
        signed.
    open_learners
        Learners without a plan of the earlier run.
    part_bounds
        (parts,), proven of the parts that did not change; else 0.
    """

    row_prices: Floats
    floors: Floats
    plans: Plans
    chosen: Plans
    open_learners: Index
    part_bounds: Floats


def warm_start(
    problem: Problem,
    price_list: PriceList,
    rows: Rows,
    parts: list[RegionPart],
    state: RunState,
    *,
    workers: int,
) -> WarmStart:
    """Start from a state, whatever changed since."""
    names = np.array(row_names(problem, rows), dtype=object)
    fingerprints = learner_fingerprints(problem, price_list)
    row_prices = _row_prices(names, state)
    before = positions_of(problem.dataset.learners.learner_id, state.learners.tolist())
    is_same = before >= 0
    is_same[is_same] = state.fingerprints[before[is_same]] == fingerprints[is_same]
    is_same &= ~_paid_vanished_prices(problem, names, state)
    plans, is_chosen = _known_plans(problem, state, before, is_same)
    floors = np.zeros(problem.num_learners)
    floors[is_same] = state.floors[before[is_same]]
    changed = np.flatnonzero(~is_same | ~np.isfinite(floors))
    pricing = cheapest_plans(
        price_list,
        price_list.at(prices_of(rows, row_prices)),
        changed,
        workers=workers,
    )
    floors[changed] = pricing.bounds
    chosen, open_learners = _kept(problem, rows, plans.take(is_chosen))
    return WarmStart(
        row_prices=row_prices,
        floors=floors,
        plans=Plans.join([plans, pricing.plans]),
        chosen=chosen,
        open_learners=open_learners,
        part_bounds=_part_bounds(names, rows, parts, fingerprints, state),
    )


def _row_prices(names: Texts, state: RunState) -> Floats:
    """(rows,), the stored price of each; 0 of a row that is new."""
    at = positions_of(names, state.rows.tolist())
    return np.where(at >= 0, np.append(state.row_prices, 0.0)[at], 0.0)


def _paid_vanished_prices(problem: Problem, names: Texts, state: RunState) -> Bools:
    """(learners,): the floor counts a price on a row that is no more.

    Such a row can no longer be exceeded; its price is 0 now, which may make plans
    cheaper than the floor says.
    """
    gone = (positions_of(state.rows.tolist(), names) < 0) & (state.row_prices > 0)
    places: dict[str, set[str]] = {}
    for name in state.rows[gone].tolist():
        kind, place, _ = name.split("\t")
        places.setdefault(kind, set()).add(place)
    paid = np.zeros(problem.num_learners, dtype=bool)
    if not places:
        return paid
    dataset, pairs = problem.dataset, problem.pairs
    of_mentors = set().union(
        *(places.get(kind, set()) for kind in ("mentor", "hours", "unsigned"))
    )
    site = np.isin(_texts(dataset.sites.site_id), list(places.get("site", ())))
    mentor = np.isin(_texts(dataset.mentors.mentor_id), list(of_mentors))
    enterprise = np.append(
        np.isin(
            _texts(pairs.positions.enterprise_ids), list(places.get("enterprise", ()))
        ),
        False,
    )
    where = problem.option_site
    option = site[where] | mentor[pairs.option_mentor]
    option |= enterprise[pairs.positions.site_enterprise[where]]
    paid[problem.option_learner[option]] = True
    seat = np.isin(_texts(dataset.courses.course_id), list(places.get("seat", ())))
    reach = problem.teaching
    sits = np.repeat(np.arange(problem.num_learners), np.diff(reach.reach_start))
    paid[sits[seat[reach.reach_course]]] = True
    return paid


def _texts(ids: Texts) -> np.ndarray:
    return np.asarray(ids.tolist(), dtype=str)


def _known_plans(
    problem: Problem, state: RunState, before: Index, is_same: Bools
) -> tuple[Plans, Bools]:
    """Plans of those who did not change, and which of them were chosen."""
    now = np.full(len(state.learners), -1)
    now[before[is_same]] = np.flatnonzero(is_same)
    shape = (problem.num_periods, problem.teaching.needed.shape[1])
    if (state.plan_place.shape[1], state.plan_course.shape[1]) != shape:
        # Other periods or trajectories: nobody's plan is what it was.
        return no_plans(problem), np.empty(0, dtype=bool)
    learner = now[state.plan_learner]
    kept = learner >= 0
    option = _options_at(problem, state, learner[kept], state.plan_place[kept])
    course = np.append(
        positions_of(state.courses.tolist(), problem.dataset.courses.course_id), -1
    )[state.plan_course[kept]]
    plans = Plans(learner=learner[kept], option=option, course=course)
    found = ((option >= 0) == (state.plan_place[kept] >= 0)).all(axis=1)
    found &= ((course >= 0) == (state.plan_course[kept] >= 0)).all(axis=1)
    return plans.take(found), state.is_chosen[kept][found]


def _options_at(
    problem: Problem, state: RunState, learner: Index, place: Index
) -> Index:
    """(plans, periods), the learner's option at a place; -1 where there is none."""
    dataset = problem.dataset
    site = positions_of(state.place_site.tolist(), dataset.sites.site_id)
    mentor = positions_of(state.place_mentor.tolist(), dataset.mentors.mentor_id)
    num_sites, num_mentors = len(dataset.sites), len(dataset.mentors)

    def code(learner: Index, site: Index, mentor: Index) -> Index:
        return (learner * num_sites + site) * num_mentors + mentor

    codes = code(
        problem.option_learner, problem.option_site, problem.pairs.option_mentor
    )
    order = np.argsort(codes, kind="stable")
    asked_site = np.append(site, -1)[place]
    asked_mentor = np.append(mentor, -1)[place]
    exists = (asked_site >= 0) & (asked_mentor >= 0)
    asked = code(learner[:, None], asked_site, asked_mentor)
    at = np.searchsorted(codes[order], asked)
    at = np.minimum(at, max(len(order) - 1, 0))
    if not len(order):
        return np.full(place.shape, -1)
    return np.where(exists & (codes[order][at] == asked), order[at], -1)


def _kept(problem: Problem, rows: Rows, chosen: Plans) -> tuple[Plans, Index]:
    """Plans that still fit together, and who has none.

    Where a limit fell, those who use it are taken out, the last in the table first,
    until it is kept.
    """
    plans = empty_plans(problem)
    signed = plan_use(problem, rows, plans)
    has = np.zeros(problem.num_learners, dtype=bool)
    has[chosen.learner] = True
    plans.option[chosen.learner] = chosen.option
    plans.course[chosen.learner] = chosen.course
    use = plan_use(problem, rows, plans)
    limit = np.asarray(rows.limit, dtype=float).copy()
    # A gate that stays shut: no unsigned learner at all, as `greedy` has it.
    total = np.asarray(use.sum(axis=0)).ravel()
    opened = total[rows.gate_unsigned] > _TOLERANCE
    limit[rows.gate_hours[opened]] -= rows.gate_drop[opened]
    limit[rows.gate_unsigned[opened]] += rows.gate_lift[opened]
    for row in np.flatnonzero(total > limit + _TOLERANCE):
        extra = (use[:, [row]] - signed[:, [row]]).toarray()[:, 0]
        for learner in np.flatnonzero(extra > _TOLERANCE)[::-1]:
            if total[row] <= limit[row] + _TOLERANCE:
                break
            if has[learner]:
                has[learner] = False
                total -= (use[[learner]] - signed[[learner]]).toarray()[0]
    dropped = np.flatnonzero(~has)
    plans.option[dropped] = problem.pairs.signed_option[dropped]
    plans.course[dropped] = -1
    return plans, dropped


def _part_bounds(
    names: Texts,
    rows: Rows,
    parts: list[RegionPart],
    fingerprints: Fingerprints,
    state: RunState,
) -> Floats:
    now = np.array(
        [part_fingerprint(names, rows, part, fingerprints) for part in parts]
    )
    bounds = dict(
        zip(state.part_fingerprints.tolist(), state.part_bounds.tolist(), strict=True)
    )
    return np.array([bounds.get(one, 0.0) for one in now.tolist()], dtype=float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a run knows at its end.

    Attributes
    ----------
    row_prices, floors
        (rows,) and (learners,), see `WarmStart`.
    plans
        Plans met on the way, those chosen among them.
    is_chosen
        (plans,)
    part_bounds
        (parts,), points.
    """

    row_prices: Floats
    floors: Floats
    plans: Plans
    is_chosen: Bools
    part_bounds: Floats


def state_of(
    problem: Problem,
    price_list: PriceList,
    rows: Rows,
    parts: list[RegionPart],
    known: Known,
) -> RunState:
    """What a run leaves behind for the next one."""
    dataset, pairs = problem.dataset, problem.pairs
    names = np.array(row_names(problem, rows), dtype=object)
    fingerprints = learner_fingerprints(problem, price_list)
    option = known.plans.option
    used, place = np.unique(option[option >= 0], return_inverse=True)
    plan_place = np.full(option.shape, -1)
    plan_place[option >= 0] = place
    return RunState(
        learners=_texts(dataset.learners.learner_id),
        fingerprints=fingerprints,
        floors=known.floors,
        rows=_texts(names),
        row_prices=known.row_prices,
        place_site=_texts(dataset.sites.site_id[problem.sites_of(used)]),
        place_mentor=_texts(dataset.mentors.mentor_id[pairs.option_mentor[used]]),
        courses=_texts(dataset.courses.course_id),
        plan_learner=known.plans.learner,
        plan_place=plan_place,
        plan_course=known.plans.course,
        is_chosen=known.is_chosen,
        part_fingerprints=np.array(
            [part_fingerprint(names, rows, part, fingerprints) for part in parts],
            dtype=np.uint64,
        ),
        part_bounds=known.part_bounds,
    )
