"""What a desk works through: urgent learners, places wanted, mentor hours, swaps."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.advice import missing_in
from matcher.desk.own_learners import first_day, learners_of
from matcher.desk.urgent import Urgent, urgent_learners
from matcher.eligibility.position import Index, positions_of
from matcher.problem.run_record import UnplacedRow
from matcher.suggestions import LoadedRun
from matcher.suggestions.capacity_use import guidance_hours
from matcher.suggestions.swap import Swap, helpful_swaps

_NOWHERE = {"no_site", "no_eligible_site_in_period"}
"""Reasons for which it says more what the closest site asks."""


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
    as_of = as_of or first_day(run)
    own = learners_of(run, school_id)
    return DeskLists(
        as_of=as_of,
        urgent=urgent_learners(run, as_of, own),
        wanted=tuple(_wanted(run, own)),
        mentor_hours=tuple(_mentor_hours(run, own)),
        swaps=helpful_swaps(run, own),
    )


def _wanted(run: LoadedRun, own: Index) -> Iterator[PlaceWanted]:
    """By training, then by period, in the order of the tables."""
    dataset = run.dataset
    lacking: dict[tuple[str, str], Counter[tuple[str, ...]]] = {}
    for learner, rows in _unplaced(run, own).items():
        trajectory_id = str(dataset.learners.trajectory_id[learner])
        for row, codes in zip(rows, _lacks(run, learner, rows), strict=True):
            key = trajectory_id, row.period_id
            lacking.setdefault(key, Counter())[codes] += 1
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


def _unplaced(run: LoadedRun, own: Index) -> dict[int, list[UnplacedRow]]:
    """Open periods of these learners."""
    found: dict[int, list[UnplacedRow]] = {}
    learners = set(own.tolist())
    for row in run.lookup.unplaced:
        learner = run.learner(row.learner_id)
        if learner in learners:
            found.setdefault(learner, []).append(row)
    return found


def _lacks(
    run: LoadedRun, learner: int, rows: list[UnplacedRow]
) -> Iterator[tuple[str, ...]]:
    """Of each open period of a learner."""
    nowhere = [row.period_id for row in rows if row.reason in _NOWHERE]
    periods = positions_of(nowhere, run.dataset.periods.period_id)
    missing = iter(missing_in(run.problem, learner, periods) if nowhere else ())
    for row in rows:
        yield next(missing) if row.reason in _NOWHERE else (row.reason,)


def _mentor_hours(run: LoadedRun, own: Index) -> Iterator[MentorHours]:
    """By mentor, then by period."""
    dataset, plans = run.dataset, run.plans.take(own)
    row, period = np.nonzero(plans.option >= 0)
    mentor = run.problem.pairs.option_mentor[plans.option[row, period]]
    hours = guidance_hours(run.problem, plans)[row, period]
    keys, at = np.unique(mentor * len(dataset.periods) + period, return_inverse=True)
    for key, learners, sum_of_hours in zip(
        keys.tolist(),
        np.bincount(at).tolist(),
        np.bincount(at, weights=hours).tolist(),
        strict=True,
    ):
        who, when = divmod(key, len(dataset.periods))
        most = float(dataset.mentors.hours_per_week[who])
        yield MentorHours(
            site_id=dataset.mentors.site_id[who],
            mentor_id=dataset.mentors.mentor_id[who],
            period_id=dataset.periods.period_id[when],
            learners=learners,
            hours=sum_of_hours,
            most_hours=None if np.isnan(most) else most,
        )
