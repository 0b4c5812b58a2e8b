"""Learners with whom nothing is signed yet, and the days left to do so."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from matcher.eligibility.position import Index
from matcher.problem.plans import plan_sites
from matcher.suggestions import LoadedRun
from matcher.training_plan.agreement import (
    agreement_rules,
    training_day,
    training_days_left,
)

Level = Literal["late", "now", "soon", "in_time", "unknown"]

_NOW_DAYS, _SOON_DAYS = 5, 10
"""Training days left up to which a learner needs action now, or soon."""

_LEVELS: tuple[Level, ...] = ("late", "now", "soon", "unknown", "in_time")
"""In the order of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """A learner with whom nothing is signed yet.

    Attributes
    ----------
    days_left
        Training days to sign, today included; None without a first lesson.
    site_ids
        Sites that the plan proposes.
    """

    learner_id: str
    level: Level
    days_left: int | None
    last_day: date | None
    site_ids: tuple[str, ...]


def urgent_learners(run: LoadedRun, as_of: date, own: Index) -> tuple[Urgent, ...]:
    """Those of some learners with whom nothing is signed, the most urgent first."""
    signed = (run.problem.pairs.signed_option[own] >= 0).any(axis=1)
    todo = own[~signed]
    learners = run.dataset.learners
    found = []
    for learner_id, first, site_ids in zip(
        learners.learner_id[todo],
        learners.first_lesson[todo].tolist(),
        sites_of(run, todo),
        strict=True,
    ):
        left, last = (None, None) if first is None else _clock(first, as_of)
        found.append(
            Urgent(
                learner_id=str(learner_id),
                level=_level(left),
                days_left=left,
                last_day=last,
                site_ids=site_ids,
            )
        )
    found.sort(key=lambda each: (_LEVELS.index(each.level), each.days_left or 0))
    return tuple(found)


def sites_of(run: LoadedRun, own: Index) -> list[tuple[str, ...]]:
    """Sites of each learner's plan, in the order of the periods, each once."""
    ids = run.dataset.sites.site_id
    return [
        tuple(str(ids[site]) for site in dict.fromkeys(row) if site >= 0)
        for row in plan_sites(run.problem, run.plans.take(own)).tolist()
    ]


@lru_cache(maxsize=4096)
def _clock(first: date, as_of: date) -> tuple[int, date]:
    """Days left and the last day: few first lessons, and many learners."""
    number = agreement_rules(as_of).days_to_sign
    return training_days_left(first, number, as_of), training_day(first, number)


def _level(days_left: int | None) -> Level:
    if days_left is None:
        return "unknown"
    if days_left == 0:
        return "late"
    if days_left <= _NOW_DAYS:
        return "now"
    return "soon" if days_left <= _SOON_DAYS else "in_time"
