"""What a desk works through: urgent learners, places wanted, mentor hours, swaps."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from matcher.advice import missing_in
from matcher.dataset.tables import Bools
from matcher.problem.run_record import UnplacedRow
from matcher.suggestions import LoadedRun
from matcher.suggestions.capacity_use import guidance_hours
from matcher.suggestions.plan_facts import plan_facts
from matcher.suggestions.swap import Swap, helpful_swaps
from matcher.training_plan.agreement import (
    agreement_rules,
    training_day,
    training_days_left,
)

Level = Literal["late", "now", "soon", "in_time", "unknown"]

_NOW_DAYS, _SOON_DAYS = 5, 10
"""Training days left up to which a learner needs action now, or soon."""

_NOWHERE = {"no_site", "no_eligible_site_in_period"}
"""Reasons for which it says more what the closest site asks."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWanted:
    """Learners of one training without a site in one period, as a number.

    Attributes
    ----------
    learners
        How many; nobody is named.
    missing
        What they lack, the most common first; their numbers add up to `learners`.
    """

    trajectory_id: str
    period_id: str
    learners: int
    missing: tuple["Missing", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What learners without a site lack, and how many lack just that.

    Attributes
    ----------
    codes
        Of `advice.MISSING` where no site is eligible: all of these together. Else
        the one code of `advice.REASONS` that unplaced.csv gives as well.
    """

    codes: tuple[str, ...]
    learners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorHours:
    """Hours per week that learners of the desk ask of a mentor, for a company to see.

    Attributes
    ----------
    most_hours
        What the mentor has; None is unlimited.
    """

    site_id: str
    mentor_id: str
    period_id: str
    learners: int
    hours: float
    most_hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLists:
    """The lists of one day.

    Attributes
    ----------
    swaps
        Of two learners of the desk, that help both; a proven optimum has none.
    """

    as_of: date
    urgent: tuple[Urgent, ...]
    wanted: tuple[PlaceWanted, ...]
    mentor_hours: tuple[MentorHours, ...]
    swaps: tuple[Swap, ...]


def desk_lists(
    run: LoadedRun, as_of: date | None = None, school_id: str = ""
) -> DeskLists:
    """The lists of a desk.

    Parameters
    ----------
    as_of
        The first day of the first period when absent: no clock is asked.
    school_id
        Every list is about this school's learners alone, sums and hours as well: what
        a mentor does for one learner of another school tells of that learner's needs.
        "" is the desk of the whole region.
    """
    dataset = run.dataset
    as_of = as_of or dataset.periods.start[0].item()
    own = np.ones(len(dataset.learners), dtype=bool)
    if school_id:
        own = dataset.learners.school_id == school_id
    ids = set(dataset.learners.learner_id[own])
    urgent = [_urgent(run, int(learner), as_of) for learner in np.flatnonzero(own)]
    return DeskLists(
        as_of=as_of,
        urgent=tuple(
            sorted(
                (each for each in urgent if each is not None),
                key=lambda each: (_LEVELS.index(each.level), each.days_left or 0),
            )
        ),
        wanted=tuple(_wanted(run, own)),
        mentor_hours=tuple(_mentor_hours(run, own)),
        swaps=tuple(s for s in helpful_swaps(run) if ids.issuperset(s.learner_ids)),
    )


def _urgent(run: LoadedRun, learner: int, as_of: date) -> Urgent | None:
    """None where a placement is signed."""
    if (run.problem.pairs.signed_option[learner] >= 0).any():
        return None
    rules = agreement_rules(as_of)
    first: date | None = run.dataset.learners.first_lesson[learner].item()
    left, last = None, None
    if first is not None:
        left = training_days_left(first, rules.days_to_sign, as_of)
        last = training_day(first, rules.days_to_sign)
    facts = plan_facts(run, run.plans.take(np.array([learner])))
    return Urgent(
        learner_id=facts.learner_id,
        level=_level(left),
        days_left=left,
        last_day=last,
        site_ids=tuple(dict.fromkeys(each.site_id for each in facts.placements)),
    )


def _level(days_left: int | None) -> Level:
    if days_left is None:
        return "unknown"
    if days_left == 0:
        return "late"
    if days_left <= _NOW_DAYS:
        return "now"
    return "soon" if days_left <= _SOON_DAYS else "in_time"


def _wanted(run: LoadedRun, own: Bools) -> Iterator[PlaceWanted]:
    """By training, then by period, in the order of the tables."""
    dataset = run.dataset
    ids = set(dataset.learners.learner_id[own])
    lacking: dict[tuple[str, str], Counter[tuple[str, ...]]] = {}
    for row in run.lookup.unplaced:
        if row.learner_id in ids:
            learner = run.learner(row.learner_id)
            key = str(dataset.learners.trajectory_id[learner]), row.period_id
            lacking.setdefault(key, Counter())[_lacks(run, learner, row)] += 1
    for trajectory_id in dataset.trajectories.trajectory_id:
        for period_id in dataset.periods.period_id:
            counts = lacking.get((trajectory_id, period_id), Counter())
            if counts:
                yield PlaceWanted(
                    trajectory_id=trajectory_id,
                    period_id=period_id,
                    learners=counts.total(),
                    missing=tuple(
                        Missing(codes=codes, learners=number)
                        for codes, number in sorted(
                            counts.items(), key=lambda item: (-item[1], item[0])
                        )
                    ),
                )


def _lacks(run: LoadedRun, learner: int, row: UnplacedRow) -> tuple[str, ...]:
    if row.reason not in _NOWHERE:
        return (row.reason,)
    period = run.dataset.periods.period_id.tolist().index(row.period_id)
    return missing_in(run.problem, learner, period)


def _mentor_hours(run: LoadedRun, own: Bools) -> Iterator[MentorHours]:
    dataset, pairs = run.dataset, run.problem.pairs
    row, period = np.nonzero((run.plans.option >= 0) & own[:, None])
    mentor = pairs.option_mentor[run.plans.option[row, period]]
    hours = guidance_hours(run.problem, run.plans)[row, period]
    for at in np.unique(mentor):
        most = float(dataset.mentors.hours_per_week[at])
        for when in np.unique(period[mentor == at]):
            here = (mentor == at) & (period == when)
            yield MentorHours(
                site_id=dataset.mentors.site_id[at],
                mentor_id=dataset.mentors.mentor_id[at],
                period_id=dataset.periods.period_id[when],
                learners=int(here.sum()),
                hours=float(hours[here].sum()),
                most_hours=None if np.isnan(most) else most,
            )
