"""Who wins and who loses by group, without telling on anybody.

Groups of fewer than ten learners are not shown, and within a group no count from one
to nine; nor what could be told from the rest by subtraction.
"""

from dataclasses import dataclass

import numpy as np

from matcher.capacity.fairness import LEAST_SHOWN, hidden, members_of
from matcher.dataset import Dataset
from matcher.dataset.tables import Floats

TOLERANCE = 1e-6
"""Points within which a learner is the same on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDifference:
    """A line of the win and lose table; None is not shown.

    Attributes
    ----------
    by
        ``school``, ``area``, ``trajectory`` or ``support_need``.
    learners
        On both sides.
    points
        Mean over the learners, scenario minus base.
    """

    by: str
    group: str
    learners: int | None
    better: int | None
    worse: int | None
    same: int | None
    points: float | None


def group_differences(
    dataset: Dataset, learner_ids: tuple[str, ...], differences: Floats
) -> tuple[GroupDifference, ...]:
    """Each kind of group in the order of its names.

    Parameters
    ----------
    dataset
        Of the base: it says who is in which group.
    learner_ids, differences
        Those on both sides, and points of the scenario minus those of the base.
    """
    of = dict(zip(learner_ids, differences.tolist(), strict=True))
    ids = dataset.learners.learner_id
    shared = np.array([each in of for each in ids], dtype=bool)
    values = np.array([of.get(each, 0.0) for each in ids])
    found = []
    for by, groups in members_of(dataset).items():
        own = [(name, values[members & shared]) for name, members in groups]
        without = hidden([len(each) for _, each in own])
        # Counts may hide where the group itself is shown: again never a single one.
        silent = [
            is_hidden or any(0 < count < LEAST_SHOWN for count in _counts(each))
            for (_, each), is_hidden in zip(own, without, strict=True)
        ]
        if sum(silent) == 1 and len(silent) > 1:
            told = [at for at, is_silent in enumerate(silent) if not is_silent]
            silent[min(told, key=lambda at: len(own[at][1]))] = True
        for (name, each), is_hidden, is_silent in zip(
            own, without, silent, strict=True
        ):
            better, worse, same = (None,) * 3 if is_silent else _counts(each)
            found.append(
                GroupDifference(
                    by=by,
                    group=name,
                    learners=None if is_hidden else len(each),
                    better=better,
                    worse=worse,
                    same=same,
                    points=None if is_hidden else float(each.mean()),
                )
            )
    return tuple(found)


def _counts(values: Floats) -> tuple[int, int, int]:
    better, worse = int((values < -TOLERANCE).sum()), int((values > TOLERANCE).sum())
    return better, worse, len(values) - better - worse
