"""What taking a plan does to the others, in people and minutes rather than points.

Sums over all others, of every school: no id, no place, no need. Where it touches
fewer than three learners even a sum tells of one of them, and is kept back.
"""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.problem.plans import Plans, coverage_of, plan_sites
from matcher.problem.problem import Problem
from matcher.suggestions.fixed_plan import Interval
from matcher.suggestions.loaded_run import LoadedRun

FEW = 3
"""Learners below which nothing but "fewer than three" is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How the others fare in the best plans beside a fixed one.

    Attributes
    ----------
    touched
        Learners whose sites change; None for one or two.
    losing, gaining
        Of these, with fewer or with more competences covered. None where `touched` is,
        or where it would be one or two.
    minutes
        One way, more than in the run: the sum over the others, averaged over the
        weeks of all periods. None where `touched` is.
    """

    touched: int | None
    losing: int | None
    gaining: int | None
    minutes: float | None


def effect_on_others(run: LoadedRun, found: Interval) -> Effect | None:
    """What the plans found do to the others; None where nothing was solved."""
    if found.part is None or found.plans is None:
        return None
    ids = found.part.dataset.learners.learner_id
    rows = np.array([run.learner(str(each)) for each in ids], dtype=np.int64)
    before = run.plans.take(rows)
    moved = (_site_ids(run.problem, before) != _site_ids(found.part, found.plans)).any(
        axis=1
    )
    gaps = _gaps(found.part, found.plans) - _gaps(run.problem, before)
    minutes = _minutes(found.part, found.plans) - _minutes(run.problem, before)
    touched = int((moved | (gaps != 0)).sum())
    if 0 < touched < FEW:
        return Effect(touched=None, losing=None, gaining=None, minutes=None)
    return Effect(
        touched=touched,
        losing=_told(int((gaps > 0).sum())),
        gaining=_told(int((gaps < 0).sum())),
        minutes=float(minutes.sum()),
    )


def _told(count: int) -> int | None:
    return None if 0 < count < FEW else count


def _site_ids(problem: Problem, plans: Plans) -> np.ndarray:
    """(plans, periods), "" for no placement."""
    ids = np.append(problem.dataset.sites.site_id, "")
    return np.asarray(ids[plan_sites(problem, plans)], dtype=str)


def _gaps(problem: Problem, plans: Plans) -> Floats:
    """(plans,), competences that nothing covers."""
    return np.asarray(coverage_of(problem, plans).gap.sum(axis=1), dtype=float)


def _minutes(problem: Problem, plans: Plans) -> Floats:
    """(plans,), minutes one way, averaged over the weeks of all periods."""
    if not len(problem.pairs.option_pair):
        return np.zeros(len(plans))
    one_way = np.nan_to_num(problem.pairs.minutes[problem.pairs.option_pair])
    placed = np.where(plans.option >= 0, one_way[plans.option], 0.0)
    return np.asarray(placed @ problem.weeks / max(problem.weeks.sum(), 1e-9))
