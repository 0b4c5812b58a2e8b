"""How evenly a region's burden falls: the worst-off first, and by group.

A group of fewer than ten learners is not shown, nor is the next smallest where it
could be told by subtraction. Nothing here is an input of the plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.capacity.area import Areas
from matcher.capacity.repair import solo_floors
from matcher.dataset import Dataset
from matcher.dataset.tables import Bools, Floats
from matcher.problem.plans import coverage_of, plan_sites
from matcher.problem.run_record import COMPONENTS
from matcher.suggestions import LoadedRun

LEAST_SHOWN = 10
"""Learners of the smallest group that is shown."""

_TAIL = 90
"""Percentile of the travel minutes: one in ten travels longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerBurden:
    """A line of ``worst_off.csv``, the largest points first.

    Attributes
    ----------
    minutes
        Longest journey one way of the plan; NaN where there is none.
    support_points
        For support needs that neither site nor mentor meets.
    regret_points
        Points above the cheapest plan with the region to oneself: what sharing
        costs this learner at the most.
    """

    learner_id: str
    points: float
    weeks_without_place: float
    open_competences: int
    minutes: float
    support_points: float
    regret_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBurden:
    """A line of ``fairness.csv``; numbers are NaN where the group is not shown.

    Attributes
    ----------
    by
        ``all``, ``school``, ``area``, ``trajectory`` or ``support_need``.
    minutes_tail
        One placed learner in ten travels longer one way.
    """

    by: str
    group: str
    is_shown: bool
    learners: float
    weeks_without_place: float
    open_competences: float
    minutes: float
    minutes_tail: float
    points: float
    regret_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseLoad:
    """A line of ``enterprise_load.csv``.

    Attributes
    ----------
    places, learners
        Summed over periods, weighted by their weeks.
    share
        Of the places that are used; NaN without places.
    """

    enterprise_id: str
    places: float
    learners: float
    share: float


def learner_burdens(
    run: LoadedRun, floors: Floats | None = None
) -> tuple[LearnerBurden, ...]:
    """One per learner; ties in the order of the table.

    Parameters
    ----------
    floors
        Of `solo_floors`, where they are known.
    """
    floors = solo_floors(run) if floors is None else floors
    problem, dataset, plans = run.problem, run.dataset, run.plans
    points = run.points.sum(axis=1)
    regret = np.maximum(points - floors, 0.0)
    placed = plans.option >= 0
    is_open = problem.pairs.calendar.active & ~placed
    weeks = (is_open * problem.weeks).sum(axis=1)
    gaps = coverage_of(problem, plans).gap.sum(axis=1)
    minutes = _longest(run, placed)
    support = run.points[:, COMPONENTS.index("support")]
    return tuple(
        LearnerBurden(
            learner_id=dataset.learners.learner_id[at],
            points=float(points[at]),
            weeks_without_place=float(weeks[at]),
            open_competences=int(gaps[at]),
            minutes=float(minutes[at]),
            support_points=float(support[at]),
            regret_points=float(regret[at]),
        )
        for at in np.argsort(-points, kind="stable")
    )


def group_burdens(
    run: LoadedRun, burdens: tuple[LearnerBurden, ...], areas: Areas | None = None
) -> tuple[GroupBurden, ...]:
    """All learners, then each kind of group in the order of its names."""
    of = {each.learner_id: each for each in burdens}
    ordered = [of[each] for each in run.dataset.learners.learner_id]
    rows = [_group("all", "", ordered, is_shown=len(ordered) >= LEAST_SHOWN)]
    for by, groups in members_of(run.dataset, areas).items():
        is_hidden = hidden([int(own.sum()) for _, own in groups])
        for (name, own), without in zip(groups, is_hidden, strict=True):
            chosen = [ordered[at] for at in np.flatnonzero(own)]
            rows.append(_group(by, name, chosen, is_shown=not without))
    return tuple(rows)


def members_of(
    dataset: Dataset, areas: Areas | None = None
) -> dict[str, list[tuple[str, Bools]]]:
    """Per kind of group the name of each and who is in it, by name.

    Parameters
    ----------
    areas
        Districts of post when absent.
    """
    learners = dataset.learners
    homes = (areas or Areas()).of(learners.postcode, learners.lat, learners.lon)
    kinds = {
        "school": learners.school_id.tolist(),
        "area": homes.tolist(),
        "trajectory": learners.trajectory_id.tolist(),
    }
    members = {
        by: [
            (name, np.array([each == name for each in names]))
            for name in _sorted(names)
        ]
        for by, names in kinds.items()
    }
    needs = dataset.support_needs
    members["support_need"] = [
        (
            name,
            np.isin(
                dataset.learners.learner_id.astype(str),
                needs.learner_id[needs.need == name].astype(str),
            ),
        )
        for name in _sorted(needs.need.tolist())
    ]
    return members


def enterprise_loads(run: LoadedRun) -> tuple[EnterpriseLoad, ...]:
    """Enterprises by the share of their places that is used, the most first."""
    return tuple(sorted(_loads(run), key=lambda each: -np.nan_to_num(each.share)))


def _loads(run: LoadedRun) -> Iterator[EnterpriseLoad]:
    problem, dataset = run.problem, run.dataset
    sites = plan_sites(problem, run.plans)
    row, period = np.nonzero(sites >= 0)
    used = np.zeros(len(dataset.sites))
    np.add.at(used, sites[row, period], problem.weeks[period])
    places = dataset.sites.capacity * problem.weeks.sum()
    positions = problem.pairs.positions
    for at, enterprise_id in enumerate(positions.enterprise_ids):
        own = positions.site_enterprise == at
        total, taken = float(places[own].sum()), float(used[own].sum())
        yield EnterpriseLoad(
            enterprise_id=enterprise_id,
            places=total,
            learners=taken,
            share=taken / total if total > 0 else np.nan,
        )


def _longest(run: LoadedRun, placed: Bools) -> Floats:
    """(learners,), longest journey; NaN without a place or without a known one."""
    longest = np.full(len(placed), np.nan)
    row, period = np.nonzero(placed)
    if len(row):
        pair = run.problem.pairs.option_pair[run.plans.option[row, period]]
        np.fmax.at(longest, row, run.problem.pairs.minutes[pair])
    return longest


def _sorted(names: list[str]) -> list[str]:
    return sorted({name for name in names if name})


def hidden(sizes: list[int]) -> list[bool]:
    """Groups that are too small, and one more where a single one would be told."""
    is_hidden = [size < LEAST_SHOWN for size in sizes]
    if sum(is_hidden) == 1 and len(sizes) > 1:
        shown = [at for at, without in enumerate(is_hidden) if not without]
        is_hidden[min(shown, key=lambda at: sizes[at])] = True
    return is_hidden


def _group(
    by: str, group: str, chosen: list[LearnerBurden], *, is_shown: bool
) -> GroupBurden:
    minutes = np.array([each.minutes for each in chosen if not np.isnan(each.minutes)])

    def mean(values: list[float]) -> float:
        return float(np.mean(values)) if is_shown and values else np.nan

    return GroupBurden(
        by=by,
        group=group,
        is_shown=is_shown,
        learners=float(len(chosen)) if is_shown else np.nan,
        weeks_without_place=mean([each.weeks_without_place for each in chosen]),
        open_competences=mean([float(each.open_competences) for each in chosen]),
        minutes=mean(minutes.tolist()),
        minutes_tail=(
            float(np.percentile(minutes, _TAIL))
            if is_shown and len(minutes)
            else np.nan
        ),
        points=mean([each.points for each in chosen]),
        regret_points=mean([each.regret_points for each in chosen]),
    )
