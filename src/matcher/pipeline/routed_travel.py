"""A dataset that holds what routers say, so that it alone explains a run."""

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matcher.dataset import Dataset, read_dataset
from matcher.dataset.tables import Travel
from matcher.dataset.write import write_dataset
from matcher.eligibility.position import Index, positions_of
from matcher.policy import Policy
from matcher.travel import (
    Points,
    RouterSettings,
    postcode_points,
    provider_from_settings,
)

ROUTED_FOLDER = "dataset"
"""In a run folder: the dataset that was solved, where it is not the one given."""

NO_CONNECTION_MINUTES = 10_000.0
"""What a `travel` row says where a router knows no way: the most that it may."""


def with_routed_travel(
    dataset: Dataset, policy: Policy, routers: tuple[RouterSettings, ...]
) -> Dataset:
    """The dataset with the routers' minutes as rows of its table `travel`.

    Rows that stand there stay. A row is added for every learner and every site of
    the learner's trajectory that both have a location, so that the dataset alone
    says all that the engine knew. The digest is that of the new content.

    Raises
    ------
    RouterError
        A router does not answer as documented.
    """
    provider = provider_from_settings(policy.travel, routers)
    learner, site = _candidates(dataset)
    places, learners, sites = postcode_points(), dataset.learners, dataset.sites
    origins = Points(*places.locate(learners.postcode, learners.lat, learners.lon))
    ends = Points(*places.locate(sites.postcode, sites.lat, sites.lon))
    is_located = ~np.isnan(origins.lat)[learner] & ~np.isnan(ends.lat)[site]
    learner, site = learner[is_located], site[is_located]
    minutes = provider.minutes(origins, ends, learner, site, list(learners.modes))
    minutes = np.where(np.isnan(minutes), NO_CONNECTION_MINUTES, minutes)
    rows = dataset.travel
    travel = Travel(
        learner_id=np.concatenate([rows.learner_id, learners.learner_id[learner]]),
        site_id=np.concatenate([rows.site_id, sites.site_id[site]]),
        minutes=np.concatenate(
            [rows.minutes, np.minimum(minutes, NO_CONNECTION_MINUTES)]
        ),
    )
    with TemporaryDirectory() as folder:
        write_dataset(replace(dataset, travel=travel), Path(folder))
        return read_dataset(Path(folder))


def _candidates(dataset: Dataset) -> tuple[Index, Index]:
    """Learner and site of every pair of one trajectory without a `travel` row."""
    recognitions, site_ids = dataset.recognitions, dataset.sites.site_id
    learner_trajectory = positions_of(
        dataset.learners.trajectory_id, dataset.trajectories.trajectory_id
    )
    allows = np.zeros((len(dataset.trajectories), len(site_ids)), dtype=bool)
    allows[
        positions_of(recognitions.trajectory_id, dataset.trajectories.trajectory_id),
        positions_of(recognitions.site_id, site_ids),
    ] = True
    signed = dataset.placements.status == "signed"
    wanted = allows[learner_trajectory]
    wanted[
        positions_of(
            dataset.placements.learner_id[signed], dataset.learners.learner_id
        ),
        positions_of(dataset.placements.site_id[signed], site_ids),
    ] = True
    wanted[
        positions_of(dataset.travel.learner_id, dataset.learners.learner_id),
        positions_of(dataset.travel.site_id, site_ids),
    ] = False
    learner, site = np.nonzero(wanted)
    return learner, site


def write_routed(dataset: Dataset, folder: Path) -> None:
    """Write the dataset; tables of an earlier run there would pass as part of it."""
    shutil.rmtree(folder, ignore_errors=True)
    write_dataset(dataset, folder)
