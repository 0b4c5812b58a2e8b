"""Units of learning: the competences of a trajectory, then its contexts."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools, Floats, Texts
from matcher.eligibility.position import Index, positions_of
from matcher.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """All units of all trajectories, each trajectory's in one run.

    Within a trajectory the competences stand first, in the order of the table,
    then the contexts. The place in the run is the unit's *local* position.

    Attributes
    ----------
    start
        (trajectories + 1,), first unit of each trajectory.
    ids
        (units,), competence and context ids.
    is_context, at_workplace, at_centre
        (units,); a context is learned at the workplace alone.
    weeks
        (units,), workplace weeks after which the unit is reached; infinite where it
        is not learned at the workplace.
    in_window
        (units, periods), weeks of the period count.
    fallback
        (units,), points where neither workplace nor course covers a competence:
        nothing, `school` or `gap` (section 5); 0 for a context.
    fallback_is_school
        (units,), the school covers what workplace and course do not.
    group
        (units,), group of a context; -1 for a competence.
    group_at_least, group_points
        (groups,), contexts asked; points for each that lacks.
    """

    start: Index
    ids: Texts
    is_context: Bools
    at_workplace: Bools
    at_centre: Bools
    weeks: Floats
    in_window: Bools
    fallback: Floats
    fallback_is_school: Bools
    group: Index
    group_at_least: Index
    group_points: Floats


def units_of(dataset: Dataset, policy: Policy) -> Units:
    """Units of a dataset under a policy."""
    order, start = _order(dataset)
    competences, contexts = dataset.competences, dataset.contexts
    num_competences = len(competences)
    is_context = order >= num_competences
    workplace, centre, school = (
        np.array([place in cell for cell in competences.learn_at], dtype=bool)
        for place in ("workplace", "training_centre", "school")
    )
    points = np.where(
        school, np.where(workplace, policy.school, 0.0), policy.gap * competences.weight
    )
    every = np.ones(len(contexts), dtype=bool)
    never = ~every
    group, at_least, group_points = _groups(dataset, policy)
    return Units(
        start=start,
        ids=np.concatenate([competences.competence_id, contexts.context_id])[order],
        is_context=is_context,
        at_workplace=np.concatenate([workplace, every])[order],
        at_centre=np.concatenate([centre, never])[order],
        weeks=np.concatenate(
            [np.where(workplace, competences.weeks, np.inf), contexts.weeks]
        )[order],
        in_window=np.concatenate(
            [_windows(dataset), np.ones((len(contexts), len(dataset.periods)), bool)]
        )[order],
        fallback=np.concatenate([points, np.zeros(len(contexts))])[order],
        fallback_is_school=np.concatenate([school, never])[order],
        group=np.concatenate([np.full(num_competences, -1), group])[order],
        group_at_least=at_least,
        group_points=group_points,
    )


def _order(dataset: Dataset) -> tuple[Index, Index]:
    """Rows of competences, then contexts, by trajectory; and where each begins."""
    ids = dataset.trajectories.trajectory_id
    owner = np.concatenate(
        [
            positions_of(dataset.competences.trajectory_id, ids),
            positions_of(dataset.contexts.trajectory_id, ids),
        ]
    )
    order = np.argsort(owner, kind="stable")
    return order, np.searchsorted(owner[order], np.arange(len(ids) + 1))


def _windows(dataset: Dataset) -> Bools:
    """(competences, periods): the period lies in the competence's window."""
    rows, periods = dataset.competences, dataset.periods.period_id
    return between(rows.window_from, rows.window_to, periods)


def between(first: Texts, last: Texts, periods: Texts) -> Bools:
    """(rows, periods): the period stands from `first` to `last`; blank is open."""
    from_position = positions_of(first, periods)
    to_position = positions_of(last, periods)
    to_position = np.where(to_position < 0, len(periods), to_position)
    position = np.arange(len(periods))
    return np.asarray(
        (from_position[:, None] <= position) & (position <= to_position[:, None])
    )


def _groups(dataset: Dataset, policy: Policy) -> tuple[Index, Index, Floats]:
    """Group of each row of contexts, and what each group asks."""
    rows = dataset.contexts
    known: dict[tuple[str, str], int] = defaultdict(lambda: len(known))
    group = np.array(
        [known[key] for key in zip(rows.trajectory_id, rows.group_id, strict=True)],
        dtype=np.int64,
    )
    at_least = np.zeros(len(known), dtype=np.int64)
    points = np.zeros(len(known))
    at_least[group] = rows.at_least
    points[group] = policy.context * rows.weight
    return group, at_least, points
