"""Positions of ids: the rooms inside count from 0, ids live at the edge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Texts

Index = NDArray[np.int64]


def positions_of(ids: Texts | Sequence[str], among: Texts | Sequence[str]) -> Index:
    """Position of each id in `among`, which names each once; -1 where it is absent."""
    if not len(ids):  # as often, and `among` may name a whole region
        return np.empty(0, dtype=np.int64)
    position = {each: at for at, each in enumerate(among)}
    found = (position.get(each, -1) for each in ids)
    return np.fromiter(found, dtype=np.int64, count=len(ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Positions of the references between tables, one array per reference.

    Attributes
    ----------
    learner_trajectory
        (learners,)
    mentor_site
        (mentors,)
    site_enterprise
        (sites,), into `enterprise_ids`; -1 where the site names none.
    enterprise_ids
        The enterprises that sites name, in order of first mention.
    """

    learner_trajectory: Index
    mentor_site: Index
    site_enterprise: Index
    enterprise_ids: Texts

    @classmethod
    def of(cls, dataset: Dataset) -> "Positions":
        """Positions of one dataset."""
        named = dataset.sites.enterprise_id
        enterprise_ids = np.array(_unique(e for e in named if e), dtype=object)
        return cls(
            learner_trajectory=positions_of(
                dataset.learners.trajectory_id, dataset.trajectories.trajectory_id
            ),
            mentor_site=positions_of(dataset.mentors.site_id, dataset.sites.site_id),
            site_enterprise=positions_of(named, enterprise_ids),
            enterprise_ids=enterprise_ids,
        )


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
