"""Offerings: a site for a trajectory, with the periods of its recognition (E1)."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools
from matcher.eligibility.calendar import Calendar
from matcher.eligibility.position import Index, Positions, positions_of

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offerings:
    """One row per site and trajectory that a recognition or a signature joins.

    Attributes
    ----------
    site, trajectory
        (offerings,), sorted by trajectory, then site.
    recognised
        (offerings, periods): rule E1.
    start
        (trajectories + 1,): the rows of one trajectory.
    """

    site: Index
    trajectory: Index
    recognised: Bools
    start: Index

    def find(self, site: Index, trajectory: Index, num_sites: int) -> Index:
        """Row of each site and trajectory; -1 where there is none."""
        keys = self.trajectory * num_sites + self.site
        wanted = trajectory * num_sites + site
        found = np.searchsorted(keys, wanted)
        found = np.minimum(found, max(len(keys) - 1, 0))
        if not len(keys):
            return np.full(len(wanted), -1)
        return np.where(keys[found] == wanted, found, -1)


def offerings_of(
    dataset: Dataset, positions: Positions, calendar: Calendar
) -> Offerings:
    """Offerings of a dataset; signed pairs have one even without recognition."""
    num_sites = len(dataset.sites)
    rows = dataset.recognitions
    sites = positions_of(rows.site_id, dataset.sites.site_id)
    trajectories = positions_of(rows.trajectory_id, dataset.trajectories.trajectory_id)
    row_keys = trajectories * num_sites + sites
    keys = np.unique(
        np.concatenate([row_keys, _signed_keys(dataset, positions, num_sites)])
    )
    recognised = np.zeros((len(keys), len(calendar.weeks)), dtype=bool)
    owner = np.searchsorted(keys, row_keys)
    np.logical_or.at(
        recognised, owner, calendar.covered_by(rows.valid_from, rows.valid_to)
    )
    for offering in np.flatnonzero(np.bincount(owner, minlength=len(keys)) > 1):
        recognised[offering] |= _union_covers(dataset, owner == offering, calendar)
    trajectory = keys // max(num_sites, 1)
    return Offerings(
        site=keys % max(num_sites, 1),
        trajectory=trajectory,
        recognised=recognised,
        start=np.searchsorted(trajectory, np.arange(len(dataset.trajectories) + 1)),
    )


def _signed_keys(dataset: Dataset, positions: Positions, num_sites: int) -> Index:
    signed = dataset.placements.status == "signed"
    learner = positions_of(
        dataset.placements.learner_id[signed], dataset.learners.learner_id
    )
    site = positions_of(dataset.placements.site_id[signed], dataset.sites.site_id)
    return positions.learner_trajectory[learner] * num_sites + site


def _union_covers(dataset: Dataset, rows: Bools, calendar: Calendar) -> Bools:
    """(periods,): the union of several recognitions holds on every day.

    Rows that touch (one ends the day before the next begins) join into one.
    """
    starts = dataset.recognitions.valid_from[rows]
    ends = dataset.recognitions.valid_to[rows]
    starts = np.where(np.isnat(starts), np.datetime64("0001-01-01"), starts)
    ends = np.where(np.isnat(ends), np.datetime64("9999-12-30"), ends)
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    new = np.append(True, starts[1:] > ends[:-1] + _DAY)
    last = np.append(np.flatnonzero(new)[1:] - 1, len(ends) - 1)
    return np.asarray(calendar.covered_by(starts[new], ends[last]).any(axis=0))
