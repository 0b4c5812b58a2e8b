"""Inputs as columns: of past agreements, and of every eligible pair."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.history import History
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility import EligiblePairs
from matcher.eligibility.position import Index, positions_of
from matcher.scorer.inputs import INPUTS

NUMBERS = tuple(each.name for each in INPUTS if not each.is_category)
"""Inputs that are numbers, in the order of `Features.numbers`."""

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Inputs of rows.

    Attributes
    ----------
    numbers
        (rows, `NUMBERS`), NaN where nobody knows.
    sector
        (rows,), positions in `sectors`; -1 where nobody knows.
    """

    numbers: Floats
    sector: Index
    sectors: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sector)

    def column(self, name: str) -> Floats:
        """(rows,), one input that is a number."""
        return self.numbers[:, NUMBERS.index(name)]

    def take(self, rows: Index | Bools) -> "Features":
        """Features of some rows."""
        return Features(
            numbers=self.numbers[rows], sector=self.sector[rows], sectors=self.sectors
        )

    def is_whole(self) -> Bools:
        """(rows,), every input that anybody recorded is known."""
        is_known = np.column_stack([self.sector >= 0, ~np.isnan(self.numbers)])
        return np.asarray(is_known[:, is_known.any(axis=0)].all(axis=1))


def history_features(history: History) -> Features:
    """Inputs of past agreements, as they stand in the table."""
    sectors = tuple(sorted({sector for sector in history.sector if sector}))
    return Features(
        numbers=np.column_stack([getattr(history, name) for name in NUMBERS]).astype(
            np.float64
        ),
        sector=positions_of(history.sector, list(sectors)),
        sectors=sectors,
    )


def pair_features(pairs: EligiblePairs, dataset: Dataset) -> Features:
    """Inputs of every eligible pair, before anything is planned.

    A pair may be guided by any of its mentors, so what depends on the mentor is
    that of the mentor who promises least: the plan can only do better.
    """
    site = pairs.offerings.site[pairs.offering]
    columns = {
        "travel_minutes": pairs.minutes,
        "support_unmet": _support_unmet(pairs),
        "learners_per_mentor": _learners_per_mentor(pairs, dataset)[site],
        "mentor_years": _mentor_years(pairs, dataset),
        "coverage": _coverage(pairs, dataset),
        "places": dataset.sites.capacity[site].astype(np.float64),
    }
    names = dataset.trajectories.sector
    sectors = tuple(sorted({name for name in names if name}))
    sector_of = positions_of(names, list(sectors))
    trajectory = pairs.positions.learner_trajectory[pairs.learner]
    return Features(
        numbers=np.column_stack([columns[name] for name in NUMBERS]),
        sector=sector_of[trajectory],
        sectors=sectors,
    )


def _support_unmet(pairs: EligiblePairs) -> Floats:
    """(pairs,), levels of all needs met neither by the site nor by the mentor."""
    learner = pairs.learner[pairs.option_pair]
    profiles, mentor = pairs.profiles, pairs.option_mentor
    unmet = profiles.wished_total[learner] - profiles.wished.between(learner, mentor)
    worst = np.full(len(pairs.learner), -np.inf)
    np.maximum.at(worst, pairs.option_pair, unmet)
    return np.where(np.isinf(worst), np.nan, worst)


def _learners_per_mentor(pairs: EligiblePairs, dataset: Dataset) -> Floats:
    """(sites,), with every place taken that mentors may fill; NaN without mentor."""
    site, num_sites = pairs.positions.mentor_site, len(dataset.sites)
    mentors = np.bincount(site, minlength=num_sites)
    most = np.bincount(site, weights=dataset.mentors.max_learners, minlength=num_sites)
    taken = np.minimum(most, dataset.sites.capacity)
    return np.where(mentors > 0, taken / np.maximum(mentors, 1), np.nan)


def _mentor_years(pairs: EligiblePairs, dataset: Dataset) -> Floats:
    """(pairs,), from training to the first period; one untrained mentor: unknown."""
    if not len(dataset.periods):
        return np.full(len(pairs.learner), np.nan)
    days = (dataset.periods.start[0] - dataset.mentors.trained_on).astype(np.float64)
    days[np.isnat(dataset.mentors.trained_on)] = np.nan
    years = np.maximum(days, 0.0) / _DAYS_PER_YEAR
    least = np.full(len(pairs.learner), np.inf)
    np.minimum.at(least, pairs.option_pair, years[pairs.option_mentor])
    return np.where(np.isinf(least), np.nan, least)


def _coverage(pairs: EligiblePairs, dataset: Dataset) -> Floats:
    """(pairs,), share of what is to be learned at a workplace that the site offers.

    In whatever period; NaN where nothing is left to learn at a workplace.
    """
    competences = dataset.competences
    trajectory = positions_of(
        competences.trajectory_id, dataset.trajectories.trajectory_id
    )
    at_work = np.array(["workplace" in each for each in competences.learn_at], bool)
    local, width = _local(trajectory, len(dataset.trajectories))
    index = dict(
        zip(
            zip(competences.trajectory_id, competences.competence_id, strict=True),
            local.tolist(),
            strict=True,
        )
    )
    taught = np.zeros((len(dataset.trajectories), width))
    taught[trajectory[at_work], local[at_work]] = 1.0
    needed = taught[pairs.positions.learner_trajectory]
    _take_acquired(dataset, index, needed)
    offered = np.zeros((len(pairs.offerings.site), width))
    _give_offered(dataset, pairs, index, offered)
    most = needed.sum(axis=1)[pairs.learner]
    given = _rowwise(needed, pairs.learner, offered, pairs.offering)
    return np.where(most > 0, given / np.maximum(most, 1.0), np.nan)


def _rowwise(left: Floats, left_row: Index, right: Floats, right_row: Index) -> Floats:
    """(rows,), inner products, a slab at a time: millions of pairs must fit."""
    slab = 1 << 17
    parts = [
        np.einsum(
            "rc,rc->r",
            left[left_row[first : first + slab]],
            right[right_row[first : first + slab]],
        )
        for first in range(0, len(left_row), slab)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _local(trajectory: Index, num_trajectories: int) -> tuple[Index, int]:
    """Position of each competence within its trajectory, and the most there are."""
    order = np.argsort(trajectory, kind="stable")
    start = np.searchsorted(trajectory[order], np.arange(num_trajectories + 1))
    local = np.zeros(len(trajectory), dtype=np.int64)
    local[order] = np.arange(len(trajectory)) - start[trajectory[order]]
    return local, int(np.diff(start).max(initial=0))


def _take_acquired(
    dataset: Dataset, index: dict[tuple[str, str], int], needed: Floats
) -> None:
    rows = dataset.acquired
    learner = positions_of(rows.learner_id, dataset.learners.learner_id)
    for at, competence_id in zip(learner.tolist(), rows.competence_id, strict=True):
        local = index.get((dataset.learners.trajectory_id[at], competence_id))
        if local is not None:
            needed[at, local] = 0.0


def _give_offered(
    dataset: Dataset,
    pairs: EligiblePairs,
    index: dict[tuple[str, str], int],
    offered: Floats,
) -> None:
    rows = dataset.offers
    offering = pairs.offerings.find(
        positions_of(rows.site_id, dataset.sites.site_id),
        positions_of(rows.trajectory_id, dataset.trajectories.trajectory_id),
        len(dataset.sites),
    )
    local = np.array(
        [
            index.get(key, -1)
            for key in zip(rows.trajectory_id, rows.competence_id, strict=True)
        ],
        dtype=np.int64,
    )
    is_given = (offering >= 0) & (local >= 0)
    offered[offering[is_given], local[is_given]] = 1.0
