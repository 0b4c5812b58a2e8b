"""Who could matter to the repair of a drop-out by moving."""

import numpy as np

from matcher.capacity.drop_out import DropOut
from matcher.capacity.lone_plans import LoneSearch
from matcher.dataset.tables import Bools
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem
from matcher.suggestions import LoadedRun

_GAIN_POINTS = 1e-6
"""A plan that costs so much less is a gain."""


def may_matter(run: LoadedRun, drop: DropOut, gains: Bools) -> Bools:
    """(learners,): a move of this one alone may make the repair cheaper.

    Somebody who uses nothing that the hit may use, who may use nothing that they use,
    and who gains nothing by moving alone leaves both what they can do and what it costs
    as it is.

    Parameters
    ----------
    gains
        See `gains_alone`.
    """
    problem = run.problem
    owner = problem.option_learner
    is_hit = np.zeros(problem.num_learners, dtype=bool)
    is_hit[drop.hit] = True
    may = problem.open_options | _signed(problem)
    plans = run.plans
    row, period = np.nonzero(plans.option >= 0)
    used = np.zeros_like(may)
    used[plans.option[row, period], period] = True
    matters = _meets(problem, used, may & is_hit[owner, None])
    matters |= _meets(problem, may, used & is_hit[owner, None])
    matters |= _meets_in_course(run, is_hit)
    return matters | gains


def gains_alone(run: LoadedRun, workers: int = 1) -> Bools:
    """(learners,): a cheaper plan finds room as things are; nobody in an optimum.

    Parameters
    ----------
    workers
        Threads; the answer does not depend on them.
    """
    everyone = np.arange(run.problem.num_learners)
    if run.summary.status == "optimal":
        return np.zeros(len(everyone), dtype=bool)
    search = LoneSearch(run, workers=workers)
    asked = search.asked(np.split(everyone, everyone[1:]), [None] * len(everyone))
    least = search.plans(asked).bounds
    return np.asarray(least < run.points.sum(axis=1) - _GAIN_POINTS)


def _signed(problem: Problem) -> Bools:
    """(options, periods): signed there, whatever the rules say."""
    signed = np.zeros_like(problem.open_options)
    learner, period = np.nonzero(problem.pairs.signed_option >= 0)
    signed[problem.pairs.signed_option[learner, period], period] = True
    return signed


def _meets(problem: Problem, these: Bools, those: Bools) -> Bools:
    """(learners,): some of `these` options of theirs share a place with `those`."""
    pairs = problem.pairs
    site = problem.option_site
    enterprise = pairs.positions.site_enterprise[site]
    places: tuple[tuple[Index, int], ...] = (
        (site, len(problem.dataset.sites)),
        (pairs.option_mentor, len(problem.dataset.mentors)),
        (enterprise, len(pairs.positions.enterprise_ids)),
    )
    option, period = np.nonzero(those)
    shared = np.zeros_like(these)
    for place, count in places:
        # The last row is for sites without an enterprise, which share none.
        taken = np.zeros((count + 1, problem.num_periods), dtype=bool)
        taken[place[option], period] = True
        taken[count] = False
        shared |= these & taken[place]
    meets = np.zeros(problem.num_learners, dtype=bool)
    meets[problem.option_learner[shared.any(axis=1)]] = True
    return meets


def _meets_in_course(run: LoadedRun, is_hit: Bools) -> Bools:
    """(learners,): sits where the hit may, or may where they sit."""
    problem, course = run.problem, run.plans.course
    teaching = problem.teaching
    count = len(problem.dataset.courses)
    may = np.zeros((problem.num_learners, count), dtype=bool)
    sits = np.repeat(np.arange(problem.num_learners), np.diff(teaching.reach_start))
    may[sits, teaching.reach_course] = True
    used = np.zeros_like(may)
    row, unit = np.nonzero(course >= 0)
    used[row, course[row, unit]] = True
    either = (used & may[is_hit].any(axis=0)) | (may & used[is_hit].any(axis=0))
    return np.asarray(either.any(axis=1))
